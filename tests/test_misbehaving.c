/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One gate of several traces, whose kernels each do something else that a kernel must not: every
 * one is a finding of its own, and the gate goes on to the next trace. */
#include "campaign_wrong.h"
#include "gate_records.h"
#include "worker_wrong.h"

#define NB_EVENTS 40

/* ---- kernels ---- */

/* More than a block has anywhere. */
#define TOO_MUCH_SHARED ((uint32_t)4 << 20)

/* Plans have three steps: a look at the memory as it was, the trace's own kernel, and what is done
 * behind it. */
#define NB_STEPS 3

static uint32_t last_word_before;
static size_t width_strayed_from;

static inline bool is_first_thread(void) { return blockIdx.x == 0 && threadIdx.x == 0; }

static void look_first(uint32_t *trace, uintptr_t height, const void *events, uintptr_t nb_events,
                       const tg_krn_extra *extra)
{
    (void)events;
    (void)nb_events;
    (void)extra;
    if (is_first_thread()) last_word_before = trace[height - 1];
}

/* A kernel one thread of which does something. */
#define DEED(name, ...)                                                                          \
    static void name(uint32_t *trace, uintptr_t height, const void *events, uintptr_t nb_events, \
                     const tg_krn_extra *extra)                                                  \
    {                                                                                            \
        (void)trace, (void)height, (void)events, (void)nb_events, (void)extra;                   \
        if (is_first_thread()) {                                                                 \
            __VA_ARGS__;                                                                         \
        }                                                                                        \
    }

/* Zero in the first two runs, over either poison, and then more and more. */
static uint32_t next_turn(void)
{
    static uint32_t nb_runs;
    return nb_runs++ / 2;
}

DEED(deed_trap, (void)raise(SIGILL))
DEED(deed_stray, trace[height * width_strayed_from + 5] = 7)
DEED(deed_spoil, if (nb_events != 0) * (uint32_t *)(uintptr_t)events ^= 1)
DEED(deed_spin, spin_for_ever())
DEED(deed_nothing, )
DEED(deed_read_scratch, trace[0] = *(const uint32_t *)extra->scratch[0])
DEED(deed_race, trace[0] ^= next_turn())
DEED(deed_forget, trace[height - 1] = last_word_before)

/* Rows are handed to whole warps, and the threads beside them have none. */
static void kernel_divides_wrongly(uint32_t *trace, uintptr_t height, const void *events,
                                   uintptr_t nb_events, const tg_krn_extra *extra)
{
    const uint32_t *words = events;
    (void)extra;
    if (threadIdx.x >= blockDim.x / 32 * 32) return;
    for (size_t row = blockIdx.x * (size_t)blockDim.x + threadIdx.x; row < height;
         row += (size_t)gridDim.x * blockDim.x) {
        for (size_t column = 0; column < WRONG_WIDTH; column++) {
            trace[column * height + row] = row < nb_events ? words[row * WRONG_WIDTH + column] : 0;
        }
    }
}

static size_t some_bytes(size_t height, size_t nb_events)
{
    (void)height;
    (void)nb_events;
    return 64;
}

/* ---- the gate ---- */

typedef struct misbehaviour {
    tg_host_kernel *kernel;
    const char *key; /* behind the trace's name: part and cause, with a '/' behind */
    const char *text;
    uint32_t shared_bytes;
    bool has_scratch;
} misbehaviour;

static const misbehaviour all[] = {
    {deed_trap, "failed/crashed/", "ended by signal 4, SIGILL", 0, false},
    {deed_stray, "conduct/strayed/after the trace",
     "out of bounds: 1 word written after the trace, the nearest at distance 5", 0, false},
    {deed_spoil, "conduct/strayed/the events", "events changed: first in event 0, byte 0", 0,
     false},
    {deed_spin, "failed/hung/", "has not ended within 1 s", 0, false},
    {deed_nothing, "failed/refused/", "a block asks for 4194304 bytes of shared memory",
     TOO_MUCH_SHARED, false},
    {deed_read_scratch, "eventful/stale/",
     "words of an earlier run, or of memory that was not set (100%)", 0, true},
    {deed_race, "conduct/unstable/",
     "differs between runs: 2 of 3 runs made something else than the first", 0, false},
    {deed_forget, "padding/unwritten/", "never written: 1 cell, the first in row", 0, false},
    {kernel_divides_wrongly, "eventful/launch-shape/",
     "wrong in     block 1, grid 1 with block 1, ", 0, false},
};

#define NB_ALL (sizeof all / sizeof all[0])

/* The traces and their plans. */
typedef struct planted {
    const tg_trace *traces[NB_ALL];
    tg_step steps[NB_ALL][NB_STEPS];
    tg_plan plans[NB_ALL];
    const char *names[NB_ALL + 1]; /* and one that is right */
} planted;

static const tg_plan *plan_of(void *context, const tg_trace *trace)
{
    const planted *of = context;
    for (size_t i = 0; i < NB_ALL; i++) {
        if (of->traces[i] == trace) return &of->plans[i];
    }
    return NULL;
}

/* Whether a kernel will do: alone in its plan, with events and padding. */
static bool is_fit(const tg_subject *subject)
{
    return subject->plan->nb_steps == 1 && subject->plan->nb_scratch == 0 &&
           subject->trace->event != NULL && subject->trace->nb_sides == 0 &&
           subject->trace->height_rule == TG_HEIGHT_MULTIPLE_OF_32 &&
           strcmp(subject->trace->name, WRONG_TRACE) != 0;
}

/* Give a trace a plan that misbehaves. */
static void plant(planted *of, size_t number, const tg_subject *subject)
{
    tg_step *steps = of->steps[number];
    tg_plan *plan = &of->plans[number];
    of->traces[number] = subject->trace;
    of->names[number] = subject->trace->name;
    *plan = *subject->plan;
    plan->steps = steps;
    if (all[number].kernel == kernel_divides_wrongly) {
        steps[0] = subject->plan->steps[0];
        steps[0].host = all[number].kernel;
        return;
    }
    plan->nb_steps = NB_STEPS;
    for (size_t i = 0; i < NB_STEPS; i++) {
        steps[i] = subject->plan->steps[0];
    }
    steps[0].host = look_first;
    steps[2].host = all[number].kernel;
    steps[2].shared_bytes = all[number].shared_bytes;
    if (all[number].kernel == deed_stray) width_strayed_from = tg_trace_width(subject->trace);
    if (!all[number].has_scratch) return;
    plan->nb_scratch = 1;
    plan->scratch_bytes[0] = some_bytes;
}

static void planted_init(planted *of)
{
    size_t number = 0;
    memset(of, 0, sizeof *of);
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        const tg_subject subject = tg_subject_at(index);
        if (!is_fit(&subject)) continue;
        if (number == NB_ALL - 1) {
            of->names[NB_ALL] = subject.trace->name;
            break;
        }
        plant(of, number++, &subject);
    }
    ck_assert_uint_eq(number, NB_ALL - 1);
    ck_assert_ptr_nonnull(of->names[NB_ALL]);
    const tg_subject last = wrong_subject_of(WRONG_TRACE);
    plant(of, NB_ALL - 1, &last);
}

static tg_gate_options options_of(planted *of)
{
    static const char *const host_only[] = {"host"};
    return (tg_gate_options){
        .names = of->names,
        .nb_names = NB_ALL + 1,
        .seeded = true,
        .profile = TG_PROFILE_UNIFORM,
        .seed = 7,
        .nb_events = NB_EVENTS,
        .actuals = host_only,
        .nb_actuals = 1,
        .nb_repeats = 3,
        .tries_shapes = true,
        .max_cells = 3,
        .triages = true,
        .plan_of = plan_of,
        .plan_of_context = of,
        .isolation = {.isolate = TG_ISOLATE_ALWAYS, .has_limit = true, .max_seconds = 1}};
}

/* The part of a text that is about a trace: up to the blank line behind its first finding. */
static char *finding_of(const char *text, const char *name)
{
    char start[TG_NAME_BYTES + 2];
    (void)snprintf(start, sizeof start, "\n%s ", name);
    const char *found = strstr(text, start);
    ck_assert_msg(found != NULL, "no finding of %s in\n%s", name, text);
    const char *end = strstr(found, "\n\n");
    ck_assert_ptr_nonnull(end);
    return strndup(found, (size_t)(end - found));
}

START_TEST(misbehaving_kernels_are_a_finding_each)
{
    planted of;
    planted_init(&of);
    const tg_gate_options options = options_of(&of);
    gate_run result = run_gate(&options);
    ck_assert_msg(result.status == TG_ERR_MISMATCH, "%s\n%s", result.error.what, result.text);
    ck_assert_int_eq(tg_status_exit_code(result.status), 1);
    ck_assert_msg(result.summary.nb_mismatches == NB_ALL, "%zu\n%s", result.summary.nb_mismatches,
                  result.text);
    ck_assert_uint_eq(result.summary.nb_not_run, 0);
    for (size_t i = 0; i < NB_ALL; i++) {
        char key[2 * TG_NAME_BYTES];
        char *finding = finding_of(result.text, of.names[i]);
        (void)snprintf(key, sizeof key, "\n  key          %s/%s", of.names[i], all[i].key);
        ck_assert_msg(strstr(finding, key) != NULL, "no %s in %s", key, finding);
        ck_assert_msg(strstr(finding, all[i].text) != NULL, "no %s in %s", all[i].text, finding);
        ck_assert_ptr_nonnull(strstr(finding, "again: tracegate gate "));
        // No two of them look alike.
        for (size_t other = 0; other < i; other++) {
            ck_assert_str_ne(all[i].key, all[other].key);
        }
        free(finding);
    }
    // The right one was gated, in its plan's shape and in others.
    gate_assert_says(&result, of.names[NB_ALL]);
    ck_assert_uint_gt(result.summary.nb_comparisons, 12);
    gate_run_clear(&result);
    ck_assert(has_no_child());
}
END_TEST

/* Gate one of the traces. */
static gate_run gate_one(planted *of, tg_host_kernel *kernel, size_t nb_repeats, bool tries_shapes,
                         tg_launch launch)
{
    size_t number = 0;
    while (all[number].kernel != kernel) {
        number++;
    }
    tg_gate_options options = options_of(of);
    options.names = &of->names[number];
    options.nb_names = 1;
    options.nb_repeats = nb_repeats;
    options.tries_shapes = tries_shapes;
    options.launch = launch;
    return run_gate(&options);
}

/* What two runs do not show, and one shape, a gate that is not asked for more does not find. */
START_TEST(misbehaving_kernels_need_repeat_and_sweep)
{
    static const struct {
        tg_host_kernel *kernel;
        size_t nb_repeats;
        bool tries_shapes;
        tg_launch launch;
        bool is_found;
    } tries[] = {
        {deed_race, 0, false, {0}, false},
        {deed_race, 0, true, {.grid = 1, .block = 32}, true},
        {deed_race, 2, false, {0}, true},
        {kernel_divides_wrongly, 3, false, {0}, false},
        {kernel_divides_wrongly, 0, true, {.block = 64}, false},
        {kernel_divides_wrongly, 0, true, {.grid = 3}, false},
        {kernel_divides_wrongly, 0, true, {.block = 1}, true},
        {kernel_divides_wrongly, 0, true, {.grid = 2, .block = 33}, true},
        {kernel_divides_wrongly, 0, false, {.block = 1}, true},
    };
    planted of;
    planted_init(&of);
    for (size_t i = 0; i < sizeof tries / sizeof tries[0]; i++) {
        gate_run result = gate_one(&of, tries[i].kernel, tries[i].nb_repeats, tries[i].tries_shapes,
                                   tries[i].launch);
        ck_assert_msg(result.status == (tries[i].is_found ? TG_ERR_MISMATCH : TG_OK), "%zu\n%s", i,
                      result.text);
        // Without the plan's shape beside it, a shape tells nothing but what is wrong.
        const bool is_of_shape =
            tries[i].kernel == kernel_divides_wrongly && tries[i].tries_shapes && tries[i].is_found;
        ck_assert_msg((strstr(result.text, "/launch-shape/") != NULL) == is_of_shape, "%zu\n%s", i,
                      result.text);
        ck_assert_int_eq(strstr(result.text, " --sweep\n") != NULL,
                         tries[i].tries_shapes && tries[i].is_found);
        gate_run_clear(&result);
    }
}
END_TEST

/* ---- triage ---- */

/* Segfaults with many events, and does not end with one that is zero. */
static void kernel_does_both(uint32_t *trace, uintptr_t height, const void *events,
                             uintptr_t nb_events, const tg_krn_extra *extra)
{
    const uint32_t *words = events;
    kernel_right(trace, height, events, nb_events, extra);
    if (!is_first_thread() || nb_events == 0) return;
    if (words[0] == 0 && words[1] == 0) spin_for_ever();
    write_word((uintptr_t)trace + ((uintptr_t)1 << 44));
}

static tg_triage triage_of(tg_host_kernel *kernel, double run_seconds, double max_seconds)
{
    wrong_plan wrong;
    tg_backend reference;
    tg_backend host;
    tg_triage triage;
    const tg_isolation how = {.isolate = TG_ISOLATE_ALWAYS,
                              .has_limit = true,
                              .max_seconds = run_seconds};
    const tg_subject subject = wrong_subject(&wrong, kernel);
    tg_case work = wrong_case(&subject, 6);
    for (size_t i = 0; i < 6; i++) {
        ((uint32_t *)work.events)[i * WRONG_WIDTH] = 3;
    }
    tg_assert_ok(tg_backend_open(&reference, worker_inner("reference"), tg_suite_error));
    tg_assert_ok(tg_isolation_open(&host, worker_inner("host"), &how, true, tg_suite_error));
    const tg_triage_options options = {.expected = &reference,
                                       .actual = &host,
                                       .max_seconds = max_seconds};
    tg_assert_ok(tg_triage_run(&triage, &work, &options, tg_suite_error));
    tg_case_clear(&work);
    tg_backend_close(&host);
    tg_backend_close(&reference);
    // The plan was this function's.
    triage.smallest.subject.plan = NULL;
    return triage;
}

START_TEST(misbehaving_crashes_are_no_hangs)
{
    tg_triage triage = triage_of(kernel_does_both, 0.1, 0);
    ck_assert_str_eq(triage.key.text, WRONG_TRACE "/failed/crashed/the kernel under test failed");
    ck_assert_int_eq(triage.result.error.failure, TG_FAILURE_CRASH);
    ck_assert_uint_eq(triage.smallest.nb_events, 1);
    tg_triage_clear(&triage);
}
END_TEST

/* Each try takes its whole time, and few are made. */
START_TEST(misbehaving_hangs_are_tried_a_few_times)
{
    tg_triage triage = triage_of(kernel_spins, 0.2, 1);
    ck_assert_str_eq(triage.key.text, WRONG_TRACE "/failed/hung/the kernel under test failed");
    ck_assert_int_eq(triage.result.error.failure, TG_FAILURE_HANG);
    ck_assert(triage.nb_runs < 60);
    ck_assert(triage.seconds < 30);
    tg_triage_clear(&triage);
}
END_TEST

TG_SUITE("misbehaving", misbehaving_kernels_are_a_finding_each,
         misbehaving_kernels_need_repeat_and_sweep, misbehaving_crashes_are_no_hangs,
         misbehaving_hangs_are_tried_a_few_times)

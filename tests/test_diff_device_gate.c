/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Gates with a backend that compares where it makes: they report what they report where it does
 * not, to the byte. The backend stands in for `cuda` in this program, runs kernels and comparison
 * on the host grid, and does wrong what a case asks for. */
#include "gate_records.h"
#include "harness/backend_cuda_internal.h"
#include "harness/diff_device.h"
#include "suite.h"

/* What is wrong with the product of each run. */
typedef enum fault {
    FAULT_NONE,
    FAULT_CELL,        /* one cell */
    FAULT_PADDING,     /* the last cell */
    FAULT_ALL,         /* all cells */
    FAULT_NOT_REDUCED, /* one cell has another form of its residue */
    FAULT_UNWRITTEN,   /* one cell is left out */
    FAULT_UNSTABLE,    /* one cell is not the same in both runs */
    FAULT_OUTSIDE,     /* a word behind the trace */
    FAULT_SIDES,       /* the last word of each side output */
    NB_FAULTS
} fault;

/* The stand-in's state: cases run in processes of their own, and backends are opened by name, so
 * that nothing can be handed to it. */
static struct {
    fault planted;
    bool has_room; /* false: it cannot compare there */
    size_t nb_runs;
    size_t nb_compared;
} stand_in;

static void plant(const tg_product *out, const tg_job *job, uint32_t before)
{
    const tg_trace *trace = job->subject->trace;
    const size_t nb_cells = job->height * tg_trace_width(trace);
    uint32_t *cell = &out->cells[nb_cells / 3];
    switch (stand_in.planted) {
    case FAULT_CELL:
        *cell ^= 1;
        break;
    case FAULT_PADDING:
        out->cells[nb_cells - 1] ^= 2;
        break;
    case FAULT_ALL:
        for (size_t i = 0; i < nb_cells; i++) out->cells[i] ^= 1;
        break;
    case FAULT_NOT_REDUCED:
        *cell += TG_P;
        break;
    case FAULT_UNWRITTEN:
        *cell = before;
        break;
    case FAULT_UNSTABLE:
        *cell = (uint32_t)stand_in.nb_runs % 2;
        break;
    case FAULT_OUTSIDE:
        out->cells[nb_cells] = 1;
        break;
    case FAULT_SIDES:
        for (size_t i = 0; i < trace->nb_sides; i++)
            out->sides[i][tg_side_nb_words(&trace->sides[i]) - 1] ^= 1;
        break;
    case FAULT_NONE:
    case NB_FAULTS:
        break;
    }
}

static tg_status generate(__attribute__((unused)) void *state, const tg_product *out,
                          const tg_job *job, tg_error *error)
{
    const tg_request request = tg_job_request(job);
    const uint32_t before = out->cells[0];
    const tg_status status =
        tg_plan_run_host(job->subject->plan, &job->launch, out, &request, error);
    stand_in.nb_runs++;
    if (status == TG_OK && job->height != 0) plant(out, job, before);
    return status;
}

static tg_status stand_in_open(void **state, __attribute__((unused)) tg_error *error)
{
    *state = NULL;
    return TG_OK;
}

static void stand_in_close(__attribute__((unused)) void *state) {}

static tg_status stand_in_run(void *state, const tg_product *out, tg_conduct *conduct,
                              const tg_job *job, uint32_t poison, tg_error *error)
{
    return tg_guarded_run(out, conduct, generate, state, job, poison, error);
}

static void copy_product(const tg_product *to, const tg_product *from, const tg_job *job)
{
    const tg_trace *trace = job->subject->trace;
    memcpy(to->cells, from->cells, job->height * tg_trace_width(trace) * sizeof(uint32_t));
    for (size_t i = 0; i < trace->nb_sides; i++) {
        memcpy(to->sides[i], from->sides[i], tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t));
    }
}

/* Compare by the host grid; leave something else than the product where all is well. */
static tg_status compare_made(tg_diff *diff, tg_sides_diff *sides, const tg_conduct *conduct,
                              const tg_product *out, const tg_product *made, const tg_job *job,
                              const tg_product *expected, tg_error *error)
{
    const tg_trace *trace = job->subject->trace;
    const tg_matrix right = {.cells = expected->cells,
                             .height = job->height,
                             .width = tg_trace_width(trace)};
    tg_matrix actual = right;
    actual.cells = made->cells;
    const tg_status status =
        tg_diff_run_at(diff, &tg_diff_on_host, NULL, trace, job->nb_events, &right, &actual, error);
    if (status != TG_OK) return status;
    tg_sides_diff_run(sides, expected, made);
    if (!tg_diff_is_match(diff) || !tg_sides_diff_is_match(sides) || tg_conduct_is_wrong(conduct)) {
        copy_product(out, made, job);
    } else {
        memset(out->cells, 0xee, right.height * right.width * sizeof(uint32_t));
    }
    return TG_OK;
}

static tg_status stand_in_compare(void *state, tg_diff *diff, tg_sides_diff *sides,
                                  tg_conduct *conduct, const tg_product *out, const tg_job *job,
                                  const tg_product *expected, tg_error *error)
{
    tg_product made;
    if (!stand_in.has_room) {
        tg_error_set(error, TG_ERR_MEMORY, "no room for both sides");
        tg_error_how(error, "none");
        return TG_ERR_MEMORY;
    }
    const tg_backend backend = {.ops = &tg_backend_cuda, .state = state};
    tg_status status = tg_product_create(&made, job->subject->trace, job->height, error);
    if (status != TG_OK) return status;
    status = tg_backend_make(&made, conduct, &backend, job, error);
    if (status == TG_OK)
        status = compare_made(diff, sides, conduct, out, &made, job, expected, error);
    stand_in.nb_compared += status == TG_OK;
    tg_product_destroy(&made);
    return status;
}

const tg_backend_ops tg_backend_cuda = {.name = "cuda",
                                        .text = "",
                                        .takes_launch = true,
                                        .generates = true,
                                        .open = stand_in_open,
                                        .close = stand_in_close,
                                        .run = stand_in_run,
                                        .compare = stand_in_compare};

/* Nothing here measures. */
tg_device *tg_backend_cuda_device(__attribute__((unused)) void *state) { return NULL; }

/* One gate of all traces, comparing there or here. */
static gate_run gate_once(fault planted, bool there, tg_gate_options options)
{
    static const char *const actuals[] = {"cuda"};
    stand_in.planted = planted;
    stand_in.has_room = there;
    stand_in.nb_runs = 0;
    stand_in.nb_compared = 0;
    options.seeded = true;
    options.profile = TG_PROFILE_UNIFORM;
    options.seed = 1;
    options.actuals = actuals;
    options.nb_actuals = 1;
    return run_gate(&options);
}

/* Times differ from run to run: whatever number stands before " s" is cut, with its padding. */
static void cut_times(char *text)
{
    for (char *at = strstr(text, " s"); at != NULL; at = strstr(at + 1, " s")) {
        char *first = at;
        while (first > text && strchr("0123456789. ", first[-1]) != NULL) first--;
        memmove(first, at, strlen(at) + 1);
        at = first;
    }
}

static void check_alike(fault planted, const tg_gate_options *options)
{
    gate_run there = gate_once(planted, true, *options);
    const size_t nb_compared = stand_in.nb_compared;
    gate_run here = gate_once(planted, false, *options);
    ck_assert_uint_gt(nb_compared, 0);
    ck_assert_uint_eq(stand_in.nb_compared, 0);
    ck_assert_int_eq(there.status, here.status);
    ck_assert_uint_eq(there.summary.nb_comparisons, here.summary.nb_comparisons);
    ck_assert_uint_eq(there.summary.nb_cells, here.summary.nb_cells);
    ck_assert_uint_eq(there.summary.nb_mismatches, here.summary.nb_mismatches);
    ck_assert_uint_eq(there.summary.nb_lookups, here.summary.nb_lookups);
    cut_times(there.text);
    cut_times(here.text);
    size_t same = 0;
    while (there.text[same] != '\0' && there.text[same] == here.text[same]) same++;
    ck_assert_msg(there.text[same] == here.text[same], "fault %d, there: %.200s\nhere: %.200s",
                  (int)planted, there.text + same, here.text + same);
    ck_assert_int_eq(there.status, planted == FAULT_NONE ? TG_OK : TG_ERR_MISMATCH);
    gate_run_clear(&there);
    gate_run_clear(&here);
}

START_TEST(diff_device_gate_reports_the_same)
{
    for (fault planted = FAULT_NONE; planted < NB_FAULTS; planted++) {
        check_alike(planted, &(tg_gate_options){.nb_events = 70, .max_cells = 5});
        check_alike(planted, &(tg_gate_options){.nb_events = 33, .verbose = true});
    }
}
END_TEST

/* Causes, smallest cases and keys are of the cells that came. */
START_TEST(diff_device_gate_finds_the_same_causes)
{
    static const fault planted[] = {FAULT_CELL, FAULT_ALL, FAULT_UNWRITTEN, FAULT_SIDES};
    for (size_t i = 0; i < sizeof planted / sizeof planted[0]; i++) {
        check_alike(planted[i],
                    &(tg_gate_options){.nb_events = 9, .max_cells = 3, .triages = true});
    }
}
END_TEST

/* The self-test changes what was made, which must have come for that. */
START_TEST(diff_device_gate_brings_cells_for_the_self_test)
{
    gate_run result =
        gate_once(FAULT_NONE, true, (tg_gate_options){.nb_events = 33, .self_test = true});
    ck_assert_int_eq(result.status, TG_OK);
    ck_assert_uint_eq(stand_in.nb_compared, 0);
    ck_assert_uint_gt(result.summary.nb_planted, 0);
    gate_run_clear(&result);
}
END_TEST

TG_SUITE("diff_device_gate", diff_device_gate_reports_the_same,
         diff_device_gate_finds_the_same_causes, diff_device_gate_brings_cells_for_the_self_test)

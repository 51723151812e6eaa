/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The generator on a machine of the suite's own, whose kernels fail as kernels do: events that
 * cannot be made, kernels that do not end; and side outputs of every form.
 */
#include "chain.h"
#include "pipeline_loss.h"
#include "pipeline_made.h"
#include "reference/field.h"

#include <time.h>

/* ---- the machine: three chips that are chains of numbers ---- */

static const tg_type residue = {.name = "residue", .form = TG_FORM_RESIDUE, .size = 4};
static const tg_type felt = {.name = "felt", .form = TG_FORM_FELT, .size = 4};
static const tg_field total = {.name = "total", .dims = "", .size = 4, .type = &residue};
static const tg_field counts = {.name = "counts", .dims = "[4]", .size = 16, .type = &felt};
static const tg_field sums = {.name = "sums", .dims = "[2]", .size = 8, .type = &residue};
#define TOY_STRUCT(size_, field)                                                   \
    {                                                                              \
        .form = TG_FORM_STRUCT, .size = (size_), .nb_fields = 1, .fields = (field) \
    }
static const tg_type total_type = TOY_STRUCT(4, &total);
static const tg_type counts_type = TOY_STRUCT(16, &counts);
static const tg_type columns_type = TOY_STRUCT(8, &sums);

/* Public values of a chip, beginning at a place: the total as it is, the counts as field elements.
 */
#define TOY_SIDES(place)                                                                     \
    {                                                                                        \
        [CHAIN_SIDE_TOTAL] = {.name = "total", .words = &total_type, .public_value = place}, \
        [CHAIN_SIDE_COUNTS] = {                                                              \
            .name = "counts",                                                                \
            .words = &counts_type,                                                           \
            .public_value = (place) + 1                                                      \
        }                                                                                    \
    }
enum { FIRST, SECOND, THIRD, NB_CHIPS };
#define PLACE(chip) (10 + 10 * (chip))
static const tg_side sides[NB_CHIPS][CHAIN_NB_SIDES] = {
    TOY_SIDES(PLACE(FIRST)), TOY_SIDES(PLACE(SECOND)), TOY_SIDES(PLACE(THIRD))};

/* Numbers from here on to 255 have no candidate. */
#define MAX_CANDIDATES 200
#define TOY_TRACE(name_, chip)                                                         \
    {                                                                                  \
        .kind = TG_KIND_main, .name = name_, .event = &felt, .columns = &columns_type, \
        .events_per_row = 1, .rows_per_event = 1, .nb_sides = CHAIN_NB_SIDES,          \
        .sides = sides[chip], .max_candidates = MAX_CANDIDATES                         \
    }
static const tg_trace traces[NB_CHIPS] = {TOY_TRACE("First.main", FIRST),
                                          TOY_TRACE("Second.main", SECOND),
                                          TOY_TRACE("Third.main", THIRD)};

static const tg_machine_chip chips[NB_CHIPS] = {{.name = "First", .width = CHAIN_WIDTH},
                                                {.name = "Second", .width = CHAIN_WIDTH},
                                                {.name = "Third", .width = CHAIN_WIDTH}};
static const uint16_t order[NB_CHIPS] = {FIRST, SECOND, THIRD};
static const tg_cluster cluster = {.id = "all", .nb_chips = NB_CHIPS, .chips = order};
static const tg_machine toy = {.id = "toy",
                               .short_id = "toy",
                               .chips = chips,
                               .nb_chips = NB_CHIPS,
                               .by_name = order,
                               .nb_clusters = 1,
                               .clusters = &cluster};

/* A kernel whose threads wait for each other for ever: shows late, on the stream's own thread. */
TG_ROWS_PER_BLOCK(stuck, 32)
TG_STEP_KERNEL(stuck, uint32_t)
{
    (void)events;
    (void)nb_events;
    if (threadIdx.x % 2 == 0) {
        __syncthreads();
    } else {
        trace[threadIdx.x % height] = __shfl_up_sync(0xffffffffu, extra.max_candidates, 1);
    }
}

static const tg_step stuck_steps[] = {CHAIN_STEP(stuck, .block = 32)};
static const tg_plan stuck_plan = {.nb_steps = 1, .steps = stuck_steps};

/* ---- inputs ---- */

#define NB_NUMBERS 70
#define HEIGHT 96

typedef struct toy_inputs {
    tg_inputs inputs; /* first: what destroy is given */
    tg_chip_input chips[NB_CHIPS];
    uint32_t numbers[NB_CHIPS][NB_NUMBERS];
} toy_inputs;

static void toy_destroy(tg_inputs *inputs) { free(inputs); }

static toy_inputs *toy_create(void)
{
    toy_inputs *made = calloc(1, sizeof *made);
    ck_assert_ptr_nonnull(made);
    made->inputs = (tg_inputs){.machine = &toy,
                               .kind = TG_KIND_main,
                               .chips = made->chips,
                               .destroy = toy_destroy};
    for (size_t i = 0; i < NB_CHIPS; i++) {
        for (size_t k = 0; k < NB_NUMBERS; k++)
            made->numbers[i][k] = (uint32_t)(k * 3 + i) % MAX_CANDIDATES;
        made->chips[i] = (tg_chip_input){.is_included = true,
                                         .height = HEIGHT,
                                         .subject = {.trace = &traces[i], .plan = &chain_plan},
                                         .events = made->numbers[i],
                                         .nb_events = NB_NUMBERS};
    }
    return made;
}

/* ---- calls ---- */

typedef struct toy_run {
    tg_runtime_memory memory;
    tg_permits *permits;
    tg_pipeline *pipeline;
    tg_pipeline_result result;
} toy_run;

/* Begin a pipeline.
 * hooks  NULL: none */
static void toy_begin(toy_run *run, const tg_runtime_ops *ops, size_t nb_streams, size_t nb_permits,
                      const tg_pipeline_hooks *hooks)
{
    const tg_pipeline_options options = {.nb_threads = 2, .nb_streams = nb_streams, .hooks = hooks};
    // The suite's error may be that of the call which this is for.
    tg_status status = tg_permits_create(&run->permits, nb_permits, NULL);
    if (status == TG_OK) status = tg_pipeline_create(&run->pipeline, &toy, ops, &options, NULL);
    ck_assert_int_eq(status, TG_OK);
}

static tg_status toy_main(toy_run *run, toy_inputs *inputs, tg_error *error)
{
    return tg_pipeline_generate_main(&run->result, run->pipeline, &inputs->inputs, 7, run->permits,
                                     error);
}

static tg_status toy_generate(toy_run *run, toy_inputs *inputs, size_t nb_streams, tg_error *error)
{
    toy_begin(run, &tg_runtime_host, nb_streams, 1, NULL);
    return toy_main(run, inputs, error);
}

static void toy_end(toy_run *run)
{
    (void)tg_pipeline_result_clear(&run->result);
    ck_assert_uint_eq(tg_permits_nb_free(run->permits), 1);
    tg_assert_ok(
        tg_runtime_get_memory(&run->memory, tg_pipeline_runtime(run->pipeline), tg_suite_error));
    ck_assert_uint_eq(run->memory.taken_bytes, 0);
    tg_pipeline_destroy(run->pipeline);
    tg_permits_destroy(run->permits);
}

static void check_chip(const toy_run *run, size_t chip, const uint32_t *numbers)
{
    static chain_result expected;
    uint32_t cells[CHAIN_WIDTH * HEIGHT];
    const tg_padded_trace *trace = tg_traces_find(&run->result.main, chips[chip].name);
    const uint32_t *values = run->result.public_values + PLACE(chip);
    chain_expect(&expected, HEIGHT, numbers, NB_NUMBERS);
    ck_assert_ptr_nonnull(trace);
    tg_assert_ok(tg_padded_trace_download(cells, trace, run->result.scope, tg_suite_error));
    ck_assert_mem_eq(cells, expected.cells, sizeof cells);
    ck_assert_uint_eq(values[0], expected.total);
    for (size_t i = 0; i < CHAIN_NB_COUNTS; i++)
        ck_assert_uint_eq(values[1 + i], tg_ref_from_word(expected.counts[i]));
}

START_TEST(pipeline_toy_public_values_are_canonical)
{
    for (size_t nb_streams = 1; nb_streams <= 4; nb_streams++) {
        toy_run run;
        toy_inputs *inputs = toy_create();
        uint32_t numbers[NB_CHIPS][NB_NUMBERS];
        memcpy(numbers, inputs->numbers, sizeof numbers);
        tg_assert_ok(toy_generate(&run, inputs, nb_streams, tg_suite_error));
        for (size_t i = 0; i < NB_CHIPS; i++) check_chip(&run, i, numbers[i]);
        ck_assert_uint_eq(run.result.public_values[0], 0);
        toy_end(&run);
    }
}
END_TEST

START_TEST(pipeline_toy_names_events_that_cannot_be_made)
{
    toy_run run;
    toy_inputs *inputs = toy_create();
    inputs->numbers[THIRD][8] = MAX_CANDIDATES;
    inputs->numbers[SECOND][33] = MAX_CANDIDATES + 9;
    inputs->numbers[SECOND][50] = MAX_CANDIDATES;
    tg_assert_fails(TG_ERR_EVENT, "event 33", toy_generate(&run, inputs, 3, tg_suite_error));
    ck_assert_uint_eq(run.result.nb_failures, 2);
    ck_assert_str_eq(run.result.failures[0].name, "Second");
    ck_assert_str_eq(run.result.failures[1].name, "Third");
    ck_assert_ptr_nonnull(strstr(run.result.failures[1].error.what, "event 8"));
    toy_end(&run);
}
END_TEST

START_TEST(pipeline_toy_names_the_kernel_that_fails)
{
    for (size_t chip = 0; chip < NB_CHIPS; chip++) {
        for (size_t nb_streams = 1; nb_streams <= 4; nb_streams++) {
            toy_run run;
            toy_inputs *inputs = toy_create();
            inputs->chips[chip].subject.plan = &stuck_plan;
            tg_assert_fails(TG_ERR_KERNEL, traces[chip].name,
                            toy_generate(&run, inputs, nb_streams, tg_suite_error));
            ck_assert_uint_eq(run.result.nb_failures, 1);
            ck_assert_str_eq(run.result.failures[0].name, chips[chip].name);
            toy_end(&run);
        }
    }
}
END_TEST

START_TEST(pipeline_toy_makes_on_the_device_what_has_no_reference)
{
    // The machine says that none of them is a chip of the device.
    for (size_t i = 0; i < NB_CHIPS; i++) ck_assert(!chips[i].is_device[TG_KIND_main]);
    toy_run run;
    tg_assert_ok(toy_generate(&run, toy_create(), 2, tg_suite_error));
    ck_assert_uint_eq(run.result.main.nb, NB_CHIPS);
    ck_assert(run.result.times.host_done == 0);
    ck_assert_uint_ge(run.result.times.uploaded_bytes, sizeof(uint32_t) * NB_CHIPS * NB_NUMBERS);
    toy_end(&run);
}
END_TEST

/* ---- several failures ---- */

/* What the hook does to a call. */
typedef struct toy_hook {
    size_t nb_together;       /* chips of the device that wait for each other, each on its lane */
    const char *failing_name; /* fails when they all have begun; NULL: none */
    atomic_size_t nb_begun;   /* on the device */
} toy_hook;

static tg_status toy_before(void *context, const char *name, __attribute__((unused)) tg_kind kind,
                            bool is_device, tg_error *error)
{
    toy_hook *hook = context;
    const bool fails = hook->failing_name != NULL && strcmp(name, hook->failing_name) == 0;
    if (is_device && !fails) (void)atomic_fetch_add(&hook->nb_begun, 1);
    while (atomic_load(&hook->nb_begun) < hook->nb_together) {
        (void)nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    }
    if (!fails) return TG_OK;
    tg_error_set(error, TG_ERR_IO, "a planted failure");
    tg_error_how(error, "take it away again");
    return TG_ERR_IO;
}

static tg_status make_nothing(__attribute__((unused)) void *context, const tg_product *out,
                              size_t height, __attribute__((unused)) tg_error *error)
{
    memset(out->cells, 0, height * CHAIN_WIDTH * sizeof *out->cells);
    return TG_OK;
}

static void check_failure(const toy_run *run, size_t number, size_t chip, tg_status status,
                          const char *text)
{
    const tg_chip_failure *failure = &run->result.failures[number];
    ck_assert_str_eq(failure->name, chips[chip].name);
    ck_assert_int_eq(failure->error.status, status);
    ck_assert_msg(strstr(failure->error.what, text) != NULL, "%s", failure->error.what);
}

/* Kernels that fail at once, each on its own stream, are all told. */
START_TEST(pipeline_toy_names_all_kernels_that_fail)
{
    for (size_t trial = 0; trial < 20; trial++) {
        toy_run run;
        toy_hook hook = {.nb_together = 3};
        toy_inputs *inputs = toy_create();
        for (size_t i = 0; i < NB_CHIPS; i++) inputs->chips[i].subject.plan = &stuck_plan;
        toy_begin(&run, &tg_runtime_host, 3, 1, &(tg_pipeline_hooks){&hook, toy_before, NULL});
        tg_assert_fails(TG_ERR_KERNEL, "First.main", toy_main(&run, inputs, tg_suite_error));
        ck_assert_uint_eq(run.result.nb_failures, NB_CHIPS);
        for (size_t i = 0; i < NB_CHIPS; i++)
            check_failure(&run, i, i, TG_ERR_KERNEL, traces[i].name);
        toy_end(&run);
    }
}
END_TEST

static tg_status pause_before(void *context, __attribute__((unused)) const char *name,
                              __attribute__((unused)) tg_kind kind,
                              __attribute__((unused)) bool is_device,
                              __attribute__((unused)) tg_error *error)
{
    // Another pause each time, on whichever lane.
    const size_t turn = atomic_fetch_add((atomic_size_t *)context, 1);
    (void)nanosleep(&(struct timespec){.tv_nsec = (long)(turn * 7919 % 13) * 50000}, NULL);
    return TG_OK;
}

/* Which kernels are told of is chance, where some have not begun and some are behind others that
 * failed; the call's error is not: it is of the one that is queued first. */
START_TEST(pipeline_toy_tells_the_same_error_each_time)
{
    static const size_t nb_numbers[NB_CHIPS] = {[FIRST] = 20, [SECOND] = 70, [THIRD] = 40};
    atomic_size_t turn = 0;
    char first_line[sizeof(tg_error)] = "";
    for (size_t trial = 0; trial < 60; trial++) {
        toy_run run;
        tg_error error = {.status = TG_OK};
        char line[sizeof(tg_error)];
        toy_inputs *inputs = toy_create();
        for (size_t i = 0; i < NB_CHIPS; i++) {
            inputs->chips[i].subject.plan = &stuck_plan;
            inputs->chips[i].nb_events = nb_numbers[i];
        }
        toy_begin(&run, &tg_runtime_host, 1 + trial % 4, 1,
                  &(tg_pipeline_hooks){&turn, pause_before, NULL});
        ck_assert_int_eq(toy_main(&run, inputs, &error), TG_ERR_KERNEL);
        (void)tg_error_line(line, sizeof line, &error);
        ck_assert_msg(strstr(line, "Second.main") != NULL, "%s", line);
        if (trial == 0) memcpy(first_line, line, sizeof line);
        ck_assert_str_eq(line, first_line);
        check_failure(&run, 0, SECOND, TG_ERR_KERNEL, "Second.main");
        toy_end(&run);
    }
}
END_TEST

/* A kernel's failure that shows late is told though the host has failed by then: on the lane that
 * the kernel is queued on, on another, or on none. */
START_TEST(pipeline_toy_names_kernels_behind_a_failure_of_the_host)
{
    for (size_t nb_streams = 1; nb_streams <= 3; nb_streams++) {
        for (size_t failing = SECOND; failing <= THIRD; failing++) {
            toy_run run;
            toy_hook hook = {.nb_together = 1, .failing_name = chips[failing].name};
            toy_inputs *inputs = toy_create();
            inputs->chips[FIRST].subject.plan = &stuck_plan;
            if (failing == THIRD) inputs->chips[THIRD].make = make_nothing;
            toy_begin(&run, &tg_runtime_host, nb_streams, 1,
                      &(tg_pipeline_hooks){&hook, toy_before, NULL});
            tg_assert_fails(TG_ERR_KERNEL, "First.main", toy_main(&run, inputs, tg_suite_error));
            ck_assert_uint_eq(run.result.nb_failures, 2);
            check_failure(&run, 0, FIRST, TG_ERR_KERNEL, "First.main");
            check_failure(&run, 1, failing, TG_ERR_IO, "planted");
            toy_end(&run);
        }
    }
}
END_TEST

/* A chip of the host and chips of the device fail, in whichever order: the call's error is that of
 * the device's chip that is queued first, each time. */
START_TEST(pipeline_toy_tells_the_same_error_of_a_mixed_failure)
{
    for (size_t trial = 0; trial < 60; trial++) {
        toy_run run;
        toy_hook hook = {.nb_together = 0, .failing_name = chips[THIRD].name};
        toy_inputs *inputs = toy_create();
        inputs->chips[FIRST].subject.plan = &stuck_plan;
        inputs->chips[SECOND].subject.plan = &stuck_plan;
        inputs->chips[THIRD].make = make_nothing;
        toy_begin(&run, &tg_runtime_host, 1 + trial % 3, 1,
                  &(tg_pipeline_hooks){&hook, toy_before, NULL});
        tg_assert_fails(TG_ERR_KERNEL, "First.main", toy_main(&run, inputs, tg_suite_error));
        check_failure(&run, 0, FIRST, TG_ERR_KERNEL, "First.main");
        toy_end(&run);
    }
}
END_TEST

static void check_loss(size_t culprit, size_t nb_streams)
{
    toy_run run;
    tg_error error = {.status = TG_OK};
    toy_hook hook = {.nb_together = nb_streams > NB_CHIPS ? NB_CHIPS : nb_streams};
    const tg_runtime_ops ops = loss_ops(traces[culprit].name);
    toy_begin(&run, &ops, nb_streams, 1, &(tg_pipeline_hooks){&hook, toy_before, NULL});
    const tg_status status = toy_main(&run, toy_create(), &error);
    ck_assert_int_eq(status, TG_ERR_KERNEL);
    ck_assert_msg(strstr(error.what, traces[culprit].name) != NULL, "%s", error.what);
    ck_assert_ptr_nonnull(strstr(error.what, LOSS_TEXT));
    ck_assert_uint_eq(run.result.nb_failures, 1);
    const char *name = run.result.failures[0].name;
    // With one stream the kernels are queued in order: the first is the only one by then.
    const bool is_known = nb_streams == 1 && culprit == FIRST;
    ck_assert_msg(strcmp(name, chips[culprit].name) == 0 || (!is_known && name[0] == '\0'), "%s",
                  name);
    if (nb_streams == 1 && !is_known) ck_assert_str_eq(name, "");
    (void)tg_pipeline_result_clear(&run.result);
    tg_pipeline_destroy(run.pipeline);
    tg_permits_destroy(run.permits);
}

/* The code that tells of a loss is everyone's: a chip is blamed only if no other can have done it,
 * and the one that did is always named. */
START_TEST(pipeline_toy_blames_no_other_chip_for_a_loss)
{
    for (size_t trial = 0; trial < 10; trial++) {
        for (size_t culprit = 0; culprit < NB_CHIPS; culprit++) {
            for (size_t nb_streams = 1; nb_streams <= 4; nb_streams++)
                check_loss(culprit, nb_streams);
        }
    }
}
END_TEST

/* Results hold a stream each, and there are as many as permits allow. */
START_TEST(pipeline_toy_permits_alone_limit_the_results)
{
    enum { NB = TG_RUNTIME_NB_TASKS + 6 };
    for (size_t nb_streams = 1; nb_streams <= 3; nb_streams += 2) {
        toy_run run;
        static tg_pipeline_result results[NB];
        toy_begin(&run, &tg_runtime_host, nb_streams, NB + 1, NULL);
        for (size_t i = 0; i < NB; i++) {
            tg_assert_ok(toy_main(&run, toy_create(), tg_suite_error));
            results[i] = run.result;
        }
        ck_assert_uint_eq(tg_permits_nb_free(run.permits), 1);
        for (size_t i = 0; i < NB; i++) (void)tg_pipeline_result_clear(&results[i]);
        tg_pipeline_destroy(run.pipeline);
        tg_permits_destroy(run.permits);
    }
}
END_TEST

TG_SUITE("pipeline_toy", pipeline_toy_public_values_are_canonical,
         pipeline_toy_names_events_that_cannot_be_made, pipeline_toy_names_the_kernel_that_fails,
         pipeline_toy_makes_on_the_device_what_has_no_reference,
         pipeline_toy_names_all_kernels_that_fail, pipeline_toy_tells_the_same_error_each_time,
         pipeline_toy_names_kernels_behind_a_failure_of_the_host,
         pipeline_toy_tells_the_same_error_of_a_mixed_failure,
         pipeline_toy_blames_no_other_chip_for_a_loss, pipeline_toy_permits_alone_limit_the_results)

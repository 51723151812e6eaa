/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The generator when something fails: each call of the runtime now, late and for good, each
 * allocation, each thread. Always one clear error, nothing left on the device, no permit lost, no
 * hang, and the next call is as good as the first. */
#include "fault.h"
#include "pipeline_bench.h"
#include "runtime_faults.h"

#include <limits.h>

#define NB_EVENTS 3

/* Under the thread sanitizer, where each try takes ten times as long, all of the first calls fail
 * in turn, and of the others one in some. */
#ifdef __SANITIZE_THREAD__
#define NB_IN_TURN 50
#define NB_SKIPPED 6
#else
#define NB_IN_TURN LONG_MAX
#define NB_SKIPPED 0
#endif

static long next_of(long nth) { return nth < NB_IN_TURN ? nth + 1 : nth + 1 + NB_SKIPPED; }

static void say_skipped(void)
{
    if (NB_SKIPPED != 0)
        (void)printf("beyond the first %ld calls only each %dth fails, for the thread sanitizer\n",
                     (long)NB_IN_TURN, NB_SKIPPED + 1);
}

/* A pipeline, and inputs for calls. */
typedef struct subject {
    test_bench bench;
    made_expected *of_record;
    made_expected *of_program;
    size_t nb_inputs;
} subject;

static void make_inputs(subject *all, tg_inputs **record, tg_inputs **program)
{
    *record = made_inputs(all->bench.machine, TG_KIND_main, NB_EVENTS, stand_ins);
    *program = made_inputs(all->bench.machine, TG_KIND_preprocessed, NB_EVENTS, stand_ins);
    all->nb_inputs += 2;
}

static void set_up(subject *all, const bench_setup *setup)
{
    tg_inputs *record = NULL, *program = NULL;
    *all = (subject){.nb_inputs = 0};
    bench_open(&all->bench, setup, 1);
    make_inputs(all, &record, &program);
    all->of_record = made_expect(record);
    all->of_program = made_expect(program);
    record->destroy(record);
    program->destroy(program);
    all->nb_inputs = 0;
}

static void tear_down(subject *all)
{
    made_expected_destroy(all->of_record);
    made_expected_destroy(all->of_program);
    bench_close(&all->bench, all->nb_inputs);
}

/* A call that must go well. */
static void run_well(subject *all)
{
    tg_inputs *record = NULL, *program = NULL;
    tg_pipeline_result result;
    make_inputs(all, &record, &program);
    tg_assert_ok(tg_pipeline_generate(&result, all->bench.pipeline, program, record, MADE_LOG_ROWS,
                                      all->bench.permits, tg_suite_error));
    made_check(&result, all->of_record);
    made_check(&result, all->of_program);
    (void)tg_pipeline_result_clear(&result);
}

/* The first failure is the call's error, and each chip's is of this chip: a kernel's names the
 * chip's trace. */
static void check_failures(const tg_pipeline_result *result, tg_status status,
                           const tg_error *error)
{
    // A call that had no memory for its own has none for failures.
    if (status == TG_ERR_MEMORY && result->nb_failures == 0) return;
    ck_assert_uint_gt(result->nb_failures, 0);
    ck_assert_int_eq(result->failures[0].error.status, status);
    ck_assert_str_eq(result->failures[0].error.what, error->what);
    for (size_t i = 0; i < result->nb_failures; i++) {
        const tg_chip_failure *failure = &result->failures[i];
        char trace[TG_NAME_BYTES];
        (void)snprintf(trace, sizeof trace, "%s.%s", failure->name, tg_kind_name(failure->kind));
        if (failure->name[0] == '\0') continue;
        ck_assert_ptr_nonnull(strstr(failure->error.where, trace));
        if (failure->error.status == TG_ERR_KERNEL)
            ck_assert_msg(tg_runtime_blames(&failure->error, trace), "%s: %s", trace,
                          failure->error.what);
    }
}

/* What every failed call leaves, and every result that is cleared. */
static void check_after(subject *all, tg_pipeline_result *result, tg_status status,
                        const tg_error *error)
{
    if (status != TG_OK) {
        ck_assert_int_eq(error->status, status);
        ck_assert_str_ne(error->what, "");
        ck_assert_str_ne(error->how, "");
        ck_assert_ptr_null(result->scope);
        ck_assert_uint_eq(result->main.nb + result->preprocessed.nb, 0);
        check_failures(result, status, error);
    }
    (void)tg_pipeline_result_clear(result);
    ck_assert_uint_eq(tg_permits_nb_free(all->bench.permits), 1);
}

/* ---- the runtime ---- */

/* Calls that failed and did no harm. */
static long nb_made_good;

/* What came of the one call that failed.
 * result  of a call that failed */
static void check_status(const tg_pipeline_result *result, tg_test_failure failure,
                         tg_status status, const tg_error *error)
{
    const bool names_kernel = strstr(error->what, "kernel") != NULL;
    ck_assert_uint_gt(result->nb_failures, 0);
    if (failure == TG_TEST_FAIL_LOST) {
        ck_assert(status == TG_ERR_DEVICE || (status == TG_ERR_KERNEL && names_kernel));
        return;
    }
    // A launch that does not go says so itself; all else means what its code means.
    const bool is_refused = strstr(error->what, "was refused") != NULL;
    ck_assert_int_eq(status, is_refused ? TG_ERR_KERNEL : tg_test_failed_status());
    ck_assert_uint_eq(result->nb_failures, 1);
}

/* Let the nth call of the runtime fail; false: there is no such call. */
static bool fail_call(const bench_setup *setup, tg_test_failure failure, long nth)
{
    subject all;
    tg_inputs *record = NULL, *program = NULL;
    tg_pipeline_result result;
    tg_error error = {.status = TG_OK};
    set_up(&all, setup);
    make_inputs(&all, &record, &program);
    tg_test_fail_call(failure, nth);
    const tg_status status = tg_pipeline_generate(&result, all.bench.pipeline, program, record,
                                                  MADE_LOG_ROWS, all.bench.permits, &error);
    const bool has_failed = tg_test_stop_failing();
    // The runtime makes some failures good: memory that could not be given back now is later, what
    // could not be staged is copied as it is. Then nothing may be wrong with the result.
    if (status == TG_OK) {
        nb_made_good += has_failed;
        made_check(&result, all.of_record);
        made_check(&result, all.of_program);
    } else {
        ck_assert_msg(has_failed, "%s (%s)", error.what, error.where);
        check_status(&result, failure, status, &error);
    }
    check_after(&all, &result, status, &error);
    if (failure != TG_TEST_FAIL_LOST) {
        ck_assert_uint_eq(taken_bytes(&all.bench), 0);
        run_well(&all);
    }
    made_expected_destroy(all.of_record);
    made_expected_destroy(all.of_program);
    tg_pipeline_destroy(all.bench.pipeline);
    tg_permits_destroy(all.bench.permits);
    ck_assert_uint_eq(atomic_load(&all.bench.watch.nb_destroyed), all.nb_inputs);
    return has_failed;
}

static void fail_each_call(tg_test_failure failure)
{
    say_skipped();
    static const bench_split split[] = {BENCH_AS_SP1, BENCH_ALL_HOST, BENCH_MIXED};
    const tg_runtime_ops *ops = tg_test_faulty_ops(&tg_runtime_host);
    for (size_t i = 0; i < 3; i++) {
        for (size_t nb_streams = 1; nb_streams <= 3; nb_streams += 2) {
            const bench_setup setup = {.machine = i == 2 ? "riscv" : "compress",
                                       .ops = ops,
                                       .nb_threads = 2,
                                       .nb_streams = nb_streams,
                                       .split = split[i]};
            long nth = 1;
            nb_made_good = 0;
            while (fail_call(&setup, failure, nth)) nth = next_of(nth);
            ck_assert_int_gt(nth, 10);
            ck_assert_int_lt(nb_made_good, nth / 2);
            if (failure != TG_TEST_FAIL_NOW) ck_assert_int_eq(nb_made_good, 0);
        }
    }
}

START_TEST(pipeline_fault_of_each_call_of_the_runtime) { fail_each_call(TG_TEST_FAIL_NOW); }
END_TEST

START_TEST(pipeline_fault_of_each_call_that_shows_late) { fail_each_call(TG_TEST_FAIL_LATE); }
END_TEST

START_TEST(pipeline_fault_of_the_device_at_each_call) { fail_each_call(TG_TEST_FAIL_LOST); }
END_TEST

/* ---- memory and threads ---- */

/* OpenMP takes memory of its own at a thread's first parallel region, and ends the process where
 * there is none: let every thread have had its first, with all threads of the machine, which it has
 * only of a grid with as many blocks and while no other launch runs. */
static void warm(subject *all)
{
    enum { NB = 8, HEIGHT = 4096 };
    tg_runtime *runtime = tg_pipeline_runtime(all->bench.pipeline);
    tg_scope *scopes[NB];
    const tg_subject first = tg_subject_at(0);
    const tg_request request = {.trace = first.trace, .height = HEIGHT};
    for (size_t i = 0; i < NB; i++) {
        void *d_cells = NULL;
        tg_assert_ok(tg_scope_begin(&scopes[i], runtime, true, tg_suite_error));
        tg_assert_ok(tg_scope_take(scopes[i], &d_cells, HEIGHT * 4 * tg_trace_width(first.trace),
                                   tg_suite_error));
        tg_assert_ok(tg_scope_run(scopes[i], first.plan, NULL, &(tg_product){.cells = d_cells},
                                  &request, NULL, tg_suite_error));
        tg_assert_ok(tg_scope_wait(scopes[i], tg_suite_error));
    }
    for (size_t i = 0; i < NB; i++) tg_assert_ok(tg_scope_end(scopes[i], tg_suite_error));
    run_well(all);
}

static void fail_each_allocation(const bench_setup *setup)
{
    subject all;
    set_up(&all, setup);
    warm(&all);
    for (long nth = 1;; nth = next_of(nth)) {
        tg_inputs *record = NULL, *program = NULL;
        tg_pipeline_result result;
        tg_error error = {.status = TG_OK};
        make_inputs(&all, &record, &program);
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = tg_pipeline_generate(&result, all.bench.pipeline, program, record,
                                                      MADE_LOG_ROWS, all.bench.permits, &error);
        const bool has_failed = tg_fault_disarm();
        ck_assert_int_eq(status, has_failed ? TG_ERR_MEMORY : TG_OK);
        check_after(&all, &result, status, &error);
        ck_assert_uint_eq(taken_bytes(&all.bench), 0);
        if (!has_failed) {
            ck_assert_int_gt(nth, 20);
            break;
        }
        // A stream behind which something failed is not used again: there are others now.
        warm(&all);
    }
    run_well(&all);
    tear_down(&all);
}

START_TEST(pipeline_fault_of_each_allocation)
{
    say_skipped();
    for (size_t nb_streams = 1; nb_streams <= 3; nb_streams += 2) {
        fail_each_allocation(&(bench_setup){.machine = "compress",
                                            .nb_threads = 1,
                                            .nb_streams = nb_streams,
                                            .split = BENCH_MIXED});
        fail_each_allocation(&(bench_setup){.machine = "riscv",
                                            .nb_threads = 1,
                                            .nb_streams = nb_streams,
                                            .split = BENCH_AS_SP1});
    }
}
END_TEST

/* Making a pipeline, and its first call, which begins the runtime's threads. */
static bool fail_beginning(tg_fault_kind kind, long nth)
{
    subject all;
    const tg_pipeline_options options = {.nb_threads = 3, .nb_streams = 3};
    tg_pipeline *pipeline = NULL;
    tg_inputs *record = NULL, *program = NULL;
    tg_pipeline_result result = {.cluster = 0};
    tg_error error = {.status = TG_OK};
    set_up(&all, &(bench_setup){.machine = "compress", .nb_threads = 1});
    make_inputs(&all, &record, &program);
    tg_fault_arm(kind, nth);
    tg_status status =
        tg_pipeline_create(&pipeline, all.bench.machine, &tg_runtime_host, &options, &error);
    const bool is_made = status == TG_OK;
    if (is_made && kind == TG_FAULT_PROCESS)
        status = tg_pipeline_generate(&result, pipeline, program, record, MADE_LOG_ROWS,
                                      all.bench.permits, &error);
    const bool has_failed = tg_fault_disarm();
    // A pipeline whose streams cannot have a thread each does with fewer, and makes the same.
    if (status == TG_OK && is_made && kind == TG_FAULT_PROCESS) {
        nb_made_good += has_failed;
        made_check(&result, all.of_record);
        made_check(&result, all.of_program);
    } else {
        ck_assert_int_eq(status == TG_OK, !has_failed);
    }
    if (is_made) check_after(&all, &result, status, &error);
    if (!is_made || kind != TG_FAULT_PROCESS) {
        record->destroy(record);
        program->destroy(program);
    }
    all.nb_inputs -= 2;
    tg_pipeline_destroy(pipeline);
    tear_down(&all);
    return has_failed;
}

START_TEST(pipeline_fault_of_each_thread)
{
    long nth = 1;
    nb_made_good = 0;
    while (fail_beginning(TG_FAULT_PROCESS, nth)) nth++;
    ck_assert_int_gt(nth, 6);
    ck_assert_int_eq(nb_made_good, 3); // one a lane
}
END_TEST

START_TEST(pipeline_fault_of_each_allocation_of_a_pipeline)
{
    long nth = 1;
    while (fail_beginning(TG_FAULT_MEMORY, nth)) nth++;
    ck_assert_int_gt(nth, 3);
}
END_TEST

START_TEST(pipeline_fault_of_each_allocation_of_inputs_and_permits)
{
    const tg_machine *machine = machine_named("compress");
    const char *name = machine->chips[machine->by_name[0]].name;
    for (long nth = 1;; nth++) {
        tg_inputs *inputs = NULL;
        tg_permits *permits = NULL;
        static const unsigned char events[64];
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        tg_status status = tg_inputs_create(&inputs, machine, TG_KIND_main, NULL);
        if (status == TG_OK) status = tg_inputs_set(inputs, name, events, 1, 0, NULL);
        if (status == TG_OK) status = tg_permits_create(&permits, 1, NULL);
        const bool has_failed = tg_fault_disarm();
        ck_assert_int_eq(status, has_failed ? TG_ERR_MEMORY : TG_OK);
        tg_permits_destroy(permits);
        if (inputs != NULL) inputs->destroy(inputs);
        if (!has_failed) break;
    }
}
END_TEST

TG_SUITE("pipeline_fault", pipeline_fault_of_each_call_of_the_runtime,
         pipeline_fault_of_each_call_that_shows_late, pipeline_fault_of_the_device_at_each_call,
         pipeline_fault_of_each_allocation, pipeline_fault_of_each_thread,
         pipeline_fault_of_each_allocation_of_a_pipeline,
         pipeline_fault_of_each_allocation_of_inputs_and_permits)

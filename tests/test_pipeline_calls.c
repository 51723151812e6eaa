/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Many calls of the generator at once: permits, owners of inputs, limits, failures of chips. */
#include "pipeline_bench.h"

#include <stdio.h>
#include <unistd.h>

/* ---- a call on a thread of its own ---- */

typedef struct caller {
    pthread_t thread;
    test_bench *bench;
    tg_inputs *record;
    tg_inputs *program;
    made_expected *of_record;
    made_expected *of_program;
    unsigned hold_us; /* between the result and its end */
    tg_status status;
    tg_error error;
    atomic_bool is_over;
} caller;

static void *call(void *argument)
{
    caller *self = argument;
    tg_pipeline_result result;
    bench_is_caller = true;
    self->status = tg_pipeline_generate(&result, self->bench->pipeline, self->program, self->record,
                                        MADE_LOG_ROWS, self->bench->permits, &self->error);
    if (self->status == TG_OK) {
        (void)atomic_fetch_add(&self->bench->watch.nb_results, 1);
        made_check(&result, self->of_record);
        made_check(&result, self->of_program);
        bench_sleep_us(self->hold_us);
        (void)atomic_fetch_sub(&self->bench->watch.nb_results, 1);
    }
    (void)tg_pipeline_result_clear(&result);
    atomic_store(&self->is_over, true);
    return NULL;
}

static void start(caller *self, test_bench *bench, size_t nb_events, unsigned hold_us)
{
    *self = (caller){.bench = bench, .hold_us = hold_us};
    self->record = made_inputs(bench->machine, TG_KIND_main, nb_events, stand_ins);
    self->program = made_inputs(bench->machine, TG_KIND_preprocessed, nb_events, stand_ins);
    self->of_record = made_expect(self->record);
    self->of_program = made_expect(self->program);
    ck_assert_int_eq(pthread_create(&self->thread, NULL, call, self), 0);
}

static void join(caller *self)
{
    ck_assert_int_eq(pthread_join(self->thread, NULL), 0);
    made_expected_destroy(self->of_record);
    made_expected_destroy(self->of_program);
}

/* Wait until a count is there; ends the case if it does not come. */
static void wait_for(atomic_size_t *count, size_t wanted)
{
    for (int i = 0; i < 60000 && atomic_load(count) < wanted; i++) bench_sleep_us(1000);
    ck_assert_uint_eq(atomic_load(count), wanted);
}

/* Host chips of a machine, of both kinds, as SP1 splits them. */
static size_t nb_host_chips(const tg_machine *machine)
{
    size_t nb = 0;
    for (size_t i = 0; i < machine->nb_chips; i++) {
        nb += !machine->chips[i].is_device[TG_KIND_main];
        nb += !machine->chips[i].is_device[TG_KIND_preprocessed];
    }
    return nb;
}

START_TEST(pipeline_host_work_goes_on_while_waiting_for_the_permit)
{
    enum { NB = 3 };
    test_bench bench;
    tg_permit held;
    caller callers[NB];
    bench_open(&bench, &(bench_setup){.machine = "compress", .nb_threads = 2}, 1);
    tg_assert_ok(tg_permits_acquire(&held, bench.permits, 1, tg_suite_error));
    for (size_t i = 0; i < NB; i++) start(&callers[i], &bench, 50, 0);
    wait_for(&bench.watch.nb_host, NB * nb_host_chips(bench.machine));
    // All that is the host's has begun; nothing of the device, and nobody is through.
    ck_assert_uint_eq(atomic_load(&bench.watch.nb_device), 0);
    ck_assert_uint_eq(taken_bytes(&bench), 0);
    for (size_t i = 0; i < NB; i++) ck_assert(!atomic_load(&callers[i].is_over));
    (void)tg_permit_release(&held);
    for (size_t i = 0; i < NB; i++) join(&callers[i]);
    for (size_t i = 0; i < NB; i++) ck_assert_int_eq(callers[i].status, TG_OK);
    ck_assert_uint_eq(tg_permits_nb_free(bench.permits), 1);
    bench_close(&bench, 2 * NB);
}
END_TEST

static void run_crowd(const bench_setup *setup, size_t nb_permits)
{
    enum { NB = 6 };
    test_bench bench;
    caller callers[NB];
    bench_open(&bench, setup, nb_permits);
    for (size_t i = 0; i < NB; i++) start(&callers[i], &bench, setup->nb_events + 11 * i, 2000);
    for (size_t i = 0; i < NB; i++) {
        join(&callers[i]);
        ck_assert_int_eq(callers[i].status, TG_OK);
    }
    ck_assert_uint_le(atomic_load(&bench.watch.most_inside), nb_permits);
    ck_assert_uint_eq(tg_permits_nb_free(bench.permits), nb_permits);
    bench_close(&bench, 2 * NB);
}

START_TEST(pipeline_calls_at_once_make_what_each_makes_alone)
{
    static const size_t nb_threads[] = {1, 2, 16};
    for (size_t i = 0; i < 3; i++) {
        for (size_t nb_permits = 1; nb_permits <= 3; nb_permits += 2) {
            run_crowd(&(bench_setup){.machine = "compress",
                                     .nb_events = 20,
                                     .nb_threads = nb_threads[i],
                                     .split = BENCH_MIXED,
                                     .max_delay_us = 3000},
                      nb_permits);
        }
    }
}
END_TEST

START_TEST(pipeline_limit_of_bytes_stops_nobody_for_ever)
{
    static const size_t limits[] = {1, 3000, 100000};
    for (size_t i = 0; i < 3; i++) {
        for (size_t nb_permits = 1; nb_permits <= 3; nb_permits += 2) {
            run_crowd(&(bench_setup){.machine = "wrap",
                                     .nb_events = 20,
                                     .nb_threads = 3,
                                     .max_host_bytes = limits[i],
                                     .split = BENCH_ALL_HOST,
                                     .max_delay_us = 500},
                      nb_permits);
        }
    }
}
END_TEST

START_TEST(pipeline_limit_of_bytes_holds_while_waiting)
{
    test_bench bench;
    tg_permit held;
    caller callers[2];
    // One byte: one trace at a time, of whichever call.
    bench_open(&bench, &(bench_setup){.machine = "compress", .nb_threads = 4, .max_host_bytes = 1},
               1);
    tg_assert_ok(tg_permits_acquire(&held, bench.permits, 1, tg_suite_error));
    start(&callers[0], &bench, 30, 0);
    start(&callers[1], &bench, 30, 0);
    bench_sleep_us(100000);
    ck_assert_uint_eq(atomic_load(&bench.watch.nb_host), 1);
    (void)tg_permit_release(&held);
    for (size_t i = 0; i < 2; i++) {
        join(&callers[i]);
        ck_assert_int_eq(callers[i].status, TG_OK);
    }
    bench_close(&bench, 4);
}
END_TEST

START_TEST(pipeline_chips_are_made_side_by_side)
{
    for (size_t nb = 1; nb <= 3; nb += 2) {
        for (bench_split split = BENCH_ALL_HOST; split <= BENCH_ALL_DEVICE; split++) {
            test_bench bench;
            caller alone;
            bench_open(&bench,
                       &(bench_setup){.machine = "all",
                                      .nb_threads = nb,
                                      .nb_streams = nb,
                                      .split = split,
                                      .max_delay_us = 100000},
                       1);
            start(&alone, &bench, 5, 0);
            join(&alone);
            ck_assert_int_eq(alone.status, TG_OK);
            ck_assert_uint_eq(atomic_load(&bench.watch.most_at_once[split == BENCH_ALL_DEVICE]),
                              nb);
            bench_close(&bench, 2);
        }
    }
}
END_TEST

/* ---- owners ---- */

START_TEST(pipeline_inputs_are_freed_once_and_after_the_last_chip)
{
    for (bench_split split = 0; split < BENCH_NB_SPLITS; split++) {
        test_bench bench;
        caller alone;
        bench_open(&bench,
                   &(bench_setup){.machine = "all",
                                  .nb_threads = 8,
                                  .split = split,
                                  .max_delay_us = 30000},
                   1);
        bench.watch.is_alone = true;
        // Freed events would show under AddressSanitizer; the order shows everywhere.
        start(&alone, &bench, 10, 0);
        join(&alone);
        ck_assert_int_eq(alone.status, TG_OK);
        ck_assert(!atomic_load(&bench.watch.was_destroyed_early));
        bench_close(&bench, 2);
    }
}
END_TEST

/* ---- failures of chips ---- */

START_TEST(pipeline_failures_of_all_chips_are_collected)
{
    test_bench bench;
    tg_pipeline_result result;
    bench_open(&bench, &(bench_setup){.machine = "compress", .nb_threads = 16}, 1);
    // Every host chip has begun before the first fails.
    bench.watch.fail_host_after = nb_host_chips(bench.machine);
    tg_inputs *program = made_inputs(bench.machine, TG_KIND_preprocessed, 9, stand_ins);
    tg_inputs *record = made_inputs(bench.machine, TG_KIND_main, 9, stand_ins);
    tg_assert_fails(TG_ERR_IO, "planted",
                    tg_pipeline_generate(&result, bench.pipeline, program, record, MADE_LOG_ROWS,
                                         bench.permits, tg_suite_error));
    ck_assert_uint_eq(result.nb_failures, nb_host_chips(bench.machine));
    for (size_t i = 0; i < result.nb_failures; i++) {
        const tg_chip_failure *failure = &result.failures[i];
        char where[TG_NAME_BYTES];
        (void)snprintf(where, sizeof where, "%s.%s", failure->name, tg_kind_name(failure->kind));
        ck_assert_int_eq(failure->error.status, TG_ERR_IO);
        ck_assert_ptr_nonnull(strstr(failure->error.where, where));
        // In name order behind the first, which is the one that began first.
        if (i <= 1) continue;
        const int order = strcmp(result.failures[i - 1].name, failure->name);
        ck_assert(order < 0 || (order == 0 && result.failures[i - 1].kind < failure->kind));
    }
    ck_assert_uint_eq(result.main.nb + result.preprocessed.nb, 0);
    ck_assert_ptr_null(result.scope);
    ck_assert_uint_eq(tg_permits_nb_free(bench.permits), 1);
    (void)tg_pipeline_result_clear(&result);
    bench_close(&bench, 2);
}
END_TEST

START_TEST(pipeline_host_jobs_behind_a_failure_are_skipped)
{
    test_bench bench;
    tg_pipeline_result result;
    tg_permit held;
    bench_open(&bench, &(bench_setup){.machine = "all", .nb_threads = 1, .split = BENCH_ALL_HOST},
               2);
    tg_assert_ok(tg_permits_acquire(&held, bench.permits, 1, tg_suite_error));
    bench.watch.fail_host_after = 1;
    tg_inputs *record = made_inputs(bench.machine, TG_KIND_main, 9, stand_ins);
    tg_assert_fails(TG_ERR_IO, "planted",
                    tg_pipeline_generate_main(&result, bench.pipeline, record, MADE_LOG_ROWS,
                                              bench.permits, tg_suite_error));
    ck_assert_uint_eq(result.nb_failures, 1);
    ck_assert_uint_eq(atomic_load(&bench.watch.nb_host), 1);
    (void)tg_pipeline_result_clear(&result);
    (void)tg_permit_release(&held);
    bench_close(&bench, 1);
}
END_TEST

START_TEST(pipeline_every_single_failure_is_the_error)
{
    for (bench_split split = 0; split < BENCH_NB_SPLITS; split++) {
        test_bench bench;
        bench_open(&bench,
                   &(bench_setup){.machine = "wrap",
                                  .nb_threads = 2,
                                  .split = split,
                                  .max_delay_us = 2000},
                   1);
        const tg_machine *machine = bench.machine;
        for (size_t chip = 0; chip < machine->nb_chips; chip++) {
            for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
                tg_pipeline_result result;
                bench.watch.failing_name = machine->chips[chip].name;
                bench.watch.failing_kind = kind;
                tg_inputs *program = made_inputs(machine, TG_KIND_preprocessed, 9, stand_ins);
                tg_inputs *record = made_inputs(machine, TG_KIND_main, 9, stand_ins);
                tg_assert_fails(TG_ERR_IO, "planted",
                                tg_pipeline_generate(&result, bench.pipeline, program, record,
                                                     MADE_LOG_ROWS, bench.permits, tg_suite_error));
                ck_assert_uint_eq(result.nb_failures, 1);
                ck_assert_str_eq(result.failures[0].name, machine->chips[chip].name);
                ck_assert_int_eq(result.failures[0].kind, kind);
                ck_assert_uint_eq(tg_permits_nb_free(bench.permits), 1);
                ck_assert_uint_eq(taken_bytes(&bench), 0);
                (void)tg_pipeline_result_clear(&result);
            }
        }
        bench_close(&bench, 4 * machine->nb_chips);
    }
}
END_TEST

START_TEST(pipeline_failure_of_one_call_is_not_another_s)
{
    enum { NB = 4 };
    test_bench bench;
    caller callers[NB];
    tg_pipeline_result result;
    bench_open(&bench,
               &(bench_setup){.machine = "compress",
                              .nb_threads = 3,
                              .split = BENCH_MIXED,
                              .max_delay_us = 5000},
               2);
    tg_inputs *record = made_inputs(bench.machine, TG_KIND_main, 100, stand_ins);
    for (size_t i = 0; i < NB; i++) start(&callers[i], &bench, 25, 1000);
    // This call fails while the others are at work.
    record->chips[0].make = bench_fail_make;
    record->chips[0].subject.plan = NULL;
    tg_assert_fails(TG_ERR_EVENT, "planted",
                    tg_pipeline_generate_main(&result, bench.pipeline, record, MADE_LOG_ROWS,
                                              bench.permits, tg_suite_error));
    (void)tg_pipeline_result_clear(&result);
    for (size_t i = 0; i < NB; i++) {
        join(&callers[i]);
        ck_assert_int_eq(callers[i].status, TG_OK);
    }
    ck_assert_uint_eq(tg_permits_nb_free(bench.permits), 2);
    bench_close(&bench, 2 * NB + 1);
}
END_TEST

START_TEST(pipeline_closed_permits_end_those_who_wait)
{
    enum { NB = 3 };
    test_bench bench;
    tg_permit held;
    caller callers[NB];
    bench_open(&bench, &(bench_setup){.machine = "compress", .nb_threads = 2}, 1);
    tg_assert_ok(tg_permits_acquire(&held, bench.permits, 1, tg_suite_error));
    for (size_t i = 0; i < NB; i++) start(&callers[i], &bench, 20, 0);
    wait_for(&bench.watch.nb_host, NB * nb_host_chips(bench.machine));
    tg_permits_close(bench.permits);
    for (size_t i = 0; i < NB; i++) {
        join(&callers[i]);
        ck_assert_int_eq(callers[i].status, TG_ERR_DEVICE);
        ck_assert_ptr_nonnull(strstr(callers[i].error.what, "closed"));
    }
    ck_assert_uint_eq(atomic_load(&bench.watch.nb_device), 0);
    (void)tg_permit_release(&held);
    bench_close(&bench, 2 * NB);
}
END_TEST

/* ---- public values ---- */

START_TEST(pipeline_public_values_wait_for_all_that_make_them)
{
    for (bench_split split = 0; split < BENCH_NB_SPLITS; split++) {
        test_bench bench;
        tg_pipeline_result result;
        bench_open(&bench, &(bench_setup){.machine = "riscv", .nb_threads = 4, .split = split}, 1);
        tg_inputs *record = made_inputs(bench.machine, TG_KIND_main, 30, stand_ins);
        size_t nb_changed = 0;
        for (size_t i = 0; i < bench.machine->nb_chips; i++) {
            const tg_trace *trace = record->chips[i].subject.trace;
            if (trace == NULL || trace->nb_sides == 0) continue;
            bench.watch.slow_name = bench.machine->chips[i].name;
        }
        ck_assert_ptr_nonnull(bench.watch.slow_name);
        made_expected *expected = made_expect(record);
        for (size_t i = 0; i < TG_PIPELINE_NB_PUBLIC_VALUES; i++)
            nb_changed += expected->public_values[i] != record->public_values[i];
        ck_assert_uint_gt(nb_changed, 10);
        tg_assert_ok(tg_pipeline_generate_main(&result, bench.pipeline, record, MADE_LOG_ROWS,
                                               bench.permits, tg_suite_error));
        made_check(&result, expected);
        (void)tg_pipeline_result_clear(&result);
        made_expected_destroy(expected);
        bench_close(&bench, 1);
    }
}
END_TEST

TG_SUITE("pipeline_calls", pipeline_host_work_goes_on_while_waiting_for_the_permit,
         pipeline_calls_at_once_make_what_each_makes_alone,
         pipeline_limit_of_bytes_stops_nobody_for_ever, pipeline_limit_of_bytes_holds_while_waiting,
         pipeline_chips_are_made_side_by_side,
         pipeline_inputs_are_freed_once_and_after_the_last_chip,
         pipeline_failures_of_all_chips_are_collected,
         pipeline_host_jobs_behind_a_failure_are_skipped,
         pipeline_every_single_failure_is_the_error, pipeline_failure_of_one_call_is_not_another_s,
         pipeline_closed_permits_end_those_who_wait,
         pipeline_public_values_wait_for_all_that_make_them)

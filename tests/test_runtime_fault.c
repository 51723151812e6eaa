/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The runtime when anything fails: each call of its device, at once, late, or with everything lost;
 * each request for memory; each thread. */
#include "fault.h"
#include "runtime_scenario.h"

#include <omp.h>

START_TEST(runtime_fault_of_every_call)
{
    ck_assert_int_gt(scenario_fail_all(&tg_runtime_host, TG_TEST_FAIL_NOW), 50);
}
END_TEST

START_TEST(runtime_fault_that_shows_late)
{
    ck_assert_int_gt(scenario_fail_all(&tg_runtime_host, TG_TEST_FAIL_LATE), 10);
}
END_TEST

START_TEST(runtime_fault_that_loses_everything)
{
    ck_assert_int_gt(scenario_fail_all(&tg_runtime_host, TG_TEST_FAIL_LOST), 50);
}
END_TEST

START_TEST(runtime_fault_of_a_lost_device_stays)
{
    const tg_runtime_ops *ops = tg_test_faulty_ops(&tg_runtime_host);
    tg_runtime *runtime = NULL;
    tg_scope *scope = NULL, *other = NULL;
    tg_mark *mark = NULL;
    tg_runtime_memory memory;
    bool is_done = false;
    tg_assert_ok(tg_runtime_open(&runtime, ops, NULL, tg_suite_error));
    tg_assert_ok(tg_scope_begin(&scope, runtime, true, tg_suite_error));
    tg_assert_ok(tg_mark_create(&mark, runtime, tg_suite_error));
    tg_test_fail_call(TG_TEST_FAIL_LOST, 1);
    tg_assert_fails(TG_ERR_DEVICE, TG_TEST_FAULT_TEXT, tg_mark_wait(mark, tg_suite_error));
    // All that follows is told so without asking the device.
    tg_assert_fails(TG_ERR_DEVICE, "lost", tg_scope_wait(scope, tg_suite_error));
    tg_assert_fails(TG_ERR_DEVICE, "lost", tg_mark_is_done(&is_done, mark, tg_suite_error));
    tg_assert_fails(TG_ERR_DEVICE, "lost", tg_scope_begin(&other, runtime, true, tg_suite_error));
    tg_assert_fails(TG_ERR_DEVICE, "lost", tg_runtime_get_memory(&memory, runtime, tg_suite_error));
    tg_assert_fails(TG_ERR_DEVICE, "lost", tg_scope_end(scope, tg_suite_error));
    (void)tg_test_stop_failing();
    tg_mark_destroy(mark);
    tg_runtime_close(runtime);
}
END_TEST

static void check_fault(tg_status status, tg_status expected, const tg_error *error)
{
    ck_assert_int_eq(status, expected);
    ck_assert_int_eq(error->status, expected);
    ck_assert_str_ne(error->what, "");
    ck_assert_str_ne(error->how, "");
}

/* A fault of every kind, from opening to closing. */
static long fail_all(tg_fault_kind kind, bool launches, tg_status expected)
{
    scenario of;
    // The OpenMP library starts no thread then, whose failure would end the process.
    omp_set_num_threads(1);
    scenario_init(&of);
    of.launches = launches;
    long nth = 1;
    for (;; nth++) {
        tg_error error = {0};
        tg_fault_arm(kind, nth);
        const tg_status status = scenario_run(&of, &tg_runtime_host, &error);
        const bool has_failed = tg_fault_disarm();
        scenario_check(&of);
        if (!has_failed) {
            ck_assert_int_eq(status, TG_OK);
            break;
        }
        check_fault(status, expected, &error);
    }
    scenario_clear(&of);
    return nth - 1;
}

START_TEST(runtime_fault_of_memory)
{
    ck_assert_int_gt(fail_all(TG_FAULT_MEMORY, false, TG_ERR_MEMORY), 50);
}
END_TEST

START_TEST(runtime_fault_of_threads)
{
    ck_assert_int_eq(fail_all(TG_FAULT_PROCESS, true, TG_ERR_DEVICE), SCENARIO_NB_TASKS);
}
END_TEST

/* Launch on every task once: the OpenMP library takes its own memory at the first launch of a
 * thread, and has no way to report that it got none. */
static void warm(scenario *of, tg_runtime *runtime)
{
    tg_scope *scopes[SCENARIO_NB_TASKS];
    const size_t len_bytes = of->request.nb_events * tg_trace_event_size(of->request.trace);
    for (size_t i = 0; i < SCENARIO_NB_TASKS; i++) {
        tg_assert_ok(tg_scope_begin(&scopes[i], runtime, true, tg_suite_error));
        tg_assert_ok(tg_scope_take(scopes[i], &of->d_events, len_bytes, tg_suite_error));
        tg_assert_ok(tg_scope_upload(scopes[i], of->d_events, of->request.events, len_bytes,
                                     tg_suite_error));
        tg_assert_ok(scenario_make(of, scopes[i], tg_suite_error));
    }
    for (size_t i = 0; i < SCENARIO_NB_TASKS; i++)
        tg_assert_ok(tg_scope_end(scopes[i], tg_suite_error));
}

START_TEST(runtime_fault_of_memory_while_kernels_run)
{
    scenario of;
    tg_runtime *runtime = NULL;
    omp_set_num_threads(1);
    scenario_init(&of);
    tg_assert_ok(tg_runtime_open(&runtime, &tg_runtime_host, &scenario_options, tg_suite_error));
    long nth = 1;
    for (;; nth++) {
        tg_error error = {0};
        warm(&of, runtime);
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = scenario_use(&of, runtime, &error);
        const bool has_failed = tg_fault_disarm();
        scenario_check(&of);
        if (!has_failed) {
            ck_assert_int_eq(status, TG_OK);
            break;
        }
        check_fault(status, TG_ERR_MEMORY, &error);
    }
    ck_assert_int_gt(nth, 50);
    tg_runtime_close(runtime);
    scenario_clear(&of);
}
END_TEST

TG_SUITE("runtime_fault", runtime_fault_of_every_call, runtime_fault_that_shows_late,
         runtime_fault_that_loses_everything, runtime_fault_of_a_lost_device_stays,
         runtime_fault_of_memory, runtime_fault_of_threads,
         runtime_fault_of_memory_while_kernels_run)

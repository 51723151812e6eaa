/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory that fails during a measurement: a clean error, an empty result, nothing leaked (the
 * sanitizers look). */
#include "fault.h"
#include "harness/bench.h"
#include "suite.h"

#include <omp.h>

/* What is measured while memory fails: the comparison where there is no backend. Made before,
 * since Check itself takes memory. */
typedef struct measurement {
    tg_backend backend;
    tg_subject subject;
} measurement;

/* *empty: whether the result holds nothing. */
static tg_status measure(const measurement *measured, bool *empty, tg_error *error)
{
    if (measured->backend.ops == NULL) {
        tg_bench_diff_result result;
        const tg_status status = tg_bench_diff(&result, 100, 3, error);
        *empty = result.bytes == 0;
        return status;
    }
    tg_bench_result result;
    const tg_status status =
        tg_bench_run(&result, &measured->backend, &measured->subject, 50, error);
    *empty = result.trace == NULL;
    return status;
}

/* Fail every allocation in turn; there must be some. */
static void fail_each_allocation(const measurement *measured)
{
    // Threads start here, before anything may fail: the OpenMP runtime ends the process if it gets
    // no memory. One thread keeps it from changing the team.
    tg_error error = {0};
    bool empty = true;
    omp_set_num_threads(1);
    ck_assert_int_eq(measure(measured, &empty, &error), TG_OK);
    ck_assert(!empty);
    long nth = 1;
    for (;; nth++) {
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = measure(measured, &empty, &error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            break;
        }
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert_int_eq(error.status, TG_ERR_MEMORY);
        ck_assert(error.how[0] != '\0');
        ck_assert(empty);
    }
    ck_assert_int_gt(nth, 1);
}

/* A trace with events, and with side outputs if there is one, so that every buffer of a measurement
 * is taken. */
static size_t index_of_most(void)
{
    size_t first = 0;
    while (tg_trace_event_size(tg_trace_at(first)) == 0) {
        first++;
    }
    for (size_t i = first; i < tg_nb_traces(); i++) {
        if (tg_trace_at(i)->nb_sides != 0 && tg_trace_event_size(tg_trace_at(i)) != 0) return i;
    }
    return first;
}

static void fail_on_backend(const char *name)
{
    const tg_backend_ops *ops = NULL;
    measurement measured;
    const size_t index = index_of_most();
    measured.subject = tg_subject_at(index);
    tg_assert_ok(tg_backend_find(&ops, name, tg_suite_error));
    tg_assert_ok(tg_backend_open(&measured.backend, ops, tg_suite_error));
    fail_each_allocation(&measured);
    tg_backend_close(&measured.backend);
}

START_TEST(bench_fault_of_memory_is_an_error_by_the_reference) { fail_on_backend("reference"); }
END_TEST

START_TEST(bench_fault_of_memory_is_an_error_in_the_comparison)
{
    const measurement comparison = {.backend = {.ops = NULL}};
    fail_each_allocation(&comparison);
}
END_TEST

TG_SUITE("bench_fault", bench_fault_of_memory_is_an_error_by_the_reference,
         bench_fault_of_memory_is_an_error_in_the_comparison)

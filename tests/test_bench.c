/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Measurements on the CPU: figures that agree with each other and with the trace. A device's are
 * in test_device_here.c. */
#include "harness/bench.h"
#include "kernels/port.h"
#include "suite.h"

#include <omp.h>
#include <string.h>

static void open_backend(tg_backend *backend, const char *name)
{
    const tg_backend_ops *ops = NULL;
    tg_assert_ok(tg_backend_find(&ops, name, tg_suite_error));
    tg_assert_ok(tg_backend_open(backend, ops, tg_suite_error));
}

static tg_subject subject_named(const char *name)
{
    size_t indices[TG_NB_KINDS];
    size_t nb_indices = 0;
    tg_assert_ok(tg_subject_find(indices, &nb_indices, name, tg_suite_error));
    return tg_subject_at(indices[0]);
}

/* Rates must follow from the seconds, to a millionth. */
static void check_rate(const tg_bench_rate *rate, size_t nb_events, size_t bytes)
{
    ck_assert_double_gt(rate->seconds, 0);
    ck_assert_uint_ge(rate->nb_repeats, 3);
    ck_assert_double_eq_tol(rate->events_per_s * rate->seconds, (double)nb_events,
                            1e-6 * (double)nb_events + 1e-9);
    ck_assert_double_eq_tol(rate->bytes_per_s * rate->seconds, (double)bytes, 1e-6 * (double)bytes);
}

START_TEST(bench_measures_every_trace_on_the_cpu)
{
    static const char *const names[] = {"reference", "host"};
    for (size_t k = 0; k < sizeof names / sizeof names[0]; k++) {
        tg_backend backend;
        open_backend(&backend, names[k]);
        for (size_t i = 0; i < tg_nb_traces(); i++) {
            const tg_subject subject = tg_subject_at(i);
            tg_bench_result result;
            tg_assert_ok(tg_bench_run(&result, &backend, &subject, 100, tg_suite_error));
            ck_assert_ptr_eq(result.trace, subject.trace);
            ck_assert_ptr_eq(result.backend, backend.ops);
            ck_assert(!result.on_device);
            ck_assert_uint_eq(result.nb_threads, (size_t)omp_get_max_threads());
            check_rate(&result.best, result.nb_events_used, result.bytes);
            check_rate(&result.one_thread, result.nb_events_used, result.bytes);
            ck_assert_int_eq(result.yardstick, TG_BENCH_NONE);
        }
        tg_backend_close(&backend);
    }
}
END_TEST

START_TEST(bench_counts_the_bytes_that_an_ideal_kernel_moves)
{
    // Rows, columns and event bytes read of the specification; Poseidon2WideDeg3 reads the input of
    // its 128-byte event only.
    static const struct {
        const char *name;
        size_t nb_events, nb_used, height, read, written;
    } expected[] = {
        {"Select.main", 1000, 1000, 1024, 1000 * 20, 1024 * 5 * 4},
        {"Poseidon2WideDeg3.main", 33, 33, 64, 33 * 64, 64 * 179 * 4},
        {"MemoryConst.main", 1000, 1000, 1024, 0, 1024 * 4},
        {"MemoryVar.main", 65, 65, 64, 65 * 16, 64 * 8 * 4},
    };
    tg_backend backend;
    open_backend(&backend, "reference");
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const tg_subject subject = subject_named(expected[i].name);
        tg_bench_result result;
        tg_assert_ok(
            tg_bench_run(&result, &backend, &subject, expected[i].nb_events, tg_suite_error));
        ck_assert_uint_eq(result.nb_events, expected[i].nb_events);
        ck_assert_uint_eq(result.nb_events_used, expected[i].nb_used);
        ck_assert_uint_eq(result.height, expected[i].height);
        ck_assert_uint_eq(result.bytes_read, expected[i].read);
        ck_assert_uint_eq(result.bytes_written, expected[i].written);
        ck_assert_uint_eq(result.bytes, expected[i].read + expected[i].written);
    }
    tg_backend_close(&backend);
}
END_TEST

static size_t nb_side_runs;

/* A step that would make side outputs. */
static void count_side_run(uint32_t *trace, uintptr_t height, const void *events,
                           uintptr_t nb_events, const tg_krn_extra *extra)
{
    (void)trace;
    (void)height;
    (void)events;
    (void)nb_events;
    (void)extra;
    if (blockIdx.x == 0 && threadIdx.x == 0) nb_side_runs++;
}

START_TEST(bench_leaves_steps_of_side_outputs_out)
{
    tg_backend backend;
    tg_bench_result result;
    tg_subject subject = subject_named("Select.main");
    tg_step steps[] = {subject.plan->steps[0], subject.plan->steps[0]};
    const tg_plan plan = {.nb_steps = 2, .steps = steps};
    subject.plan = &plan;
    steps[1].host = count_side_run;
    open_backend(&backend, "host");
    tg_assert_ok(tg_bench_run(&result, &backend, &subject, 100, tg_suite_error));
    ck_assert_uint_gt(nb_side_runs, 0);
    nb_side_runs = 0;
    steps[1].is_side = true;
    tg_assert_ok(tg_bench_run(&result, &backend, &subject, 100, tg_suite_error));
    ck_assert_uint_eq(nb_side_runs, 0);
    check_rate(&result.best, 100, result.bytes);
    tg_backend_close(&backend);
}
END_TEST

START_TEST(bench_leaves_the_number_of_threads_as_it_was)
{
    tg_backend backend;
    tg_bench_result result;
    const tg_subject subject = subject_named("Select.main");
    open_backend(&backend, "host");
    omp_set_num_threads(3);
    tg_assert_ok(tg_bench_run(&result, &backend, &subject, 100, tg_suite_error));
    ck_assert_int_eq(omp_get_max_threads(), 3);
    ck_assert_uint_eq(result.nb_threads, 3);
    tg_backend_close(&backend);
}
END_TEST

START_TEST(bench_refuses_what_it_cannot_measure)
{
    tg_backend backend;
    tg_bench_result result;
    const tg_subject subject = subject_named("Select.main");
    open_backend(&backend, "recorded");
    tg_assert_fails(TG_ERR_USAGE, "recorded",
                    tg_bench_run(&result, &backend, &subject, 1, tg_suite_error));
    ck_assert_ptr_null(result.trace);
    tg_backend_close(&backend);
    open_backend(&backend, "reference");
    tg_assert_fails(TG_ERR_SIZE, "rows",
                    tg_bench_run(&result, &backend, &subject, SIZE_MAX, tg_suite_error));
    tg_backend_close(&backend);
}
END_TEST

START_TEST(bench_measures_the_comparison)
{
    tg_bench_diff_result result;
    tg_assert_ok(tg_bench_diff(&result, 1000, 7, tg_suite_error));
    ck_assert_uint_eq(result.bytes, 2 * 1000 * 7 * 4);
    check_rate(&result.best, 0, result.bytes);
    check_rate(&result.one_thread, 0, result.bytes);
    tg_assert_fails(TG_ERR_SIZE, "does not fit",
                    tg_bench_diff(&result, SIZE_MAX, 2, tg_suite_error));
    ck_assert_uint_eq(result.bytes, 0);
}
END_TEST

START_TEST(bench_names_its_yardsticks)
{
    ck_assert_str_eq(tg_bench_yardstick_name(TG_BENCH_NONE), "");
    ck_assert_str_eq(tg_bench_yardstick_name(TG_BENCH_COPY), "copy");
    ck_assert_str_eq(tg_bench_yardstick_name(TG_BENCH_MEMSET), "memset");
}
END_TEST

TG_SUITE("bench", bench_measures_every_trace_on_the_cpu,
         bench_counts_the_bytes_that_an_ideal_kernel_moves, bench_leaves_steps_of_side_outputs_out,
         bench_leaves_the_number_of_threads_as_it_was, bench_refuses_what_it_cannot_measure,
         bench_measures_the_comparison, bench_names_its_yardsticks)

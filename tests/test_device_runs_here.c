/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a device that is there makes: the traces and side outputs of the host grid in any shape,
 * plans of several steps, the backend's guards, measurements. Exits 3 where there is no device. */
#include "device_here.h"
#include "harness/backend.h"
#include "harness/bench.h"
#include "kernels/global_layout.h"
#include "model/global.h"

#include <stdlib.h>

/* What the host grid makes of a request, to be destroyed. */
static tg_product make_on_host(size_t index, const tg_request *request)
{
    tg_product out;
    tg_assert_ok(tg_product_create(&out, request->trace, request->height, tg_suite_error));
    tg_assert_ok(tg_plan_run_host(tg_plan_at(index), NULL, &out, request, tg_suite_error));
    return out;
}

/* Assert that a run's outputs on the device are the host grid's. */
static void check_made(const made *of, const tg_product *expected, const char *text)
{
    for (size_t i = 0; i <= of->request.trace->nb_sides; i++) {
        const size_t nb_words = made_nb_words(of, i);
        uint32_t *actual = sample_cells(nb_words, 2);
        tg_assert_ok(tg_device_download(of->device, actual, made_words(&of->d_out, i),
                                        nb_words * sizeof *actual, tg_suite_error));
        ck_assert_msg(memcmp(made_words(expected, i), actual, nb_words * sizeof *actual) == 0,
                      "%s of %zu events, output %zu, %s", of->request.trace->name,
                      of->request.nb_events, i, text);
        free(actual);
    }
}

/* One trace on the device against the host grid, in every shape. */
static void check_trace(tg_device *device, size_t index, size_t nb_events, size_t fixed_height)
{
    static const tg_launch shapes[] = {{0, 0}, {1, 1}, {1, 32}, {3, 33}, {7, 64}, {2, 1024}};
    const tg_request request = sample_request(index, nb_events, fixed_height);
    tg_product expected = make_on_host(index, &request);
    made of;
    made_init(&of, device, &request);
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "in %u blocks of %u threads", shapes[i].grid,
                       shapes[i].block);
        tg_device_poison_scratch(device, i % 2 == 0);
        made_run(&of, tg_plan_at(index), &shapes[i], TG_POISON_FIRST);
        tg_assert_ok(tg_device_check_events(device, &of.request, tg_suite_error));
        check_made(&of, &expected, text);
    }
    made_clear(&of);
    tg_product_destroy(&expected);
    free((void *)(uintptr_t)request.events);
}

START_TEST(device_runs_make_the_traces_of_the_host_grid)
{
    static const size_t counts[] = {0, 1, 31, 33, 64, 257, 1000};
    tg_device *device = open_device();
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
            check_trace(device, i, counts[k], 0);
        }
        check_trace(device, i, 10, 33);
    }
    tg_device_close(device);
}
END_TEST

/* Runs of two sizes are queued one behind the other, so that the second takes the scratch of the
 * first while its steps still wait or run. */
START_TEST(device_runs_share_scratch_in_their_order)
{
    size_t nb_with_scratch = 0;
    tg_device *device = open_device();
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        if (tg_plan_at(index)->nb_scratch == 0) continue;
        nb_with_scratch++;
        tg_request requests[] = {sample_request(index, 3000, 0), sample_request(index, 2900, 0)};
        tg_product expected[2];
        made of[2];
        for (size_t i = 0; i < 2; i++) {
            expected[i] = make_on_host(index, &requests[i]);
            made_init(&of[i], device, &requests[i]);
        }
        for (size_t i = 0; i < 6; i++)
            made_run(&of[i % 2], tg_plan_at(index), NULL, TG_POISON_FIRST);
        for (size_t i = 0; i < 2; i++) {
            check_made(&of[i], &expected[i], "queued with others");
            made_clear(&of[i]);
            tg_product_destroy(&expected[i]);
            free((void *)(uintptr_t)requests[i].events);
        }
    }
    ck_assert_uint_gt(nb_with_scratch, 0);
    tg_device_close(device);
}
END_TEST

START_TEST(device_runs_name_the_first_event_that_cannot_be_made)
{
    size_t nb_searches = 0;
    tg_device *device = open_device();
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        if (tg_trace_at(index)->max_candidates == 0) continue;
        nb_searches++;
        tg_request request = sample_request(index, 300, 0);
        made of;
        tg_error expected = {0};
        tg_product on_host;
        tg_assert_ok(tg_product_create(&on_host, request.trace, request.height, tg_suite_error));
        request.max_candidates = 2;
        ck_assert_int_eq(tg_plan_run_host(tg_plan_at(index), NULL, &on_host, &request, &expected),
                         TG_ERR_EVENT);
        made_init(&of, device, &request);
        made_run(&of, tg_plan_at(index), NULL, TG_POISON_FIRST);
        tg_assert_fails(TG_ERR_EVENT, expected.what,
                        tg_device_check_events(device, &of.request, tg_suite_error));
        // The next run starts with no bad event.
        of.request.max_candidates = 0;
        made_run(&of, tg_plan_at(index), NULL, TG_POISON_FIRST);
        tg_assert_ok(tg_device_check_events(device, &of.request, tg_suite_error));
        made_clear(&of);
        tg_product_destroy(&on_host);
        free((void *)(uintptr_t)request.events);
    }
    ck_assert_uint_gt(nb_searches, 0);
    tg_device_close(device);
}
END_TEST

/* An event in any place whose only candidate in range is an exception, as a retry alone can tell;
 * behind it one without a candidate on the curve. */
START_TEST(device_runs_name_a_retried_event)
{
    static const size_t places[] = {0, 1, 2, 31, 127, 128, 500, 998};
    const size_t index = index_of("Global.main");
    tg_device *device = open_device();
    tg_global_event *events = calloc(1000, sizeof *events);
    ck_assert_ptr_nonnull(events);
    for (size_t k = 0; k < sizeof places / sizeof places[0]; k++) {
        char text[64];
        made of;
        for (size_t i = 0; i < 1000; i++)
            events[i] = (tg_global_event){.message = {1, 2, 3, 4, 5, 6, 7, 8}, .kind = 8};
        events[places[k]] = (tg_global_event){.message = {0, 0, 544}, .kind = 1};
        events[999] = (tg_global_event){.message = {0, 0, 1185}, .kind = 1};
        const tg_request request = {.trace = tg_trace_at(index),
                                    .height = 1024,
                                    .events = events,
                                    .nb_events = 1000,
                                    .max_candidates = 1};
        made_init(&of, device, &request);
        made_run(&of, tg_plan_at(index), NULL, TG_POISON_FIRST);
        (void)snprintf(text, sizeof text, "event %zu of Global.main: ", places[k]);
        tg_assert_fails(TG_ERR_EVENT, text,
                        tg_device_check_events(device, &of.request, tg_suite_error));
        made_clear(&of);
    }
    free(events);
    tg_device_close(device);
}
END_TEST

/* The size of Global's running sums without the last of them. */
static size_t cut_sums(size_t height, size_t nb_events)
{
    const tg_plan *plan = tg_plan_at(index_of("Global.main"));
    return plan->scratch_bytes[TG_GLOBAL_SUMS](height, nb_events) - sizeof(tg_global_slot);
}

/* A step that writes beyond its scratch is found where scratch is poisoned, and the device can go
 * on. */
START_TEST(device_runs_find_writes_outside_scratch)
{
    const size_t index = index_of("Global.main");
    tg_device *device = open_device();
    const tg_request request = sample_request(index, 600, 0);
    tg_product expected = make_on_host(index, &request);
    tg_plan plan = *tg_plan_at(index);
    plan.scratch_bytes[TG_GLOBAL_SUMS] = cut_sums;
    made of;
    made_init(&of, device, &request);
    tg_device_poison_scratch(device, true);
    tg_assert_fails(
        TG_ERR_KERNEL,
        "a step of Global.main writes outside scratch buffer 2: at byte 1 behind its end",
        tg_device_run(device, &plan, NULL, &of.d_out, &of.request, tg_suite_error));
    made_run(&of, tg_plan_at(index), NULL, TG_POISON_FIRST);
    tg_assert_ok(tg_device_check_events(device, &of.request, tg_suite_error));
    check_made(&of, &expected, "behind a run that failed");
    made_clear(&of);
    tg_product_destroy(&expected);
    free((void *)(uintptr_t)request.events);
    tg_device_close(device);
}
END_TEST

/* A whole run, to hold the times of its steps against. */
static tg_status run_whole(void *arguments, size_t repeat, tg_error *error)
{
    const made *of = arguments;
    (void)repeat;
    return tg_device_run(of->device, tg_plan_at(index_of(of->request.trace->name)), NULL,
                         &of->d_out, &of->request, error);
}

START_TEST(device_runs_measure_their_steps_apart)
{
    tg_device *device = open_device();
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        const tg_plan *plan = tg_plan_at(index);
        tg_request request = sample_request(index, 100000, 0);
        double seconds[TG_MAX_STEPS];
        double whole = 0;
        double sum = 0;
        made of;
        made_init(&of, device, &request);
        tg_assert_ok(tg_device_measure(device, &whole, 10, run_whole, &of, tg_suite_error));
        tg_assert_ok(tg_device_measure_steps(device, seconds, 10, plan, &of.d_out, &of.request,
                                             tg_suite_error));
        for (size_t i = 0; i < plan->nb_steps; i++) {
            ck_assert_double_gt(seconds[i], 0);
            sum += seconds[i];
        }
        // An event between two steps costs a few microseconds.
        ck_assert_double_gt(sum, whole / 4);
        ck_assert_double_lt(sum, 4 * whole + 10e-6 * (double)plan->nb_steps);
        made_clear(&of);
        free((void *)(uintptr_t)request.events);
    }
    tg_device_close(device);
}
END_TEST

START_TEST(device_runs_refuse_to_measure_what_they_cannot)
{
    tg_device *device = open_device();
    double seconds[TG_MAX_STEPS] = {1};
    const tg_plan *plan = tg_plan_at(0);
    const tg_plan long_plan = {.nb_steps = TG_MAX_STEPS + 1, .steps = plan->steps};
    const tg_product d_out = {.cells = NULL};
    const tg_request request = {.trace = tg_trace_at(0), .height = 0};
    tg_assert_fails(
        TG_ERR_USAGE, "repeats",
        tg_device_measure_steps(device, seconds, 0, plan, &d_out, &request, tg_suite_error));
    tg_assert_fails(
        TG_ERR_SIZE, "17 steps",
        tg_device_measure_steps(device, seconds, 1, &long_plan, &d_out, &request, tg_suite_error));
    tg_assert_ok(
        tg_device_measure_steps(device, seconds, 1, plan, &d_out, &request, tg_suite_error));
    ck_assert_double_eq(seconds[0], 0);
    tg_device_close(device);
}
END_TEST

/* Make a trace by the kernel of another, through the backend. */
static void make_by_other(tg_conduct *conduct, const char *trace_name, const char *kernel_name)
{
    const tg_backend_ops *ops = NULL;
    tg_backend backend;
    tg_subject subject = tg_subject_at(index_of(trace_name));
    subject.plan = tg_plan_at(index_of(kernel_name));
    void *events = sample_events(subject.trace, 40, 5);
    size_t height = 0;
    tg_product product;
    tg_assert_ok(tg_trace_height(subject.trace, 40, 64, &height, tg_suite_error));
    tg_assert_ok(tg_product_create(&product, subject.trace, height, tg_suite_error));
    tg_assert_ok(tg_backend_find(&ops, "cuda", tg_suite_error));
    tg_assert_ok(tg_backend_open(&backend, ops, tg_suite_error));
    const tg_job job = {.subject = &subject, .events = events, .nb_events = 40, .height = height};
    tg_assert_ok(tg_backend_make(&product, conduct, &backend, &job, tg_suite_error));
    tg_backend_close(&backend);
    free(events);
    tg_product_destroy(&product);
}

START_TEST(device_runs_backend_finds_a_kernel_that_writes_too_much)
{
    tg_conduct conduct;
    // Eight columns instead of five, from events of the same size: the zone behind the trace is
    // overwritten from its first word.
    make_by_other(&conduct, "Select.main", "BaseAlu.preprocessed");
    ck_assert(tg_conduct_is_wrong(&conduct));
    ck_assert_uint_eq(conduct.nb_zone_words[TG_ZONE_AFTER_TRACE], 3 * 64);
    ck_assert_uint_eq(conduct.first_zone_word[TG_ZONE_AFTER_TRACE], 0);
    ck_assert_uint_eq(conduct.nb_zone_words[TG_ZONE_BEFORE_TRACE], 0);
    ck_assert_uint_eq(conduct.nb_zone_words[TG_ZONE_BEFORE_EVENTS], 0);
    ck_assert_uint_eq(conduct.nb_zone_words[TG_ZONE_AFTER_EVENTS], 0);
    ck_assert(!conduct.events_changed);
}
END_TEST

START_TEST(device_runs_backend_finds_a_kernel_that_writes_too_little)
{
    tg_conduct conduct;
    make_by_other(&conduct, "Select.main", "BaseAlu.main");
    ck_assert_uint_eq(conduct.cells.nb_unwritten, 2 * 64);
    ck_assert_uint_eq(conduct.cells.first_unwritten, 3 * 64);
    ck_assert_uint_eq(conduct.cells.nb_unstable, 0);
}
END_TEST

START_TEST(device_runs_backend_finds_nothing_wrong_with_the_right_kernel)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        tg_conduct conduct;
        make_by_other(&conduct, tg_trace_at(i)->name, tg_trace_at(i)->name);
        ck_assert_msg(!tg_conduct_is_wrong(&conduct), "%s", tg_trace_at(i)->name);
    }
}
END_TEST

START_TEST(device_runs_are_held_against_the_yardstick)
{
    const tg_backend_ops *ops = NULL;
    tg_backend backend;
    tg_assert_ok(tg_backend_find(&ops, "cuda", tg_suite_error));
    tg_assert_ok(tg_backend_open(&backend, ops, tg_suite_error));
    static const char *const names[] = {"Select.main", "MemoryConst.main", "PublicValues.main"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const tg_subject subject = tg_subject_at(index_of(names[i]));
        tg_bench_result result;
        tg_assert_ok(tg_bench_run(&result, &backend, &subject, 100000, tg_suite_error));
        ck_assert(result.on_device);
        ck_assert_int_eq(result.yardstick, i == 1 ? TG_BENCH_MEMSET : TG_BENCH_COPY);
        ck_assert_uint_ge(result.best.nb_repeats, 20);
        ck_assert_double_gt(result.best.bytes_per_s, 0);
        ck_assert_double_gt(result.share, 0);
        ck_assert_double_lt(result.share, 20);
        ck_assert_str_ne(result.device, "");
    }
    tg_backend_close(&backend);
}
END_TEST

START_TEST(device_runs_are_measured_by_phases)
{
    const tg_backend_ops *ops = NULL;
    tg_backend backend;
    size_t nb_with_phases = 0;
    tg_assert_ok(tg_backend_find(&ops, "cuda", tg_suite_error));
    tg_assert_ok(tg_backend_open(&backend, ops, tg_suite_error));
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        const tg_subject subject = tg_subject_at(index);
        tg_bench_result result;
        double sum = 0;
        if (subject.plan->nb_steps == 1) continue;
        nb_with_phases++;
        tg_assert_ok(tg_bench_run(&result, &backend, &subject, 100000, tg_suite_error));
        ck_assert_uint_ge(result.nb_phases, 2);
        for (size_t i = 0; i < result.nb_phases; i++) {
            ck_assert_double_gt(result.phases[i].seconds, 0);
            ck_assert_double_gt(result.phases[i].events_per_s, 0);
            if (!result.phases[i].is_side) sum += result.phases[i].seconds;
        }
        ck_assert_double_gt(sum, result.best.seconds / 4);
        ck_assert_uint_eq(result.scratch_bytes,
                          tg_plan_scratch_bytes(subject.plan, result.height, 100000));
        ck_assert_uint_eq(result.side_bytes, tg_trace_nb_side_words(subject.trace) * 4);
    }
    ck_assert_uint_gt(nb_with_phases, 0);
    tg_backend_close(&backend);
}
END_TEST

int main(void)
{
    const TTest *const cases[] = {
        device_runs_make_the_traces_of_the_host_grid,
        device_runs_share_scratch_in_their_order,
        device_runs_name_the_first_event_that_cannot_be_made,
        device_runs_name_a_retried_event,
        device_runs_find_writes_outside_scratch,
        device_runs_measure_their_steps_apart,
        device_runs_refuse_to_measure_what_they_cannot,
        device_runs_backend_finds_a_kernel_that_writes_too_much,
        device_runs_backend_finds_a_kernel_that_writes_too_little,
        device_runs_backend_finds_nothing_wrong_with_the_right_kernel,
        device_runs_are_held_against_the_yardstick,
        device_runs_are_measured_by_phases,
    };
    // CTest shows 3 as skipped.
    if (!has_device()) return 3;
    return tg_suite_run("device_runs_here", cases, sizeof cases / sizeof cases[0]);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The comparison on a device that is there: it says what the comparison on the host says, of cells,
 * side outputs and conduct. Exits 3 where there is no device. */
#include "device_here.h"
#include "diff_pair.h"
#include "harness/backend_cuda_internal.h"
#include "harness/bench.h"
#include "harness/side.h"

/* Bring both traces to the device, `shift` words behind where a buffer begins, and compare. */
static void check(tg_device *device, const diff_pair *both, size_t max_cells, size_t shift)
{
    const size_t nb_expected = both->expected.height * both->expected.width;
    const size_t nb_actual = both->actual.height * both->actual.width;
    uint32_t *d_expected = take_words(device, nb_expected + shift);
    uint32_t *d_actual = take_words(device, nb_actual + shift);
    tg_assert_ok(tg_device_upload(device, d_expected + shift, both->expected.cells,
                                  nb_expected * sizeof(uint32_t), tg_suite_error));
    tg_assert_ok(tg_device_upload(device, d_actual + shift, both->actual.cells,
                                  nb_actual * sizeof(uint32_t), tg_suite_error));
    diff_pair_check(both, max_cells, &tg_diff_on_device, device, d_expected + shift,
                    d_actual + shift);
    tg_device_give(device, d_expected);
    tg_device_give(device, d_actual);
}

/* Dimensions around quads, tiles and blocks; few and many differences; at any word. */
START_TEST(diff_device_here_agrees_with_the_host)
{
    static const size_t heights[] = {1, 16, 33, 127, 128, 129, 1000, 1024, 4100, 70000};
    static const size_t widths[] = {1, 3, 4, 5, 16, 17, 241};
    const tg_trace *trace = diff_pair_partial_trace();
    tg_device *device = open_device();
    uint64_t random = 1;
    size_t turn = 0;
    for (size_t h = 0; h < sizeof heights / sizeof heights[0]; h++) {
        for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
            const size_t nb_events = sample_next(&random) % (2 * heights[h] + 1);
            diff_pair both =
                diff_pair_of(w % 3 == 0 ? NULL : trace, nb_events, heights[h], widths[w]);
            check(device, &both, 3, 0);
            for (size_t nb = 1; nb <= 10000; nb *= 10) {
                diff_pair_change(&both, nb, &random);
                check(device, &both, turn % 5 * 7, turn % 3);
                turn++;
            }
            diff_pair_clear(&both);
        }
    }
    tg_device_close(device);
}
END_TEST

/* All cells wrong, and lists of none, some, all. */
START_TEST(diff_device_here_lists_cells_at_every_bound)
{
    static const size_t bounds[] = {0,   1,    2,    31,   32,   33,    255,   256,
                                    257, 1000, 4999, 5000, 5001, 99999, 100000};
    tg_device *device = open_device();
    diff_pair both = diff_pair_of(diff_pair_partial_trace(), 15001, 20000, 5);
    diff_pair_change_all(&both);
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        check(device, &both, bounds[i], i % 2);
    }
    diff_pair_clear(&both);
    tg_device_close(device);
}
END_TEST

/* Dimensions that differ, and none. */
START_TEST(diff_device_here_compares_what_is_inside_both)
{
    static const size_t sizes[][2] = {{0, 0}, {16, 5}, {17, 5}, {16, 4}, {1024, 9}, {1030, 1}};
    const size_t nb = sizeof sizes / sizeof sizes[0];
    tg_device *device = open_device();
    for (size_t i = 0; i < nb * nb; i++) {
        const size_t *actual = sizes[i % nb];
        diff_pair both = diff_pair_of(NULL, 0, sizes[i / nb][0], sizes[i / nb][1]);
        diff_pair other = diff_pair_of(NULL, 0, actual[0], actual[1]);
        diff_pair mixed = both;
        mixed.actual = other.actual;
        check(device, &mixed, 10, 0);
        diff_pair_clear(&both);
        diff_pair_clear(&other);
    }
    tg_device_close(device);
}
END_TEST

/* ---- the backend ---- */

/* What a comparison of a job says. */
typedef struct said {
    tg_diff diff;
    tg_sides_diff sides;
    tg_conduct conduct;
    tg_product out;
} said;

static void said_init(said *all, const tg_job *job)
{
    const tg_trace *trace = job->subject->trace;
    tg_assert_ok(tg_diff_init(&all->diff, tg_trace_width(trace), 5, tg_suite_error));
    tg_assert_ok(tg_sides_diff_init(&all->sides, trace, 5, tg_suite_error));
    tg_assert_ok(tg_product_create(&all->out, trace, job->height, tg_suite_error));
}

static void said_clear(said *all)
{
    tg_diff_clear(&all->diff);
    tg_sides_diff_clear(&all->sides);
    tg_product_destroy(&all->out);
}

/* Make on the device and compare here. */
static void say_here(said *all, const tg_backend *cuda, const tg_job *job,
                     const tg_product *expected)
{
    const tg_trace *trace = job->subject->trace;
    const size_t width = tg_trace_width(trace);
    const tg_matrix right = {.cells = expected->cells, .height = job->height, .width = width};
    const tg_matrix left = {.cells = all->out.cells, .height = job->height, .width = width};
    tg_assert_ok(tg_backend_make(&all->out, &all->conduct, cuda, job, tg_suite_error));
    tg_assert_ok(tg_diff_run(&all->diff, trace, job->nb_events, &right, &left, tg_suite_error));
    tg_sides_diff_run(&all->sides, expected, &all->out);
}

static void same_sides(const tg_sides_diff *got, const tg_sides_diff *wanted)
{
    for (size_t i = 0; i < wanted->trace->nb_sides; i++) {
        const tg_side_diff *a = &got->sides[i];
        const tg_side_diff *b = &wanted->sides[i];
        ck_assert_int_eq(a->is_compared, b->is_compared);
        ck_assert_uint_eq(a->nb_compared, b->nb_compared);
        ck_assert_uint_eq(a->nb_wrong, b->nb_wrong);
        ck_assert_uint_eq(a->nb_not_reduced, b->nb_not_reduced);
        ck_assert_uint_eq(a->nb_listed, b->nb_listed);
        for (size_t k = 0; k < b->nb_listed; k++)
            ck_assert_int_eq(memcmp(&a->listed[k], &b->listed[k], sizeof b->listed[k]), 0);
    }
}

static bool is_well(const said *all)
{
    return tg_diff_is_match(&all->diff) && tg_sides_diff_is_match(&all->sides) &&
           !tg_conduct_is_wrong(&all->conduct);
}

static void same_outputs(const said *got, const said *wanted, const tg_job *job)
{
    const tg_trace *trace = job->subject->trace;
    ck_assert_int_eq(memcmp(got->out.cells, wanted->out.cells,
                            job->height * tg_trace_width(trace) * sizeof(uint32_t)),
                     0);
    for (size_t i = 0; i < trace->nb_sides; i++) {
        ck_assert_int_eq(memcmp(got->out.sides[i], wanted->out.sides[i],
                                tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t)),
                         0);
    }
}

/* Compare there and here; whether all is well. */
static bool check_job(const tg_backend *cuda, const tg_job *job, const tg_product *expected)
{
    said there = {.conduct = {.events_changed = true}};
    said here = {.conduct = {.events_changed = true}};
    said_init(&there, job);
    said_init(&here, job);
    tg_assert_ok(cuda->ops->compare(cuda->state, &there.diff, &there.sides, &there.conduct,
                                    &there.out, job, expected, tg_suite_error));
    say_here(&here, cuda, job, expected);
    diff_pair_same(&there.diff, &here.diff, tg_trace_width(job->subject->trace));
    same_sides(&there.sides, &here.sides);
    ck_assert_int_eq(memcmp(&there.conduct, &here.conduct, sizeof here.conduct), 0);
    const bool well = is_well(&here);
    if (!well) same_outputs(&there, &here, job);
    said_clear(&there);
    said_clear(&here);
    return well;
}

/* Every trace: right; with wrong cells and side outputs at their ends; without a side output. */
static void check_trace(const tg_backend *cuda, size_t index, size_t nb_events)
{
    const tg_subject subject = tg_subject_at(index);
    const tg_trace *trace = subject.trace;
    const tg_request request = sample_request(index, nb_events, 0);
    const tg_job job = {.subject = &subject,
                        .events = request.events,
                        .nb_events = nb_events,
                        .height = request.height};
    tg_product expected;
    tg_assert_ok(tg_product_create(&expected, trace, request.height, tg_suite_error));
    tg_assert_ok(tg_plan_run_host(subject.plan, NULL, &expected, &request, tg_suite_error));
    ck_assert_msg(check_job(cuda, &job, &expected), "%s", trace->name);
    const size_t nb_cells = request.height * tg_trace_width(trace);
    const size_t places[] = {0, nb_cells / 2, nb_cells - 1};
    for (size_t i = 0; i < sizeof places / sizeof places[0] && nb_cells != 0; i++) {
        expected.cells[places[i]] ^= 1;
        ck_assert_msg(!check_job(cuda, &job, &expected), "%s", trace->name);
    }
    for (size_t i = 0; i < trace->nb_sides; i++) {
        uint32_t *side = expected.sides[i];
        side[tg_side_nb_words(&trace->sides[i]) - 1] ^= 1;
        ck_assert_msg(!check_job(cuda, &job, &expected), "%s", trace->name);
        expected.sides[i] = NULL;
        ck_assert_msg(!check_job(cuda, &job, &expected) || nb_cells == 0, "%s", trace->name);
        expected.sides[i] = side;
    }
    tg_product_destroy(&expected);
    free((void *)(uintptr_t)request.events);
}

START_TEST(diff_device_here_backend_says_what_the_host_says)
{
    static const size_t counts[] = {0, 1, 33, 1000};
    tg_backend cuda;
    tg_assert_ok(tg_backend_open(&cuda, &tg_backend_cuda, tg_suite_error));
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            check_trace(&cuda, index, counts[i]);
        }
    }
    tg_backend_close(&cuda);
}
END_TEST

/* Kernels of other traces leave cells unwritten and write outside: counts and first ones are those
 * of the host. */
START_TEST(diff_device_here_backend_counts_conduct_as_the_host_does)
{
    tg_backend cuda;
    size_t nb_wrong = 0;
    tg_assert_ok(tg_backend_open(&cuda, &tg_backend_cuda, tg_suite_error));
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        const tg_trace *trace = tg_trace_at(index);
        for (size_t other = 0; other < tg_nb_traces(); other++) {
            // Events of one size, and a width that stays within the guard zone.
            if (tg_trace_event_size(tg_trace_at(other)) != tg_trace_event_size(trace) ||
                tg_trace_width(tg_trace_at(other)) > tg_trace_width(trace) + 8 ||
                tg_plan_at(other)->nb_steps != 1 || trace->nb_sides != 0 || index == other)
                continue;
            tg_subject subject = tg_subject_at(index);
            const tg_request request = sample_request(index, 40, 64);
            const tg_job job = {.subject = &subject,
                                .events = request.events,
                                .nb_events = 40,
                                .height = request.height};
            tg_product expected;
            tg_assert_ok(tg_product_create(&expected, trace, request.height, tg_suite_error));
            tg_assert_ok(
                tg_plan_run_host(tg_plan_at(index), NULL, &expected, &request, tg_suite_error));
            subject.plan = tg_plan_at(other);
            nb_wrong += !check_job(&cuda, &job, &expected);
            tg_product_destroy(&expected);
            free((void *)(uintptr_t)request.events);
        }
    }
    ck_assert_uint_gt(nb_wrong, 0);
    tg_backend_close(&cuda);
}
END_TEST

START_TEST(diff_device_here_is_measured)
{
    tg_backend cuda;
    tg_bench_diff_device_result result;
    tg_assert_ok(tg_backend_open(&cuda, &tg_backend_cuda, tg_suite_error));
    tg_assert_ok(tg_bench_diff_device(&result, &cuda, 1 << 16, 60, tg_suite_error));
    ck_assert_uint_eq(result.bytes, (size_t)2 * 4 * 60 << 16);
    ck_assert_double_gt(result.best.bytes_per_s, 0);
    ck_assert_double_gt(result.share, 0);
    ck_assert_double_lt(result.share, 20);
    ck_assert_str_ne(result.device, "");
    tg_backend_close(&cuda);
}
END_TEST

int main(void)
{
    const TTest *const cases[] = {
        diff_device_here_agrees_with_the_host,
        diff_device_here_lists_cells_at_every_bound,
        diff_device_here_compares_what_is_inside_both,
        diff_device_here_backend_says_what_the_host_says,
        diff_device_here_backend_counts_conduct_as_the_host_does,
        diff_device_here_is_measured,
    };
    // CTest shows 3 as skipped.
    if (!has_device()) return 3;
    return tg_suite_run("diff_device_here", cases, sizeof cases / sizeof cases[0]);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Event counts and heights at limits: what must be among them, and that all of them are legal. */
#include "generated.h"
#include "harness/counts.h"

#define MAX_EVENTS ((size_t)300000)

static bool has(const tg_limits *limits, size_t value)
{
    for (size_t i = 0; i < limits->nb_values; i++) {
        if (limits->values[i] == value) return true;
    }
    return false;
}

static void assert_ascending(const tg_limits *limits, size_t max)
{
    ck_assert_uint_ge(limits->nb_values, 1);
    ck_assert_uint_lt(limits->nb_values, TG_MAX_LIMITS);
    for (size_t i = 0; i < limits->nb_values; i++) {
        ck_assert_uint_le(limits->values[i], max);
        if (i != 0) ck_assert_uint_lt(limits->values[i - 1], limits->values[i]);
    }
}

START_TEST(counts_stand_around_every_limit)
{
    static const size_t around[] = {1,   2,   16,  32,   33,   64,    65,     128,   256,
                                    511, 512, 513, 1024, 4096, 65536, 262144, 262176};
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        if (subject.trace->max_events != 0) continue;
        tg_limits counts;
        tg_boundary_counts(&counts, &subject, MAX_EVENTS);
        assert_ascending(&counts, MAX_EVENTS);
        ck_assert(has(&counts, 0) && has(&counts, 3) && has(&counts, 15) && has(&counts, 31));
        for (size_t k = 0; k < sizeof around / sizeof around[0]; k++) {
            ck_assert_msg(has(&counts, around[k]), "%s: no count %zu", subject.trace->name,
                          around[k]);
        }
        // One less, the limit, and one more, for rows whose entries are all used.
        for (size_t rows = 16; rows <= 65536; rows *= 2) {
            const size_t nb = rows * subject.trace->events_per_row;
            ck_assert(has(&counts, nb - 1) && has(&counts, nb) && has(&counts, nb + 1));
        }
        for (size_t step = 0; step < subject.plan->nb_steps; step++) {
            const tg_launch shape = tg_step_launch(&subject.plan->steps[step], NULL, 0, 0);
            const size_t tile = *subject.plan->steps[step].rows_per_block;
            for (size_t multiple = 1; multiple <= 3; multiple++) {
                const size_t nb = multiple * tile * subject.trace->events_per_row;
                ck_assert(has(&counts, nb - 1) && has(&counts, nb) && has(&counts, nb + 1));
                ck_assert(has(&counts, multiple * shape.block + 1));
            }
        }
    }
}
END_TEST

START_TEST(counts_keep_the_most_events)
{
    static const size_t most[] = {0, 1, 2, 16, 1000};
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        for (size_t k = 0; k < sizeof most / sizeof most[0]; k++) {
            tg_limits counts;
            tg_boundary_counts(&counts, &subject, most[k]);
            assert_ascending(&counts, most[k]);
            ck_assert(has(&counts, 0));
        }
    }
    // One event counts, a second one is ignored.
    tg_limits counts;
    const tg_subject subject = generated_subject("PublicValues.main");
    tg_boundary_counts(&counts, &subject, MAX_EVENTS);
    ck_assert_uint_eq(counts.nb_values, 3);
}
END_TEST

START_TEST(counts_heights_are_legal)
{
    static const size_t counts[] = {0, 1, 2, 15, 31, 32, 33, 64, 1000, 100000};
    for (size_t i = 0; i < tg_nb_traces() * 10; i++) {
        const tg_subject subject = tg_subject_at(i / 10);
        const tg_trace *trace = subject.trace;
        const size_t nb_events = counts[i % 10];
        tg_limits heights;
        tg_boundary_heights(&heights, &subject, nb_events, MAX_EVENTS);
        assert_ascending(&heights, MAX_EVENTS);
        ck_assert(has(&heights, 0));
        size_t nb_odd = 0, rule = 0, nb_rows = tg_trace_nb_rows(trace, nb_events);
        for (size_t k = 0; k < heights.nb_values; k++) {
            size_t height = 0;
            tg_assert_ok(
                tg_trace_height(trace, nb_events, heights.values[k], &height, tg_suite_error));
            tg_assert_ok(tg_trace_check_height(trace, nb_events, height, tg_suite_error));
            if (heights.values[k] != 0) ck_assert_uint_eq(height, heights.values[k]);
            nb_odd += height % 2;
        }
        if (trace->height_rule != TG_HEIGHT_MULTIPLE_OF_32) {
            ck_assert_uint_eq(heights.nb_values, 1);
            continue;
        }
        tg_assert_ok(tg_trace_height(trace, nb_events, 0, &rule, tg_suite_error));
        ck_assert(has(&heights, nb_rows) && has(&heights, nb_rows + 1));
        ck_assert(has(&heights, rule) && has(&heights, rule + 1) && nb_odd >= 2);
    }
}
END_TEST

START_TEST(counts_heights_keep_the_highest)
{
    const tg_subject subject = generated_subject("Select.main");
    tg_limits heights;
    tg_boundary_heights(&heights, &subject, 100, 100);
    ck_assert_uint_eq(heights.nb_values, 2);
    ck_assert(has(&heights, 100));
    tg_boundary_heights(&heights, &subject, 100, 99);
    ck_assert_uint_eq(heights.nb_values, 1);
    ck_assert(has(&heights, 0));
    tg_boundary_heights(&heights, &subject, SIZE_MAX, SIZE_MAX);
    ck_assert_uint_eq(heights.nb_values, 1);
}
END_TEST

START_TEST(counts_are_drawn_evenly_from_key_and_number)
{
    enum { NB = 20000 };
    tg_limits limits;
    const tg_subject subject = generated_subject("MemoryVar.main");
    tg_boundary_counts(&limits, &subject, 300);
    const size_t nb_values = limits.nb_values;
    ck_assert_uint_ge(nb_values, 20);
    ck_assert_uint_le(nb_values, 100);
    size_t nb[100] = {0}, nb_changed = 0;
    for (uint64_t number = 0; number < NB; number++) {
        const size_t value = tg_boundary_drawn(&limits, 1, number);
        ck_assert_uint_eq(value, tg_boundary_drawn(&limits, 1, number));
        nb_changed += value != tg_boundary_drawn(&limits, 2, number);
        size_t place = 0;
        while (limits.values[place] != value) {
            place++;
            ck_assert_uint_lt(place, nb_values);
        }
        nb[place]++;
    }
    for (size_t place = 0; place < nb_values; place++) {
        ck_assert_uint_gt(nb[place], NB / nb_values / 2);
        ck_assert_uint_lt(nb[place], NB / nb_values * 2);
    }
    ck_assert_uint_gt(nb_changed, NB / 2);
}
END_TEST

START_TEST(counts_of_a_chip_without_a_plan_follow_from_its_trace)
{
    tg_subject subject = generated_subject("MemoryVar.main");
    subject.plan = NULL;
    tg_limits limits;
    tg_boundary_counts(&limits, &subject, 1000);
    ck_assert(has(&limits, 65) && has(&limits, 127) && has(&limits, 1000) == false);
    tg_boundary_heights(&limits, &subject, 65, 1000);
    ck_assert(has(&limits, 33) && has(&limits, 64));
}
END_TEST

TG_SUITE("counts", counts_stand_around_every_limit, counts_keep_the_most_events,
         counts_heights_are_legal, counts_heights_keep_the_highest,
         counts_are_drawn_evenly_from_key_and_number,
         counts_of_a_chip_without_a_plan_follow_from_its_trace)

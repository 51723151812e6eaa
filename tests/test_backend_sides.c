/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Wrong builders of side outputs in the wrapper around generators: every sort of misconduct must be
 * found, in the right output, with the right numbers.
 */
#include "toy_sides.h"

#include "harness/backend.h"
#include "suite.h"

#include <stdlib.h>

#define NB_EVENTS ((size_t)7)
#define HEIGHT ((size_t)32)

/* What a builder does wrong in one side output beside making everything right. */
typedef struct wrong {
    size_t nb_runs;
    size_t side;
    size_t skipped;  /* words left out, from word `first` on */
    size_t changing; /* words that get the number of the run, from word `first` on */
    size_t first;
    size_t skipping_run; /* leaves out words in this run only; 0: in both */
    ptrdiff_t stray[3];  /* words written outside, counted from the first; 0: end of the list */
} wrong;

static tg_status wrong_generate(void *state, const tg_product *out, const tg_job *job,
                                tg_error *error)
{
    wrong *plan = state;
    plan->nb_runs++;
    ck_assert_uint_eq(job->max_candidates, 3);
    tg_product right;
    const tg_status status = toy_fill(&right, HEIGHT, error);
    if (status != TG_OK) return status;
    memcpy(out->cells, right.cells, HEIGHT * tg_trace_width(&toy_trace) * sizeof *out->cells);
    for (size_t side = 0; side < TOY_NB_SIDES; side++) {
        const size_t nb_words = tg_side_nb_words(&toy_trace.sides[side]);
        for (size_t i = 0; i < nb_words; i++) {
            const bool is_here = side == plan->side && i >= plan->first;
            const bool skips = plan->skipping_run == 0 || plan->skipping_run == plan->nb_runs;
            if (is_here && skips && i - plan->first < plan->skipped) continue;
            const bool changes = is_here && i - plan->first < plan->changing;
            out->sides[side][i] = changes ? (uint32_t)plan->nb_runs : right.sides[side][i];
        }
    }
    for (size_t i = 0; i < 3 && plan->stray[i] != 0; i++) {
        out->sides[plan->side][plan->stray[i]] = 7;
    }
    tg_product_destroy(&right);
    return TG_OK;
}

static tg_status wrong_open(void **state, __attribute__((unused)) tg_error *error)
{
    *state = NULL;
    return TG_OK;
}

static void wrong_close(__attribute__((unused)) void *state) {}

static tg_status wrong_run(void *state, const tg_product *out, tg_conduct *conduct,
                           const tg_job *job, uint32_t poison, tg_error *error)
{
    return tg_guarded_run(out, conduct, wrong_generate, state, job, poison, error);
}

static const tg_backend_ops wrong_ops = {.name = "wrong",
                                         .text = "",
                                         .generates = true,
                                         .open = wrong_open,
                                         .close = wrong_close,
                                         .run = wrong_run};

/* Run a builder in the wrapper; made: to be destroyed. */
static tg_conduct conduct_of(tg_product *made, wrong plan)
{
    const tg_subject subject = {.trace = &toy_trace};
    toy_event events[NB_EVENTS] = {{.byte = 1}};
    const tg_job job = {.subject = &subject,
                        .events = events,
                        .nb_events = NB_EVENTS,
                        .height = HEIGHT,
                        .max_candidates = 3};
    const tg_backend backend = {.ops = &wrong_ops, .state = &plan};
    tg_conduct conduct;
    memset(&conduct, 0x5a, sizeof conduct); // it is overwritten
    tg_assert_ok(tg_product_create(made, &toy_trace, HEIGHT, tg_suite_error));
    tg_assert_ok(tg_backend_make(made, &conduct, &backend, &job, tg_suite_error));
    ck_assert_uint_eq(plan.nb_runs, 2);
    return conduct;
}

/* Assert that a builder does wrong just what is expected. */
static void assert_conduct(wrong plan, const tg_conduct *expected)
{
    tg_product made;
    const tg_conduct conduct = conduct_of(&made, plan);
    ck_assert(tg_conduct_is_wrong(&conduct));
    for (size_t zone = 0; zone < TG_NB_ZONES; zone++) {
        ck_assert_uint_eq(conduct.nb_zone_words[zone], expected->nb_zone_words[zone]);
        ck_assert_uint_eq(conduct.first_zone_word[zone], expected->first_zone_word[zone]);
    }
    ck_assert(!conduct.events_changed);
    ck_assert_mem_eq(&conduct.cells, &expected->cells, sizeof conduct.cells);
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        ck_assert_uint_eq(conduct.sides[i].nb_unwritten, expected->sides[i].nb_unwritten);
        ck_assert_uint_eq(conduct.sides[i].first_unwritten, expected->sides[i].first_unwritten);
        ck_assert_uint_eq(conduct.sides[i].nb_unstable, expected->sides[i].nb_unstable);
        ck_assert_uint_eq(conduct.sides[i].first_unstable, expected->sides[i].first_unstable);
    }
    tg_product_destroy(&made);
}

START_TEST(backend_sides_right_ones_are_clean)
{
    tg_product made;
    tg_product right;
    const tg_conduct conduct = conduct_of(&made, (wrong){.nb_runs = 0});
    ck_assert(!tg_conduct_is_wrong(&conduct));
    tg_assert_ok(toy_fill(&right, HEIGHT, tg_suite_error));
    for (size_t side = 0; side < TOY_NB_SIDES; side++) {
        const size_t nb_words = tg_side_nb_words(&toy_trace.sides[side]);
        ck_assert_mem_eq(made.sides[side], right.sides[side], nb_words * sizeof(uint32_t));
    }
    ck_assert_ptr_null(made.sides[TOY_NB_SIDES]);
    tg_product_destroy(&right);
    tg_product_destroy(&made);
}
END_TEST

START_TEST(backend_sides_forgotten_words_are_found)
{
    static const size_t places[][3] = {{TOY_SIDE_SUMS, 0, 1},
                                       {TOY_SIDE_SUMS, 5, 1},
                                       {TOY_SIDE_SUMS, 0, TOY_NB_SUMS},
                                       {TOY_SIDE_COUNT, 0, 1},
                                       {TOY_SIDE_LOOKUPS, 12345, 3},
                                       {TOY_SIDE_LOOKUPS, TG_NB_BYTE_LOOKUPS - 1, 1},
                                       {TOY_SIDE_LOOKUPS, 0, TG_NB_BYTE_LOOKUPS}};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        const size_t side = places[i][0];
        tg_conduct expected = {.events_changed = false};
        expected.sides[side] =
            (tg_doubt){.nb_unwritten = places[i][2], .first_unwritten = places[i][1]};
        assert_conduct((wrong){.side = side, .first = places[i][1], .skipped = places[i][2]},
                       &expected);
    }
    // What is left out stays poison, so that the comparison shows it too.
    tg_product made;
    (void)conduct_of(&made, (wrong){.side = TOY_SIDE_COUNT, .skipped = 1});
    ck_assert_uint_eq(made.sides[TOY_SIDE_COUNT][0], TG_POISON_SECOND);
    tg_product_destroy(&made);
}
END_TEST

START_TEST(backend_sides_that_change_between_runs_are_found)
{
    for (size_t side = 0; side < TOY_NB_SIDES; side++) {
        tg_conduct expected = {.events_changed = false};
        expected.sides[side] = (tg_doubt){.nb_unstable = 1};
        assert_conduct((wrong){.side = side, .changing = 1}, &expected);
        // Left out by one run only: it was written, and is not the same.
        for (size_t run = 1; run <= 2; run++) {
            assert_conduct((wrong){.side = side, .skipped = 1, .skipping_run = run}, &expected);
        }
    }
    tg_conduct expected = {.events_changed = false};
    expected.sides[TOY_SIDE_LOOKUPS] = (tg_doubt){.nb_unstable = 300, .first_unstable = 77};
    assert_conduct((wrong){.side = TOY_SIDE_LOOKUPS, .first = 77, .changing = 300}, &expected);
}
END_TEST

/* Every side output has zones of its own, before and after. */
START_TEST(backend_sides_words_written_outside_are_found)
{
    const ptrdiff_t guard = TG_GUARD_WORDS;
    for (size_t side = 0; side < TOY_NB_SIDES; side++) {
        const ptrdiff_t end = (ptrdiff_t)tg_side_nb_words(&toy_trace.sides[side]);
        const size_t before = TG_ZONE_BEFORE_SIDES + side;
        const size_t after = TG_ZONE_AFTER_SIDES + side;
        tg_conduct expected = {.events_changed = false};
        expected.nb_zone_words[before] = 1;
        assert_conduct((wrong){.side = side, .stray = {-1}}, &expected);
        expected.nb_zone_words[before] = 2;
        expected.first_zone_word[before] = 30;
        assert_conduct((wrong){.side = side, .stray = {-31, -guard}}, &expected);
        expected = (tg_conduct){.events_changed = false};
        expected.nb_zone_words[after] = 1;
        assert_conduct((wrong){.side = side, .stray = {end}}, &expected);
        expected.nb_zone_words[after] = 2;
        expected.first_zone_word[after] = 500;
        assert_conduct((wrong){.side = side, .stray = {end + guard - 1, end + 500}}, &expected);
    }
}
END_TEST

START_TEST(backend_sides_request_of_a_job)
{
    const tg_subject subject = {.trace = &toy_trace};
    toy_event events[3];
    const tg_job job = {.subject = &subject,
                        .events = events,
                        .nb_events = 3,
                        .height = 32,
                        .max_candidates = 2};
    const tg_request request = tg_job_request(&job);
    ck_assert_ptr_eq(request.trace, &toy_trace);
    ck_assert_ptr_eq(request.events, events);
    ck_assert_uint_eq(request.nb_events, 3);
    ck_assert_uint_eq(request.height, 32);
    ck_assert_uint_eq(tg_request_max_candidates(&request), 2);
    tg_job open = job;
    open.max_candidates = 0;
    const tg_request whole = tg_job_request(&open);
    ck_assert_uint_eq(tg_request_max_candidates(&whole), 4);
    open.max_candidates = 5; // a trace has no more than its own
    const tg_request more = tg_job_request(&open);
    ck_assert_uint_eq(tg_request_max_candidates(&more), 4);
}
END_TEST

TG_SUITE("backend_sides", backend_sides_right_ones_are_clean,
         backend_sides_forgotten_words_are_found, backend_sides_that_change_between_runs_are_found,
         backend_sides_words_written_outside_are_found, backend_sides_request_of_a_job)

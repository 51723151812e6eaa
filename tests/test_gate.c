/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate: what it says of right records, of seeded events, and of what it is asked for and cannot
 * do. */
#include "gate_records.h"
#include "harness/self_test.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

#define UPSTREAM GATE_CORPUS "/upstream"
#define COUNT_33 GATE_CORPUS "/counts/33"

static const char *const reference_only[] = {"reference"};
static const char *const host_only[] = {"host"};
static const char *const recorded_only[] = {"recorded"};
static const char *const select_main[] = {"Select.main"};

/* Run a gate that must end well; the result is to be cleared. */
static gate_run run_matching(const tg_gate_options *options)
{
    const gate_run result = run_gate(options);
    char line[sizeof(tg_error)];
    ck_assert_msg(result.status == TG_OK, "%s\n%s", tg_error_line(line, sizeof line, &result.error),
                  result.text);
    ck_assert_uint_gt(result.summary.nb_cells, 0);
    ck_assert_uint_gt(result.summary.nb_comparisons, 0);
    ck_assert_uint_eq(result.summary.nb_mismatches, 0);
    ck_assert_uint_eq(result.summary.nb_not_run, 0);
    gate_assert_says(&result, "verdict   match: ");
    return result;
}

START_TEST(gate_corpus_and_seeded_events_match)
{
    gate_run result = run_matching(&(tg_gate_options){.corpus = GATE_CORPUS,
                                                      .corpus_is_required = true,
                                                      .seeded = true,
                                                      .profile = TG_PROFILE_UNIFORM,
                                                      .seed = 1,
                                                      .nb_events = 100});
    char words[96];
    (void)snprintf(words, sizeof words, "verdict   match: traces compared %zu of %zu, ",
                   tg_nb_traces(), tg_nb_traces());
    gate_assert_says(&result, words);
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        (void)snprintf(words, sizeof words, "\n%s ", tg_trace_at(i)->name);
        gate_assert_says(&result, words);
    }
    gate_run_clear(&result);
}
END_TEST

START_TEST(gate_profiles_match)
{
    for (tg_profile profile = 0; profile < TG_NB_PROFILES; profile++) {
        gate_run result = run_matching(&(tg_gate_options){.seeded = true,
                                                          .profile = profile,
                                                          .seed = TG_GATE_SEED,
                                                          .nb_events = TG_GATE_NB_EVENTS});
        gate_assert_says(&result, tg_profile_name(profile));
        ck_assert_uint_eq(result.summary.nb_planted, 0);
        gate_run_clear(&result);
    }
}
END_TEST

/* Grid and block shapes change nothing: one thread, odd ones, more threads than rows. */
START_TEST(gate_matches_in_every_launch_shape)
{
    static const tg_launch shapes[] = {{1, 1},    {1, 32}, {3, 33}, {7, 64},
                                       {2, 1024}, {0, 0},  {0, 1},  {5, 0}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        gate_run result = run_matching(&(tg_gate_options){.seeded = true,
                                                          .profile = TG_PROFILE_UNIFORM,
                                                          .seed = i,
                                                          .nb_events = 333,
                                                          .actuals = host_only,
                                                          .nb_actuals = 1,
                                                          .launch = shapes[i]});
        ck_assert_uint_eq(result.summary.nb_comparisons, tg_nb_traces());
        gate_run_clear(&result);
    }
}
END_TEST

START_TEST(gate_matches_at_fixed_heights)
{
    static const size_t heights[] = {33, 48, 100};
    for (size_t i = 0; i < sizeof heights / sizeof heights[0]; i++) {
        gate_run result = run_matching(&(tg_gate_options){.seeded = true,
                                                          .profile = TG_PROFILE_UNIFORM,
                                                          .nb_events = 33,
                                                          .fixed_height = heights[i]});
        gate_assert_says(&result, "PublicValues.main: it ignores fixed heights");
        gate_run_clear(&result);
    }
}
END_TEST

START_TEST(gate_self_test_finds_its_plants)
{
    gate_run result = run_matching(&(tg_gate_options){.seeded = true,
                                                      .profile = TG_PROFILE_UNIFORM,
                                                      .nb_events = 33,
                                                      .actuals = host_only,
                                                      .nb_actuals = 1,
                                                      .self_test = true});
    // Six sorts at the least for each trace: all but those that its shape may rule out.
    ck_assert_uint_ge(result.summary.nb_planted, 6 * tg_nb_traces());
    gate_assert_says(&result, "planted bugs found");
    gate_assert_says(&result, " bugs planted ");
    for (tg_plant plant = 0; plant < TG_NB_PLANTS; plant++) {
        gate_assert_says(&result, tg_plant_name(plant));
        gate_assert_says(&result, tg_plant_text(plant));
    }
    gate_assert_says_not(&result, "!");
    gate_run_clear(&result);
}
END_TEST

START_TEST(gate_of_named_traces_only)
{
    static const char *const names[] = {"Select.main", "BaseAlu", "Select.main"};
    gate_run result = run_matching(&(tg_gate_options){.names = names,
                                                      .nb_names = 3,
                                                      .seeded = true,
                                                      .profile = TG_PROFILE_UNIFORM,
                                                      .nb_events = 10,
                                                      .actuals = host_only,
                                                      .nb_actuals = 1});
    ck_assert_uint_eq(result.summary.nb_comparisons, 3);
    ck_assert_uint_eq(result.summary.nb_cells, 32 * (5 + 8 + 3));
    gate_assert_says_not(&result, "\nExtAlu");
    gate_assert_says_not(&result, "\nSelect.preprocessed");
    gate_assert_says(
        &result, "verdict   match: traces compared 3 of 3, comparisons 3, cells 512, mismatches 0");
    gate_run_clear(&result);
}
END_TEST

/* Traces that the upstream record holds cells of: those of the twelve recursion chips. */
#define NB_RECORDED_TRACES ((size_t)25)

START_TEST(gate_turns_the_sides_round)
{
    gate_run result = run_matching(&(tg_gate_options){.seeded = true,
                                                      .profile = TG_PROFILE_UNIFORM,
                                                      .nb_events = 10,
                                                      .expected = "host",
                                                      .actuals = reference_only,
                                                      .nb_actuals = 1});
    gate_assert_says(&result, "expected  host\nactual    reference\n");
    gate_run_clear(&result);
    static const char *const records[] = {UPSTREAM};
    result = run_matching(
        &(tg_gate_options){.records = records, .nb_records = 1, .expected = "recorded"});
    gate_assert_says(&result, "expected  recorded\n");
    // Reference and host against each of the 25 recorded traces.
    ck_assert_uint_eq(result.summary.nb_comparisons, 2 * NB_RECORDED_TRACES);
    gate_run_clear(&result);
}
END_TEST

START_TEST(gate_of_a_record_compares_each_side_once)
{
    static const char *const records[] = {COUNT_33};
    gate_run result = run_matching(&(tg_gate_options){.names = select_main,
                                                      .nb_names = 1,
                                                      .records = records,
                                                      .nb_records = 1,
                                                      .actuals = recorded_only,
                                                      .nb_actuals = 1,
                                                      .verbose = true});
    ck_assert_uint_eq(result.summary.nb_comparisons, 1);
    ck_assert_uint_eq(result.summary.nb_cells, 64 * 5);
    gate_assert_says(&result, COUNT_33);
    gate_run_clear(&result);
}
END_TEST

START_TEST(gate_of_the_first_events_of_a_record)
{
    static const char *const records[] = {COUNT_33};
    tg_gate_options options = {.names = select_main,
                               .nb_names = 1,
                               .records = records,
                               .nb_records = 1,
                               .actuals = host_only,
                               .nb_actuals = 1,
                               .nb_record_events = 7};
    gate_run result = run_matching(&options);
    ck_assert_uint_eq(result.summary.nb_cells, 32 * 5);
    gate_run_clear(&result);
    options.nb_record_events = 34;
    gate_assert_refused(TG_ERR_USAGE, "34 events", &options);
}
END_TEST

START_TEST(gate_refuses_unknown_names)
{
    static const struct {
        const char *name;
        const char *words;
    } names[] = {{"Selekt", "Select"},
                 {"Select.mian", "Select.main"},
                 {"", "no chip"},
                 {"Select.main.main", "Select"},
                 {".", "no"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        gate_assert_refused(TG_ERR_USAGE, names[i].words,
                            &(tg_gate_options){.names = &names[i].name,
                                               .nb_names = 1,
                                               .seeded = true,
                                               .nb_events = 10});
    }
}
END_TEST

/* A side agrees with itself, whatever it does. */
START_TEST(gate_refuses_one_backend_on_both_sides)
{
    static const char *const records[] = {COUNT_33};
    tg_gate_options options = {.names = select_main,
                               .nb_names = 1,
                               .records = records,
                               .nb_records = 1,
                               .actuals = reference_only,
                               .nb_actuals = 1};
    gate_assert_refused(TG_ERR_USAGE, "reference is on both sides", &options);
    options.actuals = recorded_only;
    options.expected = "recorded";
    gate_assert_refused(TG_ERR_USAGE, "recorded is on both sides", &options);
}
END_TEST

START_TEST(gate_refuses_unknown_backends)
{
    static const char *const unknown[] = {"hots"};
    static const char *const many[] = {"host", "host", "host", "host", "host",
                                       "host", "host", "host", "host"};
    const tg_gate_options seeded = {.seeded = true, .nb_events = 10};
    tg_gate_options options = seeded;
    options.expected = "refrence";
    gate_assert_refused(TG_ERR_USAGE, "reference, host, cuda, recorded", &options);
    options = seeded;
    options.actuals = unknown;
    options.nb_actuals = 1;
    gate_assert_refused(TG_ERR_USAGE, "no backend is called 'hots'", &options);
    options.actuals = many;
    options.nb_actuals = sizeof many / sizeof many[0];
    gate_assert_refused(TG_ERR_USAGE, "backend", &options);
}
END_TEST

/* A backend that is asked for by name must be there; without a name its absence is said. */
START_TEST(gate_asks_for_a_gpu)
{
    static const char *const cuda[] = {"cuda"};
    const tg_backend_ops *ops = NULL;
    tg_backend backend;
    tg_assert_ok(tg_backend_find(&ops, "cuda", tg_suite_error));
    tg_error error = {0};
    const bool has_gpu = tg_backend_open(&backend, ops, &error) == TG_OK;
    if (has_gpu) tg_backend_close(&backend);
    const tg_gate_options options = {.names = select_main,
                                     .nb_names = 1,
                                     .seeded = true,
                                     .nb_events = 10};
    tg_gate_options named = options;
    named.actuals = cuda;
    named.nb_actuals = 1;
    gate_run result = run_matching(&options);
    if (has_gpu) {
        gate_assert_says(&result, "actual    host, cuda");
        gate_run gpu = run_matching(&named);
        gate_run_clear(&gpu);
    } else {
        gate_assert_says(&result, "actual    host\n");
        gate_assert_says(&result, "skipped   cuda: ");
        gate_assert_refused(TG_ERR_UNAVAILABLE, error.what, &named);
    }
    gate_run_clear(&result);
}
END_TEST

/* Nothing compared is no pass, however it comes about. */
START_TEST(gate_of_nothing_is_no_pass)
{
    static const char *const wrap_only[] = {"MemoryVarV1.main"};
    static const char *const shrink[] = {GATE_CORPUS "/shrink"};
    char folder[256];
    tg_suite_make_folder(folder);
    const tg_gate_options nothing[] = {
        {.seeded = true, .nb_events = 33, .actuals = recorded_only, .nb_actuals = 1},
        {.seeded = true, .nb_events = 33, .expected = "recorded"},
        {.names = select_main, .nb_names = 1},
        {.corpus = folder},
        {.corpus = folder, .corpus_is_required = true},
        {.names = wrap_only, .nb_names = 1, .records = shrink, .nb_records = 1},
    };
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
        gate_run result = run_gate(&nothing[i]);
        ck_assert_msg(result.status == TG_ERR_UNAVAILABLE, "%zu: status %d\n%s", i, result.status,
                      result.text);
        ck_assert_uint_eq(result.summary.nb_cells, 0);
        gate_assert_says(&result, "verdict   NOT ALL RUN: traces compared 0 of ");
        gate_assert_says(&result, "skipped   "); // every one of them says why
        gate_run_clear(&result);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(gate_without_a_corpus)
{
    const tg_gate_options options = {.names = select_main,
                                     .nb_names = 1,
                                     .corpus = "/nonexistent/corpus",
                                     .seeded = true,
                                     .nb_events = 10};
    gate_run result = run_matching(&options);
    gate_assert_says(&result, "skipped   corpus: /nonexistent/corpus is not there");
    gate_run_clear(&result);
    tg_gate_options required = options;
    required.corpus_is_required = true;
    gate_assert_refused(TG_ERR_IO, "/nonexistent/corpus", &required);
    static const char *const records[] = {"/nonexistent/record"};
    gate_assert_refused(
        TG_ERR_IO, "/nonexistent/record",
        &(tg_gate_options){.records = records, .nb_records = 1, .seeded = true, .nb_events = 10});
}
END_TEST

START_TEST(gate_refuses_heights_before_anything_runs)
{
    static const size_t heights[] = {1, 32, TG_MAX_HEIGHT + 1, SIZE_MAX};
    for (size_t i = 0; i < sizeof heights / sizeof heights[0]; i++) {
        gate_assert_refused(TG_ERR_HEIGHT, "height",
                            &(tg_gate_options){.corpus = GATE_CORPUS,
                                               .seeded = true,
                                               .nb_events = 33,
                                               .fixed_height = heights[i]});
    }
    gate_assert_refused(TG_ERR_SIZE, "rows",
                        &(tg_gate_options){.seeded = true, .nb_events = SIZE_MAX});
}
END_TEST

TG_SUITE("gate", gate_corpus_and_seeded_events_match, gate_profiles_match,
         gate_matches_in_every_launch_shape, gate_matches_at_fixed_heights,
         gate_self_test_finds_its_plants, gate_of_named_traces_only, gate_turns_the_sides_round,
         gate_of_a_record_compares_each_side_once, gate_of_the_first_events_of_a_record,
         gate_refuses_unknown_names, gate_refuses_one_backend_on_both_sides,
         gate_refuses_unknown_backends, gate_asks_for_a_gpu, gate_of_nothing_is_no_pass,
         gate_without_a_corpus, gate_refuses_heights_before_anything_runs)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate: what it says of right and of tampered records, of seeded events, and of what it is
 * asked for and cannot do. */
#include "gate_records.h"
#include "harness/self_test.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define UPSTREAM GATE_CORPUS "/upstream"
#define COUNT_33 GATE_CORPUS "/counts/33"

static const char *const reference_only[] = {"reference"};
static const char *const host_only[] = {"host"};
static const char *const recorded_only[] = {"recorded"};
static const char *const select_main[] = {"Select.main"};

static void assert_says(const gate_run *result, const char *words)
{
    ck_assert_msg(strstr(result->text, words) != NULL, "no '%s' in\n%s", words, result->text);
}

static void assert_says_not(const gate_run *result, const char *words)
{
    ck_assert_msg(strstr(result->text, words) == NULL, "'%s' in\n%s", words, result->text);
}

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
    assert_says(&result, "verdict   match: ");
    return result;
}

/* Run a gate that must be refused before anything runs. */
static void assert_refused(tg_status status, const char *words, const tg_gate_options *options)
{
    gate_run result = run_gate(options);
    char line[sizeof(tg_error)];
    (void)tg_error_line(line, sizeof line, &result.error);
    ck_assert_msg(result.status == status, "status %d: %s\n%s", result.status, line, result.text);
    ck_assert_msg(strstr(line, words) != NULL, "no '%s' in: %s", words, line);
    ck_assert_int_ne(result.error.how[0], '\0');
    ck_assert_str_eq(result.text, "");
    ck_assert_uint_eq(result.summary.nb_cells, 0);
    gate_run_clear(&result);
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
    assert_says(&result, words);
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        (void)snprintf(words, sizeof words, "\n%s ", tg_trace_at(i)->name);
        assert_says(&result, words);
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
        assert_says(&result, tg_profile_name(profile));
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
        assert_says(&result, "PublicValues.main: it ignores fixed heights");
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
    assert_says(&result, "planted bugs found");
    assert_says(&result, " bugs planted ");
    for (tg_plant plant = 0; plant < TG_NB_PLANTS; plant++) {
        assert_says(&result, tg_plant_name(plant));
        assert_says(&result, tg_plant_text(plant));
    }
    assert_says_not(&result, "!");
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
    assert_says_not(&result, "\nExtAlu");
    assert_says_not(&result, "\nSelect.preprocessed");
    assert_says(&result,
                "verdict   match: traces compared 3 of 3, comparisons 3, cells 512, mismatches 0");
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
    assert_says(&result, "expected  host\nactual    reference\n");
    gate_run_clear(&result);
    static const char *const records[] = {UPSTREAM};
    result = run_matching(
        &(tg_gate_options){.records = records, .nb_records = 1, .expected = "recorded"});
    assert_says(&result, "expected  recorded\n");
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
    assert_says(&result, COUNT_33);
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
    assert_refused(TG_ERR_USAGE, "34 events", &options);
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
        assert_refused(TG_ERR_USAGE, names[i].words,
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
    assert_refused(TG_ERR_USAGE, "reference is on both sides", &options);
    options.actuals = recorded_only;
    options.expected = "recorded";
    assert_refused(TG_ERR_USAGE, "recorded is on both sides", &options);
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
    assert_refused(TG_ERR_USAGE, "reference, host, cuda, recorded", &options);
    options = seeded;
    options.actuals = unknown;
    options.nb_actuals = 1;
    assert_refused(TG_ERR_USAGE, "no backend is called 'hots'", &options);
    options.actuals = many;
    options.nb_actuals = sizeof many / sizeof many[0];
    assert_refused(TG_ERR_USAGE, "backend", &options);
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
        assert_says(&result, "actual    host, cuda");
        gate_run gpu = run_matching(&named);
        gate_run_clear(&gpu);
    } else {
        assert_says(&result, "actual    host\n");
        assert_says(&result, "skipped   cuda: ");
        assert_refused(TG_ERR_UNAVAILABLE, error.what, &named);
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
        assert_says(&result, "verdict   NOT ALL RUN: traces compared 0 of ");
        assert_says(&result, "skipped   "); // every one of them says why
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
    assert_says(&result, "skipped   corpus: /nonexistent/corpus is not there");
    gate_run_clear(&result);
    tg_gate_options required = options;
    required.corpus_is_required = true;
    assert_refused(TG_ERR_IO, "/nonexistent/corpus", &required);
    static const char *const records[] = {"/nonexistent/record"};
    assert_refused(
        TG_ERR_IO, "/nonexistent/record",
        &(tg_gate_options){.records = records, .nb_records = 1, .seeded = true, .nb_events = 10});
}
END_TEST

START_TEST(gate_refuses_heights_before_anything_runs)
{
    static const size_t heights[] = {1, 32, TG_MAX_HEIGHT + 1, SIZE_MAX};
    for (size_t i = 0; i < sizeof heights / sizeof heights[0]; i++) {
        assert_refused(TG_ERR_HEIGHT, "height",
                       &(tg_gate_options){.corpus = GATE_CORPUS,
                                          .seeded = true,
                                          .nb_events = 33,
                                          .fixed_height = heights[i]});
    }
    assert_refused(TG_ERR_SIZE, "rows", &(tg_gate_options){.seeded = true, .nb_events = SIZE_MAX});
}
END_TEST

/* Gate one recorded trace with a change. The record is spent. */
static gate_run gate_tampered(recorded *from, char folder[256])
{
    tg_suite_make_folder(folder);
    recorded_write(from, folder);
    const char *const records[] = {folder};
    const gate_run result = run_gate(&(tg_gate_options){.names = &from->trace->name,
                                                        .nb_names = 1,
                                                        .records = records,
                                                        .nb_records = 1,
                                                        .max_cells = TG_GATE_MAX_CELLS});
    tg_suite_remove_folder(folder);
    recorded_clear(from);
    return result;
}

static void assert_error(const gate_run *result, tg_status status, const char *words)
{
    char line[sizeof(tg_error)];
    (void)tg_error_line(line, sizeof line, &result->error);
    ck_assert_msg(result->status == status, "status %d: %s\n%s", result->status, line,
                  result->text);
    ck_assert_msg(strstr(line, words) != NULL, "no '%s' in: %s", words, line);
    ck_assert_int_ne(result->error.how[0], '\0');
}

START_TEST(gate_copied_record_matches)
{
    char folder[256];
    recorded from = recorded_read(COUNT_33, "Select.main");
    gate_run result = gate_tampered(&from, folder);
    ck_assert_int_eq(result.status, TG_OK);
    assert_says(&result, "recorded");
    gate_run_clear(&result);
    // The digest stands for the cells where they are left out.
    from = recorded_read(COUNT_33, "Select.main");
    free(from.cells);
    from.cells = NULL;
    result = gate_tampered(&from, folder);
    ck_assert_int_eq(result.status, TG_OK);
    ck_assert_uint_eq(result.summary.nb_cells % (64 * 5), 0);
    ck_assert_uint_ge(result.summary.nb_comparisons, 2);
    gate_run_clear(&result);
    // A record that is not golden: the backends are compared with each other.
    from = recorded_read(COUNT_33, "Select.main");
    free(from.cells);
    from.cells = NULL;
    from.digest[0] = '\0';
    result = gate_tampered(&from, folder);
    ck_assert_int_eq(result.status, TG_OK);
    ck_assert_uint_ge(result.summary.nb_comparisons, 1);
    gate_run_clear(&result);
}
END_TEST

START_TEST(gate_finds_a_tampered_cell)
{
    char folder[256];
    char words[512];
    recorded from = recorded_read(COUNT_33, "Select.main");
    from.cells[1 * from.height + 17] ^= 1;
    from.cells[4 * from.height + 40] ^= 1;
    from.digest[0] = '\0';
    gate_run result = gate_tampered(&from, folder);
    ck_assert_int_eq(result.status, TG_ERR_MISMATCH);
    ck_assert_uint_eq(result.summary.nb_mismatches, 1);
    assert_says(&result, "\nSelect.main            recorded against reference    33 events, height "
                         "64    MISMATCH\n");
    assert_says(&result,
                "  eventful     1 of 165 cells, in 1 of 33 rows       padding    1 of 155 cells\n");
    assert_says(&result, "  row 17, event 17  vals.out1   expected ");
    assert_says(&result, "event: bit ");
    assert_says(&result, "  row 40, padding   vals.in2    expected 0 (0x00000000)   actual ");
    assert_says(&result, "verdict   MISMATCH: traces compared 1 of 1, ");
    (void)snprintf(words, sizeof words, "  again: tracegate gate Select.main --record %s", folder);
    assert_says(&result, words);
    assert_says(&result, " --actual recorded\n");
    gate_run_clear(&result);
}
END_TEST

/* A trace that is not that of its digest: the record contradicts itself. */
START_TEST(gate_refuses_a_record_that_contradicts_itself)
{
    char folder[256];
    recorded from = recorded_read(COUNT_33, "Select.main");
    from.cells[17] ^= 1;
    gate_run result = gate_tampered(&from, folder);
    assert_error(&result, TG_ERR_FORMAT, "digest");
    gate_run_clear(&result);
    from = recorded_read(COUNT_33, "Select.main");
    from.digest[5] = from.digest[5] == '0' ? '1' : '0';
    result = gate_tampered(&from, folder);
    assert_error(&result, TG_ERR_FORMAT, "digest");
    gate_run_clear(&result);
}
END_TEST

START_TEST(gate_finds_a_tampered_digest)
{
    char folder[256];
    recorded from = recorded_read(COUNT_33, "Select.main");
    free(from.cells);
    from.cells = NULL;
    from.digest[31] = from.digest[31] == '0' ? '1' : '0';
    gate_run result = gate_tampered(&from, folder);
    ck_assert_int_eq(result.status, TG_ERR_MISMATCH);
    ck_assert_uint_eq(result.summary.nb_mismatches, 1);
    assert_says(&result, "recorded digest against reference");
    gate_run_clear(&result);
    // The digest of a trace of other dimensions, even where the words are the same.
    from = recorded_read(COUNT_33, "Select.main");
    free(from.cells);
    from.cells = NULL;
    from.height = 32;
    from.width = 10;
    result = gate_tampered(&from, folder);
    ck_assert_int_eq(result.status, TG_ERR_MISMATCH);
    assert_says(&result, "  recorded  32 rows, 10 columns");
    gate_run_clear(&result);
}
END_TEST

START_TEST(gate_finds_tampered_events)
{
    char folder[256];
    recorded from = recorded_read(COUNT_33, "Select.main");
    const uint32_t word = 12345;
    memcpy(from.events + 3 * 20 + 8, &word, sizeof word);
    gate_run result = gate_tampered(&from, folder);
    ck_assert_int_eq(result.status, TG_ERR_MISMATCH);
    ck_assert_uint_eq(result.summary.nb_mismatches, 1);
    assert_says(&result, "  row 3, event 3  vals.out2   expected ");
    gate_run_clear(&result);
}
END_TEST

START_TEST(gate_refuses_invalid_events)
{
    char folder[256];
    recorded from = recorded_read(COUNT_33, "Select.main");
    const uint32_t word = TG_P;
    memcpy(from.events + 3 * 20 + 8, &word, sizeof word);
    gate_run result = gate_tampered(&from, folder);
    assert_error(&result, TG_ERR_EVENT, "out2 2130706433 (0x7f000001)");
    assert_error(&result, TG_ERR_EVENT, folder);
    ck_assert_str_eq(result.text, "");
    gate_run_clear(&result);
    // Valid words, but the output is not the permutation of the input.
    from = recorded_read(COUNT_33, "Poseidon2WideDeg3.main");
    from.events[2 * 128 + 64] ^= 1;
    result = gate_tampered(&from, folder);
    assert_error(&result, TG_ERR_EVENT, "Poseidon2WideDeg3.main");
    assert_error(&result, TG_ERR_EVENT, "event 2");
    assert_error(&result, TG_ERR_EVENT, folder);
    gate_run_clear(&result);
}
END_TEST

START_TEST(gate_refuses_records_with_missing_or_wrong_files)
{
    char folder[256];
    recorded from = recorded_read(COUNT_33, "Select.main");
    free(from.events);
    from.events = NULL;
    gate_run result = gate_tampered(&from, folder);
    assert_error(&result, TG_ERR_IO, "Select.main.events.npy");
    ck_assert_str_eq(result.text, "");
    gate_run_clear(&result);
    // record.json and the events disagree.
    from = recorded_read(COUNT_33, "Select.main");
    tg_suite_make_folder(folder);
    recorded_write(&from, folder);
    char path[512];
    (void)snprintf(path, sizeof path, "%s/Select.main.events.npy", folder);
    tg_assert_ok(tg_npy_write_events(path, from.events, 32, 20, tg_suite_error));
    const char *const records[] = {folder};
    assert_refused(TG_ERR_FORMAT, "Select.main.events.npy",
                   &(tg_gate_options){.records = records, .nb_records = 1});
    ck_assert_int_eq(truncate(path, 200), 0);
    assert_refused(TG_ERR_FORMAT, "Select.main.events.npy",
                   &(tg_gate_options){.records = records, .nb_records = 1});
    tg_suite_remove_folder(folder);
    recorded_clear(&from);
}
END_TEST

/* Golden traces that are one row or one column larger or smaller. */
START_TEST(gate_finds_golden_traces_of_other_dimensions)
{
    static const size_t sizes[][2] = {{65, 5}, {63, 5}, {64, 6}, {64, 4}, {128, 20}, {1, 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char folder[256];
        char words[128];
        recorded from = recorded_read(COUNT_33, "Select.main");
        uint32_t *cells = sample_cells(sizes[i][0] * sizes[i][1], i);
        for (size_t column = 0; column < sizes[i][1] && column < 5; column++) {
            for (size_t row = 0; row < sizes[i][0] && row < 64; row++) {
                cells[column * sizes[i][0] + row] = from.cells[column * 64 + row];
            }
        }
        free(from.cells);
        from.cells = cells;
        from.height = sizes[i][0];
        from.width = sizes[i][1];
        from.digest[0] = '\0';
        gate_run result = gate_tampered(&from, folder);
        ck_assert_int_eq(result.status, TG_ERR_MISMATCH);
        (void)snprintf(words, sizeof words,
                       "dimensions   expected 64 rows, 5 columns; actual %zu rows, %zu columns",
                       sizes[i][0], sizes[i][1]);
        assert_says(&result, words);
        assert_says(&result, "eventful     0 of ");
        gate_run_clear(&result);
    }
}
END_TEST

TG_SUITE("gate", gate_corpus_and_seeded_events_match, gate_profiles_match,
         gate_matches_in_every_launch_shape, gate_matches_at_fixed_heights,
         gate_self_test_finds_its_plants, gate_of_named_traces_only, gate_turns_the_sides_round,
         gate_of_a_record_compares_each_side_once, gate_of_the_first_events_of_a_record,
         gate_refuses_unknown_names, gate_refuses_one_backend_on_both_sides,
         gate_refuses_unknown_backends, gate_asks_for_a_gpu, gate_of_nothing_is_no_pass,
         gate_without_a_corpus, gate_refuses_heights_before_anything_runs,
         gate_copied_record_matches, gate_finds_a_tampered_cell,
         gate_refuses_a_record_that_contradicts_itself, gate_finds_a_tampered_digest,
         gate_finds_tampered_events, gate_refuses_invalid_events,
         gate_refuses_records_with_missing_or_wrong_files,
         gate_finds_golden_traces_of_other_dimensions)

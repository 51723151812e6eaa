/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate on a chip with side outputs, bounds, a search and profiles of its own: what it says of
 * right and of tampered records, of drawn events, and of events that it cannot take. */
#include "gate_records.h"
#include "harness/self_test.h"
#include "model/global.h"
#include "suite.h"

#define COUNT_33 GATE_CORPUS "/counts/33"

static const char *const global[] = {"Global"};
static const char *const host_only[] = {"host"};
static const char *const recorded_only[] = {"recorded"};

static size_t nb_times(const char *text, const char *words)
{
    size_t nb = 0;
    for (const char *at = strstr(text, words); at != NULL; at = strstr(at + 1, words)) nb++;
    return nb;
}

/* Gate a record that is written from this one, which is spent. */
static gate_run gate_written(recorded *from, const char *expected)
{
    char folder[256];
    tg_suite_make_folder(folder);
    recorded_write(from, folder);
    const char *const records[] = {folder};
    const gate_run result = run_gate(&(tg_gate_options){.names = global,
                                                        .nb_names = 1,
                                                        .records = records,
                                                        .nb_records = 1,
                                                        .expected = expected,
                                                        .max_cells = TG_GATE_MAX_CELLS});
    tg_suite_remove_folder(folder);
    recorded_clear(from);
    return result;
}

START_TEST(global_gate_of_all_records_matches)
{
    gate_run result = run_gate(&(tg_gate_options){.names = global,
                                                  .nb_names = 1,
                                                  .corpus = GATE_CORPUS,
                                                  .corpus_is_required = true,
                                                  .actuals = recorded_only,
                                                  .nb_actuals = 1});
    ck_assert_int_eq(result.status, TG_OK);
    ck_assert_uint_eq(result.summary.nb_golden, 20);
    ck_assert_uint_eq(result.summary.nb_comparisons, 20);
    ck_assert_uint_eq(result.summary.nb_side_words, 20 * 15);
    ck_assert_uint_eq(result.summary.nb_lookups, 20 * (size_t)TG_NB_BYTE_LOOKUPS);
    gate_assert_says(&result, "Global.main.cumulative_sum ");
    gate_assert_says(&result, "Global.main.lookups ");
    gate_assert_says(&result, "side words 300,\n          lookup counters 10485760, golden 20, ");
    gate_assert_says_not(&result, "golden traces without");
    gate_run_clear(&result);
}
END_TEST

/* One word of each side output in turn: a mismatch in nothing else is one, under the right name. */
START_TEST(global_gate_finds_what_differs_from_the_record)
{
    static const struct {
        size_t side;
        size_t word;
        const char *words;
    } plants[] = {
        {TG_GLOBAL_SIDE_CUMULATIVE_SUM, 3,
         "  Global.main.cumulative_sum: 1 of 14 words differs\n    x[3]: expected "},
        {TG_GLOBAL_SIDE_CUMULATIVE_SUM, 13,
         "  Global.main.cumulative_sum: 1 of 14 words differs\n    y[6]: expected "},
        {TG_GLOBAL_SIDE_LOOKUPS, TG_RANGE_LOOKUP(6, 0),
         "  Global.main.lookups: 1 of 524288 lookups differs\n    Range a 0, b 6, c 0: expected "
         "count "},
    };
    for (size_t i = 0; i < sizeof plants / sizeof plants[0]; i++) {
        recorded from = recorded_read(COUNT_33, "Global.main");
        from.sides.sides[plants[i].side][plants[i].word]++;
        gate_run result = gate_written(&from, NULL);
        ck_assert_int_eq(result.status, TG_ERR_MISMATCH);
        ck_assert_uint_eq(result.summary.nb_mismatches, 1);
        gate_assert_says(&result, "Global.main            recorded against reference    33 events");
        gate_assert_says(&result, "  eventful     0 of 7953 cells wrong, ");
        gate_assert_says(&result, plants[i].words);
        gate_assert_says(&result, "  again: tracegate gate Global.main --record ");
        gate_assert_says(&result, "  MISMATCH\n");
        gate_run_clear(&result);
        // Turned round, every backend is wrong.
        from = recorded_read(COUNT_33, "Global.main");
        from.sides.sides[plants[i].side][plants[i].word]++;
        result = gate_written(&from, "recorded");
        ck_assert_int_eq(result.status, TG_ERR_MISMATCH);
        ck_assert_uint_ge(result.summary.nb_mismatches, 2);
        gate_run_clear(&result);
    }
}
END_TEST

/* The digest of a trace without cells matches, and a side output does not. */
START_TEST(global_gate_compares_side_outputs_beside_a_digest)
{
    recorded from = recorded_read(COUNT_33, "Global.main");
    free(from.cells);
    from.cells = NULL;
    from.sides.sides[TG_GLOBAL_SIDE_CUMULATIVE_SUM][0] ^= 1;
    gate_run result = gate_written(&from, NULL);
    ck_assert_int_eq(result.status, TG_ERR_MISMATCH);
    gate_assert_says(&result, "recorded digest against reference");
    gate_assert_says(&result, "  Global.main.cumulative_sum: 1 of 14 words differs\n    x[0]: ");
    gate_assert_says(&result, "  Global.main.event_count: matches, 1 word\n");
    gate_assert_says(&result, "  Global.main.lookups: matches, 524288 lookups\n");
    gate_run_clear(&result);
}
END_TEST

/* A recorded count that is not the number of recorded events is no finding about a backend. */
START_TEST(global_gate_refuses_a_record_that_counts_other_events)
{
    recorded from = recorded_read(COUNT_33, "Global.main");
    from.sides.sides[TG_GLOBAL_SIDE_EVENT_COUNT][0] = 32;
    gate_run result = gate_written(&from, NULL);
    gate_assert_error(&result, TG_ERR_FORMAT, "\"event_count\" is 32 beside \"events\": 33");
    gate_run_clear(&result);
}
END_TEST

START_TEST(global_gate_says_what_a_record_lacks)
{
    recorded from = recorded_read(COUNT_33, "Global.main");
    recorded_drop_side(&from, TG_GLOBAL_SIDE_LOOKUPS);
    gate_run result = gate_written(&from, NULL);
    // Compared all the same, by the other backends.
    ck_assert_int_eq(result.status, TG_OK);
    gate_assert_says(&result, "recorded: golden traces without Global.main.lookups, which was not "
                              "compared: 1\n");
    gate_assert_says_not(&result, "without Global.main.event_count");
    gate_assert_says_not(&result, "side outputs not compared");
    gate_run_clear(&result);
}
END_TEST

/* A side output that nothing was compared of, of a trace that was asked for by name: no pass. */
START_TEST(global_gate_of_side_outputs_that_nobody_compares)
{
    char folder[256];
    recorded from = recorded_read(COUNT_33, "Global.main");
    recorded_drop_side(&from, TG_GLOBAL_SIDE_CUMULATIVE_SUM);
    tg_suite_make_folder(folder);
    recorded_write(&from, folder);
    const char *const records[] = {folder};
    for (size_t nb_names = 0; nb_names < 2; nb_names++) {
        for (size_t turn = 0; turn < 2; turn++) {
            // What is expected lacks it, or all that is under test does.
            gate_run result = run_gate(&(tg_gate_options){.names = global,
                                                          .nb_names = nb_names,
                                                          .records = records,
                                                          .nb_records = 1,
                                                          .expected = turn == 0 ? "recorded" : NULL,
                                                          .actuals = recorded_only,
                                                          .nb_actuals = turn});
            ck_assert_int_eq(result.status, nb_names != 0 ? TG_ERR_UNAVAILABLE : TG_OK);
            ck_assert_uint_eq(result.summary.nb_mismatches, 0);
            gate_assert_says(&result, "golden traces without Global.main.cumulative_sum");
            gate_assert_says(&result,
                             nb_names != 0 ? "verdict   NOT ALL RUN: " : "verdict   match: ");
            gate_assert_says(&result, "side outputs not compared 1,");
            gate_run_clear(&result);
        }
    }
    tg_suite_remove_folder(folder);
    recorded_clear(&from);
}
END_TEST

/* A record whose side outputs cannot be read is bad input, found before anything runs. */
START_TEST(global_gate_refuses_bad_side_outputs_first)
{
    recorded from = recorded_read(COUNT_33, "Global.main");
    from.sides.sides[TG_GLOBAL_SIDE_CUMULATIVE_SUM][2] = TG_P;
    gate_run result = gate_written(&from, NULL);
    gate_assert_error(&result, TG_ERR_FORMAT, "\"cumulative_sum_x[2]\" is 2130706433");
    ck_assert_str_eq(result.text, "");
    gate_run_clear(&result);
}
END_TEST

/* Bad events of a record, found before anything runs, with the event's number. */
START_TEST(global_gate_refuses_bad_events_first)
{
    for (size_t i = 0; i < 4; i++) {
        recorded from = recorded_read(COUNT_33, "Global.main");
        tg_global_event *event = (tg_global_event *)(void *)from.events + 17;
        static const char *const words[] = {"message[0]", "message[7]", "kind 64", "is_receive 2"};
        if (i == 0) event->message[0] = TG_P;
        if (i == 1) event->message[7] = UINT32_MAX;
        if (i == 2) event->kind = 64;
        if (i == 3) event->is_receive = 2;
        gate_run result = gate_written(&from, NULL);
        gate_assert_error(&result, TG_ERR_EVENT, words[i]);
        gate_assert_error(&result, TG_ERR_EVENT, "event 17 of Global.main");
        ck_assert_str_eq(result.text, "");
        gate_run_clear(&result);
    }
}
END_TEST

/* What belongs to no field of an event changes nothing. */
START_TEST(global_gate_ignores_padding_bytes)
{
    recorded from = recorded_read(COUNT_33, "Global.main");
    for (size_t i = 0; i < from.nb_events; i++) {
        memset(from.events + i * sizeof(tg_global_event) + 34, 0xff, 2);
    }
    gate_run result = gate_written(&from, NULL);
    ck_assert_int_eq(result.status, TG_OK);
    gate_run_clear(&result);
}
END_TEST

/* Events that no proof accepts are legal, and said once for each bound, however many cases have
 * them. */
START_TEST(global_gate_says_once_what_no_proof_accepts)
{
    gate_run result = run_gate(&(tg_gate_options){.names = global,
                                                  .nb_names = 1,
                                                  .corpus = GATE_CORPUS,
                                                  .corpus_is_required = true,
                                                  .seeded = true,
                                                  .profile = TG_PROFILE_UNIFORM,
                                                  .nb_events = 100,
                                                  .actuals = host_only,
                                                  .nb_actuals = 1});
    ck_assert_int_eq(result.status, TG_OK);
    ck_assert_uint_eq(nb_times(result.text, "\nnote "), 2);
    gate_assert_says(&result,
                     " events have message[0] >= 2^24: legal for a trace, no proof accepts "
                     "them\n          the first is event 0 of record ");
    gate_assert_says(&result, " events have message[7] >= 2^16: ");
    gate_run_clear(&result);
    // Those of real shards are within all bounds.
    static const char *const shard[] = {GATE_CORPUS "/riscv/keccak-1"};
    result = run_gate(
        &(tg_gate_options){.names = global, .nb_names = 1, .records = shard, .nb_records = 1});
    ck_assert_int_eq(result.status, TG_OK);
    ck_assert_uint_eq(nb_times(result.text, "\nnote "), 0);
    gate_run_clear(&result);
}
END_TEST

/* A limit of candidates that some event needs more of: bad input that names the event, from
 * whichever backend is trusted. */
START_TEST(global_gate_refuses_events_without_a_candidate)
{
    static const char *const expected[] = {"reference", "host"};
    for (size_t i = 0; i < 2; i++) {
        gate_run result = run_gate(&(tg_gate_options){.names = global,
                                                      .nb_names = 1,
                                                      .seeded = true,
                                                      .profile = TG_PROFILE_UPSTREAM,
                                                      .seed = TG_GATE_SEED,
                                                      .nb_events = 50,
                                                      .expected = expected[i],
                                                      .actuals = &expected[1 - i],
                                                      .nb_actuals = 1,
                                                      .max_candidates = 1});
        gate_assert_error(&result, TG_ERR_EVENT, "of Global.main");
        gate_assert_error(&result, TG_ERR_EVENT, "--max-candidates");
        gate_run_clear(&result);
    }
    // Enough for all of them; the line that makes a comparison again has the limit.
    gate_run result = run_gate(&(tg_gate_options){.names = global,
                                                  .nb_names = 1,
                                                  .seeded = true,
                                                  .profile = TG_PROFILE_UPSTREAM,
                                                  .seed = TG_GATE_SEED,
                                                  .nb_events = 50,
                                                  .max_candidates = 64});
    ck_assert_int_eq(result.status, TG_OK);
    gate_run_clear(&result);
    // Where nothing is searched, a limit is a mistake.
    static const char *const select_main[] = {"Select.main"};
    result = run_gate(&(tg_gate_options){.names = select_main,
                                         .nb_names = 1,
                                         .seeded = true,
                                         .nb_events = 5,
                                         .max_candidates = 3});
    gate_assert_error(&result, TG_ERR_USAGE, "--max-candidates is for traces that search");
    gate_run_clear(&result);
}
END_TEST

/* By default a chip's realistic and hard events are gated as well; a profile that is asked for is
 * gated alone. */
START_TEST(global_gate_draws_with_all_profiles)
{
    tg_gate_options options = {.names = global,
                               .nb_names = 1,
                               .seeded = true,
                               .profile = TG_PROFILE_UNIFORM,
                               .all_profiles = true,
                               .seed = 7,
                               .nb_events = 100,
                               .actuals = host_only,
                               .nb_actuals = 1,
                               .verbose = true};
    gate_run result = run_gate(&options);
    ck_assert_int_eq(result.status, TG_OK);
    ck_assert_uint_eq(result.summary.nb_comparisons, 3);
    gate_assert_says(&result, "  profile uniform, seed 0x7\n");
    gate_assert_says(&result, "  profile realistic, seed 0x7\n");
    gate_assert_says(&result, "  profile boundary, seed 0x7\n");
    gate_assert_says_not(&result, "upstream");
    gate_run_clear(&result);
    options.all_profiles = false;
    options.profile = TG_PROFILE_REALISTIC;
    result = run_gate(&options);
    ck_assert_int_eq(result.status, TG_OK);
    ck_assert_uint_eq(result.summary.nb_comparisons, 1);
    gate_assert_says_not(&result, "uniform");
    gate_run_clear(&result);
    // A trace without it was asked for and not gated.
    static const char *const both[] = {"Global", "Select.main"};
    options.names = both;
    options.nb_names = 2;
    result = run_gate(&options);
    ck_assert_int_eq(result.status, TG_ERR_UNAVAILABLE);
    gate_assert_says(&result, "skipped   without a profile realistic: Select.main\n");
    gate_run_clear(&result);
}
END_TEST

START_TEST(global_gate_self_test_plants_in_side_outputs)
{
    gate_run result = run_gate(&(tg_gate_options){.names = global,
                                                  .nb_names = 1,
                                                  .seeded = true,
                                                  .profile = TG_PROFILE_UNIFORM,
                                                  .nb_events = 33,
                                                  .actuals = host_only,
                                                  .nb_actuals = 1,
                                                  .self_test = true});
    ck_assert_int_eq(result.status, TG_OK);
    // All but the empty entry of a row that has several; words in each of three side outputs, in
    // the middle and at the end.
    ck_assert_uint_eq(result.summary.nb_planted, TG_NB_PLANTS - 1 + 2 * 2);
    gate_assert_says(&result, "planted bugs in side outputs found");
    gate_assert_says_not(&result, "!");
    gate_run_clear(&result);
}
END_TEST

START_TEST(global_gate_refuses_counts_that_need_too_many_rows)
{
    gate_run result = run_gate(&(tg_gate_options){.names = global,
                                                  .nb_names = 1,
                                                  .seeded = true,
                                                  .profile = TG_PROFILE_UNIFORM,
                                                  .nb_events = TG_MAX_HEIGHT + 1});
    gate_assert_error(&result, TG_ERR_SIZE,
                      "67108865 events of Global.main need more than 67108864");
    ck_assert_str_eq(result.text, "");
    gate_run_clear(&result);
}
END_TEST

TG_SUITE("global_gate", global_gate_of_all_records_matches,
         global_gate_finds_what_differs_from_the_record,
         global_gate_compares_side_outputs_beside_a_digest,
         global_gate_refuses_a_record_that_counts_other_events,
         global_gate_says_what_a_record_lacks, global_gate_of_side_outputs_that_nobody_compares,
         global_gate_refuses_bad_side_outputs_first, global_gate_refuses_bad_events_first,
         global_gate_ignores_padding_bytes, global_gate_says_once_what_no_proof_accepts,
         global_gate_refuses_events_without_a_candidate, global_gate_draws_with_all_profiles,
         global_gate_self_test_plants_in_side_outputs,
         global_gate_refuses_counts_that_need_too_many_rows)

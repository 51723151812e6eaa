/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate says what it did not compare, finds bad input before it runs anything, and does not bury
 * a mismatch under its repetitions. */
#include "gate_records.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

#define COUNT_33 GATE_CORPUS "/counts/33"
#define NB_FOLDERS 5

static size_t nb_times(const char *text, const char *words)
{
    size_t nb = 0;
    for (const char *at = strstr(text, words); at != NULL; at = strstr(at + 1, words)) nb++;
    return nb;
}

START_TEST(gate_honesty_asked_backend_that_compares_nothing)
{
    static const char *const names[] = {"Select.main"};
    static const char *const actuals[] = {"host", "recorded"};
    gate_run result = run_gate(&(tg_gate_options){.names = names,
                                                  .nb_names = 1,
                                                  .seeded = true,
                                                  .profile = TG_PROFILE_UNIFORM,
                                                  .nb_events = 33,
                                                  .actuals = actuals,
                                                  .nb_actuals = 2});
    ck_assert_int_eq(result.status, TG_ERR_UNAVAILABLE);
    ck_assert_uint_eq(result.summary.nb_comparisons, 1);
    ck_assert_ptr_nonnull(strstr(result.text, "skipped   recorded was asked for"));
    gate_run_clear(&result);
}
END_TEST

START_TEST(gate_honesty_record_without_golden_trace)
{
    char folder[256];
    tg_suite_make_folder(folder);
    recorded from = recorded_read(COUNT_33, "Select.main");
    free(from.cells);
    from.cells = NULL;
    from.digest[0] = '\0';
    recorded_write(&from, folder);
    const char *const records[] = {folder};
    gate_run result = run_gate(&(tg_gate_options){.records = records, .nb_records = 1});
    ck_assert_int_eq(result.status, TG_OK);
    ck_assert_uint_eq(result.summary.nb_golden, 0);
    ck_assert_ptr_nonnull(
        strstr(result.text, "skipped   recorded: sets of events without a recorded trace: 1\n"));
    gate_run_clear(&result);
    // Part of a record has no golden trace either.
    static const char *const counts[] = {COUNT_33};
    static const char *const names[] = {"Select.main"};
    result = run_gate(&(tg_gate_options){.names = names,
                                         .nb_names = 1,
                                         .records = counts,
                                         .nb_records = 1,
                                         .nb_record_events = 5});
    ck_assert_int_eq(result.status, TG_OK);
    ck_assert_uint_eq(result.summary.nb_golden, 0);
    ck_assert_ptr_nonnull(strstr(result.text, "skipped   recorded: "));
    gate_run_clear(&result);
    recorded_clear(&from);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(gate_honesty_record_named_twice)
{
    static const char *const records[] = {COUNT_33, COUNT_33};
    gate_run result = run_gate(&(tg_gate_options){.records = records, .nb_records = 2});
    ck_assert_int_eq(result.status, TG_ERR_USAGE);
    ck_assert_str_eq(result.text, "");
    gate_run_clear(&result);
}
END_TEST

START_TEST(gate_honesty_same_backend_twice)
{
    static const char *const actuals[] = {"host", "host"};
    gate_run result = run_gate(
        &(tg_gate_options){.seeded = true, .nb_events = 1, .actuals = actuals, .nb_actuals = 2});
    ck_assert_int_eq(result.status, TG_ERR_USAGE);
    ck_assert_str_eq(result.text, "");
    gate_run_clear(&result);
}
END_TEST

/* A wrong cell in one record, an event that contradicts itself in another: nothing may run. */
START_TEST(gate_honesty_bad_input_comes_first)
{
    char folders[2][256];
    recorded wrong = recorded_read(COUNT_33, "BaseAlu.main");
    wrong.cells[7] ^= 1;
    wrong.digest[0] = '\0';
    recorded bad = recorded_read(COUNT_33, "Poseidon2WideDeg3.main");
    bad.events[2 * 128 + 64] ^= 1;
    tg_suite_make_folder(folders[0]);
    tg_suite_make_folder(folders[1]);
    recorded_write(&wrong, folders[0]);
    recorded_write(&bad, folders[1]);
    const char *const records[] = {folders[0], folders[1]};
    static const char *const recorded_only[] = {"recorded"};
    gate_run result = run_gate(&(tg_gate_options){.records = records,
                                                  .nb_records = 2,
                                                  .expected = "host",
                                                  .actuals = recorded_only,
                                                  .nb_actuals = 1});
    ck_assert_int_eq(result.status, TG_ERR_EVENT);
    ck_assert_str_eq(result.text, "");
    ck_assert_ptr_nonnull(strstr(result.error.what, "event 2 of Poseidon2WideDeg3.main"));
    gate_run_clear(&result);
    for (size_t i = 0; i < 2; i++) tg_suite_remove_folder(folders[i]);
    recorded_clear(&wrong);
    recorded_clear(&bad);
}
END_TEST

START_TEST(gate_honesty_reports_the_same_mismatch_twice_at_most)
{
    char folders[NB_FOLDERS][256];
    const char *records[NB_FOLDERS];
    recorded wrong = recorded_read(COUNT_33, "Select.main");
    wrong.cells[7] ^= 1;
    wrong.digest[0] = '\0';
    for (size_t i = 0; i < NB_FOLDERS; i++) {
        tg_suite_make_folder(folders[i]);
        recorded_write(&wrong, folders[i]);
        records[i] = folders[i];
    }
    tg_gate_options options = {.records = records, .nb_records = NB_FOLDERS};
    gate_run result = run_gate(&options);
    ck_assert_int_eq(result.status, TG_ERR_MISMATCH);
    ck_assert_uint_eq(result.summary.nb_mismatches, NB_FOLDERS);
    ck_assert_uint_eq(nb_times(result.text, "    MISMATCH\n"), 2);
    ck_assert_ptr_nonnull(strstr(result.text, "and 3 more mismatches of the same traces"));
    gate_run_clear(&result);
    options.verbose = true;
    result = run_gate(&options);
    ck_assert_uint_eq(nb_times(result.text, "    MISMATCH\n"), NB_FOLDERS);
    gate_run_clear(&result);
    for (size_t i = 0; i < NB_FOLDERS; i++) tg_suite_remove_folder(folders[i]);
    recorded_clear(&wrong);
}
END_TEST

TG_SUITE("gate_honesty", gate_honesty_asked_backend_that_compares_nothing,
         gate_honesty_record_without_golden_trace, gate_honesty_record_named_twice,
         gate_honesty_same_backend_twice, gate_honesty_bad_input_comes_first,
         gate_honesty_reports_the_same_mismatch_twice_at_most)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate on records that were changed: what it says of tampered cells, digests and events, of
 * records that contradict themselves, and of files that are missing or not what they should be. */
#include "gate_records.h"

#include <unistd.h>

#define COUNT_33 GATE_CORPUS "/counts/33"

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

START_TEST(gate_records_copied_record_matches)
{
    char folder[256];
    recorded from = recorded_read(COUNT_33, "Select.main");
    gate_run result = gate_tampered(&from, folder);
    ck_assert_int_eq(result.status, TG_OK);
    gate_assert_says(&result, "recorded");
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

START_TEST(gate_records_finds_a_tampered_cell)
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
    gate_assert_says(&result,
                     "\nSelect.main            recorded against reference    33 events, height "
                     "64    MISMATCH\n");
    gate_assert_says(&result, "  eventful     1 of 165 cells wrong, in 1 of 33 rows       padding  "
                              "  1 of 155 cells wrong\n");
    gate_assert_says(&result, "  row 17, event 17  vals.out1   expected ");
    gate_assert_says(&result, "event: bit ");
    gate_assert_says(&result, "  row 40, padding   vals.in2    expected 0 (0x00000000)   actual ");
    gate_assert_says(&result, "verdict   MISMATCH: traces compared 1 of 1, ");
    (void)snprintf(words, sizeof words, "  again: tracegate gate Select.main --record %s", folder);
    gate_assert_says(&result, words);
    gate_assert_says(&result, " --actual recorded\n");
    gate_run_clear(&result);
}
END_TEST

/* A trace that is not that of its digest: the record contradicts itself. */
START_TEST(gate_records_refuses_a_record_that_contradicts_itself)
{
    char folder[256];
    recorded from = recorded_read(COUNT_33, "Select.main");
    from.cells[17] ^= 1;
    gate_run result = gate_tampered(&from, folder);
    gate_assert_error(&result, TG_ERR_FORMAT, "digest");
    gate_run_clear(&result);
    from = recorded_read(COUNT_33, "Select.main");
    from.digest[5] = from.digest[5] == '0' ? '1' : '0';
    result = gate_tampered(&from, folder);
    gate_assert_error(&result, TG_ERR_FORMAT, "digest");
    gate_run_clear(&result);
}
END_TEST

START_TEST(gate_records_finds_a_tampered_digest)
{
    char folder[256];
    recorded from = recorded_read(COUNT_33, "Select.main");
    free(from.cells);
    from.cells = NULL;
    from.digest[31] = from.digest[31] == '0' ? '1' : '0';
    gate_run result = gate_tampered(&from, folder);
    ck_assert_int_eq(result.status, TG_ERR_MISMATCH);
    ck_assert_uint_eq(result.summary.nb_mismatches, 1);
    gate_assert_says(&result, "recorded digest against reference");
    gate_run_clear(&result);
    // The digest of a trace of other dimensions, even where the words are the same.
    from = recorded_read(COUNT_33, "Select.main");
    free(from.cells);
    from.cells = NULL;
    from.height = 32;
    from.width = 10;
    result = gate_tampered(&from, folder);
    ck_assert_int_eq(result.status, TG_ERR_MISMATCH);
    gate_assert_says(&result, "  recorded  32 rows, 10 columns");
    gate_run_clear(&result);
}
END_TEST

START_TEST(gate_records_finds_tampered_events)
{
    char folder[256];
    recorded from = recorded_read(COUNT_33, "Select.main");
    const uint32_t word = 12345;
    memcpy(from.events + 3 * 20 + 8, &word, sizeof word);
    gate_run result = gate_tampered(&from, folder);
    ck_assert_int_eq(result.status, TG_ERR_MISMATCH);
    ck_assert_uint_eq(result.summary.nb_mismatches, 1);
    gate_assert_says(&result, "  row 3, event 3  vals.out2   expected ");
    gate_run_clear(&result);
}
END_TEST

START_TEST(gate_records_refuses_invalid_events)
{
    char folder[256];
    recorded from = recorded_read(COUNT_33, "Select.main");
    const uint32_t word = TG_P;
    memcpy(from.events + 3 * 20 + 8, &word, sizeof word);
    gate_run result = gate_tampered(&from, folder);
    gate_assert_error(&result, TG_ERR_EVENT, "out2 2130706433 (0x7f000001)");
    gate_assert_error(&result, TG_ERR_EVENT, folder);
    ck_assert_str_eq(result.text, "");
    gate_run_clear(&result);
    // Valid words, but the output is not the permutation of the input.
    from = recorded_read(COUNT_33, "Poseidon2WideDeg3.main");
    from.events[2 * 128 + 64] ^= 1;
    result = gate_tampered(&from, folder);
    gate_assert_error(&result, TG_ERR_EVENT, "Poseidon2WideDeg3.main");
    gate_assert_error(&result, TG_ERR_EVENT, "event 2");
    gate_assert_error(&result, TG_ERR_EVENT, folder);
    gate_run_clear(&result);
}
END_TEST

START_TEST(gate_records_refuses_records_with_missing_or_wrong_files)
{
    char folder[256];
    recorded from = recorded_read(COUNT_33, "Select.main");
    free(from.events);
    from.events = NULL;
    gate_run result = gate_tampered(&from, folder);
    gate_assert_error(&result, TG_ERR_IO, "Select.main.events.npy");
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
    gate_assert_refused(TG_ERR_FORMAT, "Select.main.events.npy",
                        &(tg_gate_options){.records = records, .nb_records = 1});
    ck_assert_int_eq(truncate(path, 200), 0);
    gate_assert_refused(TG_ERR_FORMAT, "Select.main.events.npy",
                        &(tg_gate_options){.records = records, .nb_records = 1});
    tg_suite_remove_folder(folder);
    recorded_clear(&from);
}
END_TEST

/* Golden traces that are one row or one column larger or smaller. */
START_TEST(gate_records_finds_golden_traces_of_other_dimensions)
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
        gate_assert_says(&result, words);
        gate_assert_says(&result, "eventful     0 of ");
        gate_run_clear(&result);
    }
}
END_TEST

TG_SUITE("gate_records", gate_records_copied_record_matches, gate_records_finds_a_tampered_cell,
         gate_records_refuses_a_record_that_contradicts_itself,
         gate_records_finds_a_tampered_digest, gate_records_finds_tampered_events,
         gate_records_refuses_invalid_events,
         gate_records_refuses_records_with_missing_or_wrong_files,
         gate_records_finds_golden_traces_of_other_dimensions)

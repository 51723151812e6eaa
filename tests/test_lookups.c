/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Files of byte lookups: what is written is read back, recorded ones are read and written again
 * byte for byte, and everything that is no multiset of lookups is refused with its row. */
#include "files/lookups.h"
#include "files/npy.h"
#include "files/record.h"
#include "test_files.h"

static char folder[256];
static char path[300];

static uint32_t *counters_create(void)
{
    uint32_t *counters = malloc(TG_NB_BYTE_LOOKUPS * sizeof *counters);
    ck_assert_ptr_nonnull(counters);
    memset(counters, 0xa5, TG_NB_BYTE_LOOKUPS * sizeof *counters);
    return counters;
}

static void begin(void)
{
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/lookups.npy", folder);
}

/* Write rows of five numbers. */
static void write_rows(const uint32_t (*rows)[5], size_t nb_rows)
{
    uint32_t *cells = malloc(nb_rows * 5 * sizeof *cells + 1);
    ck_assert_ptr_nonnull(cells);
    for (size_t i = 0; i < nb_rows * 5; i++) {
        cells[i] = rows[i % nb_rows][i / nb_rows];
    }
    tg_assert_ok(tg_npy_write_cells(path, cells, nb_rows, 5, tg_suite_error));
    free(cells);
}

START_TEST(lookups_written_are_read)
{
    begin();
    uint32_t *counters = counters_create();
    uint32_t *read = counters_create();
    for (size_t i = 0; i < TG_NB_BYTE_LOOKUPS; i++) {
        tg_byte_lookup lookup;
        counters[i] = tg_byte_lookup_at(&lookup, i) ? (uint32_t)(i * 2654435761u) | 1u : 0;
    }
    tg_assert_ok(tg_lookups_write(path, counters, tg_suite_error));
    tg_assert_ok(tg_lookups_read(read, path, tg_suite_error));
    ck_assert_mem_eq(read, counters, TG_NB_BYTE_LOOKUPS * sizeof *read);
    // None at all, and one.
    memset(counters, 0, TG_NB_BYTE_LOOKUPS * sizeof *counters);
    tg_assert_ok(tg_lookups_write(path, counters, tg_suite_error));
    tg_assert_ok(tg_lookups_read(read, path, tg_suite_error));
    ck_assert_mem_eq(read, counters, TG_NB_BYTE_LOOKUPS * sizeof *read);
    counters[TG_BYTE_LOOKUP(TG_BYTE_OP_LTU, 62, 63)] = UINT32_MAX;
    tg_assert_ok(tg_lookups_write(path, counters, tg_suite_error));
    tg_assert_ok(tg_lookups_read(read, path, tg_suite_error));
    ck_assert_mem_eq(read, counters, TG_NB_BYTE_LOOKUPS * sizeof *read);
    ck_assert_uint_eq(nb_entries(folder), 1);
    free(read);
    free(counters);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Reads every recorded file below a folder and writes it again; how many there were. */
static size_t copy_recorded(const char *record, const char *name)
{
    char from[TG_PATH_BYTES];
    (void)snprintf(from, sizeof from, "%s/%s", record, name);
    FILE *file = fopen(from, "rb");
    if (file == NULL) return 0;
    ck_assert_int_eq(fclose(file), 0);
    uint32_t *counters = counters_create();
    tg_assert_ok(tg_lookups_read(counters, from, tg_suite_error));
    tg_assert_ok(tg_lookups_write(path, counters, tg_suite_error));
    size_t lengths[2] = {0, 0};
    unsigned char *bytes[2] = {read_file(from, &lengths[0]), read_file(path, &lengths[1])};
    ck_assert_uint_eq(lengths[0], lengths[1]);
    ck_assert_mem_eq(bytes[0], bytes[1], lengths[0]);
    free(bytes[0]);
    free(bytes[1]);
    free(counters);
    return 1;
}

START_TEST(lookups_recorded_ones_are_written_again_byte_for_byte)
{
    begin();
    char **paths = NULL;
    size_t nb_paths = 0;
    size_t nb_files = 0;
    tg_assert_ok(tg_record_list(&paths, &nb_paths, TG_CORPUS, tg_suite_error));
    for (size_t i = 0; i < nb_paths; i++) {
        nb_files += copy_recorded(paths[i], "Global.main.lookups.npy");
        nb_files += copy_recorded(paths[i], "shard.lookups.npy");
    }
    tg_record_list_clear(paths, nb_paths);
    ck_assert_uint_eq(nb_files, 20 + 4);
    tg_suite_remove_folder(folder);
}
END_TEST

static void assert_refused(const uint32_t (*rows)[5], size_t nb_rows, size_t bad_row,
                           const char *words)
{
    char where[400];
    uint32_t *counters = counters_create();
    write_rows(rows, nb_rows);
    (void)snprintf(where, sizeof where, "lookups.npy, row %zu)", bad_row);
    tg_assert_fails(TG_ERR_FORMAT, words, tg_lookups_read(counters, path, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, where, tg_lookups_read(counters, path, tg_suite_error));
    free(counters);
}

START_TEST(lookups_that_no_table_has_are_refused)
{
    static const uint32_t bad[][5] = {
        {7, 0, 0, 0, 1},                             // an unknown op
        {UINT32_MAX, 0, 0, 0, 1}, {3, 0, 256, 0, 1}, // operands beyond a byte
        {3, 0, 0, 256, 1},        {3, 1, 0, 0, 1},   // results that do not follow
        {0, 1, 2, 3, 1},          {4, 0, 1, 2, 1},   {4, 1, 2, 2, 1},
        {5, 1, 127, 0, 1},        {5, 0, 5, 1, 1}, // MSB takes one operand
        {6, 0, 17, 0, 1},                          // more bits than the Range table has
        {6, 65536, 16, 0, 1},                      // a value beyond its bits
        {6, 1, 0, 0, 1},          {6, 0, 16, 1, 1},  {6, UINT32_MAX, 16, 0, 1},
    };
    begin();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_refused(&bad[i], 1, 0, "is in no table of SP1's");
        const uint32_t behind[2][5] = {{0, 0, 0, 0, 1},
                                       {bad[i][0], bad[i][1], bad[i][2], bad[i][3], bad[i][4]}};
        assert_refused(behind, 2, 1, "is in no table of SP1's");
    }
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(lookups_out_of_order_or_twice_are_refused)
{
    static const uint32_t twice[][5] = {{3, 0, 0, 1, 2}, {3, 0, 0, 2, 2}, {3, 0, 0, 2, 2}};
    static const uint32_t twice_counted[][5] = {{3, 0, 0, 2, 4294967295u}, {3, 0, 0, 2, 1}};
    static const uint32_t disorder[][5] = {{6, 5, 16, 0, 1}, {3, 0, 0, 1, 2}};
    static const uint32_t by_operand[][5] = {{4, 1, 2, 63, 1}, {4, 1, 1, 63, 2}};
    static const uint32_t by_result[][5] = {{4, 1, 1, 63, 1}, {4, 0, 70, 63, 2}};
    static const uint32_t uncounted[][5] = {{3, 0, 0, 1, 2}, {3, 0, 0, 2, 0}};
    begin();
    assert_refused(twice, 3, 2, "stands in the row before, too");
    assert_refused(twice_counted, 2, 1, "stands in the row before, too");
    assert_refused(disorder, 2, 1, "comes before the one in the row before");
    assert_refused(by_operand, 2, 1, "comes before the one in the row before");
    assert_refused(by_result, 2, 1, "comes before the one in the row before");
    assert_refused(uncounted, 2, 1, "is made no time");
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(lookups_other_arrays_are_refused)
{
    begin();
    uint32_t *counters = counters_create();
    const uint32_t words[12] = {0};
    tg_assert_fails(TG_ERR_IO, "lookups.npy", tg_lookups_read(counters, path, tg_suite_error));
    tg_assert_ok(tg_npy_write_cells(path, words, 2, 6, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "[2, 6]", tg_lookups_read(counters, path, tg_suite_error));
    tg_assert_ok(tg_npy_write_cells(path, words, 3, 4, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "u4 [k, 5]", tg_lookups_read(counters, path, tg_suite_error));
    tg_assert_ok(tg_npy_write_events(path, words, 2, 5, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "1 bytes an item",
                    tg_lookups_read(counters, path, tg_suite_error));
    // More rows than there are lookups.
    const size_t nb_rows = TG_NB_BYTE_LOOKUPS + 1;
    uint32_t *cells = calloc(nb_rows * 5, sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    tg_assert_ok(tg_npy_write_cells(path, cells, nb_rows, 5, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "up to 524288 lookups",
                    tg_lookups_read(counters, path, tg_suite_error));
    free(cells);
    free(counters);
    tg_suite_remove_folder(folder);
}
END_TEST

/* A kernel may count where no lookup is; such a multiset cannot be written, and what is there
 * stays. */
START_TEST(lookups_counted_nowhere_are_not_written)
{
    begin();
    write_file(path, "before", 6);
    uint32_t *counters = calloc(TG_NB_BYTE_LOOKUPS, sizeof *counters);
    ck_assert_ptr_nonnull(counters);
    counters[TG_RANGE_LOOKUPS] = 1;
    tg_assert_fails(TG_ERR_FORMAT, "counter 393216 is 1",
                    tg_lookups_write(path, counters, tg_suite_error));
    assert_file_holds(path, "before");
    counters[TG_RANGE_LOOKUPS] = 0;
    tg_assert_fails(TG_ERR_IO, "nowhere",
                    tg_lookups_write("nowhere/lookups.npy", counters, tg_suite_error));
    free(counters);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("lookups", lookups_written_are_read, lookups_recorded_ones_are_written_again_byte_for_byte,
         lookups_that_no_table_has_are_refused, lookups_out_of_order_or_twice_are_refused,
         lookups_other_arrays_are_refused, lookups_counted_nowhere_are_not_written)

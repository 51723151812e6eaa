/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Digests: known answers, order of words, and every recorded trace of the corpus. */
#include "files/npy.h"
#include "files/record.h"
#include "test_files.h"

START_TEST(digest_has_known_answers)
{
    // XXH3-128 of no bytes with seed 0: xxHash's own test vector.
    tg_digest digest;
    char text[33];
    tg_assert_ok(tg_digest_cells(&digest, NULL, 0, 5, tg_suite_error));
    ck_assert_str_eq(tg_digest_text(text, &digest), "99aa06d3014798d86001c324468d497f");
}
END_TEST

START_TEST(digest_is_over_rows)
{
    // A trace and the column of its row-major words have the same digest; sizes around a block and
    // a tile.
    static const size_t shapes[][2] = {{1, 1},     {16, 16},   {17, 15},
                                       {100, 179}, {8193, 17}, {2, 131073}};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const size_t height = shapes[i][0];
        const size_t width = shapes[i][1];
        uint32_t *cells = make_cells(height, width);
        uint32_t *rows = make_cells(height, width);
        for (size_t at = 0; at < height * width; at++) {
            rows[at] = cell_word(at / width, at % width);
        }
        tg_digest by_rows;
        tg_digest one_column;
        tg_assert_ok(tg_digest_cells(&by_rows, cells, height, width, tg_suite_error));
        tg_assert_ok(tg_digest_cells(&one_column, rows, height * width, 1, tg_suite_error));
        ck_assert_mem_eq(by_rows.bytes, one_column.bytes, sizeof by_rows.bytes);
        // One changed bit in the last cell shows.
        cells[height * width - 1] ^= 1u;
        tg_assert_ok(tg_digest_cells(&by_rows, cells, height, width, tg_suite_error));
        ck_assert_mem_ne(by_rows.bytes, one_column.bytes, sizeof by_rows.bytes);
        free(rows);
        free(cells);
    }
}
END_TEST

/* Check the digests of all traces of a record; their number. */
static size_t check_record(const char *path)
{
    tg_record record;
    size_t nb_checked = 0;
    tg_assert_ok(tg_record_open(&record, path, tg_suite_error));
    for (size_t i = 0; i < record.nb_traces; i++) {
        const tg_record_trace *entry = &record.traces[i];
        ck_assert_msg(entry->has_digest, "%s of %s has no digest", entry->name, path);
        if (!entry->has_cells) continue; // whole shards have no traces
        uint32_t *cells = make_cells(entry->height, entry->width);
        tg_digest digest;
        tg_assert_ok(tg_record_read_cells(cells, &record, entry, tg_suite_error));
        tg_assert_ok(tg_digest_cells(&digest, cells, entry->height, entry->width, tg_suite_error));
        char found[33];
        char expected[33];
        ck_assert_str_eq(tg_digest_text(found, &digest), tg_digest_text(expected, &entry->digest));
        free(cells);
        nb_checked++;
    }
    tg_record_clear(&record);
    return nb_checked;
}

START_TEST(digest_of_every_recorded_trace_is_the_recorded_one)
{
    char **paths = NULL;
    size_t nb_paths = 0;
    size_t nb_checked = 0;
    tg_assert_ok(tg_record_list(&paths, &nb_paths, TG_CORPUS, tg_suite_error));
    for (size_t i = 0; i < nb_paths; i++) {
        nb_checked += check_record(paths[i]);
    }
    tg_record_list_clear(paths, nb_paths);
    ck_assert_uint_eq(nb_paths, 27);
    ck_assert_uint_gt(nb_checked, 300);
}
END_TEST

TG_SUITE("digest", digest_has_known_answers, digest_is_over_rows,
         digest_of_every_recorded_trace_is_the_recorded_one)

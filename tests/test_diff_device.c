/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The comparison where traces lie, by the host grid: it says what the comparison on the host says,
 * whatever is wrong, wherever, in any launch shape. */
#include "diff_pair.h"
#include "harness/bench.h"
#include "suite.h"

static const tg_launch one_warp = {.grid = 1, .block = 32};
static const tg_launch odd = {.grid = 7, .block = 96};
static const tg_launch full = {.grid = 3, .block = TG_DIFF_BLOCK};
static const tg_launch *const shapes[] = {NULL, &one_warp, &odd, &full};
#define NB_SHAPES (sizeof shapes / sizeof shapes[0])

/* Compare by the host grid in some shape, and hold it against the host. */
static void check(const diff_pair *both, size_t max_cells, const tg_launch *shape)
{
    tg_launch mine = shape != NULL ? *shape : (tg_launch){.grid = 0};
    diff_pair_check(both, max_cells, &tg_diff_on_host, &mine, both->expected.cells,
                    both->actual.cells);
}

START_TEST(diff_device_equal_traces_match)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        diff_pair both = diff_pair_of(tg_trace_at(i), 33, 64, tg_trace_width(tg_trace_at(i)));
        for (size_t k = 0; k < NB_SHAPES; k++) check(&both, 3, shapes[k]);
        diff_pair_clear(&both);
    }
}
END_TEST

/* Dimensions around lanes, quads and tiles, and flags of more rows than a block takes at once; few
 * and many differences; all shapes by turns. */
START_TEST(diff_device_agrees_with_the_host)
{
    static const size_t heights[] = {1, 2, 16, 31, 33, 127, 128, 129, 132, 512, 1000, 1056, 3001};
    static const size_t widths[] = {1, 2, 3, 4, 5, 15, 16, 17, 33, 241};
    const tg_trace *trace = diff_pair_partial_trace();
    uint64_t random = 1;
    size_t turn = 0;
    for (size_t h = 0; h < sizeof heights / sizeof heights[0]; h++) {
        for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
            const size_t nb_events = sample_next(&random) % (2 * heights[h] + 1);
            diff_pair both =
                diff_pair_of(w % 3 == 0 ? NULL : trace, nb_events, heights[h], widths[w]);
            for (size_t nb = 1; nb <= 1000; nb *= 10) {
                diff_pair_change(&both, nb, &random);
                check(&both, turn % 5 * 3, shapes[turn % NB_SHAPES]);
                turn++;
            }
            diff_pair_clear(&both);
        }
    }
}
END_TEST

/* Real extents: rows of several events end within a row. */
START_TEST(diff_device_tells_classes_as_the_host_does)
{
    uint64_t random = 7;
    size_t turn = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        for (size_t nb_events = 0; nb_events < 8; nb_events++) {
            diff_pair both = diff_pair_of(trace, nb_events, 16, tg_trace_width(trace));
            diff_pair_change_all(&both);
            check(&both, 1000000, shapes[turn++ % NB_SHAPES]);
            diff_pair_clear(&both);
            both = diff_pair_of(trace, nb_events, 16, tg_trace_width(trace));
            diff_pair_change(&both, 20, &random);
            check(&both, 5, shapes[turn++ % NB_SHAPES]);
            diff_pair_clear(&both);
        }
    }
}
END_TEST

/* Each bound of the list: none, one, around a warp of rows, around all of them. */
START_TEST(diff_device_lists_the_first_cells_at_every_bound)
{
    diff_pair both = diff_pair_of(NULL, 0, 300, 3);
    diff_pair_change_all(&both);
    for (size_t max_cells = 0; max_cells < 120; max_cells++) {
        check(&both, max_cells, shapes[max_cells % NB_SHAPES]);
    }
    for (size_t max_cells = 890; max_cells < 910; max_cells++) {
        check(&both, max_cells, shapes[max_cells % NB_SHAPES]);
    }
    check(&both, 1000000, NULL);
    diff_pair_clear(&both);
}
END_TEST

/* One wrong cell at each place of a trace of two tiles of rows and of columns. */
START_TEST(diff_device_finds_each_single_cell)
{
    diff_pair both = diff_pair_of(NULL, 0, 132, 18);
    uint32_t *cells = both.actual_cells;
    for (size_t i = 0; i < 132 * 18; i += i % 132 == 63 ? 33 : 1) {
        cells[i] ^= 1;
        check(&both, 2, i % 2 == 0 ? &one_warp : &odd);
        cells[i] ^= 1;
    }
    diff_pair_clear(&both);
}
END_TEST

START_TEST(diff_device_finds_words_that_are_not_reduced)
{
    static const uint32_t words[] = {TG_P,        TG_P + 1,    0x7fffffffu,
                                     0x80000000u, 0x80000001u, TG_P + TG_WORD_ONE,
                                     0xffffffffu, TG_P - 1,    0};
    diff_pair both = diff_pair_of(sample_trace("Select.main"), 10, 16, 5);
    uint32_t *expected = both.expected_cells;
    uint32_t *actual = both.actual_cells;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const uint32_t right = expected[3];
        // The same on both sides; on either; the same residue in another form.
        expected[3] = actual[3] = words[i];
        check(&both, 4, NULL);
        expected[3] = right;
        check(&both, 4, NULL);
        expected[3] = words[i];
        actual[3] = right;
        check(&both, 4, NULL);
        expected[3] = right;
        actual[3] = right < UINT32_MAX - TG_P ? right + TG_P : right;
        check(&both, 4, NULL);
        actual[3] = right;
    }
    diff_pair_clear(&both);
}
END_TEST

/* Dimensions that differ, and none at all. */
START_TEST(diff_device_compares_what_is_inside_both)
{
    static const size_t sizes[][2] = {{0, 0}, {16, 5}, {17, 5}, {16, 4}, {128, 9}, {130, 1}};
    uint64_t random = 3;
    const size_t nb = sizeof sizes / sizeof sizes[0];
    for (size_t i = 0; i < nb * nb; i++) {
        const size_t *expected = sizes[i / nb];
        const size_t *actual = sizes[i % nb];
        diff_pair both = diff_pair_of(NULL, 0, expected[0], expected[1]);
        diff_pair other = diff_pair_of(NULL, 0, actual[0], actual[1]);
        diff_pair_change(&other, 3, &random);
        diff_pair mixed = both;
        mixed.actual = other.actual;
        check(&mixed, 10, shapes[i % NB_SHAPES]);
        diff_pair_clear(&both);
        diff_pair_clear(&other);
    }
}
END_TEST

/* Columns that begin anywhere are compared word by word. */
START_TEST(diff_device_takes_cells_at_any_word)
{
    uint64_t random = 5;
    diff_pair both = diff_pair_of(NULL, 0, 128, 17);
    diff_pair moved = both;
    moved.expected.width = 16;
    moved.actual.width = 16;
    for (size_t words = 0; words < 5; words++) {
        moved.expected.cells = both.expected.cells + words;
        moved.actual.cells = both.actual.cells + words;
        check(&moved, 4, NULL);
        diff_pair_change(&both, 4, &random);
        check(&moved, 4, NULL);
        moved.actual.cells = both.actual.cells;
        check(&moved, 4, &odd);
    }
    diff_pair_clear(&both);
}
END_TEST

/* The kernels themselves take any bound: a search asks for no more cells than are wrong. */
START_TEST(diff_device_kernels_list_no_more_than_there_is)
{
    diff_pair both = diff_pair_of(NULL, 0, 40, 2);
    both.actual_cells[3] ^= 1;
    both.actual_cells[43] ^= 1;
    both.actual_cells[79] ^= 1;
    tg_krn_diff_column columns[2] = {{0}};
    tg_krn_diff_totals totals = {0};
    uint32_t eventful[TG_DIFF_NB_ROW_WORDS(40)] = {0};
    uint32_t padding[TG_DIFF_NB_ROW_WORDS(40)] = {0};
    uint32_t rows[9] = {0};
    tg_krn_diff_cell cells[9] = {{0}};
    const tg_krn_diff work = {.expected = both.expected_cells,
                              .actual = both.actual_cells,
                              .expected_height = 40,
                              .actual_height = 40,
                              .height = 40,
                              .width = 2,
                              .nb_full_rows = 30,
                              .max_cells = 9,
                              .columns = columns,
                              .totals = &totals,
                              .eventful_row_flags = eventful,
                              .padding_row_flags = padding,
                              .rows = rows,
                              .cells = cells};
    for (tg_krn_diff_step step = 0; step < TG_DIFF_NB_STEPS; step++) {
        tg_assert_ok(tg_diff_on_host.launch(NULL, step, &work, tg_suite_error));
    }
    ck_assert_uint_eq(totals.nb_rows, 2);
    ck_assert_uint_eq(totals.nb_cells, 3);
    ck_assert_uint_eq(totals.nb_eventful_rows, 1);
    ck_assert_uint_eq(totals.nb_padding_rows, 1);
    ck_assert_uint_eq(rows[1], 39);
    ck_assert_uint_eq(cells[1].row, 3);
    ck_assert_uint_eq(cells[1].column, 1);
    ck_assert_uint_eq(cells[2].row, 39);
    ck_assert_uint_eq(columns[1].nb_eventful, 1);
    ck_assert_uint_eq(columns[1].nb_padding, 1);
    diff_pair_clear(&both);
}
END_TEST

START_TEST(diff_device_refuses_what_is_too_large)
{
    const uint32_t cell = 0;
    tg_diff diff;
    tg_assert_ok(tg_diff_init(&diff, 1, 1, tg_suite_error));
    const tg_matrix tall = {.cells = &cell, .height = TG_MAX_HEIGHT + 1, .width = 1};
    tg_assert_fails(
        TG_ERR_SIZE, "67108865 rows and 1 columns",
        tg_diff_run_at(&diff, &tg_diff_on_host, NULL, NULL, 0, &tall, &tall, tg_suite_error));
    ck_assert(!tg_diff_is_match(&diff));
    tg_diff_clear(&diff);
}
END_TEST

START_TEST(diff_device_measures_devices_only)
{
    tg_backend backend;
    tg_bench_diff_device_result result = {.height = 1};
    tg_assert_ok(tg_backend_open(&backend, tg_backend_ops_at(0), tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "does not compare on a device",
                    tg_bench_diff_device(&result, &backend, 16, 5, tg_suite_error));
    ck_assert_uint_eq(result.height, 0);
    tg_backend_close(&backend);
}
END_TEST

TG_SUITE("diff_device", diff_device_equal_traces_match, diff_device_agrees_with_the_host,
         diff_device_tells_classes_as_the_host_does,
         diff_device_lists_the_first_cells_at_every_bound, diff_device_finds_each_single_cell,
         diff_device_finds_words_that_are_not_reduced, diff_device_compares_what_is_inside_both,
         diff_device_takes_cells_at_any_word, diff_device_kernels_list_no_more_than_there_is,
         diff_device_refuses_what_is_too_large, diff_device_measures_devices_only)

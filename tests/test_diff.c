/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The comparison: planted differences by class and place, bounds, and a naive comparison as its
 * judge. */
#include "harness/diff.h"
#include "sample.h"
#include "suite.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CELLS ((size_t)7)

/* A pair of traces to compare, equal at first. */
typedef struct pair {
    const tg_trace *trace;
    size_t nb_events;
    size_t height;
    size_t width;
    uint32_t *expected;
    uint32_t *actual;
    tg_diff diff;
} pair;

static pair pair_create(const char *name, size_t nb_events, size_t height)
{
    pair both = {.trace = sample_trace(name), .nb_events = nb_events, .height = height};
    both.width = tg_trace_width(both.trace);
    both.expected = sample_cells(height * both.width, height);
    both.actual = sample_cells(height * both.width, height);
    tg_assert_ok(tg_diff_init(&both.diff, both.width, MAX_CELLS, tg_suite_error));
    return both;
}

static void pair_destroy(pair *both)
{
    tg_diff_clear(&both->diff);
    free(both->expected);
    free(both->actual);
}

static void pair_run(pair *both)
{
    const tg_matrix expected = {.cells = both->expected,
                                .height = both->height,
                                .width = both->width};
    const tg_matrix actual = {.cells = both->actual, .height = both->height, .width = both->width};
    tg_assert_ok(
        tg_diff_run(&both->diff, both->trace, both->nb_events, &expected, &actual, tg_suite_error));
}

static uint32_t *actual_at(const pair *both, size_t row, size_t column)
{
    return &both->actual[column * both->height + row];
}

/* The comparison by definition. Totals and lists go to counts; returns the number of wrong
 * cells. */
typedef struct counts {
    tg_tally compared;
    tg_tally wrong;
    tg_tally wrong_rows;
    size_t nb_not_reduced;
    size_t nb_eventful_rows;
    size_t nb_cells;
    tg_cell cells[MAX_CELLS];
} counts;

static counts naive(const pair *both)
{
    counts all = {.nb_cells = 0};
    for (size_t row = 0; row < both->height; row++) {
        bool wrong_eventful = false;
        bool wrong_padding = false;
        bool any_eventful = false;
        for (size_t column = 0; column < both->width; column++) {
            const bool eventful = both->trace == NULL ||
                                  tg_trace_cell(both->trace, both->nb_events, row, column).eventful;
            const uint32_t expected = both->expected[column * both->height + row];
            const uint32_t actual = both->actual[column * both->height + row];
            const bool wrong = expected != actual || actual >= TG_P;
            all.compared.eventful += eventful;
            all.compared.padding += !eventful;
            all.wrong.eventful += wrong && eventful;
            all.wrong.padding += wrong && !eventful;
            all.nb_not_reduced += actual >= TG_P;
            wrong_eventful |= wrong && eventful;
            wrong_padding |= wrong && !eventful;
            any_eventful |= eventful;
            if (wrong && all.nb_cells < MAX_CELLS) {
                all.cells[all.nb_cells++] =
                    (tg_cell){.row = row, .column = column, .expected = expected, .actual = actual};
            }
        }
        all.wrong_rows.eventful += wrong_eventful;
        all.wrong_rows.padding += wrong_padding;
        all.nb_eventful_rows += any_eventful;
    }
    return all;
}

/* These speak only on failure: Check writes a line for every assertion that holds, and here they
 * are millions. */
static void assert_tally(const tg_tally *got, const tg_tally *wanted)
{
    if (got->eventful == wanted->eventful && got->padding == wanted->padding) return;
    ck_abort_msg("%zu eventful, %zu padding, not %zu, %zu", got->eventful, got->padding,
                 wanted->eventful, wanted->padding);
}

static void assert_cell(const tg_cell *got, const tg_cell *wanted)
{
    if (got->row == wanted->row && got->column == wanted->column &&
        got->expected == wanted->expected && got->actual == wanted->actual) {
        return;
    }
    ck_abort_msg("row %zu, column %zu, not row %zu, column %zu", got->row, got->column, wanted->row,
                 wanted->column);
}

/* Every number of the diff against the naive comparison's. */
static void assert_like_naive(const pair *both)
{
    const counts all = naive(both);
    const tg_diff *diff = &both->diff;
    assert_tally(&diff->compared, &all.compared);
    assert_tally(&diff->wrong, &all.wrong);
    assert_tally(&diff->wrong_rows, &all.wrong_rows);
    ck_assert_uint_eq(diff->nb_not_reduced, all.nb_not_reduced);
    ck_assert_uint_eq(diff->nb_eventful_rows, all.nb_eventful_rows);
    ck_assert_uint_eq(diff->nb_cells, all.nb_cells);
    for (size_t i = 0; i < all.nb_cells; i++) {
        assert_cell(&diff->cells[i], &all.cells[i]);
    }
    for (size_t column = 0; column < both->width; column++) {
        tg_tally wrong = {0};
        tg_tally cells = {0};
        for (size_t row = 0; row < both->height; row++) {
            const bool eventful = both->trace == NULL ||
                                  tg_trace_cell(both->trace, both->nb_events, row, column).eventful;
            const uint32_t actual = *actual_at(both, row, column);
            const bool is_wrong =
                actual >= TG_P || actual != both->expected[column * both->height + row];
            cells.eventful += eventful;
            cells.padding += !eventful;
            wrong.eventful += is_wrong && eventful;
            wrong.padding += is_wrong && !eventful;
        }
        assert_tally(&diff->columns[column], &wrong);
        assert_tally(&diff->column_cells[column], &cells);
    }
    ck_assert(tg_diff_is_match(diff) == (all.wrong.eventful + all.wrong.padding == 0));
}

START_TEST(diff_equal_traces_match)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        pair both = pair_create(tg_trace_at(i)->name, 33, 64);
        pair_run(&both);
        ck_assert(tg_diff_is_match(&both.diff));
        assert_like_naive(&both);
        pair_destroy(&both);
    }
}
END_TEST

/* A single wrong cell at every place of a small trace of every chip: in each class, also in
 * half-filled rows. */
START_TEST(diff_finds_each_single_cell)
{
    omp_set_num_threads(
        1); // thousands of tiny comparisons; the suite's cases run in processes of their own
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        pair both = pair_create(tg_trace_at(i)->name, 5, 16);
        for (size_t row = 0; row < both.height; row++) {
            for (size_t column = 0; column < both.width; column++) {
                *actual_at(&both, row, column) ^= 1;
                pair_run(&both);
                ck_assert(!tg_diff_is_match(&both.diff));
                ck_assert_uint_eq(both.diff.wrong.eventful + both.diff.wrong.padding, 1);
                assert_like_naive(&both);
                *actual_at(&both, row, column) ^= 1;
            }
        }
        pair_destroy(&both);
    }
}
END_TEST

START_TEST(diff_separates_entries_of_a_row)
{
    pair both = pair_create("MemoryVar.main", 3, 32);
    *actual_at(&both, 1, 3) ^= 1; // the first entry, of event 2
    *actual_at(&both, 1, 4) ^= 1; // the second entry, empty
    pair_run(&both);
    assert_tally(&both.diff.wrong, &(tg_tally){.eventful = 1, .padding = 1});
    assert_tally(&both.diff.wrong_rows, &(tg_tally){.eventful = 1, .padding = 1});
    assert_tally(&both.diff.compared, &(tg_tally){.eventful = 12, .padding = 32 * 8 - 12});
    assert_tally(&both.diff.columns[3], &(tg_tally){.eventful = 1});
    assert_tally(&both.diff.columns[4], &(tg_tally){.padding = 1});
    assert_tally(&both.diff.column_cells[3], &(tg_tally){.eventful = 2, .padding = 30});
    assert_tally(&both.diff.column_cells[4], &(tg_tally){.eventful = 1, .padding = 31});
    ck_assert_uint_eq(both.diff.nb_eventful_rows, 2);
    pair_destroy(&both);
}
END_TEST

START_TEST(diff_lists_the_first_of_very_many)
{
    pair both = pair_create("Poseidon2WideDeg3.main", 4900, 5000);
    for (size_t i = 0; i < both.height * both.width; i++) {
        both.actual[i] ^= 1;
    }
    pair_run(&both);
    assert_like_naive(&both);
    ck_assert_uint_eq(both.diff.wrong.eventful, 4900 * 179);
    ck_assert_uint_eq(both.diff.wrong.padding, 100 * 179);
    ck_assert_uint_eq(both.diff.nb_cells, MAX_CELLS);
    for (size_t i = 0; i < MAX_CELLS; i++) {
        ck_assert_uint_eq(both.diff.cells[i].row, 0);
        ck_assert_uint_eq(both.diff.cells[i].column, i);
    }
    pair_destroy(&both);
}
END_TEST

/* Long lists are sorted by row, then column, and cost no more than their length. */
START_TEST(diff_lists_all_cells_in_order)
{
    const size_t max_cells = 1000000;
    const tg_trace *trace = sample_trace("Poseidon2WideDeg3.main");
    uint32_t *right = sample_cells(5000 * 179, 1);
    uint32_t *wrong = sample_cells(5000 * 179, 2);
    const tg_matrix expected = {.cells = right, .height = 5000, .width = 179};
    const tg_matrix actual = {.cells = wrong, .height = 5000, .width = 179};
    tg_diff diff;
    tg_assert_ok(tg_diff_init(&diff, 179, max_cells, tg_suite_error));
    tg_assert_ok(tg_diff_run(&diff, trace, 5000, &expected, &actual, tg_suite_error));
    ck_assert_uint_eq(diff.nb_cells, diff.wrong.eventful);
    ck_assert_uint_gt(diff.nb_cells, 5000 * 179 - 10);
    for (size_t i = 1; i < diff.nb_cells; i++) {
        const tg_cell *before = &diff.cells[i - 1];
        const tg_cell *cell = &diff.cells[i];
        const bool in_order =
            before->row < cell->row || (before->row == cell->row && before->column < cell->column);
        if (!in_order || cell->actual != wrong[cell->column * 5000 + cell->row])
            ck_abort_msg("cell %zu of the list", i);
    }
    tg_diff_clear(&diff);
    free(right);
    free(wrong);
}
END_TEST

/* Change up to nb random cells of a pair in one of several ways. */
static void change_cells(pair *both, size_t nb, uint64_t *random)
{
    for (size_t i = 0; i < nb; i++) {
        uint32_t *cell =
            actual_at(both, sample_next(random) % both->height, sample_next(random) % both->width);
        switch (sample_next(random) % 4) {
        case 0:
            *cell = sample_next(random);
            break;
        case 1:
            *cell = *cell < TG_P ? *cell + TG_P : *cell;
            break;
        case 2:
            *cell = sample_next(random) % TG_P;
            break;
        default:
            *cell ^= 1u << (sample_next(random) % 32);
            break;
        }
    }
}

/* Tiles have 4096 rows: heights on both sides of one and two of them, with few and many
 * differences. */
START_TEST(diff_agrees_with_a_naive_comparison)
{
    static const size_t heights[] = {1, 16, 100, 4095, 4096, 4097, 8191, 8192, 8193};
    static const char *const names[] = {"Select.main", "MemoryVar.preprocessed", "MemoryConst.main",
                                        "PublicValues.preprocessed"};
    uint64_t random = 1;
    for (size_t h = 0; h < sizeof heights / sizeof heights[0]; h++) {
        for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
            const size_t nb_events = sample_next(&random) % (heights[h] + 1);
            pair both = pair_create(names[n], nb_events, heights[h]);
            for (size_t nb = 1; nb <= 10000; nb *= 10) {
                change_cells(&both, nb, &random);
                pair_run(&both);
                assert_like_naive(&both);
            }
            pair_destroy(&both);
        }
    }
}
END_TEST

/* The last row of a tile and the first of the next, alone. */
START_TEST(diff_finds_cells_at_the_limits_of_tiles)
{
    static const size_t rows[] = {0, 4094, 4095, 4096, 4097, 8191, 8192};
    pair both = pair_create("Select.main", 8000, 8193);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        *actual_at(&both, rows[i], 4) ^= 1;
        pair_run(&both);
        ck_assert_uint_eq(both.diff.nb_cells, 1);
        ck_assert_uint_eq(both.diff.cells[0].row, rows[i]);
        ck_assert_uint_eq(both.diff.cells[0].column, 4);
        ck_assert_uint_eq(both.diff.wrong.padding, rows[i] >= 8000);
        *actual_at(&both, rows[i], 4) ^= 1;
    }
    pair_destroy(&both);
}
END_TEST

/* Words that are not below p are wrong even where both sides hold the same. */
START_TEST(diff_finds_words_that_are_not_reduced)
{
    static const uint32_t words[] = {TG_P,        TG_P + 1,           0x7fffffffu, 0x80000000u,
                                     0x80000001u, TG_P + TG_WORD_ONE, 0xffffffffu};
    pair both = pair_create("Select.main", 10, 16);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const uint32_t right = both.expected[3];
        both.expected[3] = words[i];
        both.actual[3] = words[i];
        pair_run(&both);
        ck_assert(!tg_diff_is_match(&both.diff));
        ck_assert_uint_eq(both.diff.nb_not_reduced, 1);
        ck_assert_uint_eq(both.diff.wrong.eventful, 1);
        assert_cell(&both.diff.cells[0],
                    &(tg_cell){.row = 3, .expected = words[i], .actual = words[i]});
        both.expected[3] = right;
        pair_run(&both);
        ck_assert_uint_eq(both.diff.nb_not_reduced, 1);
        both.actual[3] = right;
    }
    // The largest word that is reduced.
    both.expected[3] = TG_P - 1;
    both.actual[3] = TG_P - 1;
    pair_run(&both);
    ck_assert(tg_diff_is_match(&both.diff));
    // Only the actual side is under test.
    both.expected[3] = TG_P;
    both.actual[3] = 0;
    pair_run(&both);
    ck_assert_uint_eq(both.diff.nb_not_reduced, 0);
    ck_assert_uint_eq(both.diff.wrong.eventful, 1);
    pair_destroy(&both);
}
END_TEST

/* Compare traces of Select.main of other dimensions that agree where both are. */
static void check_dimensions(const size_t expected_size[2], const size_t actual_size[2])
{
    const size_t least_width =
        expected_size[1] < actual_size[1] ? expected_size[1] : actual_size[1];
    const size_t least_height =
        expected_size[0] < actual_size[0] ? expected_size[0] : actual_size[0];
    uint32_t *expected_cells = calloc(expected_size[0] * expected_size[1] + 1, sizeof(uint32_t));
    uint32_t *actual_cells = calloc(actual_size[0] * actual_size[1] + 1, sizeof(uint32_t));
    ck_assert(expected_cells != NULL && actual_cells != NULL);
    for (size_t column = 0; column < least_width; column++) {
        for (size_t row = 0; row < least_height; row++) {
            expected_cells[column * expected_size[0] + row] = (uint32_t)(1000 * column + row);
            actual_cells[column * actual_size[0] + row] = (uint32_t)(1000 * column + row);
        }
    }
    const tg_matrix expected = {.cells = expected_cells,
                                .height = expected_size[0],
                                .width = expected_size[1]};
    const tg_matrix actual = {.cells = actual_cells,
                              .height = actual_size[0],
                              .width = actual_size[1]};
    tg_diff diff;
    tg_assert_ok(tg_diff_init(&diff, 6, MAX_CELLS, tg_suite_error));
    tg_assert_ok(
        tg_diff_run(&diff, sample_trace("Select.main"), 10, &expected, &actual, tg_suite_error));
    ck_assert(!tg_diff_is_match(&diff));
    ck_assert_uint_eq(diff.expected_height, expected_size[0]);
    ck_assert_uint_eq(diff.actual_height, actual_size[0]);
    ck_assert_uint_eq(diff.expected_width, expected_size[1]);
    ck_assert_uint_eq(diff.actual_width, actual_size[1]);
    ck_assert_uint_eq(diff.wrong.eventful + diff.wrong.padding, 0);
    ck_assert_uint_eq(diff.compared.eventful + diff.compared.padding, least_width * least_height);
    // One wrong cell beside the dimensions.
    if (least_width * least_height != 0) {
        actual_cells[(least_width - 1) * actual_size[0] + least_height - 1]++;
        tg_assert_ok(tg_diff_run(&diff, sample_trace("Select.main"), 10, &expected, &actual,
                                 tg_suite_error));
        ck_assert_uint_eq(diff.nb_cells, 1);
        ck_assert_uint_eq(diff.cells[0].row, least_height - 1);
        ck_assert_uint_eq(diff.cells[0].column, least_width - 1);
    }
    tg_diff_clear(&diff);
    free(expected_cells);
    free(actual_cells);
}

START_TEST(diff_finds_other_dimensions)
{
    static const size_t sizes[][2][2] = {
        {{32, 5}, {31, 5}}, {{31, 5}, {32, 5}}, {{32, 5}, {32, 4}}, {{32, 4}, {32, 5}},
        {{32, 5}, {31, 4}}, {{32, 4}, {31, 5}}, {{32, 5}, {8, 6}},  {{32, 5}, {0, 5}},
        {{0, 5}, {32, 5}},  {{32, 5}, {32, 0}},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        check_dimensions(sizes[i][0], sizes[i][1]);
    }
}
END_TEST

START_TEST(diff_of_nothing_is_no_match)
{
    static const size_t sizes[][2] = {{0, 5}, {32, 0}, {0, 0}};
    const uint32_t cell = 0;
    tg_diff diff;
    tg_assert_ok(tg_diff_init(&diff, 5, MAX_CELLS, tg_suite_error));
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        const tg_matrix empty = {.cells = &cell, .height = sizes[i][0], .width = sizes[i][1]};
        tg_assert_ok(tg_diff_run(&diff, NULL, 0, &empty, &empty, tg_suite_error));
        ck_assert(!tg_diff_is_match(&diff));
        ck_assert_uint_eq(diff.compared.eventful + diff.compared.padding, 0);
    }
    tg_diff_clear(&diff);
}
END_TEST

START_TEST(diff_of_an_unknown_chip_counts_all_as_eventful)
{
    pair both = pair_create("Select.main", 3, 32);
    both.trace = NULL;
    *actual_at(&both, 31, 4) ^= 1;
    pair_run(&both);
    assert_like_naive(&both);
    assert_tally(&both.diff.wrong, &(tg_tally){.eventful = 1});
    assert_tally(&both.diff.compared, &(tg_tally){.eventful = 32 * 5});
    ck_assert_uint_eq(both.diff.nb_eventful_rows, 32);
    pair_destroy(&both);
}
END_TEST

START_TEST(diff_counts_without_listing)
{
    pair both = pair_create("Select.main", 10, 32);
    tg_diff_clear(&both.diff);
    tg_assert_ok(tg_diff_init(&both.diff, both.width, 0, tg_suite_error));
    uint64_t random = 3;
    change_cells(&both, 50, &random);
    pair_run(&both);
    const counts all = naive(&both);
    ck_assert_uint_eq(both.diff.nb_cells, 0);
    assert_tally(&both.diff.wrong, &all.wrong);
    ck_assert(!tg_diff_is_match(&both.diff));
    pair_destroy(&both);
}
END_TEST

/* A diff that was used before starts anew. */
START_TEST(diff_can_be_used_again)
{
    pair both = pair_create("Select.main", 10, 32);
    for (size_t i = 0; i < 32 * 5; i++) {
        both.actual[i] ^= 0x80000000u;
    }
    pair_run(&both);
    ck_assert_uint_eq(both.diff.nb_not_reduced, 32 * 5);
    memcpy(both.actual, both.expected, 32 * 5 * sizeof *both.actual);
    pair_run(&both);
    ck_assert(tg_diff_is_match(&both.diff));
    assert_like_naive(&both);
    pair_destroy(&both);
}
END_TEST

START_TEST(diff_does_not_depend_on_threads)
{
    uint64_t random = 9;
    pair both = pair_create("MemoryVar.main", 30001, 20000);
    change_cells(&both, 3000, &random);
    static const int threads[] = {1, 2, 3, 8, 61};
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
        omp_set_num_threads(threads[i]);
        pair_run(&both);
        assert_like_naive(&both);
    }
    pair_destroy(&both);
}
END_TEST

START_TEST(diff_refuses_sizes_that_overflow)
{
    tg_diff diff;
    tg_assert_fails(TG_ERR_SIZE, "not fit", tg_diff_init(&diff, 5, SIZE_MAX, tg_suite_error));
    tg_assert_fails(TG_ERR_SIZE, "not fit", tg_diff_init(&diff, SIZE_MAX / 2, 1, tg_suite_error));
    tg_diff_clear(&diff); // harmless after a failure
}
END_TEST

TG_SUITE("diff", diff_equal_traces_match, diff_finds_each_single_cell,
         diff_separates_entries_of_a_row, diff_lists_the_first_of_very_many,
         diff_lists_all_cells_in_order, diff_agrees_with_a_naive_comparison,
         diff_finds_cells_at_the_limits_of_tiles, diff_finds_words_that_are_not_reduced,
         diff_finds_other_dimensions, diff_of_nothing_is_no_match,
         diff_of_an_unknown_chip_counts_all_as_eventful, diff_counts_without_listing,
         diff_can_be_used_again, diff_does_not_depend_on_threads, diff_refuses_sizes_that_overflow)

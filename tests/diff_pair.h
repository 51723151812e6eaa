/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Two traces to be compared on the host and where they lie: both comparisons must say the same, to
 * the byte. */
#ifndef TRACEGATE_TESTS_DIFF_PAIR_H
#define TRACEGATE_TESTS_DIFF_PAIR_H

#include "harness/diff_device.h"
#include "sample.h"
#include "suite.h"

#include <string.h>

typedef struct diff_pair {
    const tg_trace *trace; /* NULL: all cells are eventful */
    size_t nb_events;
    tg_matrix expected;
    tg_matrix actual;
    uint32_t *expected_cells; /* owned, equal at first */
    uint32_t *actual_cells;
} diff_pair;

static inline diff_pair diff_pair_of(const tg_trace *trace, size_t nb_events, size_t height,
                                     size_t width)
{
    diff_pair both = {.trace = trace, .nb_events = nb_events};
    both.expected_cells = sample_cells(height * width, height);
    both.actual_cells = sample_cells(height * width, height);
    both.expected = (tg_matrix){.cells = both.expected_cells, .height = height, .width = width};
    both.actual = (tg_matrix){.cells = both.actual_cells, .height = height, .width = width};
    return both;
}

static inline void diff_pair_clear(diff_pair *both)
{
    free(both->expected_cells);
    free(both->actual_cells);
}

/* Change up to nb random actual cells in one of several ways. */
static inline void diff_pair_change(const diff_pair *both, size_t nb, uint64_t *random)
{
    const size_t nb_cells = both->actual.height * both->actual.width;
    for (size_t i = 0; i < nb && nb_cells != 0; i++) {
        const size_t place = ((size_t)sample_next(random) << 32 | sample_next(random)) % nb_cells;
        uint32_t *cell = &both->actual_cells[place];
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

/* Change every actual cell; every third is not below p then. */
static inline void diff_pair_change_all(const diff_pair *both)
{
    for (size_t i = 0; i < both->actual.height * both->actual.width; i++) {
        both->actual_cells[i] =
            i % 3 == 0 ? both->actual_cells[i] + TG_P : both->actual_cells[i] ^ 1;
    }
}

static inline void diff_pair_same_counts(const tg_diff *got, const tg_diff *wanted)
{
    const tg_diff numbers[] = {*got, *wanted};
    tg_diff bare[2];
    for (size_t i = 0; i < 2; i++) {
        bare[i] = numbers[i];
        bare[i].columns = bare[i].column_cells = NULL;
        bare[i].cells = NULL;
    }
    // Words of one size from the first to the last: no byte of it is padding.
    ck_assert_msg(memcmp(&bare[0], &bare[1], sizeof bare[0]) == 0,
                  "%zu + %zu wrong, %zu + %zu rows, %zu not reduced, %zu listed; not %zu + %zu, "
                  "%zu + %zu, %zu, %zu",
                  got->wrong.eventful, got->wrong.padding, got->wrong_rows.eventful,
                  got->wrong_rows.padding, got->nb_not_reduced, got->nb_cells,
                  wanted->wrong.eventful, wanted->wrong.padding, wanted->wrong_rows.eventful,
                  wanted->wrong_rows.padding, wanted->nb_not_reduced, wanted->nb_cells);
}

/* Assert that two diffs hold the same; width is that of the part inside both. */
static inline void diff_pair_same(const tg_diff *got, const tg_diff *wanted, size_t width)
{
    diff_pair_same_counts(got, wanted);
    if (memcmp(got->columns, wanted->columns, width * sizeof *got->columns) != 0)
        ck_abort_msg("wrong cells of columns");
    if (memcmp(got->column_cells, wanted->column_cells, width * sizeof *got->columns) != 0)
        ck_abort_msg("cells of columns");
    if (memcmp(got->cells, wanted->cells, wanted->nb_cells * sizeof *got->cells) != 0)
        ck_abort_msg("listed cells");
}

/* Compare on the host and at a place.
 * expected, actual  where the cells lie there */
static inline void diff_pair_check(const diff_pair *both, size_t max_cells,
                                   const tg_diff_place *place, void *at, const uint32_t *expected,
                                   const uint32_t *actual)
{
    const size_t width =
        both->expected.width < both->actual.width ? both->expected.width : both->actual.width;
    tg_diff on_host;
    tg_diff there;
    tg_assert_ok(tg_diff_init(&on_host, width, max_cells, tg_suite_error));
    tg_assert_ok(tg_diff_init(&there, width, max_cells, tg_suite_error));
    tg_matrix expected_there = both->expected;
    tg_matrix actual_there = both->actual;
    expected_there.cells = expected;
    actual_there.cells = actual;
    tg_assert_ok(tg_diff_run(&on_host, both->trace, both->nb_events, &both->expected, &both->actual,
                             tg_suite_error));
    tg_assert_ok(tg_diff_run_at(&there, place, at, both->trace, both->nb_events, &expected_there,
                                &actual_there, tg_suite_error));
    diff_pair_same(&there, &on_host, width);
    ck_assert_int_eq(tg_diff_is_match(&there), tg_diff_is_match(&on_host));
    tg_diff_clear(&on_host);
    tg_diff_clear(&there);
}

/* A trace whose eventful cells can end within a row. */
static inline const tg_trace *diff_pair_partial_trace(void)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (tg_trace_extent(tg_trace_at(i), 1).nb_partial_columns != 0) return tg_trace_at(i);
    }
    ck_abort_msg("every trace has whole rows of events");
    return NULL;
}

#endif

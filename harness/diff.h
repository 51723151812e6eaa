/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The comparison of two traces, cell by cell.
 *
 * A cell differs if its words differ, and is not reduced if its actual word is not below p, even
 * where both words are equal. Memory and output do not grow with the number of differences.
 */
#ifndef TRACEGATE_HARNESS_DIFF_H
#define TRACEGATE_HARNESS_DIFF_H

#include "model/trace.h"

#include <stdint.h>

/* Cells of a trace, or of one of its columns, that are wrong: different or not reduced. */
typedef struct tg_tally {
    size_t eventful;
    size_t padding;
} tg_tally;

/* One wrong cell. */
typedef struct tg_cell {
    size_t row;
    size_t column;
    uint32_t expected;
    uint32_t actual;
} tg_cell;

/* A trace's cells with their dimensions. */
typedef struct tg_matrix {
    const uint32_t *cells; /* [width][height] */
    size_t height;
    size_t width;
} tg_matrix;

/* What a comparison found. Buffers are the caller's, sized by tg_diff_init. */
typedef struct tg_diff {
    size_t expected_height, expected_width;
    size_t actual_height, actual_width;
    tg_tally compared;       /* cells compared: those inside both */
    tg_tally wrong;          /* of them, wrong */
    tg_tally wrong_rows;     /* rows with a wrong eventful cell; rows with a wrong padding cell */
    size_t nb_not_reduced;   /* of the wrong cells, those whose actual word is not below p */
    size_t nb_eventful_rows; /* rows with an eventful cell */
    tg_tally *columns;       /* [min width] wrong cells of each column */
    tg_tally *column_cells;  /* [min width] cells of each column that were compared */
    size_t max_cells;
    size_t nb_cells; /* cells listed */
    tg_cell *cells;  /* [max_cells] the first wrong cells, by row, then column */
} tg_diff;

/* Take the buffers of a comparison of traces up to width columns; diff must be cleared by
 * tg_diff_clear after success.
 * Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_diff_init(tg_diff *diff, size_t width, size_t max_cells, tg_error *error);
void tg_diff_clear(tg_diff *diff);

/* Compare; a diff can be used again.
 * trace      tells eventful from padding cells by nb_events; NULL (chip unknown): all cells count
 *            as eventful
 * Differing dimensions are a finding: the cells inside both are compared, and tg_diff_is_match is
 * false. Runs on all OpenMP threads; the result does not depend on their number.
 * Errors  TG_ERR_MEMORY; tg_diff_is_match is then false
 */
TG_NODISCARD tg_status tg_diff_run(tg_diff *diff, const tg_trace *trace, size_t nb_events,
                                   const tg_matrix *expected, const tg_matrix *actual,
                                   tg_error *error);

/* Same dimensions, at least one cell compared, none wrong. */
bool tg_diff_is_match(const tg_diff *diff);

#endif

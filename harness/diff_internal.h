/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The parts of a comparison, for the files diff*.c only: whoever looks at the cells, what is made
 * of it is the same. */
#ifndef TRACEGATE_HARNESS_DIFF_INTERNAL_H
#define TRACEGATE_HARNESS_DIFF_INTERNAL_H

#include "harness/diff.h"

/* What is compared. */
typedef struct tg_diff_part {
    const tg_matrix *expected;
    const tg_matrix *actual;
    size_t height; /* of the part inside both */
    size_t width;
    tg_extent extent;
    size_t max_cells;
} tg_diff_part;

/* What a look at some of the cells, or all, has found. */
typedef struct tg_diff_found {
    size_t nb_not_reduced;
    tg_tally rows; /* no two looks see the same row */
    tg_tally *columns;
    size_t nb_cells;
    tg_cell *cells; /* the first max_cells wrong cells seen, in any order */
} tg_diff_found;

/* Begin: dimensions, and the cells inside both by class and column; nothing is wrong yet. Arguments
 * as tg_diff_run; both refers to the matrices, whose cells are not looked at. */
void tg_diff_begin(tg_diff *diff, tg_diff_part *both, const tg_trace *trace, size_t nb_events,
                   const tg_matrix *expected, const tg_matrix *actual);

/* Add what a look has found. */
void tg_diff_add(tg_diff *diff, const tg_diff_part *both, const tg_diff_found *found);

/* End, when all cells have been looked at, or something has failed: then nothing was compared. */
void tg_diff_end(tg_diff *diff, tg_status status);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the kernels of the comparison are handed, and what they leave. Theirs is no trace, so that
 * they do not follow the kernel ABI: each takes one tg_krn_diff.
 *
 * A cell is wrong if its words differ or its actual word is not below p; it is eventful or padding
 * as tg_extent says. Numbers of cells of one column, and of rows, fit into 32 bits.
 */
#ifndef TRACEGATE_KERNELS_DIFF_H
#define TRACEGATE_KERNELS_DIFF_H

#include <stddef.h>
#include <stdint.h>

/* Rows and columns that a warp looks at before it strides on: 16 KiB of both traces, so that a
 * trace of 2^16 rows has work for a whole device. The rows are four words of each lane. */
#define TG_DIFF_TILE_ROWS 128u
#define TG_DIFF_TILE_COLUMNS 16u

/* Threads of a block. Any multiple of a warp up to this is right. */
#define TG_DIFF_BLOCK 256u

/* Words of a bit for each row, whole tiles. */
#define TG_DIFF_NB_ROW_WORDS(height) \
    (((height) + TG_DIFF_TILE_ROWS - 1) / TG_DIFF_TILE_ROWS * (TG_DIFF_TILE_ROWS / 32u))

/* Wrong cells of one column. */
typedef struct tg_krn_diff_column {
    uint32_t nb_eventful;
    uint32_t nb_padding;
    uint32_t nb_not_reduced; /* of both */
} tg_krn_diff_column;

/* One wrong cell. */
typedef struct tg_krn_diff_cell {
    uint32_t row;
    uint32_t column;
    uint32_t expected;
    uint32_t actual;
} tg_krn_diff_cell;

typedef struct tg_krn_diff_totals {
    uint32_t nb_eventful_rows; /* rows with a wrong eventful cell */
    uint32_t nb_padding_rows;  /* rows with a wrong padding cell */
    uint32_t nb_rows;          /* listed */
    uint32_t nb_cells;         /* listed */
} tg_krn_diff_totals;

/* Everything is on the device. */
typedef struct tg_krn_diff {
    const uint32_t *expected; /* [expected_width][expected_height] */
    const uint32_t *actual;
    size_t expected_height;
    size_t actual_height;
    size_t height; /* of the part inside both */
    size_t width;
    size_t nb_full_rows; /* tg_extent of the expected trace */
    size_t nb_partial_columns;
    uint32_t in_quads;  /* 1: every column of both begins at a multiple of 16 bytes; else 0 */
    uint32_t max_cells; /* to list; of rows at most as many */
    /* Zero before the first kernel. */
    tg_krn_diff_column *columns;  /* [width] */
    tg_krn_diff_totals *totals;   /* one */
    uint32_t *eventful_row_flags; /* [TG_DIFF_NB_ROW_WORDS] a bit for each row, lowest first */
    uint32_t *padding_row_flags;
    /* Of any contents. */
    uint32_t *rows;          /* [max_cells] the first rows with a wrong cell */
    tg_krn_diff_cell *cells; /* [max_cells] the first wrong cells, by row, then column */
} tg_krn_diff;

/* The kernels, in their order. The later two have nothing to do where no cell is wrong. */
typedef enum tg_krn_diff_step {
    TG_DIFF_TALLY, /* columns and flags of rows; any number of blocks */
    TG_DIFF_ROWS,  /* totals of rows, and their list; one block */
    TG_DIFF_CELLS, /* the list of cells; one block */
    TG_DIFF_NB_STEPS
} tg_krn_diff_step;

#endif

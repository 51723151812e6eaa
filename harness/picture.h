/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A picture of where a trace is wrong: rows and columns in buckets, so few that any trace fits a
 * page and so exact that one wrong cell shows.
 */
#ifndef TRACEGATE_HARNESS_PICTURE_H
#define TRACEGATE_HARNESS_PICTURE_H

#include "harness/diff.h"

/* Buckets of a picture, at the most, in each direction. */
#define TG_PICTURE_ROWS 128
#define TG_PICTURE_COLUMNS 256

typedef struct tg_picture {
    size_t height, width;       /* of the trace, both dimensions' larger one */
    size_t nb_rows, nb_columns; /* of buckets: 1 .. TG_PICTURE_ROWS, 1 .. TG_PICTURE_COLUMNS */
    tg_tally *buckets;          /* [nb_rows][nb_columns] wrong cells, of those that both traces
                                   have; owned */
} tg_picture;

/* Draw. Bucket (i, j) has rows i * height / nb_rows up to those of i + 1, and columns alike. Runs
 * on all OpenMP threads.
 * picture  to be cleared after success
 * trace    NULL: all cells count as eventful
 * Errors   TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_picture_init(tg_picture *picture, const tg_trace *trace, size_t nb_events,
                                       const tg_matrix *expected, const tg_matrix *actual,
                                       tg_error *error);
void tg_picture_clear(tg_picture *picture);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The picture: threads share the rows of buckets, so that each bucket has one writer and columns
 * are read in long runs; a run is counted without branches, whatever is wrong in it.
 */
#include "harness/picture.h"

#include "model/memory.h"

#include <string.h>

typedef struct drawing {
    const tg_matrix *expected;
    const tg_matrix *actual;
    size_t height; /* of the part inside both */
    size_t width;
    tg_extent extent;
    tg_picture *picture;
} drawing;

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/* First row, or column, of bucket i of nb over size. */
static size_t bucket_start(size_t i, size_t nb, size_t size)
{
    // i * size / nb, which no size can make overflow.
    return i * (size / nb) + i * (size % nb) / nb;
}

/* Wrong words among nb. Written as tg_diff's test of clean memory: for vector code of any CPU; the
 * sums stay 32 bits wide, as the words, so that no lane has to be widened. nb < 2^32. */
static size_t count_wrong(const uint32_t *expected, const uint32_t *actual, size_t nb)
{
    uint32_t nb_wrong = 0;
    for (size_t i = 0; i < nb; i++) {
        const uint32_t word = actual[i];
        const uint32_t is_above = word > TG_P - 1;
        nb_wrong += (uint32_t)(expected[i] != word) | is_above;
    }
    return nb_wrong;
}

/* Rows first .. end - 1 of a column into its bucket. */
static void draw_run(tg_tally *bucket, const drawing *all, size_t column, size_t first, size_t end)
{
    const uint32_t *expected = all->expected->cells + column * all->expected->height;
    const uint32_t *actual = all->actual->cells + column * all->actual->height;
    const size_t nb_eventful = all->extent.nb_full_rows + (column < all->extent.nb_partial_columns);
    const size_t limit = larger(first, smaller(end, nb_eventful));
    bucket->eventful += count_wrong(expected + first, actual + first, limit - first);
    bucket->padding += count_wrong(expected + limit, actual + limit, end - limit);
}

/* One row of buckets. Its columns are walked in full, one after the other: memory of a column lies
 * together. */
static void draw_row(const drawing *all, size_t row)
{
    const tg_picture *picture = all->picture;
    tg_tally *buckets = picture->buckets + row * picture->nb_columns;
    const size_t first = bucket_start(row, picture->nb_rows, picture->height);
    const size_t end =
        smaller(bucket_start(row + 1, picture->nb_rows, picture->height), all->height);
    if (first >= end) return;
    size_t bucket = 0;
    for (size_t column = 0; column < all->width; column++) {
        while (column >= bucket_start(bucket + 1, picture->nb_columns, picture->width)) bucket++;
        draw_run(&buckets[bucket], all, column, first, end);
    }
}

tg_status tg_picture_init(tg_picture *picture, const tg_trace *trace, size_t nb_events,
                          const tg_matrix *expected, const tg_matrix *actual, tg_error *error)
{
    *picture = (tg_picture){
        .height = larger(expected->height, actual->height),
        .width = larger(expected->width, actual->width),
    };
    picture->nb_rows = larger(1, smaller(picture->height, TG_PICTURE_ROWS));
    picture->nb_columns = larger(1, smaller(picture->width, TG_PICTURE_COLUMNS));
    const size_t nb_buckets = picture->nb_rows * picture->nb_columns;
    void *buckets = NULL;
    const tg_status status =
        tg_buffer_create(&buckets, nb_buckets, sizeof *picture->buckets, error);
    if (status != TG_OK) {
        memset(picture, 0, sizeof *picture);
        return status;
    }
    memset(buckets, 0, nb_buckets * sizeof *picture->buckets);
    picture->buckets = buckets;
    const drawing all = {
        .expected = expected,
        .actual = actual,
        .height = smaller(expected->height, actual->height),
        .width = smaller(expected->width, actual->width),
        .extent = trace != NULL ? tg_trace_extent(trace, nb_events)
                                : (tg_extent){.nb_full_rows = SIZE_MAX},
        .picture = picture,
    };
#pragma omp parallel for schedule(dynamic) if (all.height > TG_PICTURE_ROWS)
    for (size_t row = 0; row < picture->nb_rows; row++) {
        draw_row(&all, row);
    }
    return TG_OK;
}

void tg_picture_clear(tg_picture *picture)
{
    tg_buffer_destroy(picture->buckets);
    memset(picture, 0, sizeof *picture);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The picture: buckets against a cell by cell count, bounds, threads. */
#include "harness/picture.h"
#include "sample.h"
#include "suite.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* Two traces of any dimensions, equal at first where both have cells. */
typedef struct pair {
    const tg_trace *trace; /* NULL: unknown */
    size_t nb_events;
    uint32_t *cells[2];
    tg_matrix expected;
    tg_matrix actual;
} pair;

static pair pair_create(const tg_trace *trace, size_t nb_events, const size_t expected[2],
                        const size_t actual[2])
{
    pair both = {.trace = trace, .nb_events = nb_events};
    both.cells[0] = sample_cells(expected[0] * expected[1], 1);
    both.cells[1] = sample_cells(actual[0] * actual[1], 2);
    both.expected =
        (tg_matrix){.cells = both.cells[0], .height = expected[0], .width = expected[1]};
    both.actual = (tg_matrix){.cells = both.cells[1], .height = actual[0], .width = actual[1]};
    for (size_t column = 0; column < expected[1] && column < actual[1]; column++) {
        for (size_t row = 0; row < expected[0] && row < actual[0]; row++) {
            both.cells[1][column * actual[0] + row] = both.cells[0][column * expected[0] + row];
        }
    }
    return both;
}

static void pair_destroy(pair *both)
{
    free(both->cells[0]);
    free(both->cells[1]);
}

static uint32_t *actual_at(const pair *both, size_t row, size_t column)
{
    return &both->cells[1][column * both->actual.height + row];
}

/* The bucket of row, or column, i: the last one that starts at or before it. */
static size_t bucket_of(size_t i, size_t nb, size_t size)
{
    size_t bucket = nb - 1;
    while (bucket * size / nb > i) bucket--;
    return bucket;
}

static bool is_wrong(const pair *both, size_t row, size_t column)
{
    const uint32_t actual = both->actual.cells[column * both->actual.height + row];
    return actual >= TG_P || actual != both->expected.cells[column * both->expected.height + row];
}

/* The same picture by definition. */
static tg_tally *naive(const pair *both, const tg_picture *picture)
{
    tg_tally *buckets = calloc(picture->nb_rows * picture->nb_columns, sizeof *buckets);
    ck_assert_ptr_nonnull(buckets);
    for (size_t row = 0; row < picture->height; row++) {
        if (row >= both->expected.height || row >= both->actual.height) break;
        const size_t bucket_row = bucket_of(row, picture->nb_rows, picture->height);
        for (size_t column = 0; column < picture->width; column++) {
            if (column >= both->expected.width || column >= both->actual.width) break;
            if (!is_wrong(both, row, column)) continue;
            const bool eventful = both->trace == NULL ||
                                  tg_trace_cell(both->trace, both->nb_events, row, column).eventful;
            tg_tally *bucket = &buckets[bucket_row * picture->nb_columns +
                                        bucket_of(column, picture->nb_columns, picture->width)];
            *(eventful ? &bucket->eventful : &bucket->padding) += 1;
        }
    }
    return buckets;
}

static void draw(tg_picture *picture, const pair *both)
{
    tg_assert_ok(tg_picture_init(picture, both->trace, both->nb_events, &both->expected,
                                 &both->actual, tg_suite_error));
}

/* Draw and compare with the naive picture. */
static void assert_like_naive(const pair *both)
{
    tg_picture picture;
    draw(&picture, both);
    ck_assert_uint_ge(picture.nb_rows, 1);
    ck_assert_uint_ge(picture.nb_columns, 1);
    ck_assert_uint_le(picture.nb_rows, TG_PICTURE_ROWS);
    ck_assert_uint_le(picture.nb_columns, TG_PICTURE_COLUMNS);
    tg_tally *buckets = naive(both, &picture);
    const size_t nb_bytes = picture.nb_rows * picture.nb_columns * sizeof *buckets;
    ck_assert_mem_eq(picture.buckets, buckets, nb_bytes);
    free(buckets);
    tg_picture_clear(&picture);
}

/* Change every nth cell, every other one of them to a word that is not below p. */
static void change(const pair *both, size_t n)
{
    const size_t nb_cells = both->actual.height * both->actual.width;
    for (size_t i = n / 2; i < nb_cells; i += n) {
        both->cells[1][i] = i % 2 ? both->cells[1][i] ^ 1 : both->cells[1][i] + TG_P;
    }
}

START_TEST(picture_agrees_with_a_naive_count)
{
    static const struct {
        const char *name;
        size_t nb_events, height;
    } shapes[] = {
        {"Select.main", 0, 16},
        {"Select.main", 1, 16},
        {"Select.main", 33, 128},
        {"Select.main", 100, 129},
        {"Select.main", 200, 1000},
        {"MemoryVar.main", 15, 32},
        {"MemoryVar.main", 601, 320},
        {"Poseidon2WideDeg3.main", 130, 255},
        {"Poseidon2WideDeg3.main", 0, 256},
        {"PublicValues.main", 1, 16},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const tg_trace *trace = sample_trace(shapes[i].name);
        const size_t size[2] = {shapes[i].height, tg_trace_width(trace)};
        for (size_t n = 1; n < 1000; n = 3 * n + 2) {
            pair both = pair_create(trace, shapes[i].nb_events, size, size);
            change(&both, n);
            assert_like_naive(&both);
            pair_destroy(&both);
        }
    }
}
END_TEST

/* One wrong cell, wherever it is, is one bucket. */
START_TEST(picture_shows_one_cell)
{
    const size_t size[2] = {100003, 5};
    pair both = pair_create(sample_trace("Select.main"), 70000, size, size);
    static const size_t rows[] = {0, 1, 781, 782, 69999, 70000, 100002};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        *actual_at(&both, rows[i], i % 5) ^= 1;
        tg_picture picture;
        draw(&picture, &both);
        size_t nb = 0;
        for (size_t j = 0; j < picture.nb_rows * picture.nb_columns; j++) {
            nb += picture.buckets[j].eventful + picture.buckets[j].padding;
        }
        ck_assert_uint_eq(nb, 1);
        const tg_tally *bucket =
            &picture.buckets[bucket_of(rows[i], picture.nb_rows, 100003) * 5 + i % 5];
        ck_assert_uint_eq(bucket->eventful, rows[i] < 70000);
        ck_assert_uint_eq(bucket->padding, rows[i] >= 70000);
        tg_picture_clear(&picture);
        *actual_at(&both, rows[i], i % 5) ^= 1;
    }
    pair_destroy(&both);
}
END_TEST

/* Wider than there are buckets: several columns share one. */
START_TEST(picture_puts_wide_traces_in_buckets)
{
    const size_t size[2] = {40, 1000};
    pair both = pair_create(NULL, 0, size, size);
    change(&both, 7);
    assert_like_naive(&both);
    pair_destroy(&both);
}
END_TEST

START_TEST(picture_has_both_dimensions)
{
    static const size_t sizes[][2][2] = {
        {{32, 5}, {31, 5}}, {{31, 5}, {32, 5}},    {{32, 5}, {32, 4}},
        {{300, 5}, {8, 6}}, {{300, 300}, {8, 20}}, {{1, 1}, {5000, 1}},
        {{32, 0}, {32, 5}}, {{0, 5}, {32, 5}},     {{0, 0}, {0, 0}},
    };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        pair both = pair_create(NULL, 0, sizes[i][0], sizes[i][1]);
        change(&both, 1);
        assert_like_naive(&both);
        tg_picture picture;
        draw(&picture, &both);
        for (size_t j = 0; j < 2; j++) {
            ck_assert_uint_ge(picture.height, sizes[i][j][0]);
            ck_assert_uint_ge(picture.width, sizes[i][j][1]);
        }
        tg_picture_clear(&picture);
        pair_destroy(&both);
    }
}
END_TEST

START_TEST(picture_does_not_depend_on_threads)
{
    const size_t size[2] = {20000, 5};
    pair both = pair_create(sample_trace("Select.main"), 15001, size, size);
    change(&both, 11);
    static const int threads[] = {1, 2, 3, 61};
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++) {
        omp_set_num_threads(threads[i]);
        assert_like_naive(&both);
    }
    pair_destroy(&both);
}
END_TEST

START_TEST(picture_is_harmless_when_cleared_twice)
{
    const size_t size[2] = {16, 5};
    pair both = pair_create(NULL, 0, size, size);
    tg_picture picture;
    draw(&picture, &both);
    tg_picture_clear(&picture);
    ck_assert_ptr_null(picture.buckets);
    tg_picture_clear(&picture);
    pair_destroy(&both);
}
END_TEST

TG_SUITE("picture", picture_agrees_with_a_naive_count, picture_shows_one_cell,
         picture_puts_wide_traces_in_buckets, picture_has_both_dimensions,
         picture_does_not_depend_on_threads, picture_is_harmless_when_cleared_twice)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The jagged layout against the definition, written down word by word with every pair of dense in
 * sight: no formula of the layout's own is used. */
#include "harness/philox.h"
#include "pipeline/jagged.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CHIPS 12
#define MAX_PAIRS 200000
#define NB_TRIALS 3000

/* What the definition's append gives, step by step. */
typedef struct oracle {
    size_t next;   /* o: words */
    size_t column; /* c */
    size_t padding;
    uint32_t starts[TG_JAGGED_MAX_STARTS];
    uint32_t heights[TG_JAGGED_MAX_STARTS];
    uint32_t col_index[MAX_PAIRS];
} oracle;

static void put_pairs(oracle *it, size_t first, size_t nb, size_t pairs_per_column)
{
    for (size_t k = 0; k < nb; k++) {
        ck_assert_uint_lt(first + k, MAX_PAIRS);
        it->col_index[first + k] = (uint32_t)(it->column + k / pairs_per_column);
    }
}

static void oracle_append(oracle *it, const tg_jagged_shape *shape, const tg_jagged_chip *chips,
                          size_t nb_chips)
{
    const size_t S = (size_t)1 << shape->log_stacking_height;
    const size_t R = (size_t)1 << shape->max_log_row_count;
    for (size_t i = 0; i < nb_chips; i++) {
        const size_t h = chips[i].height;
        const size_t w = chips[i].width;
        if (h > 0) put_pairs(it, it->next / 2, h * w / 2, h / 2);
        for (size_t j = 0; j < w; j++) {
            it->starts[it->column + j] = (uint32_t)((it->next + j * h) / 2);
            it->heights[it->column + j] = (uint32_t)(h / 2);
        }
        it->next += h * w;
        it->column += w;
    }
    size_t end = it->next;
    while (end % S != 0) end += 2;
    const size_t a = end - it->next;
    it->padding = a;
    if (a == 0) {
        it->starts[it->column] = it->starts[it->column + 1] = (uint32_t)(it->next / 2);
        it->heights[it->column] = 0;
        it->column += 1;
        return;
    }
    size_t n = (a + R - 1) / R;
    if (n == 0) n = 1;
    put_pairs(it, it->next / 2, a / 2, R / 2);
    for (size_t i = 0; i < n; i++) {
        it->starts[it->column + i] = (uint32_t)((it->next + i * R) / 2);
        it->heights[it->column + i] = (uint32_t)(R / 2);
    }
    it->starts[it->column + n] = (uint32_t)(end / 2);
    // Of a whole number of columns the last one is as high as the others.
    if (a % R != 0) it->heights[it->column + n - 1] = (uint32_t)(a % R / 2);
    it->column += n;
    it->next = end;
}

static void assert_section(const tg_jagged_section *section, const oracle *it,
                           const tg_jagged_chip *chips, size_t nb_chips, size_t offset,
                           size_t first_column)
{
    ck_assert_uint_eq(section->offset, offset);
    ck_assert_uint_eq(section->end, it->next);
    ck_assert_uint_eq(section->padding, it->padding);
    ck_assert_uint_eq(section->first_column, first_column);
    ck_assert_uint_eq(section->nb_columns, it->column - first_column);
    ck_assert_uint_eq(section->nb_entries, nb_chips);
    size_t next = offset;
    size_t column = first_column;
    for (size_t i = 0; i < nb_chips; i++) {
        const tg_jagged_entry *entry = &section->entries[i];
        ck_assert_str_eq(entry->name, chips[i].name);
        ck_assert_ptr_eq(entry, tg_jagged_find(section, chips[i].name));
        ck_assert_uint_eq(entry->start, next);
        next += chips[i].height * chips[i].width;
        ck_assert_uint_eq(entry->end, next);
        ck_assert_uint_eq(entry->height, chips[i].height);
        ck_assert_uint_eq(entry->width, chips[i].width);
        ck_assert_uint_eq(entry->first_column, column);
        column += chips[i].width;
    }
    ck_assert_ptr_null(tg_jagged_find(section, "no such chip"));
}

/* What the definition demands of any layout. */
static void assert_invariants(const tg_jagged_layout *layout, const uint32_t *col_index)
{
    const size_t S = (size_t)1 << layout->shape.log_stacking_height;
    const size_t R = (size_t)1 << layout->shape.max_log_row_count;
    ck_assert_uint_eq(layout->preprocessed.end % S, 0);
    ck_assert_uint_eq(layout->main.end % S, 0);
    ck_assert_uint_eq(layout->start_indices[0], 0);
    ck_assert_uint_eq(layout->start_indices[layout->nb_columns] * (size_t)2, layout->main.end);
    for (size_t i = 0; i < layout->nb_columns; i++) {
        ck_assert_uint_le(layout->start_indices[i], layout->start_indices[i + 1]);
        ck_assert_uint_eq(layout->start_indices[i + 1] - layout->start_indices[i],
                          layout->column_heights[i]);
        ck_assert_uint_le(layout->column_heights[i], R / 2);
    }
    for (size_t k = 0, last = 0; k < layout->main.end / 2; k++) {
        for (size_t i = last; i < layout->nb_columns && layout->start_indices[i] <= k; i++) {
            if (layout->column_heights[i] > 0) last = i;
        }
        ck_assert_uint_eq(col_index[k], last);
    }
}

static void assert_layout(const tg_jagged_layout *layout, const oracle *it)
{
    ck_assert_uint_eq(layout->nb_columns, it->column);
    ck_assert_mem_eq(layout->start_indices, it->starts, (it->column + 1) * sizeof(uint32_t));
    ck_assert_mem_eq(layout->column_heights, it->heights, it->column * sizeof(uint32_t));
    uint32_t *col_index = malloc((layout->main.end / 2 + 1) * sizeof *col_index);
    ck_assert_ptr_nonnull(col_index);
    col_index[layout->main.end / 2] = 0xdeadbeef;
    tg_jagged_col_index(col_index, layout);
    ck_assert_uint_eq(col_index[layout->main.end / 2], 0xdeadbeef);
    if (it->next > 0) ck_assert_mem_eq(col_index, it->col_index, it->next / 2 * sizeof *col_index);
    assert_invariants(layout, col_index);
    free(col_index);
}

/* Draws of one trial. */
typedef struct draw {
    uint64_t trial;
    uint32_t next;
} draw;

static size_t draw_below(draw *from, size_t bound)
{
    uint32_t words[TG_PHILOX_LANES];
    tg_philox_block(words, 7, from->trial, from->next++, 0);
    return words[0] % bound;
}

static const char *const names[MAX_CHIPS] = {"A",  "AB", "Ab", "B", "C1", "C10",
                                             "C2", "a",  "aa", "b", "c",  "z"};

static size_t draw_chips(tg_jagged_chip *chips, draw *from, const tg_jagged_shape *shape)
{
    const size_t max_pairs = ((size_t)1 << shape->max_log_row_count) / 2;
    size_t nb = 0;
    for (size_t i = 0; i < MAX_CHIPS; i++) {
        if (draw_below(from, 3) == 0) continue;
        const bool is_padding = draw_below(from, 4) == 0;
        chips[nb++] = (tg_jagged_chip){
            .name = names[i],
            .height = is_padding ? 0 : 2 * draw_below(from, max_pairs + 1),
            .width = draw_below(from, 9),
        };
    }
    return draw_below(from, 20) == 0 ? 0 : nb;
}

START_TEST(jagged_is_as_defined)
{
    static oracle it;
    size_t nb_exact = 0;
    size_t nb_multiples = 0;
    for (uint64_t trial = 0; trial < NB_TRIALS; trial++) {
        draw from = {.trial = trial};
        tg_jagged_chip before[MAX_CHIPS];
        tg_jagged_chip chips[MAX_CHIPS];
        const tg_jagged_shape shape = {
            .log_stacking_height = 1 + (unsigned)draw_below(&from, 8),
            .max_log_row_count = 1 + (unsigned)draw_below(&from, 7),
            .capacity = 2 * MAX_PAIRS,
        };
        tg_jagged_layout layout = {.nb_columns = 0};
        memset(&it, 0, sizeof it);
        const size_t nb_before = draw_chips(before, &from, &shape);
        tg_assert_ok(tg_jagged_begin(&layout, &shape, before, nb_before, tg_suite_error));
        oracle_append(&it, &shape, before, nb_before);
        assert_section(&layout.preprocessed, &it, before, nb_before, 0, 0);
        assert_layout(&layout, &it);
        nb_exact += it.padding == 0;
        nb_multiples += it.padding > 0 && it.padding % (1U << shape.max_log_row_count) == 0;
        const oracle *kept = memcpy(malloc(sizeof it), &it, sizeof it);
        // The second shard takes the place of the first one.
        for (size_t shard = 0; shard < 2; shard++) {
            it = *kept;
            const size_t nb = draw_chips(chips, &from, &shape);
            tg_assert_ok(tg_jagged_append_main(&layout, chips, nb, tg_suite_error));
            oracle_append(&it, &shape, chips, nb);
            assert_section(&layout.preprocessed, kept, before, nb_before, 0, 0);
            assert_section(&layout.main, &it, chips, nb, kept->next, kept->column);
            assert_layout(&layout, &it);
        }
        free((void *)(uintptr_t)kept);
        tg_jagged_clear(&layout);
    }
    ck_assert_uint_gt(nb_exact, 50);
    ck_assert_uint_gt(nb_multiples, 50);
}
END_TEST

/* A section that ends at a multiple of S has one column more, without height; one that lacks a
 * multiple of R ends with a column as high as the others. */
START_TEST(jagged_pads_exactly_full_sections_and_whole_columns)
{
    const tg_jagged_shape shape = {3, 2, 64};
    const tg_jagged_chip full = {"Full", 4, 2};
    const tg_jagged_chip half = {"Half", 4, 1};
    const tg_jagged_shape low = {4, 2, 64};
    tg_jagged_layout layout = {.nb_columns = 0};
    tg_assert_ok(tg_jagged_begin(&layout, &shape, &full, 1, tg_suite_error));
    ck_assert_uint_eq(layout.preprocessed.end, 8);
    ck_assert_uint_eq(layout.preprocessed.padding, 0);
    ck_assert_uint_eq(layout.nb_columns, 3);
    const uint32_t full_starts[] = {0, 2, 4, 4};
    const uint32_t full_heights[] = {2, 2, 0};
    ck_assert_mem_eq(layout.start_indices, full_starts, sizeof full_starts);
    ck_assert_mem_eq(layout.column_heights, full_heights, sizeof full_heights);

    tg_assert_ok(tg_jagged_begin(&layout, &low, &half, 1, tg_suite_error));
    const uint32_t half_starts[] = {0, 2, 4, 6, 8};
    const uint32_t half_heights[] = {2, 2, 2, 2};
    ck_assert_uint_eq(layout.preprocessed.padding, 12);
    ck_assert_uint_eq(layout.nb_columns, 4);
    ck_assert_mem_eq(layout.start_indices, half_starts, sizeof half_starts);
    ck_assert_mem_eq(layout.column_heights, half_heights, sizeof half_heights);
    tg_jagged_clear(&layout);
}
END_TEST

START_TEST(jagged_synthesizes_with_one_column_of_padding)
{
    const tg_jagged_shape shape = {4, 1, 64};
    const tg_jagged_synthetic_chip chips[] = {{"A", 2, 3, 0}, {"B", 2, 1, 1}};
    tg_jagged_layout layout = {.nb_columns = 0};
    tg_assert_ok(tg_jagged_synthesize(&layout, &shape, chips, 2, tg_suite_error));
    const uint32_t starts[] = {0, 1, 8, 9, 10, 11, 12, 16};
    const uint32_t heights[] = {1, 7, 1, 1, 1, 1, 4};
    ck_assert_uint_eq(layout.preprocessed.end, 16);
    ck_assert_uint_eq(layout.preprocessed.nb_entries, 1);
    ck_assert_uint_eq(layout.main.end, 32);
    ck_assert_uint_eq(layout.nb_columns, 7);
    ck_assert_mem_eq(layout.start_indices, starts, sizeof starts);
    ck_assert_mem_eq(layout.column_heights, heights, sizeof heights);

    // No data: a section of padding all the same.
    tg_assert_ok(tg_jagged_synthesize(&layout, &shape, NULL, 0, tg_suite_error));
    ck_assert_uint_eq(layout.preprocessed.end, 16);
    ck_assert_uint_eq(layout.main.end, 32);
    ck_assert_uint_eq(layout.nb_columns, 2);

    // Exactly full: no column of padding.
    const tg_jagged_synthetic_chip full = {"A", 2, 8, 8};
    tg_assert_ok(tg_jagged_synthesize(&layout, &shape, &full, 1, tg_suite_error));
    ck_assert_uint_eq(layout.main.end, 32);
    ck_assert_uint_eq(layout.nb_columns, 16);
    tg_jagged_clear(&layout);
}
END_TEST

/* Every refusal leaves the layout as it was. */
START_TEST(jagged_refuses_what_does_not_fit)
{
    const tg_jagged_shape shape = {3, 4, 24};
    const tg_jagged_chip good = {"Good", 4, 2};
    tg_jagged_layout layout = {.nb_columns = 0};
    tg_assert_ok(tg_jagged_begin(&layout, &shape, &good, 1, tg_suite_error));
    tg_assert_ok(tg_jagged_append_main(&layout, &good, 1, tg_suite_error));
    const uint32_t *starts = layout.start_indices;

    const tg_jagged_chip odd = {"Odd", 3, 2};
    tg_assert_fails(TG_ERR_HEIGHT, "chip Odd has 3 rows",
                    tg_jagged_append_main(&layout, &odd, 1, tg_suite_error));
    const tg_jagged_chip high = {"High", 18, 1};
    tg_assert_fails(TG_ERR_HEIGHT, "chip High has 18 rows",
                    tg_jagged_append_main(&layout, &high, 1, tg_suite_error));
    const tg_jagged_chip large = {"Large", 6, 3};
    tg_assert_fails(TG_ERR_SIZE, "needs 32 words, and has a capacity of 24",
                    tg_jagged_append_main(&layout, &large, 1, tg_suite_error));
    const tg_jagged_chip huge = {"Huge", 16, SIZE_MAX / 8};
    tg_assert_fails(TG_ERR_SIZE, "more words than can be counted",
                    tg_jagged_append_main(&layout, &huge, 1, tg_suite_error));
    const tg_jagged_chip wide = {"Wide", 0, TG_JAGGED_MAX_STARTS - 4};
    tg_assert_fails(TG_ERR_SIZE, "column starts",
                    tg_jagged_append_main(&layout, &wide, 1, tg_suite_error));
    const tg_jagged_chip widest[] = {{"A", 0, SIZE_MAX}, {"B", 0, SIZE_MAX}};
    tg_assert_fails(TG_ERR_SIZE, "column starts",
                    tg_jagged_append_main(&layout, widest, 2, tg_suite_error));
    const tg_jagged_chip disorder[] = {{"B", 2, 1}, {"A", 2, 1}};
    tg_assert_fails(TG_ERR_USAGE, "chip A stands behind B",
                    tg_jagged_append_main(&layout, disorder, 2, tg_suite_error));
    const tg_jagged_chip twice[] = {{"A", 2, 1}, {"A", 2, 1}};
    tg_assert_fails(TG_ERR_USAGE, "chip A stands behind A",
                    tg_jagged_begin(&layout, &shape, twice, 2, tg_suite_error));
    const tg_jagged_shape flat = {0, 4, 24};
    tg_assert_fails(TG_ERR_USAGE, "stacking height 2^0",
                    tg_jagged_begin(&layout, &flat, &good, 1, tg_suite_error));
    const tg_jagged_shape top = {3, 32, 24};
    tg_assert_fails(TG_ERR_USAGE, "at most 2^32 rows",
                    tg_jagged_begin(&layout, &top, &good, 1, tg_suite_error));

    ck_assert_ptr_eq(layout.start_indices, starts);
    ck_assert_str_eq(layout.main.entries[0].name, "Good");
    ck_assert_uint_eq(layout.main.end, 16);
    ck_assert_uint_eq(layout.nb_columns, 6);
    tg_jagged_clear(&layout);
}
END_TEST

/* The largest number of columns fits. */
START_TEST(jagged_takes_as_many_columns_as_there_are)
{
    const tg_jagged_shape shape = {3, 4, 24};
    const tg_jagged_chip wide = {"Wide", 0, TG_JAGGED_MAX_STARTS - 3};
    tg_jagged_layout layout = {.nb_columns = 0};
    tg_assert_ok(tg_jagged_begin(&layout, &shape, NULL, 0, tg_suite_error));
    tg_assert_ok(tg_jagged_append_main(&layout, &wide, 1, tg_suite_error));
    ck_assert_uint_eq(layout.nb_columns, TG_JAGGED_MAX_STARTS - 1);
    tg_jagged_clear(&layout);
}
END_TEST

TG_SUITE("jagged", jagged_is_as_defined, jagged_pads_exactly_full_sections_and_whole_columns,
         jagged_synthesizes_with_one_column_of_padding, jagged_refuses_what_does_not_fit,
         jagged_takes_as_many_columns_as_there_are)

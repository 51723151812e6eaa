/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A toy chip of this run only, whose trace has side outputs of every form, bounds and a search: for
 * suites of what works from descriptions. To be included before every other header of the project,
 * since it makes tables of its own.
 */
#ifndef TRACEGATE_TESTS_TOY_SIDES_H
#define TRACEGATE_TESTS_TOY_SIDES_H

#define TG_MODEL_TABLES
#include "model/byte_lookups.h"
#include "model/trace.h"

#include <string.h>

TG_BYTE_BELOW(toy_byte, 64)

#define TOY_EVENT(F, S)                   \
    F(S, tg_residue, words, [2], "words") \
    F(S, tg_flag, is_first, , "is_first") \
    F(S, toy_byte, byte, , "byte")        \
    F(S, tg_pad, padding, [2], "padding") \
    F(S, tg_felt, value, , "value")       \
    F(S, tg_ignored_one, mult, , "mult")
TG_STRUCT(toy_event, TOY_EVENT)

#define TOY_COLUMNS(F, S)              \
    F(S, tg_felt, words, [2], "words") \
    F(S, tg_felt, byte, , "byte")
TG_STRUCT(toy_columns, TOY_COLUMNS)

#define TOY_SUMS(F, S)            \
    F(S, tg_residue, x, [3], "x") \
    F(S, tg_felt, word, , "word") \
    F(S, tg_residue, y, [2], "y")
TG_STRUCT(toy_sums, TOY_SUMS)

#define TOY_COUNT(F, S) F(S, tg_count, count, , "")
TG_STRUCT(toy_count, TOY_COUNT)

enum { TOY_SIDE_SUMS, TOY_SIDE_COUNT, TOY_SIDE_LOOKUPS, TOY_NB_SIDES };

TG_SIDES(toy, main, TG_SIDE_OF(toy_sums, "sums", .public_value = 20),
         TG_SIDE_OF(toy_count, "count", .public_value = 30),
         {.name = "lookups", .form = TG_SIDE_BYTE_LOOKUPS})
TG_BOUNDS(toy, main, {.offset = offsetof(toy_event, words[1]), .below = UINT32_C(1) << 24},
          {.offset = offsetof(toy_event, value), .below = 1000})

static const tg_chip toy_chip = {.name = "Toy"};

static const tg_trace toy_trace = {.chip = &toy_chip,
                                   .kind = TG_KIND_main,
                                   .name = "Toy.main",
                                   .event = &toy_event_type,
                                   .columns = &toy_columns_type,
                                   TG_EVENTS_PER_ROW(1),
                                   .padding = TG_PADDING_CONSTANT,
                                   .height_rule = TG_HEIGHT_NEVER_FIXED,
                                   .max_candidates = 4,
                                   TG_HAS_SIDES(toy, main),
                                   TG_HAS_BOUNDS(toy, main)};

/* Words of its first side output. */
#define TOY_NB_SUMS ((size_t)6)

/* A right product of one height: cells and words that tell their place, one lookup in a hundred
 * made. product: to be destroyed. */
static inline tg_status toy_fill(tg_product *product, size_t height, tg_error *error)
{
    const tg_status status = tg_product_create(product, &toy_trace, height, error);
    if (status != TG_OK) return status;
    for (size_t i = 0; i < height * tg_trace_width(&toy_trace); i++)
        product->cells[i] = (uint32_t)i;
    for (size_t i = 0; i < TOY_NB_SUMS; i++) product->sides[TOY_SIDE_SUMS][i] = 100 + (uint32_t)i;
    product->sides[TOY_SIDE_COUNT][0] = 7;
    for (size_t i = 0; i < TG_NB_BYTE_LOOKUPS; i++) {
        tg_byte_lookup lookup;
        const bool is_lookup = tg_byte_lookup_at(&lookup, i);
        product->sides[TOY_SIDE_LOOKUPS][i] = is_lookup && i % 100 == 50 ? (uint32_t)i : 0;
    }
    return TG_OK;
}

#endif

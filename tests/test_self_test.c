/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate's proof of itself: what it plants in every trace, and that it finds all of it. */
#include "harness/self_test.h"
#include "sample.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

/* Run the self-test on a trace of given cells. */
static void run(tg_plant_tally tallies[TG_NB_PLANTS], const tg_trace *trace, size_t nb_events,
                size_t height, const uint32_t *cells)
{
    tg_product right;
    tg_assert_ok(tg_product_create(&right, trace, height, tg_suite_error));
    memcpy(right.cells, cells, height * tg_trace_width(trace) * sizeof *cells);
    for (size_t i = 0; i < trace->nb_sides; i++) {
        memset(right.sides[i], 0, tg_side_nb_words(&trace->sides[i]) * sizeof *right.sides[i]);
    }
    memset(tallies, 0, TG_NB_PLANTS * sizeof *tallies);
    tg_assert_ok(tg_self_test_run(tallies, trace, nb_events, &right, height, tg_suite_error));
    tg_product_destroy(&right);
}

/* Side outputs of a form. */
static size_t nb_sides(const tg_trace *trace, tg_side_form form)
{
    size_t nb = 0;
    for (size_t i = 0; i < trace->nb_sides; i++) nb += trace->sides[i].form == form;
    return nb;
}

/* Side outputs that have a residue. */
static size_t nb_sides_with_residues(const tg_trace *trace)
{
    size_t nb = 0;
    for (size_t i = 0; i < trace->nb_sides; i++) {
        const tg_side *side = &trace->sides[i];
        size_t word = 0;
        if (side->form != TG_SIDE_WORDS) continue;
        while (word < tg_side_nb_words(side) &&
               tg_type_leaf_at(side->words, word).type->form != TG_FORM_RESIDUE)
            word++;
        nb += word < tg_side_nb_words(side);
    }
    return nb;
}

/* How often a trace of random cells, and side outputs of zeros, can show a sort: by what the sorts
 * mean. */
static size_t nb_shown(tg_plant plant, const tg_trace *trace, size_t nb_events, size_t height)
{
    const tg_extent extent = tg_trace_extent(trace, nb_events);
    const size_t nb_rows = extent.nb_full_rows + (extent.nb_partial_columns != 0);
    switch (plant) {
    case TG_PLANT_EVENTFUL:
        return nb_rows > 0;
    case TG_PLANT_PADDING:
        return nb_rows < height;
    case TG_PLANT_EMPTY_ENTRY:
        return extent.nb_partial_columns != 0;
    case TG_PLANT_COLUMN_SHORT:
        return tg_trace_width(trace) > 1;
    case TG_PLANT_LAST_ROW:
    case TG_PLANT_LAST_COLUMN:
    case TG_PLANT_NOT_REDUCED:
    case TG_PLANT_ROWS_SWAPPED:
    case TG_PLANT_ROW_SHORT:
    case TG_NB_PLANTS:
        break;
    case TG_PLANT_SIDE_WORD:
    case TG_PLANT_SIDE_LAST:
        return trace->nb_sides;
    case TG_PLANT_SIDE_NOT_REDUCED:
        return nb_sides_with_residues(trace);
    case TG_PLANT_LOOKUP_NOWHERE:
        return nb_sides(trace, TG_SIDE_BYTE_LOOKUPS);
    case TG_PLANT_SIDE_SWAPPED:
    case TG_PLANT_LOOKUP_MOVED:
    case TG_PLANT_LOOKUP_TWICE:
        return 0; // all words are 0, and no lookup is made
    }
    return 1;
}

static void check_trace(const tg_trace *trace, size_t nb_events, size_t fixed_height)
{
    size_t height = 0;
    tg_assert_ok(tg_trace_height(trace, nb_events, fixed_height, &height, tg_suite_error));
    uint32_t *cells = sample_cells(height * tg_trace_width(trace), nb_events);
    uint32_t *before = sample_cells(height * tg_trace_width(trace), nb_events);
    tg_plant_tally tallies[TG_NB_PLANTS];
    run(tallies, trace, nb_events, height, cells);
    for (tg_plant plant = 0; plant < TG_NB_PLANTS; plant++) {
        ck_assert_msg(tallies[plant].nb_planted == nb_shown(plant, trace, nb_events, height),
                      "%s of %s, %zu events", tg_plant_name(plant), trace->name, nb_events);
        ck_assert_msg(tallies[plant].nb_missed == 0, "%s of %s, %zu events: not found",
                      tg_plant_name(plant), trace->name, nb_events);
    }
    ck_assert_mem_eq(cells, before, height * tg_trace_width(trace) * sizeof *cells);
    free(cells);
    free(before);
}

START_TEST(self_test_finds_all_plants_in_every_trace)
{
    static const size_t counts[] = {0, 1, 2, 31, 32, 33, 64, 1001};
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
            check_trace(tg_trace_at(i), counts[k], 0);
            check_trace(tg_trace_at(i), counts[k], 1001);
            check_trace(tg_trace_at(i), counts[k], 5000);
        }
    }
}
END_TEST

/* Sorts that a trace cannot show are not counted as planted. */
START_TEST(self_test_says_what_cannot_be_planted)
{
    tg_plant_tally tallies[TG_NB_PLANTS];
    const uint32_t zeros[32 * 8] = {0};
    // One column of zeros: rows look alike, and nothing is left without the column.
    run(tallies, sample_trace("MemoryConst.main"), 10, 32, zeros);
    ck_assert_uint_eq(tallies[TG_PLANT_ROWS_SWAPPED].nb_planted, 0);
    ck_assert_uint_eq(tallies[TG_PLANT_COLUMN_SHORT].nb_planted, 0);
    ck_assert_uint_eq(tallies[TG_PLANT_EMPTY_ENTRY].nb_planted, 0);
    ck_assert_uint_eq(tallies[TG_PLANT_ROW_SHORT].nb_planted, 1);
    ck_assert_uint_eq(tallies[TG_PLANT_EVENTFUL].nb_planted, 1);
    // Full rows have no empty entry, half-filled ones have; a full trace has no padding.
    run(tallies, sample_trace("MemoryVar.main"), 64, 32, zeros);
    ck_assert_uint_eq(tallies[TG_PLANT_EMPTY_ENTRY].nb_planted, 0);
    ck_assert_uint_eq(tallies[TG_PLANT_PADDING].nb_planted, 0);
    run(tallies, sample_trace("MemoryVar.main"), 63, 32, zeros);
    ck_assert_uint_eq(tallies[TG_PLANT_EMPTY_ENTRY].nb_planted, 1);
    ck_assert_uint_eq(tallies[TG_PLANT_PADDING].nb_planted, 0);
    // No events: no eventful cell.
    run(tallies, sample_trace("Select.main"), 0, 16, zeros);
    ck_assert_uint_eq(tallies[TG_PLANT_EVENTFUL].nb_planted, 0);
    ck_assert_uint_eq(tallies[TG_PLANT_PADDING].nb_planted, 1);
    // A single cell can only hold another word.
    run(tallies, sample_trace("MemoryConst.main"), 1, 1, zeros);
    ck_assert_uint_eq(tallies[TG_PLANT_ROW_SHORT].nb_planted, 0);
    ck_assert_uint_eq(tallies[TG_PLANT_LAST_ROW].nb_planted, 1);
}
END_TEST

START_TEST(self_test_adds_to_tallies)
{
    tg_plant_tally tallies[TG_NB_PLANTS];
    const tg_trace *trace = sample_trace("Select.main");
    uint32_t *cells = sample_cells(32 * 5, 1);
    const tg_product right = {.cells = cells};
    memset(tallies, 0, sizeof tallies);
    for (size_t i = 1; i <= 3; i++) {
        tg_assert_ok(tg_self_test_run(tallies, trace, 10, &right, 32, tg_suite_error));
        ck_assert_uint_eq(tallies[TG_PLANT_EVENTFUL].nb_planted, i);
        ck_assert_uint_eq(tallies[TG_PLANT_EVENTFUL].nb_missed, 0);
    }
    free(cells);
}
END_TEST

/* A trace that is itself wrong: planted cells are not the only ones, and that must show as
 * missed. */
START_TEST(self_test_misses_plants_in_a_wrong_trace)
{
    tg_plant_tally tallies[TG_NB_PLANTS];
    uint32_t cells[32 * 5] = {0};
    cells[4 * 32 + 20] = TG_P;
    run(tallies, sample_trace("Select.main"), 10, 32, cells);
    for (tg_plant plant = 0; plant < TG_NB_PLANTS; plant++) {
        // Without its last column the trace is right again; a dimension that differs is found all
        // the same.
        if (plant == TG_PLANT_COLUMN_SHORT) continue;
        ck_assert_uint_eq(tallies[plant].nb_missed, tallies[plant].nb_planted);
    }
    ck_assert_uint_eq(tallies[TG_PLANT_EVENTFUL].nb_missed, 1);
}
END_TEST

START_TEST(self_test_names_are_told_apart)
{
    for (tg_plant plant = 0; plant < TG_NB_PLANTS; plant++) {
        ck_assert_uint_gt(strlen(tg_plant_text(plant)), strlen(tg_plant_name(plant)));
        ck_assert_uint_le(strlen(tg_plant_name(plant)), 9); // a column of the gate's table
        for (tg_plant other = 0; other < plant; other++) {
            ck_assert_str_ne(tg_plant_name(plant), tg_plant_name(other));
        }
    }
}
END_TEST

TG_SUITE("self_test", self_test_finds_all_plants_in_every_trace,
         self_test_says_what_cannot_be_planted, self_test_adds_to_tallies,
         self_test_misses_plants_in_a_wrong_trace, self_test_names_are_told_apart)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate's proof of itself: wrong cells and wrong side outputs of many sorts are planted in a
 * right trace, and each must be found by the same comparison and report that the gate uses, in the
 * right class, under the right name.
 */
#ifndef TRACEGATE_HARNESS_SELF_TEST_H
#define TRACEGATE_HARNESS_SELF_TEST_H

#include "harness/backend.h"
#include "harness/diff.h"

/* P(constant, planter, short name, what is planted, whether it is in a side output): the only lists
 * of sorts, first those of cells, then those of side outputs. The planters are functions of
 * self_test.c and self_test_sides.c. */
#define TG_PLANT_CELL_LIST(P)                                                                    \
    P(TG_PLANT_EVENTFUL, plant_eventful, "eventful", "another word in an eventful cell", false)  \
    P(TG_PLANT_PADDING, plant_padding, "padding", "another word in a padding cell", false)       \
    P(TG_PLANT_LAST_ROW, plant_last_row, "last-row", "another word in the last row", false)      \
    P(TG_PLANT_LAST_COLUMN, plant_last_column, "last-col", "another word in the last column",    \
      false)                                                                                     \
    P(TG_PLANT_EMPTY_ENTRY, plant_empty_entry, "entry",                                          \
      "another word in the empty entry of a half-filled row", false)                             \
    P(TG_PLANT_NOT_REDUCED, plant_not_reduced, "plus-p", "a word with p added: same residue",    \
      false)                                                                                     \
    P(TG_PLANT_ROWS_SWAPPED, plant_rows_swapped, "swap", "two rows exchanged", false)            \
    P(TG_PLANT_COLUMN_SHORT, plant_column_short, "col-short", "a trace one column short", false) \
    P(TG_PLANT_ROW_SHORT, plant_row_short, "row-short", "a trace one row short", false)
#define TG_PLANT_SIDE_LIST(P)                                                                      \
    P(TG_PLANT_SIDE_WORD, plant_word, "word", "another word in the middle of a side output", true) \
    P(TG_PLANT_SIDE_LAST, plant_last_word, "last-word",                                            \
      "another word at the end of a side output", true)                                            \
    P(TG_PLANT_SIDE_NOT_REDUCED, plant_not_reduced, "word+p",                                      \
      "a residue of a side output with p added", true)                                             \
    P(TG_PLANT_SIDE_SWAPPED, plant_swapped, "exchange", "two words of a side output exchanged",    \
      true)                                                                                        \
    P(TG_PLANT_LOOKUP_MOVED, plant_moved, "moved", "a count moved from one lookup to another",     \
      true)                                                                                        \
    P(TG_PLANT_LOOKUP_TWICE, plant_twice, "twice", "a lookup counted once too often", true)        \
    P(TG_PLANT_LOOKUP_NOWHERE, plant_nowhere, "nowhere", "a count where no lookup is", true)
#define TG_PLANT_LIST(P)  \
    TG_PLANT_CELL_LIST(P) \
    TG_PLANT_SIDE_LIST(P)

typedef enum tg_plant {
#define TG_PLANT_CONSTANT(constant, planter, name, text, is_of_sides) constant,
    TG_PLANT_LIST(TG_PLANT_CONSTANT) TG_NB_PLANTS
#undef TG_PLANT_CONSTANT
} tg_plant;

const char *tg_plant_name(tg_plant plant);
const char *tg_plant_text(tg_plant plant);
bool tg_plant_is_of_sides(tg_plant plant);

/* What became of the planted bugs of one sort; added up over traces. */
typedef struct tg_plant_tally {
    size_t nb_planted;
    size_t nb_missed; /* of the planted: not found, or found in another place, class or column */
} tg_plant_tally;

/* Plant every sort that the trace can show, one after the other, in a copy of right, and look for
 * it: once in the cells, or once in each side output that can show it.
 * tallies  counts are added
 * trace    whose extent tells eventful from padding cells
 * right    trace and side outputs as both sides make them; height is not 0
 * Errors   TG_ERR_MEMORY
 */
TG_NODISCARD tg_status tg_self_test_run(tg_plant_tally tallies[TG_NB_PLANTS], const tg_trace *trace,
                                        size_t nb_events, const tg_product *right, size_t height,
                                        tg_error *error);

#endif

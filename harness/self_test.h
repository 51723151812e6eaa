/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate's proof of itself: wrong cells of many sorts are planted in a right trace, and each must
 * be found by the same comparison and report that the gate uses, in the right class, under the
 * right column name.
 */
#ifndef TRACEGATE_HARNESS_SELF_TEST_H
#define TRACEGATE_HARNESS_SELF_TEST_H

#include "harness/backend.h"
#include "harness/diff.h"

/* P(constant, short name, what is planted): the only list of sorts. */
#define TG_PLANT_LIST(P)                                                                     \
    P(TG_PLANT_EVENTFUL, "eventful", "another word in an eventful cell")                     \
    P(TG_PLANT_PADDING, "padding", "another word in a padding cell")                         \
    P(TG_PLANT_LAST_ROW, "last-row", "another word in the last row")                         \
    P(TG_PLANT_LAST_COLUMN, "last-col", "another word in the last column")                   \
    P(TG_PLANT_EMPTY_ENTRY, "entry", "another word in the empty entry of a half-filled row") \
    P(TG_PLANT_NOT_REDUCED, "plus-p", "a word with p added: same residue")                   \
    P(TG_PLANT_ROWS_SWAPPED, "swap", "two rows exchanged")                                   \
    P(TG_PLANT_COLUMN_SHORT, "col-short", "a trace one column short")                        \
    P(TG_PLANT_ROW_SHORT, "row-short", "a trace one row short")

typedef enum tg_plant {
#define TG_PLANT_CONSTANT(constant, name, text) constant,
    TG_PLANT_LIST(TG_PLANT_CONSTANT) TG_NB_PLANTS
#undef TG_PLANT_CONSTANT
} tg_plant;

const char *tg_plant_name(tg_plant plant);
const char *tg_plant_text(tg_plant plant);

/* What became of the planted cells of one sort; added up over traces. */
typedef struct tg_plant_tally {
    size_t nb_planted;
    size_t nb_missed; /* of the planted: not found, or found in another place, class or column */
} tg_plant_tally;

/* Plant every sort that the trace can show, one after the other, in a copy of right, and look for
 * it.
 * tallies  counts are added
 * trace    whose extent tells eventful from padding cells
 * right    a trace as both sides make it, not empty
 * Errors   TG_ERR_MEMORY
 */
TG_NODISCARD tg_status tg_self_test_run(tg_plant_tally tallies[TG_NB_PLANTS], const tg_trace *trace,
                                        size_t nb_events, const tg_matrix *right, tg_error *error);

#endif

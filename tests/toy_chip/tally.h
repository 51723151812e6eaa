/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Tally: running sums of field elements, one a row, and what they come to beside the trace. It is
 * in no machine: a test adds it to a copy of the tree, to prove that a chip whose rows depend on
 * each other, with a launch plan of several steps and a side output, is files of its own too. */
#ifndef TRACEGATE_MODEL_TALLY_H
#define TRACEGATE_MODEL_TALLY_H

#include "model/trace.h"

#define TG_TALLY_EVENT(F, S) F(S, tg_felt, amount, , "amount")
TG_STRUCT(tg_tally_event, TG_TALLY_EVENT)
TG_ASSERT_SIZE(tg_tally_event, 4)

/* Sums before and after the row's event. */
#define TG_TALLY_MAIN_COLUMNS(F, S)   \
    F(S, tg_felt, before, , "before") \
    F(S, tg_felt, after, , "after")
TG_STRUCT(tg_tally_main_columns, TG_TALLY_MAIN_COLUMNS)
TG_ASSERT_SIZE(tg_tally_main_columns, 2 * 4)

#define TG_TALLY_TOTAL(F, S)    \
    F(S, tg_felt, sum, , "sum") \
    F(S, tg_count, nb, , "nb")
TG_STRUCT(tg_tally_total, TG_TALLY_TOTAL)

TG_SIDES(tally, main, TG_SIDE_OF(tg_tally_total, "total"))

TG_TRACE(tally, main, tg_tally_event, tg_tally_main_columns, TG_EVENTS_PER_ROW(1),
         TG_HAS_SIDES(tally, main))

#endif

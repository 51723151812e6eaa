/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Select: outputs two felts in order (bit 0) or swapped (bit 1).
 *
 * Source: SP1 v6.2.0, crates/recursion: chip Select, its events and instructions.
 */
#ifndef TRACEGATE_MODEL_SELECT_H
#define TRACEGATE_MODEL_SELECT_H

#include "model/trace.h"

/* bit is a field element, not a flag: any word below p is a valid event. */
#define TG_SELECT_EVENT(F, S)     \
    F(S, tg_felt, bit, , "bit")   \
    F(S, tg_felt, out1, , "out1") \
    F(S, tg_felt, out2, , "out2") \
    F(S, tg_felt, in1, , "in1")   \
    F(S, tg_felt, in2, , "in2")
TG_STRUCT(tg_select_event, TG_SELECT_EVENT)
TG_ASSERT_SIZE(tg_select_event, 20)
TG_ASSERT_OFFSET(tg_select_event, out1, 4)
TG_ASSERT_OFFSET(tg_select_event, in1, 12)

#define TG_SELECT_ADDRS(F, S)        \
    F(S, tg_address, bit, , "bit")   \
    F(S, tg_address, out1, , "out1") \
    F(S, tg_address, out2, , "out2") \
    F(S, tg_address, in1, , "in1")   \
    F(S, tg_address, in2, , "in2")
TG_STRUCT(tg_select_addrs, TG_SELECT_ADDRS)

#define TG_SELECT_INSTR(F, S)               \
    F(S, tg_select_addrs, addrs, , "addrs") \
    F(S, tg_felt, mult1, , "mult1")         \
    F(S, tg_felt, mult2, , "mult2")
TG_STRUCT(tg_select_instr, TG_SELECT_INSTR)
TG_ASSERT_SIZE(tg_select_instr, 28)
TG_ASSERT_OFFSET(tg_select_instr, mult1, 20)

#define TG_SELECT_PREPROCESSED_COLUMNS(F, S) \
    F(S, tg_felt, is_real, , "is_real")      \
    F(S, tg_select_addrs, addrs, , "addrs")  \
    F(S, tg_felt, mult1, , "mult1")          \
    F(S, tg_felt, mult2, , "mult2")
TG_STRUCT(tg_select_preprocessed_columns, TG_SELECT_PREPROCESSED_COLUMNS)
TG_ASSERT_SIZE(tg_select_preprocessed_columns, 8 * 4)

#define TG_SELECT_MAIN_COLUMNS(F, S) F(S, tg_select_event, vals, , "vals")
TG_STRUCT(tg_select_main_columns, TG_SELECT_MAIN_COLUMNS)
TG_ASSERT_SIZE(tg_select_main_columns, 5 * 4)

TG_TRACE(select, preprocessed, tg_select_instr, tg_select_preprocessed_columns,
         TG_EVENTS_PER_ROW(1))
TG_TRACE(select, main, tg_select_event, tg_select_main_columns, TG_EVENTS_PER_ROW(1))

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ExtFeltConvert: splits a block into 4 felts or joins 4 felts into a block.
 *
 * Source: SP1 v6.2.0, crates/recursion: chip ExtFeltConvert, its events and instructions.
 */
#ifndef TRACEGATE_MODEL_EXT_FELT_CONVERT_H
#define TRACEGATE_MODEL_EXT_FELT_CONVERT_H

#include "model/trace.h"

#define TG_EXT_FELT_CONVERT_EVENT(F, S) F(S, tg_felt, input, [4], "input")
TG_STRUCT(tg_ext_felt_convert_event, TG_EXT_FELT_CONVERT_EVENT)
TG_ASSERT_SIZE(tg_ext_felt_convert_event, 16)

/* Element 0 belongs to the block, elements 1..4 to the felts. ext2felt: 1 splits, 0 joins.
 * mults[0] is ignored where ext2felt is 1, mults[1..4] where it is 0. */
#define TG_EXT_FELT_CONVERT_INSTR(F, S)   \
    F(S, tg_address, addrs, [5], "addrs") \
    F(S, tg_felt, mults, [5], "mults")    \
    F(S, tg_flag, ext2felt, , "ext2felt") \
    F(S, tg_pad, pad, [3], "pad")
TG_STRUCT(tg_ext_felt_convert_instr, TG_EXT_FELT_CONVERT_INSTR)
TG_ASSERT_SIZE(tg_ext_felt_convert_instr, 44)
TG_ASSERT_OFFSET(tg_ext_felt_convert_instr, mults, 20)
TG_ASSERT_OFFSET(tg_ext_felt_convert_instr, ext2felt, 40)

/* mults are signed so that the bus can tell reads from writes. */
#define TG_EXT_FELT_CONVERT_ACCESS(F, S)  \
    F(S, tg_address, addrs, [5], "addrs") \
    F(S, tg_felt, mults, [5], "mults")
TG_STRUCT(tg_ext_felt_convert_access, TG_EXT_FELT_CONVERT_ACCESS)

#define TG_EXT_FELT_CONVERT_PREPROCESSED_COLUMNS(F, S) \
    F(S, tg_ext_felt_convert_access, accesses, [1], "accesses")
TG_STRUCT(tg_ext_felt_convert_preprocessed_columns, TG_EXT_FELT_CONVERT_PREPROCESSED_COLUMNS)
TG_ASSERT_SIZE(tg_ext_felt_convert_preprocessed_columns, 10 * 4)

#define TG_EXT_FELT_CONVERT_MAIN_COLUMNS(F, S) \
    F(S, tg_ext_felt_convert_event, values, [1], "values")
TG_STRUCT(tg_ext_felt_convert_main_columns, TG_EXT_FELT_CONVERT_MAIN_COLUMNS)
TG_ASSERT_SIZE(tg_ext_felt_convert_main_columns, 4 * 4)

TG_TRACE(ext_felt_convert, preprocessed, tg_ext_felt_convert_instr,
         tg_ext_felt_convert_preprocessed_columns, TG_EVENTS_PER_ROW(1))
TG_TRACE(ext_felt_convert, main, tg_ext_felt_convert_event, tg_ext_felt_convert_main_columns,
         TG_EVENTS_PER_ROW(1))

#endif

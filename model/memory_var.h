/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* MemoryVar and MemoryVarV1: values that come from hints; 2 entries a row (compress and shrink
 * machines) or 1 (wrap machine).
 *
 * Source: SP1 v6.2.0, crates/recursion: chip MemoryVar with 2 and with 1 entries a row, and its
 * events. The flat instruction below, one struct for each pair of address and multiplicity that a
 * hint writes, is this project's.
 */
#ifndef TRACEGATE_MODEL_MEMORY_VAR_H
#define TRACEGATE_MODEL_MEMORY_VAR_H

#include "model/trace.h"

#define TG_MEMORY_VAR_EVENT(F, S) F(S, tg_felt, inner, [4], "inner")
TG_STRUCT(tg_memory_var_event, TG_MEMORY_VAR_EVENT)
TG_ASSERT_SIZE(tg_memory_var_event, 16)

#define TG_MEMORY_VAR_INSTR(F, S)    \
    F(S, tg_address, addr, , "addr") \
    F(S, tg_felt, mult, , "mult")
TG_STRUCT(tg_memory_var_instr, TG_MEMORY_VAR_INSTR)
TG_ASSERT_SIZE(tg_memory_var_instr, 8)
TG_ASSERT_OFFSET(tg_memory_var_instr, mult, 4)

/* One entry of a row; the row functions of both sides fill one of these an event. */
#define TG_MEMORY_VAR_ACCESS(F, S)   \
    F(S, tg_address, addr, , "addr") \
    F(S, tg_felt, mult, , "mult")
TG_STRUCT(tg_memory_var_access, TG_MEMORY_VAR_ACCESS)

#define TG_MEMORY_VAR_PREPROCESSED_COLUMNS(F, S) \
    F(S, tg_memory_var_access, accesses, [2], "accesses")
TG_STRUCT(tg_memory_var_preprocessed_columns, TG_MEMORY_VAR_PREPROCESSED_COLUMNS)
TG_ASSERT_SIZE(tg_memory_var_preprocessed_columns, 4 * 4)

#define TG_MEMORY_VAR_MAIN_COLUMNS(F, S) F(S, tg_felt, values, [2][4], "values")
TG_STRUCT(tg_memory_var_main_columns, TG_MEMORY_VAR_MAIN_COLUMNS)
TG_ASSERT_SIZE(tg_memory_var_main_columns, 8 * 4)

#define TG_MEMORY_VAR_V1_PREPROCESSED_COLUMNS(F, S) \
    F(S, tg_memory_var_access, accesses, [1], "accesses")
TG_STRUCT(tg_memory_var_v1_preprocessed_columns, TG_MEMORY_VAR_V1_PREPROCESSED_COLUMNS)
TG_ASSERT_SIZE(tg_memory_var_v1_preprocessed_columns, 2 * 4)

#define TG_MEMORY_VAR_V1_MAIN_COLUMNS(F, S) F(S, tg_felt, values, [1][4], "values")
TG_STRUCT(tg_memory_var_v1_main_columns, TG_MEMORY_VAR_V1_MAIN_COLUMNS)
TG_ASSERT_SIZE(tg_memory_var_v1_main_columns, 4 * 4)

TG_TRACE(memory_var, preprocessed, tg_memory_var_instr, tg_memory_var_preprocessed_columns,
         TG_EVENTS_PER_ROW(2))
TG_TRACE(memory_var, main, tg_memory_var_event, tg_memory_var_main_columns, TG_EVENTS_PER_ROW(2))
TG_TRACE(memory_var_v1, preprocessed, tg_memory_var_instr, tg_memory_var_v1_preprocessed_columns,
         TG_EVENTS_PER_ROW(1))
TG_TRACE(memory_var_v1, main, tg_memory_var_event, tg_memory_var_v1_main_columns,
         TG_EVENTS_PER_ROW(1))

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* MemoryConst: constants written to memory, and assertions that a cell holds a value.
 *
 * Source: SP1 v6.2.0, crates/recursion: chip MemoryConst and its Mem instruction. The flat
 * instruction below is this project's. There are no events: the main trace is one column of zeros
 * whose height follows from the number of instructions.
 */
#ifndef TRACEGATE_MODEL_MEMORY_CONST_H
#define TRACEGATE_MODEL_MEMORY_CONST_H

#include "model/trace.h"

/* V(constant, value in memory, SP1's name) */
#define TG_MEMORY_KIND(V)        \
    V(TG_MEMORY_READ, 0, "Read") \
    V(TG_MEMORY_WRITE, 1, "Write")
TG_ENUM(tg_memory_kind, TG_MEMORY_KIND)

#define TG_MEMORY_CONST_INSTR(F, S)  \
    F(S, tg_address, addr, , "addr") \
    F(S, tg_felt, val, [4], "val")   \
    F(S, tg_felt, mult, , "mult")    \
    F(S, tg_memory_kind, kind, , "kind")
TG_STRUCT(tg_memory_const_instr, TG_MEMORY_CONST_INSTR)
TG_ASSERT_SIZE(tg_memory_const_instr, 28)
TG_ASSERT_OFFSET(tg_memory_const_instr, mult, 20)
TG_ASSERT_OFFSET(tg_memory_const_instr, kind, 24)

/* mult is the instruction's for a Write, negated for a Read. */
#define TG_MEMORY_CONST_ACCESS(F, S) \
    F(S, tg_address, addr, , "addr") \
    F(S, tg_felt, mult, , "mult")
TG_STRUCT(tg_memory_const_access, TG_MEMORY_CONST_ACCESS)

/* A pair of SP1's, whose members have numbers for names. */
#define TG_MEMORY_CONST_VALUE_AND_ACCESS(F, S) \
    F(S, tg_felt, value, [4], "0")             \
    F(S, tg_memory_const_access, access, , "1")
TG_STRUCT(tg_memory_const_value_and_access, TG_MEMORY_CONST_VALUE_AND_ACCESS)

#define TG_MEMORY_CONST_PREPROCESSED_COLUMNS(F, S) \
    F(S, tg_memory_const_value_and_access, values_and_accesses, [1], "values_and_accesses")
TG_STRUCT(tg_memory_const_preprocessed_columns, TG_MEMORY_CONST_PREPROCESSED_COLUMNS)
TG_ASSERT_SIZE(tg_memory_const_preprocessed_columns, 6 * 4)

/* Always zero. */
#define TG_MEMORY_CONST_MAIN_COLUMNS(F, S) F(S, tg_felt, nothing, , "_nothing")
TG_STRUCT(tg_memory_const_main_columns, TG_MEMORY_CONST_MAIN_COLUMNS)
TG_ASSERT_SIZE(tg_memory_const_main_columns, 4)

TG_TRACE(memory_const, preprocessed, tg_memory_const_instr, tg_memory_const_preprocessed_columns,
         TG_EVENTS_PER_ROW(1))
TG_TRACE_WITHOUT_EVENTS(memory_const, main, tg_memory_const_main_columns, TG_EVENTS_PER_ROW(1))

#endif

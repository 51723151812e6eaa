/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* BaseAlu: adds, subtracts, multiplies or divides two field elements read from memory.
 *
 * Source: SP1 v6.2.0, crates/recursion: chip BaseAlu, its events and instructions.
 */
#ifndef TRACEGATE_MODEL_BASE_ALU_H
#define TRACEGATE_MODEL_BASE_ALU_H

#include "model/trace.h"

/* V(constant, value in memory, SP1's name) */
#define TG_BASE_OPCODE(V)     \
    V(TG_BASE_ADD, 0, "AddF") \
    V(TG_BASE_SUB, 1, "SubF") \
    V(TG_BASE_MUL, 2, "MulF") \
    V(TG_BASE_DIV, 3, "DivF")
TG_ENUM(tg_base_opcode, TG_BASE_OPCODE)

/* The result comes first. */
#define TG_BASE_ALU_EVENT(F, S) \
    F(S, tg_felt, out, , "out") \
    F(S, tg_felt, in1, , "in1") \
    F(S, tg_felt, in2, , "in2")
TG_STRUCT(tg_base_alu_event, TG_BASE_ALU_EVENT)
TG_ASSERT_SIZE(tg_base_alu_event, 12)
TG_ASSERT_OFFSET(tg_base_alu_event, in2, 8)

#define TG_BASE_ALU_ADDRS(F, S)    \
    F(S, tg_address, out, , "out") \
    F(S, tg_address, in1, , "in1") \
    F(S, tg_address, in2, , "in2")
TG_STRUCT(tg_base_alu_addrs, TG_BASE_ALU_ADDRS)

#define TG_BASE_ALU_INSTR(F, S)              \
    F(S, tg_base_opcode, opcode, , "opcode") \
    F(S, tg_felt, mult, , "mult")            \
    F(S, tg_base_alu_addrs, addrs, , "addrs")
TG_STRUCT(tg_base_alu_instr, TG_BASE_ALU_INSTR)
TG_ASSERT_SIZE(tg_base_alu_instr, 20)
TG_ASSERT_OFFSET(tg_base_alu_instr, mult, 4)
TG_ASSERT_OFFSET(tg_base_alu_instr, addrs, 8)

/* Selectors are 1 for their opcode, else 0. */
#define TG_BASE_ALU_ACCESS(F, S)              \
    F(S, tg_base_alu_addrs, addrs, , "addrs") \
    F(S, tg_felt, is_add, , "is_add")         \
    F(S, tg_felt, is_sub, , "is_sub")         \
    F(S, tg_felt, is_mul, , "is_mul")         \
    F(S, tg_felt, is_div, , "is_div")         \
    F(S, tg_felt, mult, , "mult")
TG_STRUCT(tg_base_alu_access, TG_BASE_ALU_ACCESS)

#define TG_BASE_ALU_PREPROCESSED_COLUMNS(F, S) F(S, tg_base_alu_access, accesses, [1], "accesses")
TG_STRUCT(tg_base_alu_preprocessed_columns, TG_BASE_ALU_PREPROCESSED_COLUMNS)
TG_ASSERT_SIZE(tg_base_alu_preprocessed_columns, 8 * 4)

#define TG_BASE_ALU_VALUES(F, S) F(S, tg_base_alu_event, vals, , "vals")
TG_STRUCT(tg_base_alu_values, TG_BASE_ALU_VALUES)

#define TG_BASE_ALU_MAIN_COLUMNS(F, S) F(S, tg_base_alu_values, values, [1], "values")
TG_STRUCT(tg_base_alu_main_columns, TG_BASE_ALU_MAIN_COLUMNS)
TG_ASSERT_SIZE(tg_base_alu_main_columns, 3 * 4)

TG_TRACE(base_alu, preprocessed, tg_base_alu_instr, tg_base_alu_preprocessed_columns,
         TG_EVENTS_PER_ROW(1))
TG_TRACE(base_alu, main, tg_base_alu_event, tg_base_alu_main_columns, TG_EVENTS_PER_ROW(1))

#endif

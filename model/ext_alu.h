/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ExtAlu: adds, subtracts, multiplies or divides two elements of the extension of degree 4.
 *
 * Source: SP1 v6.2.0, crates/recursion: chip ExtAlu, its events and instructions.
 */
#ifndef TRACEGATE_MODEL_EXT_ALU_H
#define TRACEGATE_MODEL_EXT_ALU_H

#include "model/trace.h"

/* V(constant, value in memory, SP1's name) */
#define TG_EXT_OPCODE(V)     \
    V(TG_EXT_ADD, 0, "AddE") \
    V(TG_EXT_SUB, 1, "SubE") \
    V(TG_EXT_MUL, 2, "MulE") \
    V(TG_EXT_DIV, 3, "DivE")
TG_ENUM(tg_ext_opcode, TG_EXT_OPCODE)

/* Element k of a block is the coefficient of X^k. The result comes first. */
#define TG_EXT_ALU_EVENT(F, S)     \
    F(S, tg_felt, out, [4], "out") \
    F(S, tg_felt, in1, [4], "in1") \
    F(S, tg_felt, in2, [4], "in2")
TG_STRUCT(tg_ext_alu_event, TG_EXT_ALU_EVENT)
TG_ASSERT_SIZE(tg_ext_alu_event, 48)
TG_ASSERT_OFFSET(tg_ext_alu_event, in1, 16)
TG_ASSERT_OFFSET(tg_ext_alu_event, in2, 32)

#define TG_EXT_ALU_ADDRS(F, S)     \
    F(S, tg_address, out, , "out") \
    F(S, tg_address, in1, , "in1") \
    F(S, tg_address, in2, , "in2")
TG_STRUCT(tg_ext_alu_addrs, TG_EXT_ALU_ADDRS)

#define TG_EXT_ALU_INSTR(F, S)              \
    F(S, tg_ext_opcode, opcode, , "opcode") \
    F(S, tg_felt, mult, , "mult")           \
    F(S, tg_ext_alu_addrs, addrs, , "addrs")
TG_STRUCT(tg_ext_alu_instr, TG_EXT_ALU_INSTR)
TG_ASSERT_SIZE(tg_ext_alu_instr, 20)
TG_ASSERT_OFFSET(tg_ext_alu_instr, mult, 4)
TG_ASSERT_OFFSET(tg_ext_alu_instr, addrs, 8)

/* Selectors are 1 for their opcode, else 0. */
#define TG_EXT_ALU_ACCESS(F, S)              \
    F(S, tg_ext_alu_addrs, addrs, , "addrs") \
    F(S, tg_felt, is_add, , "is_add")        \
    F(S, tg_felt, is_sub, , "is_sub")        \
    F(S, tg_felt, is_mul, , "is_mul")        \
    F(S, tg_felt, is_div, , "is_div")        \
    F(S, tg_felt, mult, , "mult")
TG_STRUCT(tg_ext_alu_access, TG_EXT_ALU_ACCESS)

#define TG_EXT_ALU_PREPROCESSED_COLUMNS(F, S) F(S, tg_ext_alu_access, accesses, [1], "accesses")
TG_STRUCT(tg_ext_alu_preprocessed_columns, TG_EXT_ALU_PREPROCESSED_COLUMNS)
TG_ASSERT_SIZE(tg_ext_alu_preprocessed_columns, 8 * 4)

#define TG_EXT_ALU_VALUES(F, S) F(S, tg_ext_alu_event, vals, , "vals")
TG_STRUCT(tg_ext_alu_values, TG_EXT_ALU_VALUES)

#define TG_EXT_ALU_MAIN_COLUMNS(F, S) F(S, tg_ext_alu_values, values, [1], "values")
TG_STRUCT(tg_ext_alu_main_columns, TG_EXT_ALU_MAIN_COLUMNS)
TG_ASSERT_SIZE(tg_ext_alu_main_columns, 12 * 4)

TG_TRACE(ext_alu, preprocessed, tg_ext_alu_instr, tg_ext_alu_preprocessed_columns,
         TG_EVENTS_PER_ROW(1))
TG_TRACE(ext_alu, main, tg_ext_alu_event, tg_ext_alu_main_columns, TG_EVENTS_PER_ROW(1))

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2SBox: cubes the elements of a block (external) or only its first (internal).
 *
 * Source: SP1 v6.2.0, crates/recursion: chip Poseidon2SBox, its events and instructions.
 */
#ifndef TRACEGATE_MODEL_POSEIDON2_SBOX_H
#define TRACEGATE_MODEL_POSEIDON2_SBOX_H

#include "model/trace.h"

#define TG_POSEIDON2_SBOX_EVENT(F, S)  \
    F(S, tg_felt, input, [4], "input") \
    F(S, tg_ignored_felt, output, [4], "output")
TG_STRUCT(tg_poseidon2_sbox_event, TG_POSEIDON2_SBOX_EVENT)
TG_ASSERT_SIZE(tg_poseidon2_sbox_event, 32)
TG_ASSERT_OFFSET(tg_poseidon2_sbox_event, output, 16)

#define TG_POSEIDON2_SBOX_ADDRS(F, S)  \
    F(S, tg_address, input, , "input") \
    F(S, tg_address, output, , "output")
TG_STRUCT(tg_poseidon2_sbox_addrs, TG_POSEIDON2_SBOX_ADDRS)

#define TG_POSEIDON2_SBOX_INSTR(F, S)               \
    F(S, tg_poseidon2_sbox_addrs, addrs, , "addrs") \
    F(S, tg_one, mults, , "mults")                  \
    F(S, tg_flag, external, , "external")           \
    F(S, tg_pad, pad, [3], "pad")
TG_STRUCT(tg_poseidon2_sbox_instr, TG_POSEIDON2_SBOX_INSTR)
TG_ASSERT_SIZE(tg_poseidon2_sbox_instr, 16)
TG_ASSERT_OFFSET(tg_poseidon2_sbox_instr, mults, 8)
TG_ASSERT_OFFSET(tg_poseidon2_sbox_instr, external, 12)

/* The multiplicity stands in the flag of the instruction's sort; 0 in the other. */
#define TG_POSEIDON2_SBOX_ACCESS(F, S)              \
    F(S, tg_poseidon2_sbox_addrs, addrs, , "addrs") \
    F(S, tg_felt, external, , "external")           \
    F(S, tg_felt, internal, , "internal")
TG_STRUCT(tg_poseidon2_sbox_access, TG_POSEIDON2_SBOX_ACCESS)

#define TG_POSEIDON2_SBOX_PREPROCESSED_COLUMNS(F, S) \
    F(S, tg_poseidon2_sbox_access, accesses, [1], "accesses")
TG_STRUCT(tg_poseidon2_sbox_preprocessed_columns, TG_POSEIDON2_SBOX_PREPROCESSED_COLUMNS)
TG_ASSERT_SIZE(tg_poseidon2_sbox_preprocessed_columns, 4 * 4)

/* The output holds four cubes for internal instructions too. */
#define TG_POSEIDON2_SBOX_VALS(F, S)   \
    F(S, tg_felt, input, [4], "input") \
    F(S, tg_felt, output, [4], "output")
TG_STRUCT(tg_poseidon2_sbox_vals, TG_POSEIDON2_SBOX_VALS)

#define TG_POSEIDON2_SBOX_VALUES(F, S) F(S, tg_poseidon2_sbox_vals, vals, , "vals")
TG_STRUCT(tg_poseidon2_sbox_values, TG_POSEIDON2_SBOX_VALUES)

#define TG_POSEIDON2_SBOX_MAIN_COLUMNS(F, S) F(S, tg_poseidon2_sbox_values, values, [1], "values")
TG_STRUCT(tg_poseidon2_sbox_main_columns, TG_POSEIDON2_SBOX_MAIN_COLUMNS)
TG_ASSERT_SIZE(tg_poseidon2_sbox_main_columns, 8 * 4)

TG_TRACE(poseidon2_sbox, preprocessed, tg_poseidon2_sbox_instr,
         tg_poseidon2_sbox_preprocessed_columns, TG_EVENTS_PER_ROW(1))
TG_TRACE(poseidon2_sbox, main, tg_poseidon2_sbox_event, tg_poseidon2_sbox_main_columns,
         TG_EVENTS_PER_ROW(1))

#endif

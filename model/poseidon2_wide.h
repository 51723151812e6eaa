/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2WideDeg3: one Poseidon2 permutation of 16 elements a row, all intermediate states of
 * constraint degree 3 stored.
 *
 * Source: SP1 v6.2.0, crates/recursion: chip Poseidon2Wide with degree 3, its events and
 * instructions.
 */
#ifndef TRACEGATE_MODEL_POSEIDON2_WIDE_H
#define TRACEGATE_MODEL_POSEIDON2_WIDE_H

#include "model/trace.h"

/* The trace comes from the input alone; a valid event's output is the permutation of its input. */
#define TG_POSEIDON2_WIDE_EVENT(F, S)   \
    F(S, tg_felt, input, [16], "input") \
    F(S, tg_ignored_felt, output, [16], "output")
TG_STRUCT(tg_poseidon2_wide_event, TG_POSEIDON2_WIDE_EVENT)
TG_ASSERT_SIZE(tg_poseidon2_wide_event, 128)
TG_ASSERT_OFFSET(tg_poseidon2_wide_event, output, 64)

#define TG_POSEIDON2_WIDE_ADDRS(F, S)      \
    F(S, tg_address, input, [16], "input") \
    F(S, tg_address, output, [16], "output")
TG_STRUCT(tg_poseidon2_wide_addrs, TG_POSEIDON2_WIDE_ADDRS)

#define TG_POSEIDON2_WIDE_INSTR(F, S)               \
    F(S, tg_poseidon2_wide_addrs, addrs, , "addrs") \
    F(S, tg_felt, mults, [16], "mults")
TG_STRUCT(tg_poseidon2_wide_instr, TG_POSEIDON2_WIDE_INSTR)
TG_ASSERT_SIZE(tg_poseidon2_wide_instr, 192)
TG_ASSERT_OFFSET(tg_poseidon2_wide_instr, mults, 128)

#define TG_POSEIDON2_WIDE_ACCESS(F, S) \
    F(S, tg_address, addr, , "addr")   \
    F(S, tg_felt, mult, , "mult")
TG_STRUCT(tg_poseidon2_wide_access, TG_POSEIDON2_WIDE_ACCESS)

#define TG_POSEIDON2_WIDE_PREPROCESSED_COLUMNS(F, S)       \
    F(S, tg_address, input, [16], "input")                 \
    F(S, tg_poseidon2_wide_access, output, [16], "output") \
    F(S, tg_felt, is_real, , "is_real")
TG_STRUCT(tg_poseidon2_wide_preprocessed_columns, TG_POSEIDON2_WIDE_PREPROCESSED_COLUMNS)
TG_ASSERT_SIZE(tg_poseidon2_wide_preprocessed_columns, 49 * 4)

/* external_rounds_state[r]  state before the constants of external round r; r = 0: the input
 *                           itself, before any layer
 * internal_rounds_state     state before the internal rounds
 * internal_rounds_s0[r]     element 0 after internal round r, its linear layer included; r = 19
 *                           is in external_rounds_state[4]
 * output_state              the permutation's output */
#define TG_POSEIDON2_WIDE_STATE(F, S)                                      \
    F(S, tg_felt, external_rounds_state, [8][16], "external_rounds_state") \
    F(S, tg_felt, internal_rounds_state, [16], "internal_rounds_state")    \
    F(S, tg_felt, internal_rounds_s0, [19], "internal_rounds_s0")          \
    F(S, tg_felt, output_state, [16], "output_state")
TG_STRUCT(tg_poseidon2_wide_state, TG_POSEIDON2_WIDE_STATE)

#define TG_POSEIDON2_WIDE_MAIN_COLUMNS(F, S) F(S, tg_poseidon2_wide_state, state, , "state")
TG_STRUCT(tg_poseidon2_wide_main_columns, TG_POSEIDON2_WIDE_MAIN_COLUMNS)
TG_ASSERT_SIZE(tg_poseidon2_wide_main_columns, 179 * 4)

TG_TRACE(poseidon2_wide, preprocessed, tg_poseidon2_wide_instr,
         tg_poseidon2_wide_preprocessed_columns, TG_EVENTS_PER_ROW(1))
TG_TRACE(poseidon2_wide, main, tg_poseidon2_wide_event, tg_poseidon2_wide_main_columns,
         TG_EVENTS_PER_ROW(1), .padding = TG_PADDING_ZERO_EVENT)

#endif

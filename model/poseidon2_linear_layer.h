/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2LinearLayer: one external or internal linear layer of the permutation, on 16 elements
 * packed as 4 blocks.
 *
 * Source: SP1 v6.2.0, crates/recursion: chip Poseidon2LinearLayer, its events and instructions.
 */
#ifndef TRACEGATE_MODEL_POSEIDON2_LINEAR_LAYER_H
#define TRACEGATE_MODEL_POSEIDON2_LINEAR_LAYER_H

#include "model/trace.h"

/* Lane 4b + k of the state is element k of block b. */
#define TG_POSEIDON2_LINEAR_LAYER_EVENT(F, S) \
    F(S, tg_felt, input, [4][4], "input")     \
    F(S, tg_ignored_felt, output, [4][4], "output")
TG_STRUCT(tg_poseidon2_linear_layer_event, TG_POSEIDON2_LINEAR_LAYER_EVENT)
TG_ASSERT_SIZE(tg_poseidon2_linear_layer_event, 128)
TG_ASSERT_OFFSET(tg_poseidon2_linear_layer_event, output, 64)

#define TG_POSEIDON2_LINEAR_LAYER_ADDRS(F, S) \
    F(S, tg_address, input, [4], "input")     \
    F(S, tg_address, output, [4], "output")
TG_STRUCT(tg_poseidon2_linear_layer_addrs, TG_POSEIDON2_LINEAR_LAYER_ADDRS)

/* external: 1 external layer, 0 internal layer. */
#define TG_POSEIDON2_LINEAR_LAYER_INSTR(F, S)               \
    F(S, tg_poseidon2_linear_layer_addrs, addrs, , "addrs") \
    F(S, tg_ignored_one, mults, [4], "mults")               \
    F(S, tg_flag, external, , "external")                   \
    F(S, tg_pad, pad, [3], "pad")
TG_STRUCT(tg_poseidon2_linear_layer_instr, TG_POSEIDON2_LINEAR_LAYER_INSTR)
TG_ASSERT_SIZE(tg_poseidon2_linear_layer_instr, 52)
TG_ASSERT_OFFSET(tg_poseidon2_linear_layer_instr, mults, 32)
TG_ASSERT_OFFSET(tg_poseidon2_linear_layer_instr, external, 48)

#define TG_POSEIDON2_LINEAR_LAYER_ACCESS(F, S)              \
    F(S, tg_poseidon2_linear_layer_addrs, addrs, , "addrs") \
    F(S, tg_felt, external, , "external")                   \
    F(S, tg_felt, internal, , "internal")
TG_STRUCT(tg_poseidon2_linear_layer_access, TG_POSEIDON2_LINEAR_LAYER_ACCESS)

#define TG_POSEIDON2_LINEAR_LAYER_PREPROCESSED_COLUMNS(F, S) \
    F(S, tg_poseidon2_linear_layer_access, accesses, [1], "accesses")
TG_STRUCT(tg_poseidon2_linear_layer_preprocessed_columns,
          TG_POSEIDON2_LINEAR_LAYER_PREPROCESSED_COLUMNS)
TG_ASSERT_SIZE(tg_poseidon2_linear_layer_preprocessed_columns, 10 * 4)

#define TG_POSEIDON2_LINEAR_LAYER_VALUES(F, S) F(S, tg_felt, input, [4][4], "input")
TG_STRUCT(tg_poseidon2_linear_layer_values, TG_POSEIDON2_LINEAR_LAYER_VALUES)

#define TG_POSEIDON2_LINEAR_LAYER_MAIN_COLUMNS(F, S) \
    F(S, tg_poseidon2_linear_layer_values, values, [1], "values")
TG_STRUCT(tg_poseidon2_linear_layer_main_columns, TG_POSEIDON2_LINEAR_LAYER_MAIN_COLUMNS)
TG_ASSERT_SIZE(tg_poseidon2_linear_layer_main_columns, 16 * 4)

TG_TRACE(poseidon2_linear_layer, preprocessed, tg_poseidon2_linear_layer_instr,
         tg_poseidon2_linear_layer_preprocessed_columns, TG_EVENTS_PER_ROW(1))
TG_TRACE(poseidon2_linear_layer, main, tg_poseidon2_linear_layer_event,
         tg_poseidon2_linear_layer_main_columns, TG_EVENTS_PER_ROW(1))

#endif

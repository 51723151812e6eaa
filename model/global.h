/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Global: one message between shards a row, hashed to a point of a curve over the degree-7
 * extension of the field, and the running sum of these points.
 *
 * Row i has the sum of the points of events 0 .. i, and so depends on all of them. Padding rows are
 * all alike: the permutation of zeros, a fixed point, the start of the sum, and their sum.
 *
 * Source: SP1 v6.2.0, crates/core/machine/src/global/mod.rs,
 * crates/core/machine/src/operations/global_interaction.rs and global_accumulation.rs.
 */
#ifndef TRACEGATE_MODEL_GLOBAL_H
#define TRACEGATE_MODEL_GLOBAL_H

#include "model/byte_lookups.h"
#include "model/poseidon2_wide.h"
#include "model/trace.h"

/* Coefficients of an element of the extension. */
#define TG_SEPTIC_DEGREE 7

/* Candidates for the point of an event: the offset that tells them apart is a byte. */
#define TG_GLOBAL_MAX_CANDIDATES 256

TG_BYTE_BELOW(tg_interaction_kind, 64)

/* message     residues, not Montgomery words
 * is_receive  1: the message is received; 0: it is sent */
#define TG_GLOBAL_EVENT(F, S)                 \
    F(S, tg_residue, message, [8], "message") \
    F(S, tg_flag, is_receive, , "is_receive") \
    F(S, tg_interaction_kind, kind, , "kind") \
    F(S, tg_pad, padding, [2], "padding")
TG_STRUCT(tg_global_event, TG_GLOBAL_EVENT)
TG_ASSERT_SIZE(tg_global_event, 36)
TG_ASSERT_OFFSET(tg_global_event, is_receive, 32)
TG_ASSERT_OFFSET(tg_global_event, kind, 33)

/* The names of SP1's nested structs. */
#define TG_GLOBAL_PERMUTATION_STATE(F, S) F(S, tg_poseidon2_wide_state, state, , "state")
TG_STRUCT(tg_global_permutation_state, TG_GLOBAL_PERMUTATION_STATE)
#define TG_GLOBAL_PERMUTATION(F, S) F(S, tg_global_permutation_state, permutation, , "permutation")
TG_STRUCT(tg_global_permutation, TG_GLOBAL_PERMUTATION)

/* permutation     of the accepted candidate
 * offset          number of the accepted candidate
 * y6_byte_decomp  bytes of the residue y6 - 1 of a receive, p - 1 - y6 of a send, low byte first */
#define TG_GLOBAL_INTERACTION(F, S)                           \
    F(S, tg_felt, x_coordinate, [7], "x_coordinate")          \
    F(S, tg_felt, y_coordinate, [7], "y_coordinate")          \
    F(S, tg_global_permutation, permutation, , "permutation") \
    F(S, tg_felt, offset, , "offset")                         \
    F(S, tg_felt, y6_byte_decomp, [4], "y6_byte_decomp")
TG_STRUCT(tg_global_interaction, TG_GLOBAL_INTERACTION)

/* Sums before and after the row's event: x, then y. */
#define TG_GLOBAL_ACCUMULATION(F, S)                        \
    F(S, tg_felt, initial_digest, [2][7], "initial_digest") \
    F(S, tg_felt, cumulative_sum, [2][7], "cumulative_sum")
TG_STRUCT(tg_global_accumulation, TG_GLOBAL_ACCUMULATION)

#define TG_GLOBAL_MAIN_COLUMNS(F, S)                              \
    F(S, tg_felt, message, [8], "message")                        \
    F(S, tg_felt, kind, , "kind")                                 \
    F(S, tg_felt, message_0_16bit_limb, , "message_0_16bit_limb") \
    F(S, tg_felt, message_0_8bit_limb, , "message_0_8bit_limb")   \
    F(S, tg_global_interaction, interaction, , "interaction")     \
    F(S, tg_felt, is_real, , "is_real")                           \
    F(S, tg_felt, is_receive, , "is_receive")                     \
    F(S, tg_felt, is_send, , "is_send")                           \
    F(S, tg_felt, index, , "index")                               \
    F(S, tg_global_accumulation, accumulation, , "accumulation")
TG_STRUCT(tg_global_main_columns, TG_GLOBAL_MAIN_COLUMNS)
TG_ASSERT_SIZE(tg_global_main_columns, 241 * 4)
TG_ASSERT_OFFSET(tg_global_main_columns, interaction.offset, 204 * 4)
TG_ASSERT_OFFSET(tg_global_main_columns, accumulation, 213 * 4)

/* The sum after the last event, the start of the sum if there is none. */
#define TG_GLOBAL_CUMULATIVE_SUM(F, S) \
    F(S, tg_residue, x, [7], "x")      \
    F(S, tg_residue, y, [7], "y")
TG_STRUCT(tg_global_cumulative_sum, TG_GLOBAL_CUMULATIVE_SUM)

#define TG_GLOBAL_EVENT_COUNT(F, S) F(S, tg_count, event_count, , "")
TG_STRUCT(tg_global_event_count, TG_GLOBAL_EVENT_COUNT)

/* Side outputs in this order; places among the public values as in SP1's PublicValues. */
enum { TG_GLOBAL_SIDE_CUMULATIVE_SUM, TG_GLOBAL_SIDE_EVENT_COUNT, TG_GLOBAL_SIDE_LOOKUPS };

TG_SIDES(global, main, TG_SIDE_OF(tg_global_cumulative_sum, "cumulative_sum", .public_value = 130),
         TG_SIDE_OF(tg_global_event_count, "event_count", .public_value = 129),
         {.name = "lookups", .form = TG_SIDE_BYTE_LOOKUPS})

/* message[0] and message[7] share a word of the permutation's input with kind and offset. */
TG_BOUNDS(global, main,
          {.offset = offsetof(tg_global_event, message[0]), .below = UINT32_C(1) << 24},
          {.offset = offsetof(tg_global_event, message[7]), .below = UINT32_C(1) << 16})

TG_TRACE(global, main, tg_global_event, tg_global_main_columns, TG_EVENTS_PER_ROW(1),
         .padding = TG_PADDING_CONSTANT, .height_rule = TG_HEIGHT_NEVER_FIXED,
         .max_candidates = TG_GLOBAL_MAX_CANDIDATES, TG_HAS_SIDES(global, main),
         TG_HAS_BOUNDS(global, main))

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* PublicValues: ties the digest of the public values, read from memory, to the proof's public
 * values. Always 16 rows, 8 of them used.
 *
 * Source: SP1 v6.2.0, crates/recursion: chip PublicValues, CommitPublicValues,
 * RecursionPublicValues.
 */
#ifndef TRACEGATE_MODEL_PUBLIC_VALUES_H
#define TRACEGATE_MODEL_PUBLIC_VALUES_H

#include "model/trace.h"

#define TG_PUBLIC_VALUES_CURVE_POINT(F, S) \
    F(S, tg_ignored_felt, x, [7], "x")     \
    F(S, tg_ignored_felt, y, [7], "y")
TG_STRUCT(tg_public_values_curve_point, TG_PUBLIC_VALUES_CURVE_POINT)

/* The 187 public values: addresses in the instruction, values in the event. Only the digest is
 * used; both are of one layout. */
#define TG_PUBLIC_VALUES_EVENT(F, S)                                                               \
    F(S, tg_ignored_felt, prev_committed_value_digest, [32], "prev_committed_value_digest")        \
    F(S, tg_ignored_felt, committed_value_digest, [32], "committed_value_digest")                  \
    F(S, tg_ignored_felt, prev_deferred_proofs_digest, [8], "prev_deferred_proofs_digest")         \
    F(S, tg_ignored_felt, deferred_proofs_digest, [8], "deferred_proofs_digest")                   \
    F(S, tg_ignored_felt, prev_deferred_proof, , "prev_deferred_proof")                            \
    F(S, tg_ignored_felt, deferred_proof, , "deferred_proof")                                      \
    F(S, tg_ignored_felt, pc_start, [3], "pc_start")                                               \
    F(S, tg_ignored_felt, next_pc, [3], "next_pc")                                                 \
    F(S, tg_ignored_felt, initial_timestamp, [4], "initial_timestamp")                             \
    F(S, tg_ignored_felt, last_timestamp, [4], "last_timestamp")                                   \
    F(S, tg_ignored_felt, previous_init_addr, [3], "previous_init_addr")                           \
    F(S, tg_ignored_felt, last_init_addr, [3], "last_init_addr")                                   \
    F(S, tg_ignored_felt, previous_finalize_addr, [3], "previous_finalize_addr")                   \
    F(S, tg_ignored_felt, last_finalize_addr, [3], "last_finalize_addr")                           \
    F(S, tg_ignored_felt, previous_init_page_idx, [3], "previous_init_page_idx")                   \
    F(S, tg_ignored_felt, last_init_page_idx, [3], "last_init_page_idx")                           \
    F(S, tg_ignored_felt, previous_finalize_page_idx, [3], "previous_finalize_page_idx")           \
    F(S, tg_ignored_felt, last_finalize_page_idx, [3], "last_finalize_page_idx")                   \
    F(S, tg_ignored_felt, start_reconstruct_deferred_digest, [8],                                  \
      "start_reconstruct_deferred_digest")                                                         \
    F(S, tg_ignored_felt, end_reconstruct_deferred_digest, [8], "end_reconstruct_deferred_digest") \
    F(S, tg_ignored_felt, sp1_vk_digest, [8], "sp1_vk_digest")                                     \
    F(S, tg_ignored_felt, vk_root, [8], "vk_root")                                                 \
    F(S, tg_public_values_curve_point, global_cumulative_sum, , "global_cumulative_sum")           \
    F(S, tg_ignored_felt, contains_first_shard, , "contains_first_shard")                          \
    F(S, tg_ignored_felt, num_included_shard, , "num_included_shard")                              \
    F(S, tg_ignored_felt, is_complete, , "is_complete")                                            \
    F(S, tg_ignored_felt, prev_exit_code, , "prev_exit_code")                                      \
    F(S, tg_ignored_felt, exit_code, , "exit_code")                                                \
    F(S, tg_ignored_felt, prev_commit_syscall, , "prev_commit_syscall")                            \
    F(S, tg_ignored_felt, commit_syscall, , "commit_syscall")                                      \
    F(S, tg_ignored_felt, prev_commit_deferred_syscall, , "prev_commit_deferred_syscall")          \
    F(S, tg_ignored_felt, commit_deferred_syscall, , "commit_deferred_syscall")                    \
    F(S, tg_felt, digest, [8], "digest")                                                           \
    F(S, tg_ignored_felt, proof_nonce, [4], "proof_nonce")
TG_STRUCT(tg_public_values_event, TG_PUBLIC_VALUES_EVENT)
TG_ASSERT_SIZE(tg_public_values_event, 748)
TG_ASSERT_OFFSET(tg_public_values_event, global_cumulative_sum, 152 * 4)
TG_ASSERT_OFFSET(tg_public_values_event, digest, 175 * 4)

typedef tg_public_values_event tg_public_values_instr;
#ifdef TG_MODEL_TABLES
#define tg_public_values_instr_type tg_public_values_event_type
#endif

#define TG_PUBLIC_VALUES_ACCESS(F, S) \
    F(S, tg_address, addr, , "addr")  \
    F(S, tg_felt, mult, , "mult")
TG_STRUCT(tg_public_values_access, TG_PUBLIC_VALUES_ACCESS)

/* pv_idx is 1 on the diagonal: row r reads digest element r. */
#define TG_PUBLIC_VALUES_PREPROCESSED_COLUMNS(F, S) \
    F(S, tg_felt, pv_idx, [8], "pv_idx")            \
    F(S, tg_public_values_access, pv_mem, , "pv_mem")
TG_STRUCT(tg_public_values_preprocessed_columns, TG_PUBLIC_VALUES_PREPROCESSED_COLUMNS)
TG_ASSERT_SIZE(tg_public_values_preprocessed_columns, 10 * 4)

#define TG_PUBLIC_VALUES_MAIN_COLUMNS(F, S) F(S, tg_felt, pv_element, , "pv_element")
TG_STRUCT(tg_public_values_main_columns, TG_PUBLIC_VALUES_MAIN_COLUMNS)
TG_ASSERT_SIZE(tg_public_values_main_columns, 4)

/* The first event (or instruction) fills rows 0 to 7; the others are ignored. */
TG_TRACE(public_values, preprocessed, tg_public_values_instr, tg_public_values_preprocessed_columns,
         TG_ROWS_PER_EVENT(8), .max_events = 1, .height_rule = TG_HEIGHT_ALWAYS_16)
TG_TRACE(public_values, main, tg_public_values_event, tg_public_values_main_columns,
         TG_ROWS_PER_EVENT(8), .max_events = 1, .height_rule = TG_HEIGHT_ALWAYS_16)

#endif

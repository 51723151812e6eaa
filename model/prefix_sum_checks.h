/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* PrefixSumChecks: a product over a vector of bits and extension elements, and the bits read as a
 * number; a row an element.
 *
 * Source: SP1 v6.2.0, crates/recursion: chip PrefixSumChecks and its events. SP1's instruction is a
 * vector; the flat form below, one struct a row, is this project's.
 */
#ifndef TRACEGATE_MODEL_PREFIX_SUM_CHECKS_H
#define TRACEGATE_MODEL_PREFIX_SUM_CHECKS_H

#include "model/trace.h"

#define TG_PREFIX_SUM_CHECKS_EVENT(F, S)    \
    F(S, tg_felt, x1, , "x1")               \
    F(S, tg_felt, x2, [4], "x2")            \
    F(S, tg_ignored_felt, zero, , "zero")   \
    F(S, tg_ignored_felt, one, [4], "one")  \
    F(S, tg_felt, acc, [4], "acc")          \
    F(S, tg_felt, new_acc, [4], "new_acc")  \
    F(S, tg_felt, field_acc, , "field_acc") \
    F(S, tg_felt, new_field_acc, , "new_field_acc")
TG_STRUCT(tg_prefix_sum_checks_event, TG_PREFIX_SUM_CHECKS_EVENT)
TG_ASSERT_SIZE(tg_prefix_sum_checks_event, 80)
TG_ASSERT_OFFSET(tg_prefix_sum_checks_event, zero, 20)
TG_ASSERT_OFFSET(tg_prefix_sum_checks_event, acc, 40)
TG_ASSERT_OFFSET(tg_prefix_sum_checks_event, field_acc, 72)

#define TG_PREFIX_SUM_CHECKS_INSTR(F, S)               \
    F(S, tg_address, x1, , "x1")                       \
    F(S, tg_address, x2, , "x2")                       \
    F(S, tg_address, acc, , "acc")                     \
    F(S, tg_address, next_acc, , "next_acc")           \
    F(S, tg_felt, next_acc_mult, , "next_acc_mult")    \
    F(S, tg_address, felt_acc, , "felt_acc")           \
    F(S, tg_address, felt_next_acc, , "felt_next_acc") \
    F(S, tg_felt, felt_next_acc_mult, , "felt_next_acc_mult")
TG_STRUCT(tg_prefix_sum_checks_instr, TG_PREFIX_SUM_CHECKS_INSTR)
TG_ASSERT_SIZE(tg_prefix_sum_checks_instr, 32)
TG_ASSERT_OFFSET(tg_prefix_sum_checks_instr, next_acc_mult, 16)

#define TG_PREFIX_SUM_CHECKS_PREPROCESSED_COLUMNS(F, S)          \
    F(S, tg_address, x1_mem, , "x1_mem")                         \
    F(S, tg_address, x2_mem, , "x2_mem")                         \
    F(S, tg_address, acc_addr, , "acc_addr")                     \
    F(S, tg_address, next_acc_addr, , "next_acc_addr")           \
    F(S, tg_felt, next_acc_mult, , "next_acc_mult")              \
    F(S, tg_address, felt_acc_addr, , "felt_acc_addr")           \
    F(S, tg_address, felt_next_acc_addr, , "felt_next_acc_addr") \
    F(S, tg_felt, felt_next_acc_mult, , "felt_next_acc_mult")    \
    F(S, tg_felt, is_real, , "is_real")
TG_STRUCT(tg_prefix_sum_checks_preprocessed_columns, TG_PREFIX_SUM_CHECKS_PREPROCESSED_COLUMNS)
TG_ASSERT_SIZE(tg_prefix_sum_checks_preprocessed_columns, 9 * 4)

#define TG_PREFIX_SUM_CHECKS_MAIN_COLUMNS(F, S) \
    F(S, tg_felt, x1, , "x1")                   \
    F(S, tg_felt, x2, [4], "x2")                \
    F(S, tg_felt, acc, [4], "acc")              \
    F(S, tg_felt, new_acc, [4], "new_acc")      \
    F(S, tg_felt, felt_acc, , "felt_acc")       \
    F(S, tg_felt, felt_new_acc, , "felt_new_acc")
TG_STRUCT(tg_prefix_sum_checks_main_columns, TG_PREFIX_SUM_CHECKS_MAIN_COLUMNS)
TG_ASSERT_SIZE(tg_prefix_sum_checks_main_columns, 15 * 4)

TG_TRACE(prefix_sum_checks, preprocessed, tg_prefix_sum_checks_instr,
         tg_prefix_sum_checks_preprocessed_columns, TG_EVENTS_PER_ROW(1))
TG_TRACE(prefix_sum_checks, main, tg_prefix_sum_checks_event, tg_prefix_sum_checks_main_columns,
         TG_EVENTS_PER_ROW(1))

#endif

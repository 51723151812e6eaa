/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Toy: adds or subtracts two field elements, three events a row. It is in no machine: a test
 * adds it to a copy of the tree, to prove that a chip is one line of chips.def and its own
 * files. */
#ifndef TRACEGATE_MODEL_TOY_H
#define TRACEGATE_MODEL_TOY_H

#include "model/trace.h"

/* V(constant, value in memory, name) */
#define TG_TOY_OPERATION(V) \
    V(TG_TOY_ADD, 0, "Add") \
    V(TG_TOY_SUBTRACT, 1, "Sub")
TG_ENUM(tg_toy_operation, TG_TOY_OPERATION)

#define TG_TOY_EVENT(F, S)                           \
    F(S, tg_toy_operation, operation, , "operation") \
    F(S, tg_felt, a, , "a")                          \
    F(S, tg_felt, b, , "b")
TG_STRUCT(tg_toy_event, TG_TOY_EVENT)
TG_ASSERT_SIZE(tg_toy_event, 12)

#define TG_TOY_ENTRY(F, S)  \
    F(S, tg_felt, a, , "a") \
    F(S, tg_felt, b, , "b") \
    F(S, tg_felt, result, , "result")
TG_STRUCT(tg_toy_entry, TG_TOY_ENTRY)

#define TG_TOY_MAIN_COLUMNS(F, S) F(S, tg_toy_entry, entries, [3], "entries")
TG_STRUCT(tg_toy_main_columns, TG_TOY_MAIN_COLUMNS)
TG_ASSERT_SIZE(tg_toy_main_columns, 9 * 4)

TG_TRACE(toy, main, tg_toy_event, tg_toy_main_columns, TG_EVENTS_PER_ROW(3))

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One execution of a trace's target: the reference and the kernels make a case, and all that they
 * made is compared.
 *
 * Quick, for thousands of executions a second: memory is kept, each side runs once. What the gate's
 * way sees (harness/backend.h) is seen here too, by other means:
 *   a word that a side leaves unwritten   each side has a poison of its own: the word is not below
 *                                         p, and where any word may stand, both sides differ
 *   a read or write outside               AddressSanitizer ends the process
 *   events that change                    compared with a copy
 *   a result that depends on what the     seldom: the poisons change places by a bit of the bytes'
 *   memory held before                    hash, and every case takes the gate's way, two runs a
 *                                         side, when the corpus is run by fuzz/standalone.c
 */
#ifndef TRACEGATE_FUZZ_TRACE_RUN_H
#define TRACEGATE_FUZZ_TRACE_RUN_H

#include "fuzz/arena.h"
#include "harness/case.h"

typedef struct tg_fuzz_side {
    tg_fuzz_arena cells;
    tg_fuzz_arena sides[TG_MAX_SIDES];
} tg_fuzz_side;

/* Memory of all executions of one trace. */
typedef struct tg_fuzz_run {
    tg_fuzz_arena events;
    tg_fuzz_side expected;
    tg_fuzz_side actual;
} tg_fuzz_run;

/* Take memory for cases as large as bytes decode to. clear takes one that is all zero. Errors
 * TG_ERR_MEMORY; it is then to be cleared all the same. */
TG_NODISCARD tg_status tg_fuzz_run_init(tg_fuzz_run *run, const tg_subject *subject,
                                        tg_error *error);
void tg_fuzz_run_clear(tg_fuzz_run *run);

/* Run a case as bytes decode to it.
 * turned  the poisons of both sides change places
 * Errors  TG_ERR_MISMATCH for a difference; TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_fuzz_run_case(tg_fuzz_run *run, const tg_case *work, bool turned,
                                        tg_error *error);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Instruction and event drawn together: a drawn program of one of SP1's recursion machines,
 * executed here, so that main and preprocessed rows belong to each other as those of a real program
 * do.
 *
 * What holds of every such program:
 *   - every event is what its instruction makes of the values in memory: all constraints hold on
 *     every pair of rows;
 *   - every address is written once, before it is read, and every multiplicity is the number of
 *     reads: the memory bus balances;
 *   - events are valid input of both sides, ignored fields included.
 *
 * How it is drawn. Constants 0 .. 9 are written first. Each instruction is drawn by weight, with
 * the weights of SP1's own random programs; it reads from addresses uniform among those written so
 * far that hold what it can take, and writes to fresh ones. Behind the drawn instructions come the
 * reads that outputs which must be read exactly once still lack, and one that commits to the public
 * values. Instruction i is drawn from (seed, machine, i) and memory alone: a longer program begins
 * with the shorter one, multiplicities apart.
 *
 * Source: SP1 v6.2.0, crates/recursion: the executor, and the weights of its tests' random
 * programs.
 */
#ifndef TRACEGATE_HARNESS_PROGRAM_H
#define TRACEGATE_HARNESS_PROGRAM_H

#include "model/trace.h"

#include <stdbool.h>
#include <stdint.h>

/* M(constant, SP1's name, what it is): the machines that programs are drawn for. Their order is
 * part of what a seed means. */
#define TG_PROGRAM_MACHINE_LIST(M)                                                   \
    M(TG_PROGRAM_COMPRESS, "compress", "whole permutations; variables two to a row") \
    M(TG_PROGRAM_WRAP, "wrap", "permutations in steps, conversions; variables one to a row")

typedef enum tg_program_machine {
#define TG_PROGRAM_MACHINE_CONSTANT(constant, name, text) constant,
    TG_PROGRAM_MACHINE_LIST(TG_PROGRAM_MACHINE_CONSTANT) TG_NB_PROGRAM_MACHINES
#undef TG_PROGRAM_MACHINE_CONSTANT
} tg_program_machine;

const char *tg_program_machine_name(tg_program_machine machine);
const char *tg_program_machine_text(tg_program_machine machine);

/* Errors  TG_ERR_USAGE for an unknown name; lists the known ones. */
TG_NODISCARD tg_status tg_program_machine_find(tg_program_machine *machine, const char *name,
                                               tg_error *error);

/* Drawn instructions at the most: some four times those of the largest real programs, which the
 * shapes of SP1's compress machine bound. Each takes a few hundred bytes of memory. */
#define TG_PROGRAM_MAX_INSTRUCTIONS ((size_t)1 << 22)

/* Public values of a recursion program (SP1 v6.2.0, RecursionPublicValues). */
#define TG_PROGRAM_NB_PUBLIC_VALUES 187

/* What a program leaves for one trace: instructions for preprocessed, events for main. */
typedef struct tg_program_list {
    bool is_there;    /* the machine has the chip; else the rest is 0 */
    void *events;     /* [nb_events], the program's; NULL where there are none, or where the trace
                         has only a count */
    size_t nb_events; /* its instructions may be fewer: some leave several events */
} tg_program_list;

typedef struct tg_program {
    tg_program_machine machine;
    uint64_t seed;
    size_t nb_instructions;                          /* drawn ones */
    size_t nb_lists;                                 /* tg_nb_listed_traces() */
    tg_program_list *lists;                          /* in the order of tg_trace_at */
    uint32_t committed[TG_PROGRAM_NB_PUBLIC_VALUES]; /* the public values, Montgomery words; all
                                                        zero where nothing was committed */
} tg_program;

/* Draw and execute a program.
 * program          caller's; to be cleared by tg_program_clear after success only
 * nb_instructions  to be drawn by weight; what is written first and what comes behind them is not
 *                  counted. 0: an empty program, without those too
 * One thread; the result depends on the arguments alone.
 * Errors  TG_ERR_USAGE (no such machine), TG_ERR_SIZE (too many), TG_ERR_MEMORY; program is then
 *         all zero
 */
TG_NODISCARD tg_status tg_program_draw(tg_program *program, tg_program_machine machine,
                                       uint64_t seed, size_t nb_instructions, tg_error *error);

/* Takes a program that is all zero. */
void tg_program_clear(tg_program *program);

/* Events of a trace; NULL if the machine does not have its chip, as no machine has one that was
 * added at run time. They live as long as the program. */
const tg_program_list *tg_program_events(const tg_program *program, const tg_trace *trace);

/* Write a program as a record (docs/file-formats.md): events of every trace of the machine, and
 * record.json, which is written last; without golden traces.
 * folder  nothing may be there yet; the folder above it must be
 * Errors  TG_ERR_IO, TG_ERR_SIZE (a trace that would be too high), TG_ERR_MEMORY; nothing is left
 *         of the folder then
 */
TG_NODISCARD tg_status tg_program_write(const tg_program *program, const char *folder,
                                        tg_error *error);

#endif

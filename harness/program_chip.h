/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a chip gives for drawn programs (harness/program.h): how its instructions are drawn and
 * executed. harness/<file>_program.c defines tg_program_<id> for each chip of the file; a chip
 * without that file is in no program.
 *
 * An instruction is executed where it is drawn, by one function, the step. It
 *   1. appends its instruction and its events, which start all zero;
 *   2. reads operands, which counts the reads;
 *   3. writes its results to fresh addresses, and says where each multiplicity stands, which is
 *      filled in once all reads are known.
 * A step cannot fail: memory for TG_PROGRAM_STEP_MAX instructions, events and writes is taken
 * before it begins.
 */
#ifndef TRACEGATE_HARNESS_PROGRAM_CHIP_H
#define TRACEGATE_HARNESS_PROGRAM_CHIP_H

#include "harness/program.h"

/* One instruction that is being drawn and executed. */
typedef struct tg_step tg_step;

typedef void tg_step_run(tg_step *step);

/* A sort of instruction. Weights are those of SP1's random programs, in tenths; 0: the end of the
 * list. */
typedef struct tg_program_op {
    uint32_t weight;
    tg_step_run *run;
} tg_program_op;

/* Bits of tg_chip_program.machines. */
#define TG_IN_COMPRESS (1u << TG_PROGRAM_COMPRESS)
#define TG_IN_WRAP (1u << TG_PROGRAM_WRAP)

/* Sorts of instructions of one chip, at the most. */
#define TG_PROGRAM_MAX_OPS 4

/* A chip in drawn programs; it has both kinds of traces. */
typedef struct tg_chip_program {
    unsigned machines;                     /* that have the chip */
    tg_program_op ops[TG_PROGRAM_MAX_OPS]; /* drawn by weight; none: weight 0 */
    tg_step_run *first;                    /* once, before all others; NULL: nothing */
    tg_step_run *read_once; /* reads one output that must be read exactly once and was not, for
                               those that are left at the end; NULL: cannot. Every machine that
                               writes such outputs has a chip that can */
    tg_step_run *last;      /* once, behind all others; NULL: nothing */
} tg_chip_program;

/* Instructions, events and writes of one step, at the most: SP1's longest hints write 31 values. */
#define TG_PROGRAM_STEP_MAX 32

/* Cells 0 .. TG_PROGRAM_NB_CONSTANTS - 1 hold their own numbers: some chip's `first` writes them in
 * this order. */
#define TG_PROGRAM_NB_CONSTANTS 10

/* A cell of memory, as an instruction sees it. */
typedef struct tg_operand {
    tg_address addr;   /* Montgomery word, as instructions hold it */
    uint32_t value[4]; /* residues; a felt has zeros behind the first */
} tg_operand;

/* ---- records ---- */

/* Append nb zeroed instructions, or events, to those of the step's chip. The pointer is good until
 * the step ends. NULL for events of a trace that only counts them. */
void *tg_step_instrs(tg_step *step, size_t nb);
void *tg_step_events(tg_step *step, size_t nb);

/* What the program commits to: TG_PROGRAM_NB_PUBLIC_VALUES Montgomery words. */
void tg_step_publish(tg_step *step, const uint32_t *words);

/* ---- draws ---- */

/* Uniform below range, which is not 0. */
uint32_t tg_step_below(tg_step *step, uint32_t range);

/* A residue: every eighth is a corner (harness/corners.h), the rest are uniform. A value: a block
 * of four, or a felt, which has zeros behind the first; half of the draws each. */
uint32_t tg_step_draw_felt(tg_step *step);
void tg_step_draw_value(tg_step *step, uint32_t value[4]);

/* ---- memory ---- */

/* Choose a cell that may be read any number of times, uniformly: one that holds a felt, any. That
 * is no read yet. */
tg_operand tg_step_peek_felt(tg_step *step);
tg_operand tg_step_peek_block(tg_step *step);

/* Count one read of a cell that was peeked at, read or written before. */
void tg_step_read(tg_step *step, const tg_operand *operand);

/* Choose and read: a felt, a felt that is 0 or 1, the cell of a constant. */
tg_operand tg_step_read_felt(tg_step *step);
tg_operand tg_step_read_bit(tg_step *step);
tg_operand tg_step_read_constant(tg_step *step, uint32_t value);

/* Choose and read any cell. Outputs that must be read exactly once are the likelier to be taken the
 * more of them wait. */
tg_operand tg_step_read_block(tg_step *step);

/* Read an output that must be read exactly once and was not; there must be one. */
tg_operand tg_step_read_waiting(tg_step *step);

/* Write a block, or a felt, to a fresh address.
 * mult  in an instruction that this step appended: becomes the number of reads, as a Montgomery
 *       word, when the program ends */
tg_operand tg_step_write(tg_step *step, const uint32_t value[4], tg_felt *mult);
tg_operand tg_step_write_felt(tg_step *step, uint32_t value, tg_felt *mult);

/* Write a block that is read exactly once, to a fresh address. */
tg_operand tg_step_write_once(tg_step *step, const uint32_t value[4]);

/* Montgomery words of a value. */
void tg_value_to_words(uint32_t words[4], const uint32_t value[4]);

#endif

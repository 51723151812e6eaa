/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* MemoryConst in drawn programs: the constants that come first, others, and assertions, which read
 * a cell as often as they say. */
#include "model/memory_const.h"

#include "harness/program_chip.h"
#include "reference/field.h"

/* Reads of one assertion are below this: 0 is the multiplicity whose negative is easily wrong. */
#define NB_READS_RANGE 4

static void write_constant(tg_step *step, const uint32_t value[4])
{
    tg_memory_const_instr *instr = tg_step_instrs(step, 1);
    (void)tg_step_events(step, 1);
    tg_value_to_words(instr->val, value);
    instr->kind = TG_MEMORY_WRITE;
    instr->addr = tg_step_write(step, value, &instr->mult).addr;
}

/* Assert the value of a cell that was read nb_reads times for it. */
static void assert_value(tg_step *step, const tg_operand *operand, uint32_t nb_reads)
{
    tg_memory_const_instr *instr = tg_step_instrs(step, 1);
    (void)tg_step_events(step, 1);
    tg_value_to_words(instr->val, operand->value);
    instr->kind = TG_MEMORY_READ;
    instr->addr = operand->addr;
    instr->mult = tg_ref_to_word(nb_reads);
}

static void run_first(tg_step *step)
{
    for (uint32_t i = 0; i < TG_PROGRAM_NB_CONSTANTS; i++) {
        const uint32_t value[4] = {i, 0, 0, 0};
        write_constant(step, value);
    }
}

static void run_memory(tg_step *step)
{
    if (tg_step_below(step, 2) == TG_MEMORY_WRITE) {
        uint32_t value[4];
        tg_step_draw_value(step, value);
        write_constant(step, value);
        return;
    }
    const tg_operand operand = tg_step_peek_block(step);
    const uint32_t nb_reads = tg_step_below(step, NB_READS_RANGE);
    for (uint32_t i = 0; i < nb_reads; i++) {
        tg_step_read(step, &operand);
    }
    assert_value(step, &operand, nb_reads);
}

static void run_read_once(tg_step *step)
{
    const tg_operand operand = tg_step_read_waiting(step);
    assert_value(step, &operand, 1);
}

const tg_chip_program tg_program_memory_const = {
    .machines = TG_IN_COMPRESS | TG_IN_WRAP,
    .ops = {{.weight = 2, .run = run_memory}},
    .first = run_first,
    .read_once = run_read_once,
};

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* BaseAlu in drawn programs. */
#include "model/base_alu.h"

#include "harness/program_chip.h"
#include "reference/field.h"

/* Result of an operation on residues. Of all quotients by 0 SP1's executor has that of 0 alone: 1.
 */
static uint32_t execute(tg_base_opcode opcode, uint32_t a, uint32_t b)
{
    switch (opcode) {
    case TG_BASE_ADD:
        return tg_ref_add(a, b);
    case TG_BASE_SUB:
        return tg_ref_sub(a, b);
    case TG_BASE_MUL:
        return tg_ref_mul(a, b);
    default:
        return b == 0 ? 1 : tg_ref_mul(a, tg_ref_inverse(b));
    }
}

static void run_alu(tg_step *step)
{
    tg_base_alu_instr *instr = tg_step_instrs(step, 1);
    tg_base_alu_event *event = tg_step_events(step, 1);
    instr->opcode = tg_step_below(step, TG_BASE_DIV + 1);
    tg_operand in1 = tg_step_read_felt(step);
    tg_operand in2 = tg_step_read_felt(step);
    // x / 0 has no result, 0 / x has.
    if (instr->opcode == TG_BASE_DIV && in2.value[0] == 0) {
        const tg_operand zero = in2;
        in2 = in1;
        in1 = zero;
    }
    const uint32_t result = execute(instr->opcode, in1.value[0], in2.value[0]);
    instr->addrs.in1 = in1.addr;
    instr->addrs.in2 = in2.addr;
    instr->addrs.out = tg_step_write_felt(step, result, &instr->mult).addr;
    event->in1 = tg_ref_to_word(in1.value[0]);
    event->in2 = tg_ref_to_word(in2.value[0]);
    event->out = tg_ref_to_word(result);
}

const tg_chip_program tg_program_base_alu = {
    .machines = TG_IN_COMPRESS | TG_IN_WRAP,
    .ops = {{.weight = 50, .run = run_alu}},
};

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ExtAlu in drawn programs. */
#include "model/ext_alu.h"

#include "harness/program_chip.h"
#include "reference/extension.h"

static bool is_zero(const uint32_t a[4]) { return (a[0] | a[1] | a[2] | a[3]) == 0; }

/* quotient = a / b. Of all quotients by 0 SP1's executor has that of 0 alone: 1. */
static void divide(uint32_t quotient[4], const uint32_t a[4], const uint32_t b[4])
{
    static const uint32_t one[4] = {1, 0, 0, 0};
    uint32_t inverse[4];
    tg_ref_ext_inverse(inverse, b);
    tg_ref_ext_mul(quotient, is_zero(b) ? one : a, is_zero(b) ? one : inverse);
}

/* Result of an operation on residues. */
static void execute(uint32_t out[4], tg_ext_opcode opcode, const uint32_t a[4], const uint32_t b[4])
{
    switch (opcode) {
    case TG_EXT_ADD:
        tg_ref_ext_add(out, a, b);
        break;
    case TG_EXT_SUB:
        tg_ref_ext_sub(out, a, b);
        break;
    case TG_EXT_MUL:
        tg_ref_ext_mul(out, a, b);
        break;
    default:
        divide(out, a, b);
        break;
    }
}

static void run_alu(tg_step *step)
{
    tg_ext_alu_instr *instr = tg_step_instrs(step, 1);
    tg_ext_alu_event *event = tg_step_events(step, 1);
    instr->opcode = tg_step_below(step, TG_EXT_DIV + 1);
    tg_operand in1 = tg_step_read_block(step);
    tg_operand in2 = tg_step_read_block(step);
    // x / 0 has no result, 0 / x has.
    if (instr->opcode == TG_EXT_DIV && is_zero(in2.value)) {
        const tg_operand zero = in2;
        in2 = in1;
        in1 = zero;
    }
    uint32_t result[4];
    execute(result, instr->opcode, in1.value, in2.value);
    instr->addrs.in1 = in1.addr;
    instr->addrs.in2 = in2.addr;
    instr->addrs.out = tg_step_write(step, result, &instr->mult).addr;
    tg_value_to_words(event->in1, in1.value);
    tg_value_to_words(event->in2, in2.value);
    tg_value_to_words(event->out, result);
}

const tg_chip_program tg_program_ext_alu = {
    .machines = TG_IN_COMPRESS | TG_IN_WRAP,
    .ops = {{.weight = 50, .run = run_alu}},
};

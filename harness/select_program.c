/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Select in drawn programs. */
#include "model/select.h"

#include "harness/program_chip.h"
#include "reference/field.h"

static void run_select(tg_step *step)
{
    tg_select_instr *instr = tg_step_instrs(step, 1);
    tg_select_event *event = tg_step_events(step, 1);
    const tg_operand bit = tg_step_read_bit(step);
    const tg_operand in1 = tg_step_read_felt(step);
    const tg_operand in2 = tg_step_read_felt(step);
    const bool is_swapped = bit.value[0] == 1;
    const uint32_t out1 = is_swapped ? in2.value[0] : in1.value[0];
    const uint32_t out2 = is_swapped ? in1.value[0] : in2.value[0];
    instr->addrs.bit = bit.addr;
    instr->addrs.in1 = in1.addr;
    instr->addrs.in2 = in2.addr;
    instr->addrs.out1 = tg_step_write_felt(step, out1, &instr->mult1).addr;
    instr->addrs.out2 = tg_step_write_felt(step, out2, &instr->mult2).addr;
    event->bit = tg_ref_to_word(bit.value[0]);
    event->in1 = tg_ref_to_word(in1.value[0]);
    event->in2 = tg_ref_to_word(in2.value[0]);
    event->out1 = tg_ref_to_word(out1);
    event->out2 = tg_ref_to_word(out2);
}

const tg_chip_program tg_program_select = {
    .machines = TG_IN_COMPRESS | TG_IN_WRAP,
    .ops = {{.weight = 30, .run = run_select}},
};

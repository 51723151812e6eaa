/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ExtFeltConvert in drawn programs: both directions. Multiplicities that a direction ignores stay
 * 0, as SP1's compiler leaves them. */
#include "model/ext_felt_convert.h"

#include "harness/program_chip.h"

#include <string.h>

static void split(tg_step *step, tg_ext_felt_convert_instr *instr, uint32_t value[4])
{
    const tg_operand block = tg_step_read_block(step);
    instr->addrs[0] = block.addr;
    memcpy(value, block.value, sizeof block.value);
    for (size_t k = 0; k < 4; k++) {
        instr->addrs[k + 1] = tg_step_write_felt(step, value[k], &instr->mults[k + 1]).addr;
    }
}

static void join(tg_step *step, tg_ext_felt_convert_instr *instr, uint32_t value[4])
{
    for (size_t k = 0; k < 4; k++) {
        const tg_operand felt = tg_step_read_felt(step);
        instr->addrs[k + 1] = felt.addr;
        value[k] = felt.value[0];
    }
    instr->addrs[0] = tg_step_write(step, value, &instr->mults[0]).addr;
}

static void run_conversion(tg_step *step)
{
    tg_ext_felt_convert_instr *instr = tg_step_instrs(step, 1);
    tg_ext_felt_convert_event *event = tg_step_events(step, 1);
    uint32_t value[4];
    instr->ext2felt = (tg_flag)tg_step_below(step, 2);
    if (instr->ext2felt != 0) {
        split(step, instr, value);
    } else {
        join(step, instr, value);
    }
    tg_value_to_words(event->input, value);
}

const tg_chip_program tg_program_ext_felt_convert = {
    .machines = TG_IN_WRAP,
    .ops = {{.weight = 30, .run = run_conversion}},
};

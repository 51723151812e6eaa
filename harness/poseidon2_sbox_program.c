/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2SBox in drawn programs. */
#include "model/poseidon2_sbox.h"

#include "harness/program_chip.h"
#include "reference/field.h"

static void run_sbox(tg_step *step)
{
    tg_poseidon2_sbox_instr *instr = tg_step_instrs(step, 1);
    tg_poseidon2_sbox_event *event = tg_step_events(step, 1);
    uint32_t output[4];
    instr->external = (tg_flag)tg_step_below(step, 2);
    const tg_operand input = tg_step_read_block(step);
    // The executor's output: the trace of an internal instruction holds four cubes all the same.
    for (size_t k = 0; k < 4; k++) {
        const bool is_cubed = instr->external != 0 || k == 0;
        output[k] = is_cubed ? tg_ref_cube(input.value[k]) : input.value[k];
    }
    instr->addrs.input = input.addr;
    instr->addrs.output = tg_step_write_once(step, output).addr;
    instr->mults = TG_WORD_ONE;
    tg_value_to_words(event->input, input.value);
    tg_value_to_words(event->output, output);
}

const tg_chip_program tg_program_poseidon2_sbox = {
    .machines = TG_IN_WRAP,
    .ops = {{.weight = 30, .run = run_sbox}},
};

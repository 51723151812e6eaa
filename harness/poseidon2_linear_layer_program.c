/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2LinearLayer in drawn programs. */
#include "model/poseidon2_linear_layer.h"

#include "harness/program_chip.h"
#include "reference/poseidon2.h"

#include <string.h>

static void run_layer(tg_step *step)
{
    tg_poseidon2_linear_layer_instr *instr = tg_step_instrs(step, 1);
    tg_poseidon2_linear_layer_event *event = tg_step_events(step, 1);
    uint32_t state[TG_REF_POSEIDON2_WIDTH];
    instr->external = (tg_flag)tg_step_below(step, 2);
    for (size_t b = 0; b < 4; b++) {
        const tg_operand input = tg_step_read_block(step);
        instr->addrs.input[b] = input.addr;
        tg_value_to_words(event->input[b], input.value);
        memcpy(state + 4 * b, input.value, sizeof input.value);
    }
    if (instr->external != 0) {
        tg_ref_poseidon2_external_layer(state);
    } else {
        tg_ref_poseidon2_internal_layer(state);
    }
    for (size_t b = 0; b < 4; b++) {
        instr->addrs.output[b] = tg_step_write_once(step, state + 4 * b).addr;
        instr->mults[b] = TG_WORD_ONE;
        tg_value_to_words(event->output[b], state + 4 * b);
    }
}

const tg_chip_program tg_program_poseidon2_linear_layer = {
    .machines = TG_IN_WRAP,
    .ops = {{.weight = 30, .run = run_layer}},
};

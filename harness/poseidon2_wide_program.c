/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2WideDeg3 in drawn programs. */
#include "model/poseidon2_wide.h"

#include "harness/program_chip.h"
#include "reference/field.h"
#include "reference/poseidon2.h"

static void run_permutation(tg_step *step)
{
    tg_poseidon2_wide_instr *instr = tg_step_instrs(step, 1);
    tg_poseidon2_wide_event *event = tg_step_events(step, 1);
    uint32_t state[TG_REF_POSEIDON2_WIDTH];
    for (size_t i = 0; i < TG_REF_POSEIDON2_WIDTH; i++) {
        const tg_operand input = tg_step_read_felt(step);
        instr->addrs.input[i] = input.addr;
        event->input[i] = tg_ref_to_word(input.value[0]);
        state[i] = input.value[0];
    }
    tg_ref_poseidon2_permute(state);
    for (size_t i = 0; i < TG_REF_POSEIDON2_WIDTH; i++) {
        instr->addrs.output[i] = tg_step_write_felt(step, state[i], &instr->mults[i]).addr;
        event->output[i] = tg_ref_to_word(state[i]);
    }
}

const tg_chip_program tg_program_poseidon2_wide = {
    .machines = TG_IN_COMPRESS,
    .ops = {{.weight = 30, .run = run_permutation}},
};

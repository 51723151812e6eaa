/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of Poseidon2WideDeg3: a copy, and one permutation a row with its states. */
#include "kernels/poseidon2_states.cuh"
#include "kernels/stage.cuh"
#include "model/poseidon2_wide.h"

TG_DEVICE void poseidon2_wide_preprocessed_row(tg_poseidon2_wide_preprocessed_columns *row,
                                               const tg_poseidon2_wide_instr *instr)
{
    TG_UNROLL for (int i = 0; i < TG_KRN_WIDTH; i++)
    {
        row->input[i] = instr->addrs.input[i];
        row->output[i].addr = instr->addrs.output[i];
        row->output[i].mult = instr->mults[i];
    }
    row->is_real = TG_WORD_ONE;
}

TG_ROWS_KERNEL(poseidon2_wide_preprocessed, tg_poseidon2_wide_instr,
               tg_poseidon2_wide_preprocessed_columns, poseidon2_wide_preprocessed_row)

/* The input of an event; its output is not read. */
TG_DEVICE void load_input(uint32_t state[TG_KRN_WIDTH], const tg_poseidon2_wide_event *event)
{
    if ((uintptr_t)event % 16 == 0) {
        TG_UNROLL for (int i = 0; i < TG_KRN_WIDTH; i += 4)
        {
            const tg_quad quad = tg_load_quad(&event->input[i]);
            TG_UNROLL for (int k = 0; k < 4; k++) state[i + k] = quad.words[k];
        }
    } else {
        TG_UNROLL for (int i = 0; i < TG_KRN_WIDTH; i++) state[i] = event->input[i];
    }
}

TG_ROWS_PER_BLOCK(poseidon2_wide_main, 128)

/* Arithmetic outweighs the 64 bytes that a row reads, so that nothing is staged. Padding rows
 * hold the permutation of zeros. */
TG_KERNEL(poseidon2_wide_main, tg_poseidon2_wide_event)
{
    TG_FOR_ROWS(row, height)
    {
        uint32_t state[TG_KRN_WIDTH];
        TG_UNROLL for (int i = 0; i < TG_KRN_WIDTH; i++) state[i] = 0;
        if (row < nb_events) load_input(state, &events[row]);
        tg_krn_permute_storing(trace + row, height, state);
    }
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of Poseidon2WideDeg3: a copy, and one permutation a row with its states. */
#include "kernels/poseidon2.cuh"
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

/* Column number of a member of the columns. */
#define COLUMN(member) (offsetof(tg_poseidon2_wide_main_columns, state.member) / sizeof(tg_felt))

/* Write a state to 16 columns. cell: the row's cell in the first of them. */
TG_DEVICE void store_state(uint32_t *__restrict__ cell, size_t height,
                           const uint32_t state[TG_KRN_WIDTH])
{
    TG_UNROLL for (size_t i = 0; i < TG_KRN_WIDTH; i++) cell[i * height] = state[i];
}

/* External rounds first .. first + 3, each with its state before the round; rounds have 16
 * columns each. */
TG_DEVICE void external_rounds(uint32_t *__restrict__ row, size_t height,
                               uint32_t state[TG_KRN_WIDTH], int first)
{
    TG_KEEP_LOOP for (int round = first; round < first + TG_KRN_HALF_ROUNDS; round++)
    {
        // Round 0 keeps the input itself, before the first layer, which the caller has written.
        if (round != 0) {
            store_state(row +
                            (COLUMN(external_rounds_state) + TG_KRN_WIDTH * (size_t)round) * height,
                        height, state);
        }
        tg_krn_external_round(state, round);
    }
}

/* The internal rounds; element 0 after each but the last has a column. */
TG_DEVICE void internal_rounds(uint32_t *__restrict__ row, size_t height,
                               uint32_t state[TG_KRN_WIDTH])
{
    uint32_t *cell = row + COLUMN(internal_rounds_s0) * height;
    TG_KEEP_LOOP for (int round = 0; round < TG_KRN_INTERNAL_ROUNDS - 1; round++)
    {
        tg_krn_internal_round(state, round);
        *cell = state[0];
        cell += height;
    }
    tg_krn_internal_round(state, TG_KRN_INTERNAL_ROUNDS - 1);
    tg_krn_internal_end(state);
}

/* One row. row: its cell in column 0. state: the input; lost. */
TG_DEVICE void poseidon2_wide_main_row(uint32_t *__restrict__ row, size_t height,
                                       uint32_t state[TG_KRN_WIDTH])
{
    store_state(row + COLUMN(external_rounds_state) * height, height, state);
    tg_krn_external_layer(state);
    external_rounds(row, height, state, 0);
    store_state(row + COLUMN(internal_rounds_state) * height, height, state);
    internal_rounds(row, height, state);
    external_rounds(row, height, state, TG_KRN_HALF_ROUNDS);
    store_state(row + COLUMN(output_state) * height, height, state);
}

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
        poseidon2_wide_main_row(trace + row, height, state);
    }
}

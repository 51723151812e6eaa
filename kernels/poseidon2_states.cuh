/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A permutation whose states go to columns as they come up: the columns tg_poseidon2_wide_state of
 * every chip that has them.
 */
#ifndef TRACEGATE_KERNELS_POSEIDON2_STATES_CUH
#define TRACEGATE_KERNELS_POSEIDON2_STATES_CUH

#include "kernels/poseidon2.cuh"
#include "model/poseidon2_wide.h"

/* Column of a member, counted from the first of the states. */
#define TG_KRN_STATE_COLUMN(member) (offsetof(tg_poseidon2_wide_state, member) / sizeof(tg_felt))

/* Write a state to 16 columns. cell: the row's cell in the first of them. */
TG_DEVICE void tg_krn_state_store(uint32_t *__restrict__ cell, size_t height,
                                  const uint32_t state[TG_KRN_WIDTH])
{
    TG_UNROLL for (size_t i = 0; i < TG_KRN_WIDTH; i++) cell[i * height] = state[i];
}

/* External rounds first .. first + 3, each with its state before the round; rounds have 16
 * columns each. */
TG_DEVICE void tg_krn_external_rounds_storing(uint32_t *__restrict__ row, size_t height,
                                              uint32_t state[TG_KRN_WIDTH], int first)
{
    TG_KEEP_LOOP for (int round = first; round < first + TG_KRN_HALF_ROUNDS; round++)
    {
        // Round 0 keeps the input itself, before the first layer, which the caller has written.
        if (round != 0) {
            tg_krn_state_store(
                row + (TG_KRN_STATE_COLUMN(external_rounds_state) + TG_KRN_WIDTH * (size_t)round) *
                          height,
                height, state);
        }
        tg_krn_external_round(state, round);
    }
}

/* The internal rounds; element 0 after each but the last has a column. */
TG_DEVICE void tg_krn_internal_rounds_storing(uint32_t *__restrict__ row, size_t height,
                                              uint32_t state[TG_KRN_WIDTH])
{
    uint32_t *cell = row + TG_KRN_STATE_COLUMN(internal_rounds_s0) * height;
    TG_KEEP_LOOP for (int round = 0; round < TG_KRN_INTERNAL_ROUNDS - 1; round++)
    {
        tg_krn_internal_round(state, round);
        *cell = state[0];
        cell += height;
    }
    tg_krn_internal_round(state, TG_KRN_INTERNAL_ROUNDS - 1);
    tg_krn_internal_end(state);
}

/* Permute, writing all states of one row.
 * row    its cell in the first column of the states
 * state  the input; the output afterwards */
TG_DEVICE void tg_krn_permute_storing(uint32_t *__restrict__ row, size_t height,
                                      uint32_t state[TG_KRN_WIDTH])
{
    tg_krn_state_store(row + TG_KRN_STATE_COLUMN(external_rounds_state) * height, height, state);
    tg_krn_external_layer(state);
    tg_krn_external_rounds_storing(row, height, state, 0);
    tg_krn_state_store(row + TG_KRN_STATE_COLUMN(internal_rounds_state) * height, height, state);
    tg_krn_internal_rounds_storing(row, height, state);
    tg_krn_external_rounds_storing(row, height, state, TG_KRN_HALF_ROUNDS);
    tg_krn_state_store(row + TG_KRN_STATE_COLUMN(output_state) * height, height, state);
}

#endif

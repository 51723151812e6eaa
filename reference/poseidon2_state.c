/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The states of one permutation, at the start of each external round and around the internal
 * ones. */
#include "reference/poseidon2_state.h"

#include <string.h>

void tg_ref_poseidon2_state_fill(tg_poseidon2_wide_state *columns,
                                 const uint32_t input[TG_REF_POSEIDON2_WIDTH])
{
    uint32_t state[TG_REF_POSEIDON2_WIDTH];
    memcpy(state, input, sizeof state);

    // Round 0 starts before the initial layer, unlike the others: its columns hold the raw input.
    memcpy(columns->external_rounds_state[0], state, sizeof state);
    tg_ref_poseidon2_external_layer(state);
    tg_ref_poseidon2_external_round(state, 0);
    for (size_t round = 1; round < 4; round++) {
        memcpy(columns->external_rounds_state[round], state, sizeof state);
        tg_ref_poseidon2_external_round(state, round);
    }

    memcpy(columns->internal_rounds_state, state, sizeof state);
    for (size_t round = 0; round < TG_REF_POSEIDON2_INTERNAL_ROUNDS; round++) {
        tg_ref_poseidon2_internal_round(state, round);
        // The last round's element 0 has no column here: it is in external_rounds_state[4].
        if (round + 1 < TG_REF_POSEIDON2_INTERNAL_ROUNDS)
            columns->internal_rounds_s0[round] = state[0];
    }

    for (size_t round = 4; round < TG_REF_POSEIDON2_EXTERNAL_ROUNDS; round++) {
        memcpy(columns->external_rounds_state[round], state, sizeof state);
        tg_ref_poseidon2_external_round(state, round);
    }
    memcpy(columns->output_state, state, sizeof state);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2WideDeg3: the states of one permutation, at the start of each external round and
 * around the internal ones. */
#include "model/poseidon2_wide.h"

#include "reference/poseidon2.h"
#include "reference/reference.h"

#include <string.h>

TG_REF_ROW(poseidon2_wide_preprocessed, tg_poseidon2_wide_preprocessed_columns,
           tg_poseidon2_wide_instr)
{
    for (size_t i = 0; i < TG_REF_POSEIDON2_WIDTH; i++) {
        row->input[i] = event->addrs.input[i];
        row->output[i].addr = event->addrs.output[i];
        row->output[i].mult = event->mults[i];
    }
    row->is_real = 1;
    return NULL;
}

TG_REF_ROW_CHECKED(poseidon2_wide_main, tg_poseidon2_wide_main_columns, tg_poseidon2_wide_event)
{
    tg_poseidon2_wide_state *columns = &row->state;
    uint32_t state[TG_REF_POSEIDON2_WIDTH];
    memcpy(state, event->input, sizeof state);

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

    const bool is_permutation = memcmp(event->output, state, sizeof state) == 0;
    return is_permutation ? NULL : "its output is not the permutation of its input";
}

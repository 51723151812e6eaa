/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Draws of Poseidon2WideDeg3: the output of a valid event is the permutation of its input. */
#include "model/poseidon2_wide.h"

#include "harness/draws.h"
#include "reference/field.h"
#include "reference/poseidon2.h"

static void complete_main(void *event)
{
    tg_poseidon2_wide_event *permutation = event;
    uint32_t state[TG_REF_POSEIDON2_WIDTH];
    for (size_t i = 0; i < TG_REF_POSEIDON2_WIDTH; i++) {
        state[i] = tg_ref_from_word(permutation->input[i]);
    }
    tg_ref_poseidon2_permute(state);
    for (size_t i = 0; i < TG_REF_POSEIDON2_WIDTH; i++) {
        permutation->output[i] = tg_ref_to_word(state[i]);
    }
}

static void upstream_main(tg_std_rng *rng, void *event)
{
    tg_poseidon2_wide_event *permutation = event;
    for (size_t i = 0; i < TG_REF_POSEIDON2_WIDTH; i++) {
        permutation->input[i] = tg_std_rng_felt(rng);
    }
    complete_main(permutation);
}

const tg_draws tg_draws_poseidon2_wide = {
    .preprocessed = {.upstream_filler = true},
    .main = {.upstream = upstream_main, .complete = complete_main},
};

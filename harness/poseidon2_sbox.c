/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Draws of Poseidon2SBox: SP1's test fills the output, which the trace ignores, with seventh
 * powers rather than cubes. */
#include "model/poseidon2_sbox.h"

#include "harness/draws.h"
#include "reference/field.h"

static void upstream_main(tg_std_rng *rng, void *event)
{
    tg_poseidon2_sbox_event *sbox = event;
    for (size_t k = 0; k < 4; k++) {
        sbox->input[k] = tg_std_rng_felt(rng);
        sbox->output[k] = tg_ref_to_word(tg_ref_pow(tg_ref_from_word(sbox->input[k]), 7));
    }
}

/* The output of an external s-box has four cubes, that of an internal one has one and copies the
 * rest; the event does not say which it is. */
static void constrain_main(void *event, uint32_t draw)
{
    tg_poseidon2_sbox_event *sbox = event;
    const size_t nb_cubes = draw % 2 == 0 ? 4 : 1;
    for (size_t k = 0; k < 4; k++) {
        sbox->output[k] = k < nb_cubes
                              ? tg_ref_to_word(tg_ref_cube(tg_ref_from_word(sbox->input[k])))
                              : sbox->input[k];
    }
}

const tg_draws tg_draws_poseidon2_sbox = {
    .preprocessed = {.upstream_filler = true},
    .main = {.upstream = upstream_main, .constrain = constrain_main},
};

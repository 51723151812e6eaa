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

const tg_draws tg_draws_poseidon2_sbox = {
    .preprocessed = {.upstream_filler = true},
    .main = {.upstream = upstream_main},
};

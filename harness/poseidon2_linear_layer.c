/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Draws of Poseidon2LinearLayer. The output of SP1's test events is drawn like the input: the
 * trace ignores it. */
#include "model/poseidon2_linear_layer.h"

#include "harness/draws.h"
#include "reference/field.h"
#include "reference/poseidon2.h"

/* The output is that of either layer; the event does not say which. */
static void constrain_main(void *event, uint32_t draw)
{
    tg_poseidon2_linear_layer_event *layer = event;
    uint32_t state[TG_REF_POSEIDON2_WIDTH];
    for (size_t i = 0; i < TG_REF_POSEIDON2_WIDTH; i++) {
        state[i] = tg_ref_from_word(layer->input[i / 4][i % 4]);
    }
    if (draw % 2 == 0) {
        tg_ref_poseidon2_external_layer(state);
    } else {
        tg_ref_poseidon2_internal_layer(state);
    }
    for (size_t i = 0; i < TG_REF_POSEIDON2_WIDTH; i++) {
        layer->output[i / 4][i % 4] = tg_ref_to_word(state[i]);
    }
}

const tg_draws tg_draws_poseidon2_linear_layer = {
    .preprocessed = {.upstream_filler = true},
    .main = {.constrain = constrain_main},
};

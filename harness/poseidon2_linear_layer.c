/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Draws of Poseidon2LinearLayer. The output of SP1's test events is drawn like the input: the
 * trace ignores it. */
#include "harness/draws.h"

const tg_draws tg_draws_poseidon2_linear_layer = {
    .preprocessed = {.upstream_filler = true},
};

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Draws of PublicValues: SP1's records commit twice, so that the second instruction is seen to
 * be ignored. */
#include "harness/draws.h"

const tg_draws tg_draws_public_values = {
    .preprocessed = {.upstream_nb_events = 2},
    .main = {.upstream_nb_events = 1},
};

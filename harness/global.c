/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Draws of Global: shards like real ones, and a script of hard cases. SP1's own test draws fields
 * in struct order, each by its type. */
#include "harness/global_internal.h"

const tg_draws tg_draws_global = {
    .main =
        {
            .realistic = {.draw = tg_global_realistic, .period = TG_GLOBAL_REALISTIC_PERIOD},
            .boundary = {.draw = tg_global_boundary,
                         .period = TG_GLOBAL_BOUNDARY_PERIOD,
                         .section = TG_GLOBAL_BOUNDARY_SECTION},
        },
};

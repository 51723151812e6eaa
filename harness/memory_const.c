/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Draws of MemoryConst: SP1's records draw the kind as a bool that is true for a Read. */
#include "model/memory_const.h"

#include "harness/draws.h"

static void upstream_preprocessed(tg_std_rng *rng, void *event)
{
    tg_memory_const_instr *instr = event;
    instr->addr = tg_std_rng_felt(rng);
    for (size_t k = 0; k < 4; k++) {
        instr->val[k] = tg_std_rng_felt(rng);
    }
    instr->mult = tg_std_rng_felt(rng);
    instr->kind = tg_std_rng_bool(rng) ? TG_MEMORY_READ : TG_MEMORY_WRITE;
}

const tg_draws tg_draws_memory_const = {
    .preprocessed = {.upstream = upstream_preprocessed},
};

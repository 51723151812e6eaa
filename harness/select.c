/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Draws of Select: the outputs of SP1's test events stand the other way round than the chip
 * means them, which tests copying. */
#include "model/select.h"

#include "harness/draws.h"

static void upstream_main(tg_std_rng *rng, void *event)
{
    tg_select_event *select = event;
    const bool bit = tg_std_rng_bool(rng);
    select->bit = bit ? TG_WORD_ONE : 0;
    select->in1 = tg_std_rng_felt(rng);
    select->in2 = tg_std_rng_felt(rng);
    select->out1 = bit ? select->in1 : select->in2;
    select->out2 = bit ? select->in2 : select->in1;
}

/* A bit that says whether the outputs are the inputs or these swapped. */
static void constrain_main(void *event, uint32_t draw)
{
    tg_select_event *select = event;
    if (select->bit != 0 && select->bit != TG_WORD_ONE)
        select->bit = draw % 2 == 0 ? 0 : TG_WORD_ONE;
    select->out1 = select->bit == 0 ? select->in1 : select->in2;
    select->out2 = select->bit == 0 ? select->in2 : select->in1;
}

const tg_draws tg_draws_select = {
    .preprocessed = {.upstream_filler = true},
    .main = {.upstream = upstream_main, .constrain = constrain_main},
};

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Draws of PrefixSumChecks: SP1's instructions are vectors, drawn vector by vector and laid out
 * here a row an element. */
#include "model/prefix_sum_checks.h"

#include "harness/draws.h"

/* Lengths of SP1's test instructions are below this. */
#define LENGTH_RANGE 8

/* Fill the rows of one instruction: each vector is drawn as a whole before the next. */
static void draw_instruction(tg_std_rng *rng, tg_prefix_sum_checks_instr *rows, size_t length)
{
    const uint32_t zero = tg_std_rng_felt(rng);
    const uint32_t one = tg_std_rng_felt(rng);
    for (size_t i = 0; i < length; i++) {
        rows[i].x1 = tg_std_rng_felt(rng);
    }
    for (size_t i = 0; i < length; i++) {
        rows[i].x2 = tg_std_rng_felt(rng);
    }
    for (size_t i = 0; i < length; i++) {
        rows[i].next_acc = tg_std_rng_felt(rng);
    }
    for (size_t i = 0; i < length; i++) {
        rows[i].felt_next_acc = tg_std_rng_felt(rng);
    }
    for (size_t i = 0; i < length; i++) {
        rows[i].next_acc_mult = tg_std_rng_felt(rng);
    }
    for (size_t i = 0; i < length; i++) {
        rows[i].felt_next_acc_mult = tg_std_rng_felt(rng);
    }
    // Accumulators start from the constants and go on from the row above.
    for (size_t i = 0; i < length; i++) {
        rows[i].acc = i == 0 ? one : rows[i - 1].next_acc;
        rows[i].felt_acc = i == 0 ? zero : rows[i - 1].felt_next_acc;
    }
}

static void upstream_preprocessed_list(tg_std_rng *rng, void *events, size_t nb_events)
{
    tg_prefix_sum_checks_instr *rows = events;
    size_t nb_left = nb_events;
    while (nb_left != 0) {
        const size_t drawn = (size_t)tg_std_rng_below_u64(rng, LENGTH_RANGE);
        const size_t length = drawn < nb_left ? drawn : nb_left;
        draw_instruction(rng, rows, length);
        rows += length;
        nb_left -= length;
    }
}

const tg_draws tg_draws_prefix_sum_checks = {
    .preprocessed = {.upstream_list = upstream_preprocessed_list},
};

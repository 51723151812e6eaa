/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Draws of PrefixSumChecks: SP1's instructions are vectors, drawn vector by vector and laid out
 * here a row an element. */
#include "model/prefix_sum_checks.h"

#include "harness/draws.h"
#include "reference/extension.h"
#include "reference/field.h"

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

/* x1 is a bit; new_acc = acc * (1 - x1 - x2 + 2 x1 x2), new_field_acc = x1 + 2 field_acc. */
static void constrain_main(void *event, uint32_t draw)
{
    tg_prefix_sum_checks_event *check = event;
    if (check->x1 != 0 && check->x1 != TG_WORD_ONE) check->x1 = draw % 2 == 0 ? 0 : TG_WORD_ONE;
    const bool bit = check->x1 != 0;
    // The factor is x2 where the bit is 1, and 1 - x2 where it is 0.
    static const uint32_t one[4] = {1, 0, 0, 0};
    uint32_t factor[4], acc[4];
    for (size_t k = 0; k < 4; k++) {
        factor[k] = tg_ref_from_word(check->x2[k]);
        acc[k] = tg_ref_from_word(check->acc[k]);
    }
    if (!bit) tg_ref_ext_sub(factor, one, factor);
    tg_ref_ext_mul(acc, acc, factor);
    for (size_t k = 0; k < 4; k++) {
        check->new_acc[k] = tg_ref_to_word(acc[k]);
    }
    const uint32_t field_acc = tg_ref_from_word(check->field_acc);
    check->new_field_acc =
        tg_ref_to_word(tg_ref_add(bit ? 1 : 0, tg_ref_add(field_acc, field_acc)));
}

const tg_draws tg_draws_prefix_sum_checks = {
    .preprocessed = {.upstream_list = upstream_preprocessed_list},
    .main = {.constrain = constrain_main},
};

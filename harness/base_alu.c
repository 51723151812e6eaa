/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Draws of BaseAlu: SP1's events hold the result of an operation that the event itself does not
 * name. */
#include "model/base_alu.h"

#include "harness/draws.h"
#include "reference/field.h"

/* Result of an operation on residues. A divisor of 0 counts as 1, as in SP1's test; the event
 * keeps the 0. */
static uint32_t base_result(tg_base_opcode opcode, uint32_t a, uint32_t b)
{
    switch (opcode) {
    case TG_BASE_ADD:
        return tg_ref_add(a, b);
    case TG_BASE_SUB:
        return tg_ref_sub(a, b);
    case TG_BASE_MUL:
        return tg_ref_mul(a, b);
    default:
        return tg_ref_mul(a, tg_ref_inverse(b != 0 ? b : 1));
    }
}

static void upstream_main(tg_std_rng *rng, void *event)
{
    tg_base_alu_event *alu = event;
    alu->in1 = tg_std_rng_felt(rng);
    alu->in2 = tg_std_rng_felt(rng);
    const tg_base_opcode opcode = tg_std_rng_below_u32(rng, TG_BASE_DIV + 1);
    alu->out =
        tg_ref_to_word(base_result(opcode, tg_ref_from_word(alu->in1), tg_ref_from_word(alu->in2)));
}

/* Some operation gives out from in1 and in2. A division keeps its quotient: the dividend follows
 * from it without the inverse, which would take most of the time of drawing. Nothing but 0 can be
 * divided by 0, which the executor makes 1. */
static void constrain_main(void *event, uint32_t draw)
{
    tg_base_alu_event *alu = event;
    const tg_base_opcode opcode = draw % (TG_BASE_DIV + 1);
    if (opcode == TG_BASE_DIV) {
        if (alu->in2 == 0) alu->out = TG_WORD_ONE;
        alu->in1 =
            tg_ref_to_word(tg_ref_mul(tg_ref_from_word(alu->out), tg_ref_from_word(alu->in2)));
        return;
    }
    alu->out =
        tg_ref_to_word(base_result(opcode, tg_ref_from_word(alu->in1), tg_ref_from_word(alu->in2)));
}

const tg_draws tg_draws_base_alu = {
    .preprocessed = {.upstream_filler = true},
    .main = {.upstream = upstream_main, .constrain = constrain_main},
};

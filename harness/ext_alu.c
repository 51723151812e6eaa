/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Draws of ExtAlu: SP1's events hold the result of an operation that the event itself does not
 * name. */
#include "model/ext_alu.h"

#include "harness/draws.h"
#include "reference/extension.h"
#include "reference/field.h"

/* quotient = a / b. A divisor of 0 counts as 1, as in SP1's test; the event keeps the 0. */
static void ext_divide(uint32_t quotient[4], const uint32_t a[4], const uint32_t b[4])
{
    static const uint32_t one[4] = {1, 0, 0, 0};
    const bool is_zero = (b[0] | b[1] | b[2] | b[3]) == 0;
    uint32_t inverse[4];
    tg_ref_ext_inverse(inverse, is_zero ? one : b);
    tg_ref_ext_mul(quotient, a, inverse);
}

/* Result of an operation on residues. */
static void ext_result(uint32_t out[4], tg_ext_opcode opcode, const uint32_t a[4],
                       const uint32_t b[4])
{
    switch (opcode) {
    case TG_EXT_ADD:
        tg_ref_ext_add(out, a, b);
        break;
    case TG_EXT_SUB:
        tg_ref_ext_sub(out, a, b);
        break;
    case TG_EXT_MUL:
        tg_ref_ext_mul(out, a, b);
        break;
    default:
        ext_divide(out, a, b);
        break;
    }
}

/* Draw the words of a block, and give its residues too. */
static void draw_block(tg_std_rng *rng, uint32_t words[4], uint32_t residues[4])
{
    for (size_t k = 0; k < 4; k++) {
        words[k] = tg_std_rng_felt(rng);
        residues[k] = tg_ref_from_word(words[k]);
    }
}

static void upstream_main(tg_std_rng *rng, void *event)
{
    tg_ext_alu_event *alu = event;
    uint32_t a[4], b[4], out[4];
    draw_block(rng, alu->in1, a);
    draw_block(rng, alu->in2, b);
    ext_result(out, tg_std_rng_below_u32(rng, TG_EXT_DIV + 1), a, b);
    for (size_t k = 0; k < 4; k++) {
        alu->out[k] = tg_ref_to_word(out[k]);
    }
}

/* Some operation gives out from in1 and in2. A division keeps its quotient: the dividend follows
 * from it without the inverse, which would take most of the time of drawing. Nothing but 0 can be
 * divided by 0, which the executor makes 1. */
static void constrain_main(void *event, uint32_t draw)
{
    tg_ext_alu_event *alu = event;
    const tg_ext_opcode opcode = draw % (TG_EXT_DIV + 1);
    const bool divides = opcode == TG_EXT_DIV;
    const bool divides_by_zero =
        divides && (alu->in2[0] | alu->in2[1] | alu->in2[2] | alu->in2[3]) == 0;
    uint32_t *const follows = divides ? alu->in1 : alu->out;
    const uint32_t *const left = divides ? alu->out : alu->in1;
    uint32_t a[4], b[4], result[4];
    for (size_t k = 0; k < 4; k++) {
        if (divides_by_zero) alu->out[k] = k == 0 ? TG_WORD_ONE : 0;
        a[k] = tg_ref_from_word(left[k]);
        b[k] = tg_ref_from_word(alu->in2[k]);
    }
    ext_result(result, divides ? TG_EXT_MUL : opcode, a, b);
    for (size_t k = 0; k < 4; k++) {
        follows[k] = tg_ref_to_word(result[k]);
    }
}

const tg_draws tg_draws_ext_alu = {
    .preprocessed = {.upstream_filler = true},
    .main = {.upstream = upstream_main, .constrain = constrain_main},
};

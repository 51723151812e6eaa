/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The curve y^2 = x^3 + 45 x + 41 z^3 over the degree-7 extension: its points from messages, and
 * their sums.
 *
 * Source: SP1 v6.2.0, crates/hypercube/src/septic_curve.rs and
 * crates/core/machine/src/operations/global_interaction.rs.
 */
#ifndef TRACEGATE_KERNELS_CURVE_CUH
#define TRACEGATE_KERNELS_CURVE_CUH

#include "kernels/poseidon2.cuh"
#include "kernels/septic.cuh"

/* 45 and 41, balanced; a test computes them again. */
#define TG_KRN_CURVE_A (-620757083)
#define TG_KRN_CURVE_B (-754974803)

/* Residues of y's coefficient of z^6 up to this one belong to a received point, their negatives to
 * a sent one, and those between to neither: 63 * 2^24. */
#define TG_KRN_MAX_RECEIVED (63u << 24)

/* x^3 + 45 x + 41 z^3. */
TG_DEVICE tg_krn_septic tg_krn_curve_right_side(const tg_krn_septic *x)
{
    tg_krn_septic factor = tg_krn_septic_square(x);
    factor.c[0] = tg_krn_balance(factor.c[0] + TG_KRN_CURVE_A);
    tg_krn_septic right = tg_krn_septic_mul(&factor, x);
    right.c[3] = tg_krn_balance(right.c[3] + TG_KRN_CURVE_B);
    return right;
}

/* ---- from a message to a point ---- */

/* Which points may have a y: those of a receive, those of a send, and none. */
typedef enum tg_krn_sign { TG_KRN_NEITHER, TG_KRN_RECEIVED, TG_KRN_SENT } tg_krn_sign;

/* Side of a residue of y's coefficient of z^6. */
TG_DEVICE tg_krn_sign tg_krn_sign_of(uint32_t y6)
{
    if (y6 - 1 < TG_KRN_MAX_RECEIVED) return TG_KRN_RECEIVED;
    return TG_P - 1 - y6 < TG_KRN_MAX_RECEIVED ? TG_KRN_SENT : TG_KRN_NEITHER;
}

/* Montgomery word of any 32-bit integer: 2^64 mod p times it, reduced. */
TG_DEVICE uint32_t tg_krn_word_of(uint32_t integer) { return tg_krn_mul(integer, 402124772u); }

/* The permutation's input for candidate number `offset` of a message. message: residues. */
TG_DEVICE void tg_krn_candidate_input(uint32_t state[TG_KRN_WIDTH], const uint32_t message[8],
                                      uint32_t kind, uint32_t offset)
{
    TG_UNROLL for (int i = 0; i < 8; i++) state[i] = tg_krn_word_of(message[i]);
    TG_UNROLL for (int i = 8; i < TG_KRN_WIDTH; i++) state[i] = 0;
    state[0] = tg_krn_add(state[0], tg_krn_word_of(kind << 24));
    state[7] = tg_krn_add(state[7], tg_krn_word_of(offset << 16));
}

/* The permutation without its states. */
TG_DEVICE void tg_krn_permute(uint32_t state[TG_KRN_WIDTH])
{
    tg_krn_external_layer(state);
    TG_KEEP_LOOP for (int round = 0; round < TG_KRN_HALF_ROUNDS; round++)
    {
        tg_krn_external_round(state, round);
    }
    TG_KEEP_LOOP for (int round = 0; round < TG_KRN_INTERNAL_ROUNDS; round++)
    {
        tg_krn_internal_round(state, round);
    }
    tg_krn_internal_end(state);
    TG_KEEP_LOOP for (int round = TG_KRN_HALF_ROUNDS; round < 2 * TG_KRN_HALF_ROUNDS; round++)
    {
        tg_krn_external_round(state, round);
    }
}

/* A candidate's x, and the norm of the right side there. */
typedef struct tg_krn_candidate {
    tg_krn_septic x;
    int32_t norm;
} tg_krn_candidate;

/* Make a candidate. Returns whether a point has this x. */
TG_DEVICE bool tg_krn_candidate_make(tg_krn_candidate *candidate, const uint32_t message[8],
                                     uint32_t kind, uint32_t offset)
{
    uint32_t state[TG_KRN_WIDTH];
    tg_krn_candidate_input(state, message, kind, offset);
    tg_krn_permute(state);
    TG_UNROLL for (int i = 0; i < TG_KRN_SEPTIC; i++) candidate->x.c[i] =
        tg_krn_balanced_of_word(state[i]);
    const tg_krn_septic right = tg_krn_curve_right_side(&candidate->x);
    candidate->norm = tg_krn_septic_norm(&right);
    return tg_krn_balanced_is_square(candidate->norm);
}

/* The y of a candidate that has points, for a receive or a send. Returns false if its points belong
 * to neither; y is then undefined. */
TG_DEVICE bool tg_krn_candidate_lift(tg_krn_septic *y, const tg_krn_candidate *candidate,
                                     uint32_t is_receive)
{
    const tg_krn_septic right = tg_krn_curve_right_side(&candidate->x);
    const tg_krn_septic root = tg_krn_septic_root(&right, candidate->norm);
    const tg_krn_sign sign = tg_krn_sign_of(tg_krn_residue_of_balanced(root.c[6]));
    *y = (sign == TG_KRN_RECEIVED) == (is_receive != 0) ? root : tg_krn_septic_neg(&root);
    return sign != TG_KRN_NEITHER;
}

/* ---- sums ---- */

TG_DEVICE bool tg_krn_point_is_infinity(const tg_krn_point *a)
{
    return tg_krn_septic_is_zero(&a->x) && tg_krn_septic_is_zero(&a->y);
}

TG_DEVICE tg_krn_point tg_krn_point_infinity(void)
{
    tg_krn_point infinity;
    TG_UNROLL for (int i = 0; i < TG_KRN_SEPTIC; i++) infinity.x.c[i] = infinity.y.c[i] = 0;
    return infinity;
}

/* What a + b takes beside one inversion: it is made in two steps, so that many sums share the
 * inversion. */
typedef enum tg_krn_rule {
    TG_KRN_CHORD,    /* different x: a line through both */
    TG_KRN_TANGENT,  /* the same point twice */
    TG_KRN_OPPOSITE, /* a point and its negative: infinity */
    TG_KRN_FIRST,    /* b is infinity: a */
    TG_KRN_SECOND,   /* a is infinity: b */
} tg_krn_rule;

/* The rule of a + b, and the denominator of its slope: not 0, whatever the rule. */
TG_DEVICE tg_krn_rule tg_krn_point_rule(tg_krn_septic *denominator, const tg_krn_point *a,
                                        const tg_krn_point *b)
{
    *denominator = tg_krn_septic_sub(&b->x, &a->x);
    // Infinity has an x of 0, which points may have too, but no point has both coordinates 0.
    if (!tg_krn_septic_is_zero(denominator) && !tg_krn_point_is_infinity(a) &&
        !tg_krn_point_is_infinity(b)) {
        return TG_KRN_CHORD;
    }
    const bool is_first = tg_krn_point_is_infinity(b);
    if (!is_first && !tg_krn_point_is_infinity(a) && tg_krn_septic_is_equal(&a->y, &b->y)) {
        // The curve has no point with y = 0.
        *denominator = tg_krn_septic_add(&a->y, &a->y);
        return TG_KRN_TANGENT;
    }
    *denominator = tg_krn_septic_one();
    if (is_first) return TG_KRN_FIRST;
    return tg_krn_point_is_infinity(a) ? TG_KRN_SECOND : TG_KRN_OPPOSITE;
}

/* a + b, by its rule and the inverse of the denominator. */
TG_DEVICE tg_krn_point tg_krn_point_sum(tg_krn_rule rule, const tg_krn_septic *inverse,
                                        const tg_krn_point *a, const tg_krn_point *b)
{
    if (rule == TG_KRN_FIRST) return *a;
    if (rule == TG_KRN_SECOND) return *b;
    if (rule == TG_KRN_OPPOSITE) return tg_krn_point_infinity();
    tg_krn_septic slope = tg_krn_septic_sub(&b->y, &a->y);
    if (rule == TG_KRN_TANGENT) {
        const tg_krn_septic square = tg_krn_septic_square(&a->x);
        slope = tg_krn_septic_add(&square, &square);
        slope = tg_krn_septic_add(&slope, &square);
        slope.c[0] = tg_krn_balance(slope.c[0] + TG_KRN_CURVE_A);
    }
    slope = tg_krn_septic_mul(&slope, inverse);
    tg_krn_point sum;
    sum.x = tg_krn_septic_square(&slope);
    sum.x = tg_krn_septic_sub(&sum.x, &a->x);
    sum.x = tg_krn_septic_sub(&sum.x, &b->x);
    sum.y = tg_krn_septic_sub(&a->x, &sum.x);
    sum.y = tg_krn_septic_mul(&sum.y, &slope);
    sum.y = tg_krn_septic_sub(&sum.y, &a->y);
    return sum;
}

TG_DEVICE tg_krn_point tg_krn_point_add(const tg_krn_point *a, const tg_krn_point *b)
{
    tg_krn_septic denominator;
    const tg_krn_rule rule = tg_krn_point_rule(&denominator, a, b);
    const tg_krn_septic inverse = tg_krn_septic_inverse(&denominator);
    return tg_krn_point_sum(rule, &inverse, a, b);
}

#endif

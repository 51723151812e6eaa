/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* KoalaBear, the field of p = 2^31 - 2^24 + 1 elements, on residues: every operation is one 64-bit
 * `%`.
 *
 * Elements are residues 0 .. p - 1 in a uint32_t. Montgomery words (x * 2^32 mod p) appear in the
 * two conversions only.
 * Source: SP1 v6.2.0, slop/crates/koala-bear.
 */
#ifndef TRACEGATE_REFERENCE_FIELD_H
#define TRACEGATE_REFERENCE_FIELD_H

#include "model/types.h"

#include <stdint.h>

/* R^-1 mod p with R = 2^32: the factor that turns a Montgomery word into its residue. */
#define TG_REF_R_INVERSE 1057030144u

/* a + b, a - b, a * b, -a. Arguments are below p; so are results. */
static inline uint32_t tg_ref_add(uint32_t a, uint32_t b)
{
    return (uint32_t)(((uint64_t)a + b) % TG_P);
}

static inline uint32_t tg_ref_sub(uint32_t a, uint32_t b)
{
    return (uint32_t)(((uint64_t)a + TG_P - b) % TG_P);
}

static inline uint32_t tg_ref_mul(uint32_t a, uint32_t b)
{
    return (uint32_t)((uint64_t)a * b % TG_P);
}

static inline uint32_t tg_ref_negate(uint32_t a) { return (uint32_t)(((uint64_t)TG_P - a) % TG_P); }

/* a^3: the s-box of Poseidon2. */
static inline uint32_t tg_ref_cube(uint32_t a) { return tg_ref_mul(tg_ref_mul(a, a), a); }

/* base^exponent by squaring; 0^0 is 1. */
static inline uint32_t tg_ref_pow(uint32_t base, uint64_t exponent)
{
    uint32_t power = 1;
    for (; exponent != 0; exponent /= 2) {
        if (exponent % 2 == 1) power = tg_ref_mul(power, base);
        base = tg_ref_mul(base, base);
    }
    return power;
}

/* 1 / a, by Fermat: a^(p - 2). The inverse of 0, which is none, is given as 0. */
static inline uint32_t tg_ref_inverse(uint32_t a) { return tg_ref_pow(a, TG_P - 2); }

/* Residue of a Montgomery word. Any uint32_t is taken; one that is not below p is read modulo p. */
static inline uint32_t tg_ref_from_word(uint32_t word)
{
    return (uint32_t)((uint64_t)word * TG_REF_R_INVERSE % TG_P);
}

/* Montgomery word of a residue. */
static inline uint32_t tg_ref_to_word(uint32_t residue)
{
    return (uint32_t)(((uint64_t)residue << 32) % TG_P);
}

#endif

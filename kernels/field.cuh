/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* KoalaBear on Montgomery words, p = 2^31 - 2^24 + 1, radix 2^32.
 *
 * A word is below p; results are words too. Reduction is signed: it takes products and short sums
 * of either sign without a correction in between, and leaves a number between -p and p that one
 * minimum turns into a word.
 */
#ifndef TRACEGATE_KERNELS_FIELD_CUH
#define TRACEGATE_KERNELS_FIELD_CUH

#include "kernels/port.h"
#include "model/types.h"

/* p^-1 mod 2^32 = 2^31 + 2^24 + 1: (2^31 - 2^24 + 1) times it is 1 mod 2^32. */
#define TG_KRN_P_INVERSE 0x81000001u

/* Words of p - 1. */
#define TG_KRN_WORD_MINUS_ONE (TG_P - TG_WORD_ONE)

/* The word congruent to r. -p <= r < p as a two's complement number. The wrong one of r and r +
 * p is above 2^31. */
TG_DEVICE uint32_t tg_krn_word(uint32_t r)
{
    const uint32_t raised = r + TG_P;
    return r < raised ? r : raised;
}

/* t / 2^32 mod p as a number strictly between -p and p. |t| < 2^31 p.
 * t and m * p have the same low half, so that the difference of the high halves is exact. */
TG_DEVICE int32_t tg_krn_reduce(int64_t t)
{
    const int32_t m = (int32_t)((uint32_t)t * TG_KRN_P_INVERSE);
    return (int32_t)(t >> 32) - __mulhi(m, (int32_t)TG_P);
}

TG_DEVICE uint32_t tg_krn_add(uint32_t a, uint32_t b)
{
    // Two words are below 2^32 together.
    const uint32_t sum = a + b;
    const uint32_t lowered = sum - TG_P;
    return sum < lowered ? sum : lowered;
}

TG_DEVICE uint32_t tg_krn_sub(uint32_t a, uint32_t b) { return tg_krn_word(a - b); }

TG_DEVICE uint32_t tg_krn_neg(uint32_t a) { return a == 0 ? 0 : TG_P - a; }

TG_DEVICE uint32_t tg_krn_mul(uint32_t a, uint32_t b)
{
    return tg_krn_word((uint32_t)tg_krn_reduce((int64_t)((uint64_t)a * b)));
}

/* a^3 where a is between -p and p. */
TG_DEVICE uint32_t tg_krn_cube(int32_t a)
{
    const int32_t square = tg_krn_reduce(tg_mul_wide(a, a));
    return tg_krn_word((uint32_t)tg_krn_reduce(tg_mul_wide(square, a)));
}

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The degree-7 extension of KoalaBear: polynomials in z modulo z^7 - 3z - 5.
 *
 * Coefficients are balanced: the Montgomery word, less p where it is above p / 2, so that it lies
 * between -(p-1)/2 and (p-1)/2 and still stands for one residue alone. Products of balanced numbers
 * are at most p^2 / 4: seven of them and what is folded back fit into a signed 64-bit sum, which
 * is reduced once. A product takes 13 reductions for its 49 products.
 *
 * Arguments and results may be the same object.
 */
#ifndef TRACEGATE_KERNELS_SEPTIC_CUH
#define TRACEGATE_KERNELS_SEPTIC_CUH

#include "kernels/field.cuh"
#include "kernels/septic_tables.cuh"

#include <stdbool.h>

#define TG_KRN_HALF_P ((int32_t)((TG_P - 1) / 2))

/* Balanced 1. A product with the balanced k leaves a sum that is reduced afterwards with k times
 * the other factor: k * TG_KRN_ONE, for small k, is far below p and needs no balancing. */
#define TG_KRN_ONE ((int32_t)TG_WORD_ONE)

/* ---- one coefficient ---- */

/* The balanced number congruent to r. |r| <= p + (p-1)/2, and r an int32_t. */
TG_DEVICE int32_t tg_krn_balance(int32_t r)
{
    if (r > TG_KRN_HALF_P) return r - (int32_t)TG_P;
    return r < -TG_KRN_HALF_P ? r + (int32_t)TG_P : r;
}

TG_DEVICE int32_t tg_krn_balanced_of_word(uint32_t word) { return tg_krn_balance((int32_t)word); }

/* The Montgomery word; the residue. */
TG_DEVICE uint32_t tg_krn_word_of_balanced(int32_t a) { return tg_krn_word((uint32_t)a); }

TG_DEVICE uint32_t tg_krn_residue_of_balanced(int32_t a)
{
    return tg_krn_word((uint32_t)tg_krn_reduce(a));
}

/* t / 2^32 mod p, balanced; |t| at most three products of balanced numbers and a bit (p^2 * 0.9).
 */
TG_DEVICE int32_t tg_krn_reduce_balanced(int64_t t) { return tg_krn_balance(tg_krn_reduce(t)); }

/* The same for any sum that fits: the high half is balanced before, so that the difference does
 * not overflow. */
TG_DEVICE int32_t tg_krn_reduce_long(int64_t t)
{
    const int32_t m = (int32_t)((uint32_t)t * TG_KRN_P_INVERSE);
    const int32_t high = tg_krn_balance((int32_t)(t >> 32));
    return tg_krn_balance(high - __mulhi(m, (int32_t)TG_P));
}

TG_DEVICE int32_t tg_krn_balanced_mul(int32_t a, int32_t b)
{
    return tg_krn_reduce_balanced(tg_mul_wide(a, b));
}

/* base^(2^nb_squarings) times factor. */
TG_DEVICE int32_t tg_krn_balanced_shift_mul(int32_t base, int nb_squarings, int32_t factor)
{
    TG_KEEP_LOOP for (int i = 0; i < nb_squarings; i++) base = tg_krn_balanced_mul(base, base);
    return tg_krn_balanced_mul(base, factor);
}

/* a^63 = a^0b111111. */
TG_DEVICE int32_t tg_krn_balanced_pow_63(int32_t a)
{
    const int32_t a3 = tg_krn_balanced_shift_mul(a, 1, a);
    const int32_t a7 = tg_krn_balanced_shift_mul(a3, 1, a);
    return tg_krn_balanced_shift_mul(a7, 3, a7);
}

/* 1 / a as a^(p-2), p - 2 = 0b1111110 and 24 ones; 0 for 0. */
TG_DEVICE int32_t tg_krn_balanced_inverse(int32_t a)
{
    const int32_t a63 = tg_krn_balanced_pow_63(a);
    int32_t power = tg_krn_balanced_mul(a63, a63);
    TG_KEEP_LOOP for (int i = 0; i < 4; i++) power = tg_krn_balanced_shift_mul(power, 6, a63);
    return power;
}

/* Whether a is the square of a number that is not 0: a^((p-1)/2) = (a^127)^(2^23) is 1. */
TG_DEVICE bool tg_krn_balanced_is_square(int32_t a)
{
    int32_t power = tg_krn_balanced_shift_mul(tg_krn_balanced_pow_63(a), 1, a);
    TG_KEEP_LOOP for (int i = 0; i < 23; i++) power = tg_krn_balanced_mul(power, power);
    return power == TG_KRN_ONE;
}

/* Exponent d of h^d, h of order 16. */
TG_DEVICE uint32_t tg_krn_log_of_16(int32_t power)
{
    const uint32_t place = (uint32_t)power * TG_KRN_ROOT_OF_16_FACTOR >> 28;
    return (uint32_t)(TG_KRN_ROOT_OF_16_DIGITS >> (4 * place)) & 15u;
}

/* A number whose square is 1 / a; a a square that is not 0.
 * (a^63)^2 a = a^127 = g^e with g of order 2^24 and e even, so that a^63 g^(-e/2) is it. The six
 * hexadecimal digits of e come one by one, lowest first, from (g^e)^(16^k), k = 5 .. 0, from which
 * the digits that are known are divided out. */
TG_DEVICE int32_t tg_krn_balanced_inverse_root(int32_t a)
{
    const int32_t a63 = tg_krn_balanced_pow_63(a);
    int32_t powers[6];
    powers[0] = tg_krn_balanced_shift_mul(a63, 1, a);
    TG_UNROLL for (int k = 1; k < 6; k++)
    {
        int32_t power = powers[k - 1];
        TG_KEEP_LOOP for (int i = 0; i < 4; i++) power = tg_krn_balanced_mul(power, power);
        powers[k] = power;
    }
    uint32_t e = 0;
    TG_UNROLL for (int digit = 0; digit < 6; digit++)
    {
        int32_t power = powers[5 - digit];
        TG_UNROLL for (int known = 0; known < digit; known++)
        {
            power = tg_krn_balanced_mul(
                power, tg_krn_two_adic_powers[5 - digit + known][e >> (4 * known) & 15u]);
        }
        e |= tg_krn_log_of_16(power) << (4 * digit);
    }
    int32_t root = a63;
    TG_UNROLL for (int digit = 0; digit < 6; digit++)
    {
        root = tg_krn_balanced_mul(root, tg_krn_two_adic_powers[digit][e / 2 >> (4 * digit) & 15u]);
    }
    return root;
}

/* ---- elements ---- */

TG_DEVICE bool tg_krn_septic_is_zero(const tg_krn_septic *a)
{
    int32_t any = 0;
    TG_UNROLL for (int i = 0; i < TG_KRN_SEPTIC; i++) any |= a->c[i];
    return any == 0;
}

TG_DEVICE bool tg_krn_septic_is_equal(const tg_krn_septic *a, const tg_krn_septic *b)
{
    int32_t any = 0;
    TG_UNROLL for (int i = 0; i < TG_KRN_SEPTIC; i++) any |= a->c[i] ^ b->c[i];
    return any == 0;
}

TG_DEVICE tg_krn_septic tg_krn_septic_add(const tg_krn_septic *a, const tg_krn_septic *b)
{
    tg_krn_septic sum;
    TG_UNROLL for (int i = 0; i < TG_KRN_SEPTIC; i++) sum.c[i] = tg_krn_balance(a->c[i] + b->c[i]);
    return sum;
}

TG_DEVICE tg_krn_septic tg_krn_septic_sub(const tg_krn_septic *a, const tg_krn_septic *b)
{
    tg_krn_septic difference;
    TG_UNROLL for (int i = 0; i < TG_KRN_SEPTIC; i++) difference.c[i] =
        tg_krn_balance(a->c[i] - b->c[i]);
    return difference;
}

TG_DEVICE tg_krn_septic tg_krn_septic_neg(const tg_krn_septic *a)
{
    tg_krn_septic negative;
    TG_UNROLL for (int i = 0; i < TG_KRN_SEPTIC; i++) negative.c[i] = -a->c[i];
    return negative;
}

TG_DEVICE tg_krn_septic tg_krn_septic_one(void)
{
    tg_krn_septic one = {{TG_KRN_ONE, 0, 0, 0, 0, 0, 0}};
    return one;
}

/* Fold the sums of z^7 .. z^12 back by z^7 = 3z + 5 and reduce all. sums: of at most 7 products
 * each; lost. */
TG_DEVICE tg_krn_septic tg_krn_septic_fold(int64_t sums[2 * TG_KRN_SEPTIC - 1])
{
    tg_krn_septic result;
    TG_UNROLL for (int k = TG_KRN_SEPTIC; k < 2 * TG_KRN_SEPTIC - 1; k++)
    {
        // z^7 and z^8 have six and five products.
        const int32_t high = k < 9 ? tg_krn_reduce_long(sums[k]) : tg_krn_reduce(sums[k]);
        sums[k - 7] = tg_mad_wide(high, 5 * TG_KRN_ONE, sums[k - 7]);
        sums[k - 6] = tg_mad_wide(high, 3 * TG_KRN_ONE, sums[k - 6]);
    }
    TG_UNROLL for (int k = 0; k < TG_KRN_SEPTIC; k++)
    {
        result.c[k] = k < 3 ? tg_krn_reduce_balanced(sums[k]) : tg_krn_reduce_long(sums[k]);
    }
    return result;
}

TG_DEVICE tg_krn_septic tg_krn_septic_mul(const tg_krn_septic *a, const tg_krn_septic *b)
{
    int64_t sums[2 * TG_KRN_SEPTIC - 1];
    TG_UNROLL for (int k = 0; k < 2 * TG_KRN_SEPTIC - 1; k++)
    {
        const int first = k < TG_KRN_SEPTIC ? 0 : k - TG_KRN_SEPTIC + 1;
        sums[k] = tg_mul_wide(a->c[first], b->c[k - first]);
        TG_UNROLL for (int i = first + 1; i <= k - first; i++) sums[k] =
            tg_mad_wide(a->c[i], b->c[k - i], sums[k]);
    }
    return tg_krn_septic_fold(sums);
}

TG_DEVICE tg_krn_septic tg_krn_septic_square(const tg_krn_septic *a)
{
    int64_t sums[2 * TG_KRN_SEPTIC - 1];
    TG_UNROLL for (int k = 0; k < 2 * TG_KRN_SEPTIC - 1; k++)
    {
        // Twice a balanced number is at most p - 1.
        const int first = k < TG_KRN_SEPTIC ? 0 : k - TG_KRN_SEPTIC + 1;
        sums[k] = k % 2 == 0 ? tg_mul_wide(a->c[k / 2], a->c[k / 2]) : 0;
        TG_UNROLL for (int i = first; 2 * i < k; i++) sums[k] =
            tg_mad_wide(2 * a->c[i], a->c[k - i], sums[k]);
    }
    return tg_krn_septic_fold(sums);
}

/* a times a number of the field. */
TG_DEVICE tg_krn_septic tg_krn_septic_scale(const tg_krn_septic *a, int32_t factor)
{
    tg_krn_septic product;
    TG_UNROLL for (int i = 0; i < TG_KRN_SEPTIC; i++) product.c[i] =
        tg_krn_balanced_mul(a->c[i], factor);
    return product;
}

/* a^p or a^(p^2), by the images of z^1 .. z^6. */
TG_DEVICE tg_krn_septic tg_krn_septic_map(const tg_krn_septic *a, const int32_t images[6][7])
{
    tg_krn_septic image;
    TG_UNROLL for (int k = 0; k < TG_KRN_SEPTIC; k++)
    {
        int64_t sum = k == 0 ? tg_mul_wide(a->c[0], TG_KRN_ONE) : 0;
        TG_UNROLL for (int i = 1; i < TG_KRN_SEPTIC; i++) sum =
            tg_mad_wide(a->c[i], images[i - 1][k], sum);
        image.c[k] = tg_krn_reduce_long(sum);
    }
    return image;
}

TG_DEVICE tg_krn_septic tg_krn_septic_frobenius(const tg_krn_septic *a)
{
    return tg_krn_septic_map(a, tg_krn_frobenius);
}

TG_DEVICE tg_krn_septic tg_krn_septic_double_frobenius(const tg_krn_septic *a)
{
    return tg_krn_septic_map(a, tg_krn_double_frobenius);
}

/* a^(r-1), r = 1 + p + ... + p^6: the product of the six conjugates of a. */
TG_DEVICE tg_krn_septic tg_krn_septic_conjugates(const tg_krn_septic *a)
{
    const tg_krn_septic first = tg_krn_septic_frobenius(a);
    const tg_krn_septic second = tg_krn_septic_double_frobenius(a);
    tg_krn_septic pair = tg_krn_septic_mul(&first, &second);
    tg_krn_septic product = pair;
    TG_KEEP_LOOP for (int i = 0; i < 2; i++)
    {
        pair = tg_krn_septic_double_frobenius(&pair);
        product = tg_krn_septic_mul(&product, &pair);
    }
    return product;
}

/* Coefficient of z^0 of a product; of a times its conjugates it is all there is, the norm. */
TG_DEVICE int32_t tg_krn_septic_mul_low(const tg_krn_septic *a, const tg_krn_septic *b)
{
    int64_t high = 0;
    TG_UNROLL for (int i = 1; i < TG_KRN_SEPTIC; i++) high =
        tg_mad_wide(a->c[i], b->c[TG_KRN_SEPTIC - i], high);
    const int64_t low = tg_mul_wide(a->c[0], b->c[0]);
    return tg_krn_reduce_balanced(tg_mad_wide(tg_krn_reduce_long(high), 5 * TG_KRN_ONE, low));
}

TG_DEVICE int32_t tg_krn_septic_norm(const tg_krn_septic *a)
{
    const tg_krn_septic conjugates = tg_krn_septic_conjugates(a);
    return tg_krn_septic_mul_low(a, &conjugates);
}

/* 1 / a; 0 for 0. */
TG_DEVICE tg_krn_septic tg_krn_septic_inverse(const tg_krn_septic *a)
{
    const tg_krn_septic conjugates = tg_krn_septic_conjugates(a);
    const int32_t norm = tg_krn_septic_mul_low(a, &conjugates);
    return tg_krn_septic_scale(&conjugates, tg_krn_balanced_inverse(norm));
}

/* A square root of a, whose norm is a square that is not 0: then a is a square too.
 * r is odd, and a^((r+1)/2) = a h^p h^(p^3) h^(p^5) with h = a^((p+1)/2) has the square norm * a.
 * (p+1)/2 = 127 * 2^23 + 1. */
TG_DEVICE tg_krn_septic tg_krn_septic_root(const tg_krn_septic *a, int32_t norm)
{
    tg_krn_septic power = *a;
    // a^127, whose exponent is seven ones, and 23 more squarings.
    TG_KEEP_LOOP for (int i = 0; i < 29; i++)
    {
        power = tg_krn_septic_square(&power);
        if (i < 6) power = tg_krn_septic_mul(&power, a);
    }
    power = tg_krn_septic_mul(&power, a);
    tg_krn_septic root = *a;
    power = tg_krn_septic_frobenius(&power);
    TG_KEEP_LOOP for (int i = 0; i < 3; i++)
    {
        root = tg_krn_septic_mul(&root, &power);
        if (i < 2) power = tg_krn_septic_double_frobenius(&power);
    }
    return tg_krn_septic_scale(&root, tg_krn_balanced_inverse_root(norm));
}

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The kernels' balanced numbers, coefficients of their extension of degree 7: reductions over their
 * whole domains, products, inverses, squares and roots, against residues in 64-bit arithmetic. */
#include "kernels/septic.cuh"
#include "kernels_elements.h"

/* Sums at the ends of a domain, around 0, and drawn ones; limit: the greatest. */
static int64_t sum_in_domain(size_t i, int64_t limit, uint64_t *state)
{
    const int64_t drawn = (int64_t)((uint64_t)sample_next(state) << 32 | sample_next(state));
    if (i < 16) return i % 2 == 0 ? limit - (int64_t)i : (int64_t)i - 1 - limit;
    if (i < 32) return (int64_t)i - 24;
    return drawn % limit;
}

START_TEST(kernels_balanced_reduces_its_whole_domain)
{
    // The bound that the contract gives: 0.9 p^2.
    const int64_t limit = ELEMENTS_P * ELEMENTS_P / 10 * 9;
    uint64_t state = 1;
    elements_expect_number("reduce_long", 0, tg_krn_reduce_long(INT64_MIN),
                           elements_around_zero(elements_residue(INT64_MIN)));
    for (size_t i = 0; i < 100000; i++) {
        const int64_t small = sum_in_domain(i, limit, &state);
        elements_expect_number("reduce_balanced", i, tg_krn_reduce_balanced(small),
                               elements_around_zero(elements_residue(small)));
        const int64_t any = sum_in_domain(i, INT64_MAX, &state);
        elements_expect_number("reduce_long", i, tg_krn_reduce_long(any),
                               elements_around_zero(elements_residue(any)));
    }
}
END_TEST

START_TEST(kernels_balanced_balances_its_whole_domain)
{
    static const int32_t turns[] = {INT32_MIN,          INT32_MIN + 1,     -(int32_t)TG_P - 1,
                                    -(int32_t)TG_P,     1 - (int32_t)TG_P, -ELEMENTS_HALF - 2,
                                    -ELEMENTS_HALF - 1, ELEMENTS_HALF + 1, ELEMENTS_HALF + 2,
                                    (int32_t)TG_P - 1,  (int32_t)TG_P,     (int32_t)TG_P + 1,
                                    INT32_MAX};
    uint64_t state = 2;
    for (size_t i = 0; i < 100000; i++) {
        const size_t edge = i - ELEMENTS_NB(turns);
        const int32_t number = i < ELEMENTS_NB(turns)     ? turns[i]
                               : edge < ELEMENTS_NB_EDGES ? elements_edges[edge]
                                                          : (int32_t)sample_next(&state);
        const uint32_t word = elements_modulo(number);
        const int32_t balanced = elements_around_zero(word);
        elements_expect_number("balance", i, tg_krn_balance(number), balanced);
        elements_expect_number("of_word", i, tg_krn_balanced_of_word(word), balanced);
        elements_expect_number("to word", i, tg_krn_word_of_balanced(balanced), word);
        elements_expect_number("residue", i, tg_krn_residue_of_balanced(balanced),
                               elements_residue(balanced));
    }
}
END_TEST

static void check_coefficients(size_t i, int32_t a, int32_t b)
{
    const uint32_t residue = elements_residue(a);
    const uint64_t product = (uint64_t)residue * elements_residue(b) % TG_P;
    const uint32_t euler = elements_power(residue, (TG_P - 1) / 2);
    elements_expect_number("product", i, tg_krn_balanced_mul(a, b),
                           elements_balanced((uint32_t)product));
    elements_expect_number("a^63", i, tg_krn_balanced_pow_63(a),
                           elements_balanced(elements_power(residue, 63)));
    elements_expect_number("1 / a", i, tg_krn_balanced_inverse(a),
                           elements_balanced(elements_power(residue, TG_P - 2)));
    elements_expect_number("whether a square", i, tg_krn_balanced_is_square(a), euler == 1);
}

/* Products, powers, inverses and squares; the inverse of 0 is 0, and 0 is no square here. */
START_TEST(kernels_balanced_computes_as_residues)
{
    uint64_t state = 3;
    ck_assert_int_eq(tg_krn_balanced_inverse(0), 0);
    ck_assert(!tg_krn_balanced_is_square(0));
    for (size_t i = 0; i < ELEMENTS_NB_EDGES; i++) {
        for (size_t k = 0; k < ELEMENTS_NB_EDGES; k++)
            check_coefficients(i * ELEMENTS_NB_EDGES + k, elements_edges[i], elements_edges[k]);
    }
    for (size_t i = 0; i < 20000; i++) {
        check_coefficients(i, elements_draw_coefficient(&state), elements_draw_coefficient(&state));
    }
}
END_TEST

static void check_inverse_root(size_t i, uint32_t residue)
{
    const int32_t a = elements_balanced(residue);
    const int32_t root = tg_krn_balanced_inverse_root(a);
    const uint64_t r = elements_residue(root);
    elements_expect_number("whether a square", i, tg_krn_balanced_is_square(a), true);
    elements_expect_number("root", i, elements_around_zero(elements_modulo(root)), root);
    elements_expect_number("root^2 a", i, (int64_t)(r * r % TG_P * residue % TG_P), 1);
}

/* Squares are g^(2k), whose order is any power of two up to 2^23, times numbers of odd order: the
 * 127 powers of 3^(2^24). Every one of these with exponents of g that are powers of two, negatives
 * of these, a digit at any place, and drawn. */
START_TEST(kernels_balanced_has_inverse_roots_of_all_orders)
{
    const uint32_t odd = elements_power(ELEMENTS_GENERATOR, ELEMENTS_TWO_ADIC_ORDER);
    uint64_t state = 4;
    for (uint64_t i = 0; i < ELEMENTS_ODD_PART; i++) {
        const uint64_t odd_part = elements_power(odd, i);
        check_inverse_root(i, (uint32_t)odd_part);
        for (uint64_t lg = 1; lg < 24; lg++) {
            const uint64_t digit = sample_next(&state) % 16;
            const uint64_t exponents[] = {
                (uint64_t)1 << lg, ELEMENTS_TWO_ADIC_ORDER - ((uint64_t)1 << lg),
                (digit << lg) % ELEMENTS_TWO_ADIC_ORDER, 2 * (uint64_t)sample_next(&state)};
            for (size_t k = 0; k < ELEMENTS_NB(exponents); k++) {
                const uint64_t residue = odd_part * elements_two_adic(exponents[k]) % TG_P;
                check_inverse_root((i * 24 + lg) * ELEMENTS_NB(exponents) + k, (uint32_t)residue);
            }
        }
    }
    for (size_t i = 0; i < ELEMENTS_NB_EDGES; i++) {
        const uint64_t edge = elements_residue(elements_edges[i]);
        if (edge != 0) check_inverse_root(i, (uint32_t)(edge * edge % TG_P));
    }
    for (size_t i = 0; i < 20000; i++) {
        const uint64_t drawn = 1 + sample_next(&state) % (TG_P - 1);
        check_inverse_root(i, (uint32_t)(drawn * drawn % TG_P));
    }
}
END_TEST

TG_SUITE("kernels_balanced", kernels_balanced_reduces_its_whole_domain,
         kernels_balanced_balances_its_whole_domain, kernels_balanced_computes_as_residues,
         kernels_balanced_has_inverse_roots_of_all_orders)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The kernels' extension of degree 7 on its own: every constant computed again from its definition,
 * the field's laws, maps, norms, inverses, squares and roots, known answers. Its coefficients:
 * test_kernels_balanced.c; against the reference: test_kernels_against_reference.c. */
#include "kernels/septic.cuh"
#include "kernels_elements.h"

static const tg_krn_septic zero = {{0}};
static const tg_krn_septic one = {{TG_KRN_ONE}};
static const tg_krn_septic z = {{0, TG_KRN_ONE}};

static tg_krn_septic add(tg_krn_septic a, tg_krn_septic b) { return tg_krn_septic_add(&a, &b); }
static tg_krn_septic sub(tg_krn_septic a, tg_krn_septic b) { return tg_krn_septic_sub(&a, &b); }
static tg_krn_septic mul(tg_krn_septic a, tg_krn_septic b) { return tg_krn_septic_mul(&a, &b); }
static tg_krn_septic inverse(tg_krn_septic a) { return tg_krn_septic_inverse(&a); }
static tg_krn_septic frobenius(tg_krn_septic a) { return tg_krn_septic_frobenius(&a); }

/* base^exponent by the kernels' products alone. */
static tg_krn_septic power(tg_krn_septic base, uint32_t exponent)
{
    tg_krn_septic result = one;
    for (; exponent != 0; exponent /= 2) {
        if (exponent % 2 != 0) result = mul(result, base);
        base = mul(base, base);
    }
    return result;
}

/* ---- constants ---- */

START_TEST(kernels_septic_has_the_constants_of_its_field)
{
    ck_assert_int_eq(TG_KRN_HALF_P, ELEMENTS_HALF);
    ck_assert_int_eq(2 * (int64_t)TG_KRN_HALF_P + 1, TG_P);
    ck_assert_int_eq(TG_KRN_ONE, elements_balanced(1));
    // No power of g but the 2^24th is 1.
    ck_assert_uint_eq(elements_two_adic(ELEMENTS_TWO_ADIC_ORDER / 2), TG_P - 1);
    for (uint64_t k = 0; k < 6; k++) {
        for (uint64_t d = 0; d < 16; d++) {
            const uint64_t exponent = ELEMENTS_TWO_ADIC_ORDER - (d << (4 * k));
            ck_assert_int_eq(tg_krn_two_adic_powers[k][d],
                             elements_balanced(elements_two_adic(exponent)));
        }
    }
}
END_TEST

/* The powers of h = g^(2^20), which has order 16, take all 16 places of the constant. */
START_TEST(kernels_septic_knows_logarithms_to_the_root_of_order_16)
{
    uint32_t places = 0;
    for (uint32_t d = 0; d < 16; d++) {
        const int32_t balanced = elements_balanced(elements_two_adic((uint64_t)d << 20));
        const uint32_t place = (uint32_t)balanced * TG_KRN_ROOT_OF_16_FACTOR >> 28;
        ck_assert_uint_eq(places >> place & 1, 0);
        places |= 1u << place;
        ck_assert_uint_eq(TG_KRN_ROOT_OF_16_DIGITS >> (4 * place) & 15, d);
        ck_assert_uint_eq(tg_krn_log_of_16(balanced), d);
    }
    ck_assert_uint_eq(places, 0xffff);
}
END_TEST

START_TEST(kernels_septic_has_the_images_of_its_maps)
{
    const tg_krn_septic image = power(z, TG_P);
    const tg_krn_septic double_image = power(image, TG_P);
    for (uint32_t i = 1; i < TG_KRN_SEPTIC; i++) {
        const tg_krn_septic expected = power(image, i);
        const tg_krn_septic double_expected = power(double_image, i);
        for (size_t k = 0; k < TG_KRN_SEPTIC; k++) {
            ck_assert_int_eq(tg_krn_frobenius[i - 1][k], expected.c[k]);
            ck_assert_int_eq(tg_krn_double_frobenius[i - 1][k], double_expected.c[k]);
        }
    }
}
END_TEST

/* z^7 = 3z + 5, and no smaller field has z: 7 is prime, so that all its conjugates differ. */
START_TEST(kernels_septic_is_the_field_of_its_polynomial)
{
    static const uint32_t folded[TG_KRN_SEPTIC] = {5, 3};
    elements_expect("z^7", 0, power(z, TG_KRN_SEPTIC), elements_of_residues(folded));
    tg_krn_septic conjugate = z;
    for (int i = 1; i < TG_KRN_SEPTIC; i++) {
        conjugate = power(conjugate, TG_P);
        ck_assert(!tg_krn_septic_is_equal(&conjugate, &z));
    }
    elements_expect("z^(p^7)", 0, power(conjugate, TG_P), z);
    ck_assert(tg_krn_septic_is_zero(&zero) && !tg_krn_septic_is_zero(&z));
    const tg_krn_septic last = {{0, 0, 0, 0, 0, 0, -1}};
    ck_assert(!tg_krn_septic_is_zero(&last) && !tg_krn_septic_is_equal(&last, &zero));
}
END_TEST

/* ---- the field's laws ---- */

static void check_laws(size_t i, tg_krn_septic a, tg_krn_septic b, tg_krn_septic c)
{
    const tg_krn_septic sum = add(a, b);
    const tg_krn_septic product = mul(a, b);
    const tg_krn_septic scalar = {{c.c[0]}};
    elements_expect("a + 0", i, add(a, zero), a);
    elements_expect("a * 1", i, mul(a, one), a);
    elements_expect("a * 0", i, mul(a, zero), zero);
    elements_expect("a - a", i, sub(a, a), zero);
    elements_expect("a + -a", i, add(a, tg_krn_septic_neg(&a)), zero);
    elements_expect("a + b - b", i, sub(sum, b), a);
    elements_expect("b + a", i, add(b, a), sum);
    elements_expect("b * a", i, mul(b, a), product);
    elements_expect("a + (b + c)", i, add(a, add(b, c)), add(sum, c));
    elements_expect("a * (b * c)", i, mul(a, mul(b, c)), mul(product, c));
    elements_expect("a * c + b * c", i, add(mul(a, c), mul(b, c)), mul(sum, c));
    elements_expect("a^2", i, tg_krn_septic_square(&a), mul(a, a));
    elements_expect("a * c0", i, tg_krn_septic_scale(&a, c.c[0]), mul(a, scalar));
    elements_expect_number("low part of a * b", i, tg_krn_septic_mul_low(&a, &b), product.c[0]);
    elements_expect_number("a == b", i, tg_krn_septic_is_equal(&a, &b),
                           memcmp(&a, &b, sizeof a) == 0);
}

START_TEST(kernels_septic_obeys_the_laws_of_a_field)
{
    uint64_t state = 5;
    for (size_t i = 0; i < ELEMENTS_NB_AT_EDGES; i++) {
        const tg_krn_septic a = elements_at_edge(i);
        for (size_t k = 0; k < ELEMENTS_NB_AT_EDGES; k++) {
            const tg_krn_septic b = elements_at_edge(k);
            const tg_krn_septic c = elements_at_edge((i + 2 * k) % ELEMENTS_NB_AT_EDGES);
            check_laws(i * ELEMENTS_NB_AT_EDGES + k, a, b, c);
        }
    }
    for (size_t i = 0; i < 20000; i++) {
        const tg_krn_septic a = elements_draw(&state);
        const tg_krn_septic b = elements_draw(&state);
        check_laws(i, a, b, elements_draw(&state));
    }
}
END_TEST

/* Of any element: inverse, maps, conjugates. */
static void check_inverse_and_maps(size_t i, tg_krn_septic a, tg_krn_septic b)
{
    const tg_krn_septic image = frobenius(a);
    const tg_krn_septic conjugates = tg_krn_septic_conjugates(&a);
    const tg_krn_septic norm = {{tg_krn_septic_norm(&a)}};
    const tg_krn_septic product = mul(a, b);
    const bool is_zero = tg_krn_septic_is_zero(&a);
    elements_expect("a / a", i, mul(a, inverse(a)), is_zero ? zero : one);
    elements_expect("1 / (1 / a)", i, inverse(inverse(a)), a);
    elements_expect("(a + b)^p", i, frobenius(add(a, b)), add(image, frobenius(b)));
    elements_expect("(a b)^p", i, frobenius(product), mul(image, frobenius(b)));
    elements_expect("(a^p)^p", i, frobenius(image), tg_krn_septic_double_frobenius(&a));
    tg_krn_septic conjugate = image;
    tg_krn_septic others = one;
    for (int times = 1; times < TG_KRN_SEPTIC; times++) {
        others = mul(others, conjugate);
        conjugate = frobenius(conjugate);
    }
    elements_expect("a^(p^7)", i, conjugate, a);
    elements_expect("conjugates", i, conjugates, others);
    // The product of all conjugates is in the field.
    elements_expect("norm", i, mul(a, others), norm);
    elements_expect_number("whether the norm is 0", i, norm.c[0] == 0, is_zero);
    elements_expect_number("norm of a b", i, tg_krn_septic_norm(&product),
                           tg_krn_balanced_mul(norm.c[0], tg_krn_septic_norm(&b)));
}

START_TEST(kernels_septic_has_inverses_maps_and_norms)
{
    uint64_t state = 6;
    elements_expect("1 / 0", 0, inverse(zero), zero);
    for (size_t i = 0; i < ELEMENTS_NB_AT_EDGES; i++) {
        const tg_krn_septic a = elements_at_edge(i);
        for (size_t k = 0; k < 8; k++) {
            check_inverse_and_maps(i, a, elements_at_edge((i * 7 + k) % ELEMENTS_NB_AT_EDGES));
        }
    }
    for (uint32_t signs = 0; signs < ELEMENTS_NB_SIGNS; signs++) {
        check_inverse_and_maps(signs, elements_of_signs(signs), elements_of_signs(signs * 5 % 128));
    }
    for (size_t i = 0; i < 5000; i++) {
        const tg_krn_septic a = elements_draw(&state);
        check_inverse_and_maps(i, a, elements_draw(&state));
    }
    elements_expect("z^p by powers", 0, frobenius(z), power(z, TG_P));
}
END_TEST

/* ---- squares and roots ---- */

/* a^2 has a root, and its products with non-squares have none: 3 is none, and stays none, as the
 * degree is odd; z is none. */
static void check_square(size_t i, tg_krn_septic a)
{
    const int32_t three = elements_balanced(ELEMENTS_GENERATOR);
    const tg_krn_septic square = tg_krn_septic_square(&a);
    const tg_krn_septic tripled = tg_krn_septic_scale(&square, three);
    const tg_krn_septic shifted = mul(square, z);
    const int32_t norm = tg_krn_septic_norm(&square);
    const bool is_zero = tg_krn_septic_is_zero(&a);
    elements_expect_number("a^2 is a square", i, tg_krn_balanced_is_square(norm), !is_zero);
    elements_expect_number("3 a^2 is a square", i,
                           tg_krn_balanced_is_square(tg_krn_septic_norm(&tripled)), false);
    elements_expect_number("z a^2 is a square", i,
                           tg_krn_balanced_is_square(tg_krn_septic_norm(&shifted)), false);
    if (is_zero) return;
    const tg_krn_septic root = tg_krn_septic_root(&square, norm);
    elements_expect("root^2", i, mul(root, root), square);
    // Either of the two, a and -a.
    elements_expect("root", i, root, tg_krn_septic_is_equal(&root, &a) ? a : tg_krn_septic_neg(&a));
}

START_TEST(kernels_septic_has_roots_of_squares)
{
    uint64_t state = 7;
    for (size_t i = 0; i < ELEMENTS_NB_AT_EDGES; i++) check_square(i, elements_at_edge(i));
    for (uint32_t signs = 0; signs < ELEMENTS_NB_SIGNS; signs++) {
        check_square(signs, elements_of_signs(signs));
    }
    for (size_t i = 0; i < 10000; i++) check_square(i, elements_draw(&state));
}
END_TEST

/* ---- known answers ---- */

START_TEST(kernels_septic_has_known_values)
{
    tg_json json;
    size_t nb = 0;
    vectors_open(&json, "septic");
    tg_json_value *known = vectors_array(&nb, json.root, "arith");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(known, i);
        const tg_krn_septic a = elements_known(entry, "a");
        const tg_krn_septic b = elements_known(entry, "b");
        elements_expect("mul", i, mul(a, b), elements_known(entry, "mul"));
        elements_expect("inv_a", i, inverse(a), elements_known(entry, "inv_a"));
        elements_expect("frobenius_a", i, frobenius(a), elements_known(entry, "frobenius_a"));
        elements_expect("double_frobenius_a", i, tg_krn_septic_double_frobenius(&a),
                        elements_known(entry, "double_frobenius_a"));
        elements_expect("pow_r_minus_1_a", i, tg_krn_septic_conjugates(&a),
                        elements_known(entry, "pow_r_minus_1_a"));
        elements_expect_number("norm_a", i, tg_krn_septic_norm(&a),
                               elements_balanced(vectors_u32(entry, "norm_a")));
    }
    tg_json_close(&json);
}
END_TEST

/* 0 has a root, itself, but is refused: no point has y = 0. */
START_TEST(kernels_septic_has_known_roots)
{
    tg_json json;
    size_t nb = 0;
    size_t nb_roots = 0;
    vectors_open(&json, "septic");
    tg_json_value *known = vectors_array(&nb, json.root, "sqrt");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *entry = tg_json_element(known, i);
        const tg_krn_septic a = elements_known(entry, "a");
        const int32_t norm = tg_krn_septic_norm(&a);
        const bool has_root = tg_json_has(entry, "root") && !tg_krn_septic_is_zero(&a);
        elements_expect_number("norm", i, norm, elements_balanced(vectors_u32(entry, "norm")));
        elements_expect_number("is_square", i, tg_krn_balanced_is_square(norm), has_root);
        if (!has_root) continue;
        nb_roots++;
        const tg_krn_septic root = tg_krn_septic_root(&a, norm);
        const tg_krn_septic expected = elements_known(entry, "root");
        const tg_krn_septic other = elements_known(entry, "other_root");
        elements_expect("root", i, root, tg_krn_septic_is_equal(&root, &other) ? other : expected);
    }
    ck_assert_uint_gt(nb_roots, 0);
    ck_assert_uint_lt(nb_roots, nb);
    tg_json_close(&json);
}
END_TEST

TG_SUITE("kernels_septic", kernels_septic_has_the_constants_of_its_field,
         kernels_septic_knows_logarithms_to_the_root_of_order_16,
         kernels_septic_has_the_images_of_its_maps, kernels_septic_is_the_field_of_its_polynomial,

         kernels_septic_obeys_the_laws_of_a_field, kernels_septic_has_inverses_maps_and_norms,
         kernels_septic_has_roots_of_squares, kernels_septic_has_known_values,
         kernels_septic_has_known_roots)

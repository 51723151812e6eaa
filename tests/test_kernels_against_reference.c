/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The two sides' extension of degree 7, curve, and hash to the curve, against each other: all pairs
 * of edges, all sums of products that are as large as they can be, drawn operands. One side
 * computes on residues, the other on balanced Montgomery words; what is compared are the numbers
 * that the kernels hold, so that a result that is not balanced fails too. */
#include "kernels/global_points.cuh"
#include "kernels_elements.h"
#include "reference/curve.h"
#include "reference/field.h"

/* Drawn operands: pairs for what costs as much as a product or less; elements for inverse, norm and
 * what follows from them, of which one in 32 for roots; points; messages. Six seconds of one core
 * together, ten under sanitizers. */
#define NB_PAIRS 1000000
#define NB_NEAR 500000
#define NB_INVERSES 1000000
#define NB_SUMS 100000
#define NB_MESSAGES 20000

/* ---- from one side to the other ---- */

static tg_ref_septic to_reference(tg_krn_septic a)
{
    tg_ref_septic residues;
    for (size_t k = 0; k < TG_KRN_SEPTIC; k++) {
        residues.c[k] = tg_ref_from_word(elements_modulo(a.c[k]));
    }
    return residues;
}

static int32_t balanced_of(uint32_t residue)
{
    return elements_around_zero(tg_ref_to_word(residue));
}

static tg_krn_septic to_kernels(tg_ref_septic residues)
{
    tg_krn_septic a;
    for (size_t k = 0; k < TG_KRN_SEPTIC; k++) a.c[k] = balanced_of(residues.c[k]);
    return a;
}

static tg_krn_point point_to_kernels(tg_ref_point a)
{
    // Infinity's coordinates are 0 on both sides.
    return (tg_krn_point){to_kernels(a.x), to_kernels(a.y)};
}

static void expect(const char *what, size_t i, tg_krn_septic actual, tg_ref_septic expected)
{
    elements_expect(what, i, actual, to_kernels(expected));
}

/* ---- the extension ---- */

/* Everything that costs as much as a product, or less. */
static void compare_pair(size_t i, tg_krn_septic a, tg_krn_septic b)
{
    const tg_ref_septic x = to_reference(a);
    const tg_ref_septic y = to_reference(b);
    const tg_ref_septic product = tg_ref_septic_mul(x, y);
    const tg_ref_septic image = tg_ref_septic_frobenius(x);
    expect("a + b", i, tg_krn_septic_add(&a, &b), tg_ref_septic_add(x, y));
    expect("a - b", i, tg_krn_septic_sub(&a, &b), tg_ref_septic_sub(x, y));
    expect("-a", i, tg_krn_septic_neg(&a), tg_ref_septic_negate(x));
    expect("a * b", i, tg_krn_septic_mul(&a, &b), product);
    expect("a * a", i, tg_krn_septic_square(&a), tg_ref_septic_mul(x, x));
    expect("a * b6", i, tg_krn_septic_scale(&a, b.c[6]), tg_ref_septic_scale(x, y.c[6]));
    expect("a^p", i, tg_krn_septic_frobenius(&a), image);
    expect("a^(p^2)", i, tg_krn_septic_double_frobenius(&a), tg_ref_septic_frobenius(image));
    elements_expect_number("low part of a * b", i, tg_krn_septic_mul_low(&a, &b),
                           balanced_of(product.c[0]));
    elements_expect_number("a == b", i, tg_krn_septic_is_equal(&a, &b), tg_ref_septic_equal(x, y));
}

/* Inverse, norm, square test, the curve's right side. */
static void compare_inverse(size_t i, tg_krn_septic a)
{
    const tg_ref_septic x = to_reference(a);
    const int32_t norm = tg_krn_septic_norm(&a);
    const uint32_t expected_norm = tg_ref_septic_norm(x);
    expect("1 / a", i, tg_krn_septic_inverse(&a), tg_ref_septic_inverse(x));
    expect("right side", i, tg_krn_curve_right_side(&a), tg_ref_curve_cubic(x));
    elements_expect_number("norm", i, norm, balanced_of(expected_norm));
    // 0 is no square to the kernels, as no point has y = 0.
    elements_expect_number("is a square", i, tg_krn_balanced_is_square(norm),
                           expected_norm != 0 && tg_ref_is_square(expected_norm));
}

/* A root, which is one of the reference's two; or none. */
static void compare_root(size_t i, tg_krn_septic a)
{
    tg_ref_septic expected = {{0}};
    const bool has_root = tg_ref_septic_sqrt(&expected, to_reference(a));
    const int32_t norm = tg_krn_septic_norm(&a);
    const bool is_zero = tg_krn_septic_is_zero(&a);
    elements_expect_number("has a root", i, tg_krn_balanced_is_square(norm), has_root && !is_zero);
    if (!has_root || is_zero) return;
    const tg_krn_septic root = tg_krn_septic_root(&a, norm);
    const tg_krn_septic one_root = to_kernels(expected);
    expect("root", i, root,
           tg_krn_septic_is_equal(&root, &one_root) ? expected : tg_ref_septic_negate(expected));
}

START_TEST(kernels_against_reference_on_edges)
{
    for (size_t i = 0; i < ELEMENTS_NB_AT_EDGES; i++) {
        const tg_krn_septic a = elements_at_edge(i);
        compare_inverse(i, a);
        compare_root(i, a);
        for (size_t k = 0; k < ELEMENTS_NB_AT_EDGES; k++) {
            compare_pair(i * ELEMENTS_NB_AT_EDGES + k, a, elements_at_edge(k));
        }
    }
}
END_TEST

/* All signs of coefficients of (p-1)/2 in both operands. Of each sum of products, the greatest and
 * the least are among them. */
START_TEST(kernels_against_reference_on_greatest_sums)
{
    for (uint32_t i = 0; i < ELEMENTS_NB_SIGNS; i++) {
        const tg_krn_septic a = elements_of_signs(i);
        compare_inverse(i, a);
        compare_root(i, a);
        for (uint32_t k = 0; k < ELEMENTS_NB_SIGNS; k++) {
            compare_pair(i * ELEMENTS_NB_SIGNS + k, a, elements_of_signs(k));
        }
    }
}
END_TEST

/* Coefficients a little below (p-1)/2, with signs that make the sum of one power of z, the
 * coefficients of the others drawn: a sum that is too great for its reduction may fail for few low
 * halves alone. */
START_TEST(kernels_against_reference_on_sums_near_the_greatest)
{
    uint64_t state = 7;
    for (size_t i = 0; i < NB_NEAR; i++) {
        const size_t power = i % (2 * TG_KRN_SEPTIC - 1);
        const uint32_t signs = sample_next(&state);
        tg_krn_septic a = elements_of_signs(signs % ELEMENTS_NB_SIGNS);
        tg_krn_septic b = elements_of_signs(signs >> 16 & (ELEMENTS_NB_SIGNS - 1));
        for (size_t k = 0; k < TG_KRN_SEPTIC; k++) {
            const size_t partner = power - k;
            if (partner < TG_KRN_SEPTIC) b.c[partner] = signs >> 31 != 0 ? a.c[k] : -a.c[k];
        }
        for (size_t k = 0; k < TG_KRN_SEPTIC; k++) {
            a.c[k] -= (a.c[k] > 0 ? 1 : -1) * (int32_t)(sample_next(&state) % 64);
            b.c[k] -= (b.c[k] > 0 ? 1 : -1) * (int32_t)(sample_next(&state) % 64);
        }
        compare_pair(i, a, b);
    }
}
END_TEST

/* Coefficients 0, (p-1)/2 and -(p-1)/2 in all 3^7 ways. */
START_TEST(kernels_against_reference_on_all_extremes)
{
    static const int32_t digits[] = {0, ELEMENTS_HALF, -ELEMENTS_HALF};
    tg_krn_septic before = {{0}};
    for (size_t i = 0; i < 2187; i++) {
        tg_krn_septic a;
        for (size_t k = 0, rest = i; k < TG_KRN_SEPTIC; k++, rest /= 3) a.c[k] = digits[rest % 3];
        compare_pair(i, a, before);
        compare_inverse(i, a);
        compare_root(i, a);
        before = a;
    }
}
END_TEST

/* A map by images of (p-1)/2 and its negative whose sums are as great as they can be: every sign of
 * a's coefficients, and those of the images the same in even columns, opposite in odd ones. */
START_TEST(kernels_against_reference_on_maps_of_greatest_sums)
{
    for (uint32_t signs = 0; signs < ELEMENTS_NB_SIGNS; signs++) {
        const tg_krn_septic a = elements_of_signs(signs);
        const tg_ref_septic x = to_reference(a);
        int32_t images[TG_KRN_SEPTIC - 1][TG_KRN_SEPTIC];
        tg_ref_septic expected = {{x.c[0]}};
        for (size_t i = 1; i < TG_KRN_SEPTIC; i++) {
            tg_krn_septic image;
            for (size_t k = 0; k < TG_KRN_SEPTIC; k++) image.c[k] = k % 2 == 0 ? a.c[i] : -a.c[i];
            memcpy(images[i - 1], image.c, sizeof image.c);
            expected =
                tg_ref_septic_add(expected, tg_ref_septic_scale(to_reference(image), x.c[i]));
        }
        expect("map", signs, tg_krn_septic_map(&a, (const int32_t(*)[TG_KRN_SEPTIC])images),
               expected);
    }
}
END_TEST

/* One element in 16 has its coefficients at the edges. */
static tg_krn_septic draw(size_t i, uint64_t *state)
{
    if (i % 16 != 0) return elements_draw(state);
    return elements_at_edge(sample_next(state) % ELEMENTS_NB_AT_EDGES);
}

START_TEST(kernels_against_reference_on_drawn_pairs)
{
    uint64_t state = 1;
    for (size_t i = 0; i < NB_PAIRS; i++) {
        const tg_krn_septic a = draw(i, &state);
        compare_pair(i, a, draw(i + i / 16, &state));
    }
}
END_TEST

START_TEST(kernels_against_reference_on_drawn_inverses)
{
    uint64_t state = 2;
    for (size_t i = 0; i < NB_INVERSES; i++) {
        const tg_krn_septic a = draw(i, &state);
        compare_inverse(i, a);
        if (i % 32 == 1) compare_root(i, a);
    }
}
END_TEST

/* ---- the curve ---- */

static const tg_ref_point infinity = {.is_infinity = true};

static tg_ref_point ref_add(tg_ref_point a, tg_ref_point b) { return tg_ref_point_add(&a, &b); }

/* Points that are infinite, equal, opposite, sums of each other, or unrelated; and drawn chains of
 * sums. */
START_TEST(kernels_against_reference_on_sums)
{
    const tg_ref_point s = tg_ref_curve_start;
    const tg_ref_point d = tg_ref_curve_dummy;
    tg_ref_point points[64] = {infinity, s, d, ref_add(s, d), ref_add(d, d)};
    const size_t nb_first = 5;
    for (size_t i = nb_first; i < 2 * nb_first; i++) {
        points[i] = tg_ref_point_negate(&points[i - nb_first]);
    }
    for (size_t i = 2 * nb_first; i < ELEMENTS_NB(points); i++) {
        points[i] = ref_add(points[i - 1], points[i - nb_first - 2]);
    }
    for (size_t i = 0; i < ELEMENTS_NB(points); i++) {
        const tg_krn_point a = point_to_kernels(points[i]);
        for (size_t k = 0; k < ELEMENTS_NB(points); k++) {
            const tg_krn_point b = point_to_kernels(points[k]);
            elements_expect_point("a + b", i * ELEMENTS_NB(points) + k, tg_krn_point_add(&a, &b),
                                  point_to_kernels(ref_add(points[i], points[k])));
        }
    }
    elements_expect_point("start", 0, tg_krn_start, point_to_kernels(s));
    elements_expect_point("dummy", 0, tg_krn_dummy, point_to_kernels(d));
    elements_expect_point("start + dummy", 0, tg_krn_start_plus_dummy,
                          point_to_kernels(ref_add(s, d)));
}
END_TEST

/* A walk of sums, back and forth: a step in eight is the last one taken back. */
START_TEST(kernels_against_reference_on_drawn_sums)
{
    uint64_t state = 6;
    tg_ref_point expected = tg_ref_curve_start;
    tg_ref_point step = tg_ref_curve_dummy;
    tg_krn_point sum = tg_krn_start;
    for (size_t i = 0; i < NB_SUMS; i++) {
        const uint32_t drawn = sample_next(&state) % 8;
        if (drawn == 0) {
            step = tg_ref_point_negate(&step);
        } else if (drawn < 4) {
            step = expected;
        }
        const tg_krn_point addend = point_to_kernels(step);
        expected = ref_add(expected, step);
        sum = tg_krn_point_add(&sum, &addend);
        elements_expect_point("walk", i, sum, point_to_kernels(expected));
        ck_assert(tg_krn_point_is_infinity(&sum) == expected.is_infinity);
    }
}
END_TEST

/* Residues around every turn, each with the rest of the circle drawn. */
START_TEST(kernels_against_reference_on_signs)
{
    static const tg_krn_sign signs[] = {
        [TG_REF_SIGN_RECEIVE] = TG_KRN_RECEIVED,
        [TG_REF_SIGN_SEND] = TG_KRN_SENT,
        [TG_REF_SIGN_NONE] = TG_KRN_NEITHER,
    };
    static const uint32_t turns[] = {0, 63u << 24, TG_P / 2, TG_P - (63u << 24)};
    uint64_t state = 3;
    for (uint32_t i = 0; i < 200000; i++) {
        const uint32_t around = (turns[i % ELEMENTS_NB(turns)] + TG_P - 500 + i / 4 % 1000) % TG_P;
        const tg_ref_septic y = {
            {0, 0, 0, 0, 0, 0, i < 4000 ? around : sample_next(&state) % TG_P}};
        elements_expect_number("sign", y.c[6], tg_krn_sign_of(y.c[6]), signs[tg_ref_curve_sign(y)]);
    }
}
END_TEST

/* ---- messages ---- */

/* The kernels' search, as their steps make it: the first candidate that has a point, with which a
 * receive and a send end alike. Returns its number. */
static uint32_t search(tg_krn_point *received, tg_krn_septic *sent_y, const uint32_t message[8],
                       uint32_t kind)
{
    for (uint32_t offset = 0; offset < 256; offset++) {
        tg_krn_candidate candidate;
        if (!tg_krn_candidate_make(&candidate, message, kind, offset)) continue;
        const bool is_there = tg_krn_candidate_lift(&received->y, &candidate, 1);
        ck_assert(tg_krn_candidate_lift(sent_y, &candidate, 0) == is_there);
        received->x = candidate.x;
        if (is_there) return offset;
    }
    return 256;
}

/* Messages: drawn below p; within the bounds of the constraints; with words at the edges. */
static uint32_t message_word(size_t i, size_t word, uint64_t *state)
{
    static const uint32_t turns[] = {0,        1,        (1 << 16) - 1, (1 << 24) - 1,
                                     TG_P / 2, TG_P - 2, TG_P - 1};
    const uint32_t drawn = sample_next(state);
    if (i % 4 == 0) return turns[drawn % ELEMENTS_NB(turns)];
    if (i % 4 == 1) return drawn % (word == 0 ? 1 << 24 : 1 << 16);
    return drawn % TG_P;
}

START_TEST(kernels_against_reference_on_messages)
{
    uint64_t state = 4;
    uint32_t greatest = 0;
    for (size_t i = 0; i < NB_MESSAGES; i++) {
        const uint32_t kind = (uint32_t)i % 64;
        uint32_t message[8];
        for (size_t word = 0; word < 8; word++) message[word] = message_word(i, word, &state);
        tg_ref_point expected = infinity;
        uint32_t expected_offset = 0;
        ck_assert(tg_ref_curve_hash(&expected, &expected_offset, message, kind, 256));
        tg_krn_point received = {{{0}}, {{0}}};
        tg_krn_septic sent_y = {{0}};
        const uint32_t offset = search(&received, &sent_y, message, kind);
        elements_expect_number("offset", i, offset, expected_offset);
        elements_expect_point("received point", i, received, point_to_kernels(expected));
        expect("y of a send", i, sent_y, tg_ref_septic_negate(expected.y));
        if (offset > greatest) greatest = offset;
    }
    // A search is over at a candidate with probability 0.496.
    ck_assert_uint_gt(greatest, 5);
}
END_TEST

/* Offsets and kinds of all sizes, on words that they carry over p. */
START_TEST(kernels_against_reference_on_inputs)
{
    uint64_t state = 5;
    for (uint32_t i = 0; i < 256 * 64; i++) {
        uint32_t message[8];
        uint32_t expected[TG_KRN_WIDTH];
        uint32_t actual[TG_KRN_WIDTH];
        for (size_t word = 0; word < 8; word++) message[word] = message_word(i, word, &state);
        tg_ref_curve_hash_input(expected, message, i / 256, i % 256);
        memset(actual, 0xa5, sizeof actual);
        tg_krn_candidate_input(actual, message, i / 256, i % 256);
        for (size_t k = 0; k < TG_KRN_WIDTH; k++) {
            elements_expect_number("input", i, actual[k], tg_ref_to_word(expected[k]));
        }
    }
}
END_TEST

TG_SUITE("kernels_against_reference", kernels_against_reference_on_edges,
         kernels_against_reference_on_greatest_sums,
         kernels_against_reference_on_sums_near_the_greatest,
         kernels_against_reference_on_all_extremes,
         kernels_against_reference_on_maps_of_greatest_sums,
         kernels_against_reference_on_drawn_pairs, kernels_against_reference_on_drawn_inverses,
         kernels_against_reference_on_sums, kernels_against_reference_on_drawn_sums,
         kernels_against_reference_on_signs, kernels_against_reference_on_messages,
         kernels_against_reference_on_inputs)

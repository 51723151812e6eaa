/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Elements of the kernels' degree-7 extension for suites: balanced numbers by their definition, in
 * 64-bit arithmetic; elements with coefficients at the edges; drawn ones; assertions. Static, so
 * that a suite may use some of them only.
 */
#ifndef TRACEGATE_TESTS_KERNELS_ELEMENTS_H
#define TRACEGATE_TESTS_KERNELS_ELEMENTS_H

#include "kernels/septic.cuh"
#include "sample.h"
#include "suite.h"
#include "vectors.h"

#define ELEMENTS_NB(array) (sizeof(array) / sizeof((array)[0]))
#define ELEMENTS_P ((int64_t)TG_P)
#define ELEMENTS_HALF ((int32_t)((TG_P - 1) / 2))

/* ---- coefficients ---- */

/* base^exponent mod p; base: a residue. */
static inline uint32_t elements_power(uint64_t base, uint64_t exponent)
{
    uint64_t power = 1;
    for (; exponent != 0; exponent /= 2) {
        if (exponent % 2 != 0) power = power * base % TG_P;
        base = base * base % TG_P;
    }
    return (uint32_t)power;
}

/* 3 generates the field's units, and g = 3^127 those of order 2^24. g^exponent, a residue. */
#define ELEMENTS_GENERATOR 3u
#define ELEMENTS_ODD_PART 127u
#define ELEMENTS_TWO_ADIC_ORDER (1u << 24)
static inline uint32_t elements_two_adic(uint64_t exponent)
{
    const uint64_t g = elements_power(ELEMENTS_GENERATOR, ELEMENTS_ODD_PART);
    return elements_power(g, exponent % ELEMENTS_TWO_ADIC_ORDER);
}

/* The residue of any number. */
static inline uint32_t elements_modulo(int64_t number)
{
    return (uint32_t)((number % ELEMENTS_P + ELEMENTS_P) % ELEMENTS_P);
}

/* The number between -(p-1)/2 and (p-1)/2 that is congruent to a word below p. */
static inline int32_t elements_around_zero(uint32_t word)
{
    return (int32_t)(word > TG_P / 2 ? (int64_t)word - ELEMENTS_P : (int64_t)word);
}

/* The balanced Montgomery word of a residue; the residue of a Montgomery word, balanced or any
 * other number: that number / 2^32. */
static inline int32_t elements_balanced(uint32_t residue)
{
    return elements_around_zero((uint32_t)(((uint64_t)residue << 32) % TG_P));
}

static inline uint32_t elements_residue(int64_t word)
{
    const uint64_t radix = ((uint64_t)1 << 32) % TG_P;
    return (uint32_t)((uint64_t)elements_modulo(word) * elements_power(radix, TG_P - 2) % TG_P);
}

/* Where sums, signs and reductions turn: as numbers, and as balanced words of the residues 1, 2 and
 * (p-1)/2, of which the last is that of -1/2. Each with its negative. */
static const int32_t elements_edges[] = {
    0,
    1,
    -1,
    2,
    -2,
    (1 << 24) - 1,
    1 - (1 << 24),
    1 << 24,
    -(1 << 24),
    33554430,
    -33554430,
    67108860,
    -67108860,
    16777215,
    -16777215,
    ELEMENTS_HALF / 2,
    -(ELEMENTS_HALF / 2),
    ELEMENTS_HALF - 1,
    1 - ELEMENTS_HALF,
    ELEMENTS_HALF,
    -ELEMENTS_HALF,
};
#define ELEMENTS_NB_EDGES ELEMENTS_NB(elements_edges)

static inline int32_t elements_draw_coefficient(uint64_t *state)
{
    return (int32_t)(sample_next(state) % TG_P) - ELEMENTS_HALF;
}

/* ---- elements ---- */

static inline tg_krn_septic elements_of_residues(const uint32_t residues[TG_KRN_SEPTIC])
{
    tg_krn_septic a;
    for (size_t k = 0; k < TG_KRN_SEPTIC; k++) a.c[k] = elements_balanced(residues[k]);
    return a;
}

/* The element of a key of the vectors, and a point; null is infinity, as kernels store it. */
static inline tg_krn_septic elements_known(tg_json_value *object, const char *key)
{
    uint32_t residues[TG_KRN_SEPTIC];
    vectors_words(residues, TG_KRN_SEPTIC, vectors_member(object, key));
    return elements_of_residues(residues);
}

static inline tg_krn_point elements_known_point(tg_json_value *object, const char *key)
{
    tg_krn_point point = {{{0}}, {{0}}};
    if (!tg_json_has(object, key)) return point;
    tg_json_value *known = vectors_member(object, key);
    point.x = elements_known(known, "x");
    point.y = elements_known(known, "y");
    return point;
}

static inline tg_krn_septic elements_draw(uint64_t *state)
{
    tg_krn_septic a;
    for (size_t k = 0; k < TG_KRN_SEPTIC; k++) a.c[k] = elements_draw_coefficient(state);
    return a;
}

/* Element number i of those at the edges: every edge in the places that a mask names, zeros in the
 * others; alternating signs; edges side by side. */
#define ELEMENTS_NB_SHAPES 16
#define ELEMENTS_NB_AT_EDGES (ELEMENTS_NB_EDGES * ELEMENTS_NB_SHAPES)
static inline tg_krn_septic elements_at_edge(size_t i)
{
    static const uint8_t masks[] = {1, 2, 4, 8, 16, 32, 64, 0x7f, 0x55, 0x2a, 0x07, 0x70, 0x41};
    const size_t edge = i / ELEMENTS_NB_SHAPES;
    const size_t shape = i % ELEMENTS_NB_SHAPES;
    tg_krn_septic a;
    for (size_t k = 0; k < TG_KRN_SEPTIC; k++) {
        const int32_t own = elements_edges[edge];
        const size_t step = shape - ELEMENTS_NB(masks);
        if (shape < ELEMENTS_NB(masks)) {
            a.c[k] = masks[shape] >> k & 1 ? own : 0;
        } else if (step == 0) {
            a.c[k] = k % 2 == 0 ? own : -own;
        } else {
            a.c[k] = elements_edges[(edge + k * step) % ELEMENTS_NB_EDGES];
        }
    }
    return a;
}

/* Every coefficient (p-1)/2 or its negative, as bit k of signs says. Among the pairs of these are
 * all that make any sum of products as large as it can be. */
#define ELEMENTS_NB_SIGNS (1u << TG_KRN_SEPTIC)
static inline tg_krn_septic elements_of_signs(uint32_t signs)
{
    tg_krn_septic a;
    for (size_t k = 0; k < TG_KRN_SEPTIC; k++) {
        a.c[k] = signs >> k & 1 ? -ELEMENTS_HALF : ELEMENTS_HALF;
    }
    return a;
}

/* ---- assertions ----
 * Check's own take longer than a product: they come in only where something is wrong. `what` and
 * `index` say which operation of which operands. */

static inline void elements_expect_number(const char *what, size_t index, int64_t actual,
                                          int64_t expected)
{
    if (actual == expected) return;
    ck_abort_msg("%s of operands %zu: %lld, expected %lld", what, index, (long long)actual,
                 (long long)expected);
}

static inline void elements_expect(const char *what, size_t index, tg_krn_septic actual,
                                   tg_krn_septic expected)
{
    for (size_t k = 0; k < TG_KRN_SEPTIC; k++) {
        if (actual.c[k] == expected.c[k]) continue;
        ck_abort_msg("%s of operands %zu: coefficient %zu is %d, expected %d", what, index, k,
                     actual.c[k], expected.c[k]);
    }
}

static inline void elements_expect_point(const char *what, size_t index, tg_krn_point actual,
                                         tg_krn_point expected)
{
    elements_expect(what, index, actual.x, expected.x);
    elements_expect(what, index, actual.y, expected.y);
}

#endif

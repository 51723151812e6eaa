/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Arithmetic of the extension of degree 7, coefficient by coefficient; inverse, squares and roots
 * through the norm. */
#include "reference/septic.h"

#include "reference/field.h"

#include <stddef.h>

#define DEGREE TG_REF_SEPTIC_DEGREE

/* Row i is z^(p * i). Source: SP1 v6.2.0, crates/hypercube/src/septic_extension.rs. */
static const tg_ref_septic frobenius_of_powers[DEGREE] = {
    {{1, 0, 0, 0, 0, 0, 0}},
    {{1272123317, 1950759909, 1879852731, 746569225, 180350946, 1600835585, 333893434}},
    {{129050189, 1749509219, 983995729, 711096547, 1505254548, 639452798, 68186395}},
    {{1911662442, 1095215454, 1794102427, 1173566779, 140526665, 110899104, 1387282150}},
    {{1366416596, 1212861, 2104391040, 1447859676, 308944373, 106444152, 1362577042}},
    {{1411781189, 1580508159, 1332301780, 1528790701, 380217034, 1752756730, 989817517}},
    {{37669840, 439102875, 410223214, 964813232, 1250258104, 877333757, 222095778}},
};

tg_ref_septic tg_ref_septic_add(tg_ref_septic a, tg_ref_septic b)
{
    for (size_t i = 0; i < DEGREE; i++) {
        a.c[i] = tg_ref_add(a.c[i], b.c[i]);
    }
    return a;
}

tg_ref_septic tg_ref_septic_sub(tg_ref_septic a, tg_ref_septic b)
{
    for (size_t i = 0; i < DEGREE; i++) {
        a.c[i] = tg_ref_sub(a.c[i], b.c[i]);
    }
    return a;
}

tg_ref_septic tg_ref_septic_negate(tg_ref_septic a)
{
    for (size_t i = 0; i < DEGREE; i++) {
        a.c[i] = tg_ref_negate(a.c[i]);
    }
    return a;
}

tg_ref_septic tg_ref_septic_mul(tg_ref_septic a, tg_ref_septic b)
{
    // At most 7 residues meet in a sum, and 8 times as many after the reduction: far below 2^64.
    uint64_t sums[2 * DEGREE - 1] = {0};
    for (size_t i = 0; i < DEGREE; i++) {
        for (size_t j = 0; j < DEGREE; j++) {
            sums[i + j] += tg_ref_mul(a.c[i], b.c[j]);
        }
    }
    // z^(k + 7) = 3 z^(k + 1) + 5 z^k; k + 1 stays below 7.
    for (size_t k = 0; k + DEGREE < 2 * DEGREE - 1; k++) {
        sums[k + 1] += TG_REF_SEPTIC_Z7_Z1 * sums[k + DEGREE];
        sums[k] += TG_REF_SEPTIC_Z7_Z0 * sums[k + DEGREE];
    }
    tg_ref_septic product;
    for (size_t k = 0; k < DEGREE; k++) {
        product.c[k] = (uint32_t)(sums[k] % TG_P);
    }
    return product;
}

tg_ref_septic tg_ref_septic_scale(tg_ref_septic a, uint32_t factor)
{
    for (size_t i = 0; i < DEGREE; i++) {
        a.c[i] = tg_ref_mul(a.c[i], factor);
    }
    return a;
}

bool tg_ref_septic_equal(tg_ref_septic a, tg_ref_septic b)
{
    for (size_t i = 0; i < DEGREE; i++) {
        if (a.c[i] != b.c[i]) return false;
    }
    return true;
}

tg_ref_septic tg_ref_septic_pow(tg_ref_septic base, uint64_t exponent)
{
    tg_ref_septic power = {{1}};
    for (; exponent != 0; exponent /= 2) {
        if (exponent % 2 == 1) power = tg_ref_septic_mul(power, base);
        base = tg_ref_septic_mul(base, base);
    }
    return power;
}

tg_ref_septic tg_ref_septic_frobenius(tg_ref_septic a)
{
    // The map keeps sums and coefficients: the image is the sum of c[i] * z^(p * i).
    uint64_t sums[DEGREE] = {0};
    for (size_t i = 0; i < DEGREE; i++) {
        for (size_t k = 0; k < DEGREE; k++) {
            sums[k] += tg_ref_mul(a.c[i], frobenius_of_powers[i].c[k]);
        }
    }
    tg_ref_septic image;
    for (size_t k = 0; k < DEGREE; k++) {
        image.c[k] = (uint32_t)(sums[k] % TG_P);
    }
    return image;
}

/* a^p * a^(p^2) * ... * a^(p^6): the product of the other conjugates. */
static tg_ref_septic other_conjugates(tg_ref_septic a)
{
    tg_ref_septic conjugate = tg_ref_septic_frobenius(a);
    tg_ref_septic product = conjugate;
    for (size_t i = 2; i < DEGREE; i++) {
        conjugate = tg_ref_septic_frobenius(conjugate);
        product = tg_ref_septic_mul(product, conjugate);
    }
    return product;
}

uint32_t tg_ref_septic_norm(tg_ref_septic a)
{
    // The map only permutes the factors, so that the product is in the base field.
    return tg_ref_septic_mul(a, other_conjugates(a)).c[0];
}

tg_ref_septic tg_ref_septic_inverse(tg_ref_septic a)
{
    const tg_ref_septic others = other_conjugates(a);
    const uint32_t norm = tg_ref_septic_mul(a, others).c[0];
    return tg_ref_septic_scale(others, tg_ref_inverse(norm));
}

bool tg_ref_is_square(uint32_t a)
{
    // Euler: a^((p - 1) / 2) is 1 for squares, p - 1 for all others, 0 for 0.
    return tg_ref_pow(a, (TG_P - 1) / 2) != TG_P - 1;
}

bool tg_ref_septic_is_square(tg_ref_septic a)
{
    // With r = 1 + p + ... + p^6 the norm is a^r, and Euler's a^((q - 1) / 2) is its power
    // (p - 1) / 2.
    return tg_ref_is_square(tg_ref_septic_norm(a));
}

/* A pair is x[0] + x[1] * u with u^2 = u2, in the extension of degree 2 of the base field. */
typedef struct pair {
    uint32_t x[2];
} pair;

static pair pair_mul(pair a, pair b, uint32_t u2)
{
    const uint32_t x1y1 = tg_ref_mul(a.x[1], b.x[1]);
    return (pair){{
        tg_ref_add(tg_ref_mul(a.x[0], b.x[0]), tg_ref_mul(x1y1, u2)),
        tg_ref_add(tg_ref_mul(a.x[0], b.x[1]), tg_ref_mul(a.x[1], b.x[0])),
    }};
}

bool tg_ref_sqrt(uint32_t *root, uint32_t a)
{
    if (!tg_ref_is_square(a)) return false;
    // Cipolla: with u2 = t^2 - a no square, (t + u)^((p + 1) / 2) is a root, since its square is
    // (t + u)^p * (t + u) = (t - u) * (t + u) = a. No t is good for a = 0, its own root.
    *root = 0;
    if (a == 0) return true;
    uint32_t t = 0;
    while (tg_ref_is_square(tg_ref_sub(tg_ref_mul(t, t), a))) t++;
    const uint32_t u2 = tg_ref_sub(tg_ref_mul(t, t), a);
    pair power = {{1, 0}};
    pair square = {{t, 1}};
    for (uint32_t exponent = (TG_P + 1) / 2; exponent != 0; exponent /= 2) {
        if (exponent % 2 == 1) power = pair_mul(power, square, u2);
        square = pair_mul(square, square, u2);
    }
    *root = power.x[0];
    return true;
}

bool tg_ref_septic_sqrt(tg_ref_septic *root, tg_ref_septic a)
{
    uint32_t norm_root = 0;
    if (!tg_ref_sqrt(&norm_root, tg_ref_septic_norm(a))) return false;
    // With h = a^((p + 1) / 2) and b = a * h^p * h^(p^3) * h^(p^5) is b^2 = a^(2 + p + ... + p^6)
    // = a * norm: so b over a root of the norm is a root of a.
    tg_ref_septic conjugate = tg_ref_septic_frobenius(tg_ref_septic_pow(a, (TG_P + 1) / 2));
    tg_ref_septic product = tg_ref_septic_mul(a, conjugate);
    for (size_t i = 3; i < DEGREE; i += 2) {
        conjugate = tg_ref_septic_frobenius(tg_ref_septic_frobenius(conjugate));
        product = tg_ref_septic_mul(product, conjugate);
    }
    *root = tg_ref_septic_scale(product, tg_ref_inverse(norm_root));
    return true;
}

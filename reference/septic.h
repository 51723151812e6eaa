/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The extension of degree 7, F_q with q = p^7: polynomials in z of degree below 7 over KoalaBear,
 * modulo z^7 - 3z - 5.
 *
 * An element is 7 residues below p; number i is the coefficient of z^i. Arguments and results are
 * values, so that nothing can overlap.
 * Source: SP1 v6.2.0, crates/hypercube/src/septic_extension.rs.
 */
#ifndef TRACEGATE_REFERENCE_SEPTIC_H
#define TRACEGATE_REFERENCE_SEPTIC_H

#include <stdbool.h>
#include <stdint.h>

#define TG_REF_SEPTIC_DEGREE 7

/* z^7 = 3z + 5. */
#define TG_REF_SEPTIC_Z7_Z1 3u
#define TG_REF_SEPTIC_Z7_Z0 5u

typedef struct tg_ref_septic {
    uint32_t c[TG_REF_SEPTIC_DEGREE];
} tg_ref_septic;

/* a + b, a - b, -a, a * b; a times an element of the base field. */
tg_ref_septic tg_ref_septic_add(tg_ref_septic a, tg_ref_septic b);
tg_ref_septic tg_ref_septic_sub(tg_ref_septic a, tg_ref_septic b);
tg_ref_septic tg_ref_septic_negate(tg_ref_septic a);
tg_ref_septic tg_ref_septic_mul(tg_ref_septic a, tg_ref_septic b);
tg_ref_septic tg_ref_septic_scale(tg_ref_septic a, uint32_t factor);

bool tg_ref_septic_equal(tg_ref_septic a, tg_ref_septic b);

/* base^exponent by squaring; 0^0 is 1. */
tg_ref_septic tg_ref_septic_pow(tg_ref_septic base, uint64_t exponent);

/* a^p, the Frobenius map: linear over the base field. */
tg_ref_septic tg_ref_septic_frobenius(tg_ref_septic a);

/* The norm of a, the product of its conjugates a, a^p, ..., a^(p^6): an element of the base field,
 * 0 for a = 0 alone. */
uint32_t tg_ref_septic_norm(tg_ref_septic a);

/* 1 / a. The inverse of 0, which is none, is given as 0. */
tg_ref_septic tg_ref_septic_inverse(tg_ref_septic a);

/* True if an element has a square root; 0 is its own. */
bool tg_ref_is_square(uint32_t a);
bool tg_ref_septic_is_square(tg_ref_septic a);

/* A square root, either of the two: of an element of the base field, of any.
 * root    caller's; untouched if there is none
 * Returns false if there is none. */
bool tg_ref_sqrt(uint32_t *root, uint32_t a);
bool tg_ref_septic_sqrt(tg_ref_septic *root, tg_ref_septic a);

#endif

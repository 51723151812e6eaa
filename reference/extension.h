/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The extension of degree 4: polynomials in X of degree below 4 over KoalaBear, modulo X^4 - 3.
 *
 * An element is 4 residues below p; number k is the coefficient of X^k. Results may overlap
 * arguments.
 * Source: SP1 v6.2.0, slop/crates/koala-bear (binomial extension of degree 4 with X^4 = 3).
 */
#ifndef TRACEGATE_REFERENCE_EXTENSION_H
#define TRACEGATE_REFERENCE_EXTENSION_H

#include <stdint.h>

/* X^4. */
#define TG_REF_EXT_X4 3u

/* sum = a + b, difference = a - b, product = a * b. */
void tg_ref_ext_add(uint32_t sum[4], const uint32_t a[4], const uint32_t b[4]);
void tg_ref_ext_sub(uint32_t difference[4], const uint32_t a[4], const uint32_t b[4]);
void tg_ref_ext_mul(uint32_t product[4], const uint32_t a[4], const uint32_t b[4]);

/* inverse = 1 / a. The inverse of 0, which is none, is given as 0. */
void tg_ref_ext_inverse(uint32_t inverse[4], const uint32_t a[4]);

#endif

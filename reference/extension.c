/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Arithmetic of the extension of degree 4, coefficient by coefficient. */
#include "reference/extension.h"

#include "reference/field.h"

#include <string.h>

void tg_ref_ext_add(uint32_t sum[4], const uint32_t a[4], const uint32_t b[4])
{
    for (size_t k = 0; k < 4; k++) {
        sum[k] = tg_ref_add(a[k], b[k]);
    }
}

void tg_ref_ext_sub(uint32_t difference[4], const uint32_t a[4], const uint32_t b[4])
{
    for (size_t k = 0; k < 4; k++) {
        difference[k] = tg_ref_sub(a[k], b[k]);
    }
}

void tg_ref_ext_mul(uint32_t product[4], const uint32_t a[4], const uint32_t b[4])
{
    uint32_t coefficients[7] = {0};
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < 4; j++) {
            coefficients[i + j] = tg_ref_add(coefficients[i + j], tg_ref_mul(a[i], b[j]));
        }
    }
    // X^(k + 4) = 3 * X^k
    for (size_t k = 0; k < 3; k++) {
        coefficients[k] =
            tg_ref_add(coefficients[k], tg_ref_mul(TG_REF_EXT_X4, coefficients[k + 4]));
    }
    memcpy(product, coefficients, 4 * sizeof *product);
}

/* power = a^p, the Frobenius map: by squaring. */
static void pow_p(uint32_t power[4], const uint32_t a[4])
{
    uint32_t square[4];
    memcpy(square, a, sizeof square);
    uint32_t result[4] = {1, 0, 0, 0};
    for (uint32_t exponent = TG_P; exponent != 0; exponent /= 2) {
        if (exponent % 2 == 1) tg_ref_ext_mul(result, result, square);
        tg_ref_ext_mul(square, square, square);
    }
    memcpy(power, result, sizeof result);
}

void tg_ref_ext_inverse(uint32_t inverse[4], const uint32_t a[4])
{
    // The norm of a, the product of its conjugates a, a^p, a^(p^2) and a^(p^3), is in the base
    // field: 1 / a = a^p * a^(p^2) * a^(p^3) / norm.
    uint32_t conjugate[4];
    uint32_t others[4] = {1, 0, 0, 0};
    memcpy(conjugate, a, sizeof conjugate);
    for (size_t i = 1; i < 4; i++) {
        pow_p(conjugate, conjugate);
        tg_ref_ext_mul(others, others, conjugate);
    }
    uint32_t norm[4];
    tg_ref_ext_mul(norm, others, a);
    const uint32_t scale[4] = {tg_ref_inverse(norm[0]), 0, 0, 0};
    tg_ref_ext_mul(inverse, others, scale);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Formulas of launch descriptions: grids, buffer sizes and arguments that depend on the size of a
 * trace. 64-bit integers without a sign; what does not fit is an error, never wrapped.
 *
 *   formula   decimal and 0x numbers, names, ( ), * / % + -, with C's precedence
 *   functions ceil_div(a, b)  min(a, b)  max(a, b)  pow(a, b)
 *             ceil_log(a, b)  the smallest n with pow(b, n) >= a; b at least 2
 *   names     variables, whose values are given when it is evaluated, and definitions: formulas
 *             that have a name
 */
#ifndef TRACEGATE_GPU_FORMULA_H
#define TRACEGATE_GPU_FORMULA_H

#include "model/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tg_formula tg_formula;

/* A formula with a name. */
typedef struct tg_formula_definition {
    const char *name;
    const char *text;
} tg_formula_definition;

/* What names mean in a formula. Names of both lists and of functions are different. */
typedef struct tg_formula_names {
    size_t nb_variables;
    const char *const *variables;
    const bool *is_unset; /* [nb_variables] those that have no value where the formula stands: to
                             name one is an error. NULL: none */
    size_t nb_definitions;
    const tg_formula_definition *definitions; /* may name each other in any order */
} tg_formula_names;

/* Read a formula. It keeps no pointer to its text or its names.
 * formula  to be destroyed; NULL after an error
 * Errors   TG_ERR_FORMAT naming the place in the text: what cannot be read, names that mean nothing
 *          (with the nearest), definitions that need themselves, formulas that are too long or too
 *          deep once definitions stand in their places; TG_ERR_SIZE for numbers above 2^64 - 1;
 *          TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_formula_parse(tg_formula **formula, const char *text,
                                        const tg_formula_names *names, tg_error *error);

/* NULL is taken. */
void tg_formula_destroy(tg_formula *formula);

/* The value of a formula.
 * values  [nb_variables] in the order of names' variables
 * Errors  TG_ERR_SIZE for a result that does not fit, a difference below 0, a division by 0: names
 *         the formula and the values of its variables */
TG_NODISCARD tg_status tg_formula_evaluate(uint64_t *result, const tg_formula *formula,
                                           const uint64_t *values, tg_error *error);

/* Its text, for messages; valid until it is destroyed. */
const char *tg_formula_text(const tg_formula *formula);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Formulas: their values, checked at every step. formula_parse.c reads them. */
#include "gpu/formula.h"

#include "gpu/formula_internal.h"
#include "model/memory.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

void tg_formula_destroy(tg_formula *formula) { tg_buffer_destroy(formula); }

const char *tg_formula_text(const tg_formula *formula) { return formula->characters; }

/* Why an operation has no result; NULL: it has one. */
static const char *power(uint64_t *result, uint64_t base, uint64_t exponent)
{
    *result = 1;
    // Powers of 0 and 1 stay below, whatever the exponent; those of 2 end at 64.
    if (base < 2) {
        *result = exponent == 0 ? 1 : base;
        return NULL;
    }
    for (uint64_t i = 0; i < exponent; i++) {
        if (__builtin_mul_overflow(*result, base, result)) return "is above 2^64 - 1";
    }
    return NULL;
}

static const char *ceil_log(uint64_t *result, uint64_t number, uint64_t base)
{
    *result = 0;
    if (base < 2) return "needs a base of at least 2";
    uint64_t reached = 1;
    while (reached < number) {
        ++*result;
        // What does not fit is above every number.
        if (__builtin_mul_overflow(reached, base, &reached)) break;
    }
    return NULL;
}

static const char *divide(uint64_t *result, tg_formula_operation operation, uint64_t a, uint64_t b)
{
    if (b == 0) return "is a division by 0";
    *result = operation == TG_FORMULA_REMAINDER ? a % b : a / b;
    if (operation == TG_FORMULA_CEIL_DIV) *result += a % b != 0;
    return NULL;
}

static const char *apply(uint64_t *result, tg_formula_operation operation, uint64_t a, uint64_t b)
{
    static const char above[] = "is above 2^64 - 1";
    switch (operation) {
    case TG_FORMULA_ADD:
        return __builtin_add_overflow(a, b, result) ? above : NULL;
    case TG_FORMULA_SUBTRACT:
        return __builtin_sub_overflow(a, b, result) ? "is below 0" : NULL;
    case TG_FORMULA_MULTIPLY:
        return __builtin_mul_overflow(a, b, result) ? above : NULL;
    case TG_FORMULA_DIVIDE:
    case TG_FORMULA_REMAINDER:
    case TG_FORMULA_CEIL_DIV:
        return divide(result, operation, a, b);
    case TG_FORMULA_MIN:
        *result = a < b ? a : b;
        return NULL;
    case TG_FORMULA_MAX:
        *result = a > b ? a : b;
        return NULL;
    case TG_FORMULA_POW:
        return power(result, a, b);
    case TG_FORMULA_CEIL_LOG:
        return ceil_log(result, a, b);
    case TG_FORMULA_NUMBER:
    case TG_FORMULA_VARIABLE:
        break;
    }
    return NULL;
}

/* What is written before, between and behind the two values of an operation, for messages. */
static const char *const written[][3] = {
    [TG_FORMULA_ADD] = {"", " + ", ""},       [TG_FORMULA_SUBTRACT] = {"", " - ", ""},
    [TG_FORMULA_MULTIPLY] = {"", " * ", ""},  [TG_FORMULA_DIVIDE] = {"", " / ", ""},
    [TG_FORMULA_REMAINDER] = {"", " % ", ""}, [TG_FORMULA_CEIL_DIV] = {"ceil_div(", ", ", ")"},
    [TG_FORMULA_MIN] = {"min(", ", ", ")"},   [TG_FORMULA_MAX] = {"max(", ", ", ")"},
    [TG_FORMULA_POW] = {"pow(", ", ", ")"},   [TG_FORMULA_CEIL_LOG] = {"ceil_log(", ", ", ")"},
};

/* Whether a variable is named by a node before this one. */
static bool is_named_before(const tg_formula *formula, size_t node)
{
    for (size_t i = 0; i < node; i++) {
        if (formula->nodes[i].operation == TG_FORMULA_VARIABLE &&
            formula->nodes[i].value == formula->nodes[node].value)
            return true;
    }
    return false;
}

static void say_values(const tg_formula *formula, const uint64_t *values, tg_error *error)
{
    for (size_t i = 0; i < formula->nb_nodes; i++) {
        const tg_formula_node *node = &formula->nodes[i];
        if (node->operation != TG_FORMULA_VARIABLE || is_named_before(formula, i)) continue;
        tg_error_where(error, "%s %" PRIu64, formula->characters + node->name, values[node->value]);
    }
}

/* What is said of an operation that has no result. */
typedef struct failure {
    tg_formula_operation operation;
    uint64_t a;
    uint64_t b;
    const char *why;
} failure;

static tg_status no_result(const tg_formula *formula, const uint64_t *values, const failure *of,
                           tg_error *error)
{
    const char *const *words = written[of->operation];
    tg_error_set(error, TG_ERR_SIZE,
                 "the formula \"%.100s\" has no value: %s%" PRIu64 "%s%" PRIu64 "%s %s",
                 tg_formula_text(formula), words[0], of->a, words[1], of->b, words[2], of->why);
    say_values(formula, values, error);
    tg_error_how(error, "change the formula: results of every part are from 0 to 2^64 - 1; "
                        "max(A, B) - B is a difference that never is below 0");
    return TG_ERR_SIZE;
}

tg_status tg_formula_evaluate(uint64_t *result, const tg_formula *formula, const uint64_t *values,
                              tg_error *error)
{
    uint64_t stack[TG_FORMULA_MAX_NODES];
    size_t top = 0;
    for (size_t i = 0; i < formula->nb_nodes; i++) {
        const tg_formula_node *node = &formula->nodes[i];
        if (node->operation == TG_FORMULA_NUMBER || node->operation == TG_FORMULA_VARIABLE) {
            const bool is_number = node->operation == TG_FORMULA_NUMBER;
            stack[top++] = is_number ? node->value : values[node->value];
            continue;
        }
        failure of = {.operation = node->operation, .a = stack[top - 2], .b = stack[top - 1]};
        top -= 2;
        of.why = apply(&stack[top++], of.operation, of.a, of.b);
        if (of.why != NULL) return no_result(formula, values, &of, error);
    }
    *result = stack[0];
    return TG_OK;
}

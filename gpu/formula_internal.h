/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the files formula*.c share: a formula once it is read.
 *
 * It is a list of nodes in postfix order, definitions in the places of their names: what stands in
 * a description of a few hundred bytes is evaluated without recursion, in one pass.
 */
#ifndef TRACEGATE_GPU_FORMULA_INTERNAL_H
#define TRACEGATE_GPU_FORMULA_INTERNAL_H

#include "gpu/formula.h"

#include <stdint.h>

/* A description's formulas have about twenty nodes; definitions that double each other end here. */
#define TG_FORMULA_MAX_NODES ((size_t)256)

/* Brackets, calls and definitions inside each other, at the most: bounds the parser's recursion. */
#define TG_FORMULA_MAX_DEPTH 48

/* Characters of one text, its definitions' not counted. */
#define TG_FORMULA_MAX_TEXT ((size_t)512)

typedef enum tg_formula_operation {
    TG_FORMULA_NUMBER,
    TG_FORMULA_VARIABLE,
    TG_FORMULA_ADD,
    TG_FORMULA_SUBTRACT,
    TG_FORMULA_MULTIPLY,
    TG_FORMULA_DIVIDE,
    TG_FORMULA_REMAINDER,
    TG_FORMULA_CEIL_DIV,
    TG_FORMULA_MIN,
    TG_FORMULA_MAX,
    TG_FORMULA_POW,
    TG_FORMULA_CEIL_LOG,
} tg_formula_operation;

/* All but numbers and variables take the two values that stand before them. */
typedef struct tg_formula_node {
    tg_formula_operation operation;
    uint32_t name;  /* TG_FORMULA_VARIABLE: where its name begins among the formula's characters */
    uint64_t value; /* the number; index of the variable */
} tg_formula_node;

struct tg_formula {
    size_t nb_nodes;
    tg_formula_node *nodes; /* [nb_nodes] */
    char *characters;       /* its text with its end, then names of its variables with theirs */
};

#endif

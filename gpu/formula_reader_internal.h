/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For the files formula*.c only: the text of a formula as it is read, the nodes that it gives, and
 * what is said where it goes wrong. Errors name the place in the text.
 */
#ifndef TRACEGATE_GPU_FORMULA_READER_INTERNAL_H
#define TRACEGATE_GPU_FORMULA_READER_INTERNAL_H

#include "gpu/formula_internal.h"

#include <stdbool.h>

/* Characters of a name that messages show. */
#define READER_SHOWN_NAME 60

/* A text that is being read: the formula's, or a definition's that stands in its place. */
typedef struct reader_source {
    const struct reader_source *parent; /* text that names this one; NULL: the formula's own */
    const char *name;                   /* of the definition; NULL: the formula's own */
    const char *text;
    const char *at; /* what is read next */
} reader_source;

/* How far it is read. */
typedef struct reader {
    const tg_formula_names *names;
    reader_source *from; /* innermost */
    size_t depth;
    size_t nb_nodes;
    tg_formula_node nodes[TG_FORMULA_MAX_NODES];
    tg_error *error;
} reader;

/* ---- errors ---- */

/* Say where a character of the text stands, beside what is set. Returns status. */
tg_status reader_place(reader *of, tg_status status, const char *at);

/* Say that what comes next is not what is needed, and how formulas are written. Returns
 * TG_ERR_FORMAT. */
tg_status reader_unexpected(reader *of, const char *needed);

/* ---- the text ---- */

void reader_skip_spaces(reader *of);

/* Whether a character comes next; it is read then. */
bool reader_takes(reader *of, char character);

bool reader_is_name_start(char c);
bool reader_is_name_part(char c);

/* ---- nodes ---- */

/* Errors  TG_ERR_FORMAT: there are too many */
TG_NODISCARD tg_status reader_add(reader *of, tg_formula_operation operation, uint64_t value);

/* Read a number, decimal or hexadecimal, and add it.
 * Errors  TG_ERR_FORMAT; TG_ERR_SIZE: above 64 bits */
TG_NODISCARD tg_status reader_number(reader *of);

/* Go one deeper; who leaves takes one from depth. Errors  TG_ERR_FORMAT: too deep */
TG_NODISCARD tg_status reader_enter(reader *of);

#endif

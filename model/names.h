/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Names that were misspelt, and those that were meant. */
#ifndef TRACEGATE_MODEL_NAMES_H
#define TRACEGATE_MODEL_NAMES_H

#include "model/trace.h" // TG_NAME_BYTES

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Letters to insert, delete or replace to get from one name to the other, upper and lower case
 * being one: tells which name was meant by a misspelt one. Only the first TG_NAME_BYTES - 1
 * letters count. */
size_t tg_name_distance(const char *from, const char *to);

/* Whether a text, a file's name for one, ends with another. */
bool tg_ends_with(const char *text, const char *ending);

/* Whether a user's chip may have this name: a letter, then letters and digits, so few that its kind
 * and the name of a column have room behind it. */
bool tg_is_chip_name(const char *name);

/* Whether a user's field, column or value of an enum may have this name: a letter, then letters,
 * digits and _ . [ ]. How long it may be is not looked at. */
bool tg_is_field_name(const char *name);

/* Whether part stands somewhere in a name, upper and lower case being one. */
bool tg_name_contains(const char *name, const char *part);

/* Name that comes nearest to a misspelt one, NULL if none is near enough to be meant.
 * name_at(context, i) gives candidate i. */
const char *tg_nearest_name(const char *misspelt, size_t nb_names,
                            const char *(*name_at)(const void *context, size_t index),
                            const void *context);

/* Trace, or chip where the misspelt name has no dot, that comes nearest to it; NULL if none is near
 * enough to be meant. Names that contain it come before all others, and the first of several. */
const char *tg_nearest_trace(const char *misspelt);

#ifdef __cplusplus
}
#endif

#endif

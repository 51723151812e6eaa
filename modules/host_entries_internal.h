/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What stands behind a user's source: tg_user_begin, and an entry for each kernel that is asked
 * for. */
#ifndef TRACEGATE_MODULES_HOST_ENTRIES_INTERNAL_H
#define TRACEGATE_MODULES_HOST_ENTRIES_INTERNAL_H

#include "modules/host_build.h"
#include "modules/host_rewrite_internal.h"

/* Bytes of a name expression at the most. */
#define NAME_BYTES 512

/* The last name of an expression: rows of ns::rows<kb31_t>. */
void entries_base_name(char name[NAME_BYTES], const char *expression);

/* Check that a text can be a name expression.
 * Errors  TG_ERR_FORMAT */
TG_NODISCARD tg_status entries_check_name(const char *expression, tg_error *error);

/* Check that the source has the kernels that are asked for.
 * Errors  TG_ERR_FORMAT for a name that it does not have: the nearest */
TG_NODISCARD tg_status entries_check(const rewrite *of, const tg_host_build *build,
                                     tg_error *error);

/* Append the text. */
void entries_append(text *to, const rewrite *of, const tg_host_build *build);

#endif

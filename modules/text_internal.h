/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Text that grows, for files and command lines that builds make. After a failure it stays as it is,
 * and the failure is asked for once, at the end. */
#ifndef TRACEGATE_MODULES_TEXT_INTERNAL_H
#define TRACEGATE_MODULES_TEXT_INTERNAL_H

#include "model/status.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct text {
    char *bytes; /* NULL: empty; not ended by a zero */
    size_t length;
    size_t room;
    tg_status status;
    tg_error error;
} text;

/* Zeros are an empty text. */
void text_clear(text *of);
void text_append(text *of, const void *bytes, size_t nb_bytes);
void text_print(text *of, const char *format, ...) TG_PRINTF(2, 3);

/* The failure, if there was one. */
TG_NODISCARD tg_status text_status(const text *of, tg_error *error);

/* Read a whole file. Errors  TG_ERR_IO, TG_ERR_MEMORY. */
TG_NODISCARD tg_status text_read(text *of, const char *path, tg_error *error);

/* Write it as a whole file, this user's alone. Errors  TG_ERR_IO. */
TG_NODISCARD tg_status text_write(const text *of, const char *path, tg_error *error);

/* Whether a file holds content, which ends with a zero, and nothing else. */
bool text_is_in(const char *content, const char *path);

/* Append the digest of what it holds; whether a file ends with the digest of all before it. A file
 * of the cache that something has cut or changed is then built again and not run; so is one that
 * another user has written, or could write. */
void text_seal(text *of);
bool text_is_sealed(const char *path);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Tokens of preprocessed C and C++, as coarse as rewriting needs them: names, numbers, literals,
 * single marks, lines that begin with '#'. */
#ifndef TRACEGATE_MODULES_HOST_TOKENS_INTERNAL_H
#define TRACEGATE_MODULES_HOST_TOKENS_INTERNAL_H

#include "model/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum token_kind {
    TOKEN_NAME,
    TOKEN_NUMBER,
    TOKEN_LITERAL,   /* of letters: "..." or '...' */
    TOKEN_MARK,      /* one byte */
    TOKEN_DIRECTIVE, /* a line that begins with '#', without its end */
} token_kind;

/* Where a function's body, or something that is none, lies around a token. */
typedef enum token_scope {
    SCOPE_FILE, /* of a file or a namespace */
    SCOPE_CLASS,
    SCOPE_FUNCTION,
} token_scope;

typedef struct token {
    size_t at;
    uint32_t length;
    uint32_t line;
    size_t file; /* offset of the file's name in the text, behind its quote */
    uint8_t kind;
    uint8_t scope;
    bool is_system; /* in a header of the system or of the port: not the user's */
} token;

typedef struct tokens {
    const char *bytes; /* the text, the caller's */
    size_t length;
    size_t nb;
    token *of;
} tokens;

/* Divide a text. tokens: to be cleared after success. Errors  TG_ERR_MEMORY. */
TG_NODISCARD tg_status tokens_create(tokens *made, const char *bytes, size_t length,
                                     tg_error *error);
void tokens_clear(tokens *made);

bool token_is(const tokens *all, size_t index, const char *word);

/* Index of the mark that closes the bracket at index, or opens the one that closes there; all->nb
 * if there is none. */
size_t tokens_close(const tokens *all, size_t index);
size_t tokens_open(const tokens *all, size_t index);

/* Length of the name of a token's file. */
int token_file_length(const tokens *all, size_t index);

#endif

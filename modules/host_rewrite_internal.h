/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What preprocessed CUDA C needs before a compiler of the CPU takes it: shared memory becomes
 * static memory that the port knows, dynamic shared memory a pointer, launches calls that fail;
 * names that the host grid has not are errors, in the compiler's form. Lines stay where they are.
 */
#ifndef TRACEGATE_MODULES_HOST_REWRITE_INTERNAL_H
#define TRACEGATE_MODULES_HOST_REWRITE_INTERNAL_H

#include "modules/host_tokens_internal.h"
#include "modules/text_internal.h"

/* Kernels of a source that are kept for suggestions, and names of dynamic shared memory at file
 * scope, at the most. */
#define MAX_KERNELS 1024
#define MAX_DYNAMIC 32

/* A change of the text: bytes are left out, others put in their place. */
typedef struct rewrite_edit {
    size_t at;
    size_t nb_left_out;
    size_t insert; /* offset in `inserts` */
    size_t nb_insert;
    size_t number; /* in the order that they were made in */
} rewrite_edit;

typedef struct rewrite {
    tokens all;
    bool is_cpp;
    bool is_single; /* static shared memory is one for all blocks */
    size_t nb_pieces;
    size_t nb_kernels;
    uint32_t kernels[MAX_KERNELS]; /* tokens of the names */
    size_t nb_dynamic;
    size_t dynamic[MAX_DYNAMIC]; /* tokens of names at file scope */
    text inserts;
    text edits; /* rewrite_edit[] */
    size_t nb_edits;
    text errors; /* "FILE:LINE: error: ..." */
    size_t nb_errors;
} rewrite;

/* Begin with a text, which stays the caller's, and look for kernels. To be cleared after success.
 * Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status rewrite_create(rewrite *of, const char *bytes, size_t length, bool is_cpp,
                                      bool is_single, tg_error *error);
void rewrite_clear(rewrite *of);

/* Make all changes of the text in `out`; is_single may become true.
 * Errors  TG_ERR_MEMORY. What the source has that the host grid has not is in of->errors. */
TG_NODISCARD tg_status rewrite_run(rewrite *of, text *out, tg_error *error);

/* What its parts share. */
void rewrite_replace(rewrite *of, size_t first, size_t end, const char *format, ...)
    TG_PRINTF(4, 5);
void rewrite_insert(rewrite *of, size_t at, const char *format, ...) TG_PRINTF(3, 4);
void rewrite_error(rewrite *of, size_t index, const char *format, ...) TG_PRINTF(3, 4);

/* A declaration with __shared__ at index. */
void rewrite_shared(rewrite *of, size_t index);

/* A name at index. Whether it is a call that would end the process, which then says so. */
bool rewrite_call(rewrite *of, size_t index);

/* Whether a name is declared here, not used: a type stands before it, or a type's '*' or '&' and
 * behind it no index, as a pointer is no factor. */
bool rewrite_is_declared(const rewrite *of, size_t index);

/* Whether a token is a name at file scope of dynamic shared memory, used. */
bool rewrite_is_dynamic(const rewrite *of, size_t index);

#endif

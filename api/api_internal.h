/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A call of the library, from the program's options to its verdict. */
#ifndef TRACEGATE_API_API_INTERNAL_H
#define TRACEGATE_API_API_INTERNAL_H

#include "files/output.h"
#include "harness/chip_library.h"
#include "harness/gate.h"
#include "harness/user_traces.h"

#include "tracegate/tracegate.h"

/* What a verdict holds: verdict->memory. */
typedef struct api_memory {
    char *text; /* of open_memstream; NULL: there is none */
    size_t text_bytes;
    tg_document *document; /* what the findings' texts belong to */
    tracegate_finding *findings;
} api_memory;

/* ---- options.c ---- */

/* Take the options as far as the program knows them; all others are zero.
 * Errors  TG_ERR_USAGE for a size that is not one of tracegate_gate_options, for what excludes each
 *         other, is missing or out of range */
tg_status api_options_take(tracegate_gate_options *options, const tracegate_gate_options *given,
                           tg_error *error);

/* What they ask of the gate, but for the kernels. */
tg_status api_options_gate(tg_gate_options *gate, const tracegate_gate_options *options,
                           tg_error *error);

/* ---- kernels.c ---- */

/* The kernels of a call. */
typedef struct api_kernels {
    tg_chip_libraries *libraries;
    tg_user_kernels *kernels;
    const char *backend; /* that runs them */
    const char **names;  /* [nb_names] traces that are gated */
    size_t nb_names;
    const char *
        *words; /* [nb_words] the options of the program `tracegate` that name the kernels */
    size_t nb_words;
} api_kernels;

/* Compile and look up; what compilers say goes to text.
 * kernels  to be closed, also after an error */
tg_status api_kernels_open(api_kernels *kernels, const tracegate_gate_options *options, FILE *text,
                           tg_error *error);
void api_kernels_close(api_kernels *kernels);

/* The line of the program `tracegate` that does the same. */
void api_kernels_command(tg_command *command, const api_kernels *kernels,
                         const tracegate_gate_options *options);

/* ---- files.c ---- */

/* Report files, open before anything runs. */
typedef struct api_files {
    size_t nb;
    tg_document_form forms[TG_NB_DOCUMENT_FORMS];
    tg_output outputs[TG_NB_DOCUMENT_FORMS];
} api_files;

/* Nothing is left behind after an error; else to be ended by write or discard. */
tg_status api_files_open(api_files *files, const tracegate_gate_options *options, tg_error *error);
tg_status api_files_write(api_files *files, const tg_document *document, tg_error *error);
void api_files_discard(api_files *files);

/* ---- verdict.c ---- */

/* What a verdict says of findings and traces, from the report. Errors  TG_ERR_MEMORY */
tg_status api_verdict_fill(tracegate_verdict *verdict, api_memory *memory, tg_error *error);

#endif

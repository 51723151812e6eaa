/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A call of the library, from the program's options to its verdict. */
#ifndef TRACEGATE_API_API_INTERNAL_H
#define TRACEGATE_API_API_INTERNAL_H

#include "files/output.h"
#include "harness/chip_library.h"
#include "harness/gate.h"
#include "harness/supervised.h"
#include "harness/user_set.h"

#include "tracegate/tracegate.h"

/* What a verdict holds: verdict->memory. */
typedef struct api_memory {
    char *text; /* of open_memstream; NULL: there is none */
    size_t text_bytes;
    tg_document *document; /* what the findings' texts belong to */
    tracegate_finding *findings;
    bool has_report; /* the gate came to its end: findings are told */
} api_memory;

/* ---- gate.c ---- */

/* Gate, in this process.
 * verdict  its numbers and findings are written; text and memory stay
 * memory   all zero; the verdict's, also after an error
 * options  as api_options_take makes them
 * notes    of a process of its own, for the one that waits for it; NULL: it has none */
tg_status api_gate(tracegate_verdict *verdict, api_memory *memory,
                   const tracegate_gate_options *options, tg_supervised *notes, tg_error *error);

/* Say TG_ERR_MEMORY, and return it. */
tg_status api_no_memory(tg_error *error);

/* ---- apart.c ---- */

/* The same in a process that is forked for it: there code of chip libraries runs. One that ends
 * without a verdict, or whose chip library does not return, is an error: TG_ERR_FORMAT.
 * max_call_s  how long a call of a chip library's code may take */
tg_status api_gate_apart(tracegate_verdict *verdict, api_memory *memory,
                         const tracegate_gate_options *options, double max_call_s, tg_error *error);

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

/* The kernels of a call, and the chips that they make traces of. */
typedef struct api_kernels {
    tg_chip_libraries *libraries;
    tg_user_set set;
} api_kernels;

/* Compile and look up; what compilers say goes to text.
 * kernels  to be closed, also after an error
 * notes    count the calls of chip libraries; NULL: nobody watches */
tg_status api_kernels_open(api_kernels *kernels, const tracegate_gate_options *options, FILE *text,
                           tg_supervised *notes, tg_error *error);
void api_kernels_close(api_kernels *kernels);

/* The line of the program `tracegate` that does the same. */
void api_kernels_command(tg_command *command, const tg_user_set *set,
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

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The files that a gate writes: reports, and the classes of events that were reached. */
#ifndef TRACEGATE_CLI_GATE_FILES_H
#define TRACEGATE_CLI_GATE_FILES_H

#include "cli/coverage_json.h"
#include "cli/document_files.h"
#include "cli/kernels.h"

typedef struct tg_gate_files {
    tg_document_files documents;
    tg_coverage_file coverage;
    bool has_coverage;
} tg_gate_files;

/* What is asked for, and what is read and must not be replaced. */
typedef struct tg_gate_files_wanted {
    const tg_document_values *documents;
    const char *coverage; /* file; NULL: none */
    const char *ledger;   /* file that is read; NULL: none */
    const tg_words *records;
    const tg_user_set *kernels;
} tg_gate_files_wanted;

/* Open the files that are asked for; what cannot be written is found before anything runs.
 * files   caller's; after success to be ended by write or discard
 * Errors  TG_ERR_IO, TG_ERR_MEMORY; TG_ERR_USAGE if two are one, or one would replace what is read;
 *         nothing is left behind then */
TG_NODISCARD tg_status tg_gate_files_open(tg_gate_files *files, const tg_gate_files_wanted *wanted,
                                          tg_error *error);

/* Write what a gate with a verdict has to say. The files are ended, also on failure.
 * document  NULL: none was wanted
 * Errors    those of tg_document_files_write, tg_coverage_file_commit */
TG_NODISCARD tg_status tg_gate_files_write(tg_gate_files *files, const tg_document *document,
                                           tg_error *error);

/* Give up: all files are as they were. */
void tg_gate_files_discard(tg_gate_files *files);

#endif

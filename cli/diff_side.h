/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* `tracegate diff` of files that hold a side output.
 */
#ifndef TRACEGATE_CLI_DIFF_SIDE_H
#define TRACEGATE_CLI_DIFF_SIDE_H

#include "cli/document_files.h"

/* Two files of one side output. */
typedef struct tg_side_files {
    const tg_trace *trace;
    const tg_side *side;
    const char *kernel_file; /* of the chip */
    const char *paths[2];    /* expected, actual */
    const char *again;       /* the command line that makes the report again */
    double start_s;          /* tg_now_s when the work began */
} tg_side_files;

/* Find the side output that "CHIP.KIND.OUTPUT" names: trace, side and kernel_file. False: it
 * names none. */
bool tg_side_files_find(tg_side_files *files, const char *name);

/* Compare them word by word, lookups as multisets, print what was found to standard output, and
 * write the document that values ask for.
 * files       all members are set
 * max_listed  wrong words to list
 * documents   open; ended, also on failure
 * Errors  TG_ERR_MISMATCH, with no text; TG_ERR_FORMAT if a file holds something else; TG_ERR_IO,
 *         TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_side_files_compare(const tg_side_files *files, size_t max_listed,
                                             tg_document_files *documents,
                                             const tg_document_values *values, tg_error *error);

#endif

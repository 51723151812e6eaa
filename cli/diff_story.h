/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What `tracegate diff` found, told: a text on standard output, and a report as a document with one
 * finding, or none.
 */
#ifndef TRACEGATE_CLI_DIFF_STORY_H
#define TRACEGATE_CLI_DIFF_STORY_H

#include "cli/document_files.h"

/* A comparison of two files. */
typedef struct tg_diff_story {
    tg_report report; /* but for causes and what stands below them */
    bool is_match;
    tg_matrix expected; /* cells NULL: a side output was compared, the only one of the trace */
    tg_matrix actual;
    const tg_diff *diff;              /* NULL: likewise */
    const tg_product *expected_sides; /* NULL: cells were compared */
    const tg_product *actual_sides;
    const char *kernel_file; /* of the chip; NULL: unknown */
    double start_s;          /* tg_now_s when the work began */
} tg_diff_story;

/* Print the report of a mismatch, and of a match nothing; write the document that values ask for.
 * files   open; ended, also on failure
 * Errors  TG_ERR_MEMORY; TG_ERR_IO: no file is written then. A mismatch is none. */
TG_NODISCARD tg_status tg_diff_story_tell(const tg_diff_story *story, tg_document_files *files,
                                          const tg_document_values *values, tg_error *error);

#endif

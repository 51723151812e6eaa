/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The findings of a report, one after the other, for verbs that run them again. A report is a file
 * that anyone may have written: its texts are printed without control characters, and what it has
 * that nobody can run is said, and never looks like a pass.
 */
#ifndef TRACEGATE_CLI_FINDINGS_H
#define TRACEGATE_CLI_FINDINGS_H

#include "harness/document.h"

/* Run one finding. TG_OK: it passes now. */
typedef tg_status (*tg_finding_run)(const void *context, tg_json_value *finding, tg_error *error);

typedef struct tg_finding_job {
    tg_finding_run run;
    const void *context;
    bool is_key_once; /* findings with the key of one that could be run are said, not run */
} tg_finding_job;

/* Run every finding that a report lists, whatever became of those before it, and say what it does
 * not list.
 * Errors  those of reading; that of the finding that counts most (tg_document_rank);
 *         TG_ERR_UNAVAILABLE if there is none, or if all that is listed passes and something else
 *         of the report is red */
TG_NODISCARD tg_status tg_findings_run(const char *path, const tg_finding_job *job,
                                       tg_error *error);

/* Whether a path, of a finding's case, is a folder; "" is none. */
bool tg_findings_is_folder(const char *path);

/* Refuse a case, that a finding names, of another trace than the finding's.
 * trace   the finding's; NULL: the case is no finding's
 * Errors  TG_ERR_FORMAT */
TG_NODISCARD tg_status tg_findings_check_case(const tg_case *work, const char *folder,
                                              const char *trace, tg_error *error);

#endif

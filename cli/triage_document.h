/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The report of `tracegate triage` as a document: a row a trace, a finding a case that shows
 * something.
 */
#ifndef TRACEGATE_CLI_TRIAGE_DOCUMENT_H
#define TRACEGATE_CLI_TRIAGE_DOCUMENT_H

#include "cli/both_sides.h"
#include "harness/document_case.h"

typedef struct tg_triage_row tg_triage_row;

typedef struct tg_triage_document {
    tg_document *document;
    tg_triage_row *rows; /* [tg_nb_traces()] */
    double start_s;
} tg_triage_document;

/* Begin one. To be cleared after success.
 * command  the line that makes it again
 * Errors   TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_triage_document_init(tg_triage_document *report, const char *command,
                                               const char *expected, const char *actual,
                                               bool with_times, tg_error *error);
void tg_triage_document_clear(tg_triage_document *report); /* takes what is all zero */

/* One case that was triaged. */
typedef struct tg_triage_entry {
    const tg_case *work;
    const tg_both_sides *both;
    const tg_triage *triage;
    double start_s;          /* tg_now_s when work on it began */
    const char *case_folder; /* NULL: not saved */
    const char *again;
    const char *text;
} tg_triage_entry;

/* Count a case, and add what it shows. It is run once more for that: triage keeps the smallest
 * case.
 * Errors  those of tg_case_make; TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_triage_document_add(tg_triage_document *report,
                                              const tg_triage_entry *entry, tg_error *error);

/* End the document.  status: what triage ends with.  Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_triage_document_end(tg_triage_document *report, tg_status status,
                                              tg_error *error);

/* Whether any case was counted. */
bool tg_triage_document_has_cases(const tg_triage_document *report);

#endif

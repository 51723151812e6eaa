/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For the files triage*.c only: what the command line says, and a session of cases. */
#ifndef TRACEGATE_CLI_TRIAGE_INTERNAL_H
#define TRACEGATE_CLI_TRIAGE_INTERNAL_H

#include "cli/both_sides.h"
#include "cli/document_files.h"
#include "cli/isolation.h"
#include "cli/kernels.h"
#include "cli/options.h"
#include "cli/triage_document.h"
#include "harness/progress.h"

typedef struct triage_values {
    tg_words records;
    tg_number seed;
    tg_number nb_events;
    tg_choice profile;
    tg_number height;
    tg_number grid;
    tg_number block;
    tg_number repeat;
    bool sweep;
    tg_number max_candidates;
    tg_choice expected;
    tg_choice actual;
    const char *save;
    bool force;
    tg_number max_seconds;
    tg_isolation_values isolation;
    tg_kernel_values kernels;
    tg_document_values documents;
} triage_values;

/* What is done, and what came of it. */
typedef struct triage_session {
    const triage_values *given;
    const char *only_trace;     /* that a case has to be of; NULL: any */
    tg_triage_document *report; /* NULL: none is wanted */
    tg_kernel_set kernels;      /* all zero: the program's own */
    tg_both_sides both;
    tg_isolation isolation; /* of both */
    tg_progress *progress;
    const char *trace;  /* whose case is being run */
    const char *folder; /* that it is read from; NULL: it is made */
    size_t nb_cases;
    size_t nb_found;
    bool *is_found; /* [nb_traces] a mismatch of the trace was found: enough of it */
} triage_session;

/* Triage one case, and say, save and keep what is found: of a tg_gate_visitor.
 * context  a triage_session
 * Errors   those of tg_triage_run, of saving and of the document. A mismatch is no error */
TG_NODISCARD tg_status triage_one_case(void *context, const tg_case *work, tg_error *error);

/* Whether a mismatch of the trace was found: of a tg_gate_visitor.
 * context  a triage_session */
bool triage_is_found(void *context, const tg_trace *trace);

#endif

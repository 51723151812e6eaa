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

/* What came of one trace. */
typedef struct triage_trace {
    bool is_found;   /* a mismatch: enough of it */
    bool is_shown;   /* a match that shows something */
    bool is_unshown; /* one that shows nothing (harness/zeroed.h) */
} triage_trace;

/* What is done, and what came of it. */
typedef struct triage_session {
    const triage_values *given;
    const char *only_trace;     /* that a case has to be of; NULL: any */
    tg_triage_document *report; /* NULL: none is wanted */
    tg_user_set kernels;        /* all zero: the program's own */
    tg_both_sides both;
    tg_isolation isolation; /* of both */
    tg_progress *progress;
    const char *trace;  /* whose case is being run */
    const char *folder; /* that it is read from; NULL: it is made */
    size_t nb_cases;
    size_t nb_found;
    triage_trace *traces; /* [tg_nb_traces()] */
} triage_session;

/* What cases are run by, and for. */
typedef struct triage_job {
    const triage_values *given;
    tg_triage_document *report; /* NULL: none is wanted */
} triage_job;

/* Refuse options that say which events and which shape are wanted, where what is triaged says so
 * itself.
 * what    "a case"
 * Errors  TG_ERR_USAGE */
TG_NODISCARD tg_status triage_refuse_options(const triage_values *given, const char *what,
                                             tg_error *error);

/* Triage a case or what names name, and print the verdict.
 * is_folder   operands are one folder of a case; else names of traces
 * only_trace  that the case has to be of; NULL: any
 * Errors      TG_ERR_MISMATCH; TG_ERR_UNAVAILABLE, also where nothing, or nothing of a trace, was
 *             compared; those of kernels, backends and saving */
TG_NODISCARD tg_status triage_cases(const triage_job *job, const tg_words *operands, bool is_folder,
                                    const char *only_trace, tg_error *error);

/* Triage one case, and say, save and keep what is found: of a tg_gate_visitor.
 * context  a triage_session
 * Errors   those of tg_triage_run, of saving and of the document. A mismatch is no error */
TG_NODISCARD tg_status triage_one_case(void *context, const tg_case *work, tg_error *error);

/* Whether a mismatch of the trace was found: of a tg_gate_visitor.
 * context  a triage_session */
bool triage_is_found(void *context, const tg_trace *trace);

#endif

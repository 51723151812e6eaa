/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Campaigns: batch after batch of drawn events, made by two backends and compared, until a
 * difference, a time or a number of events; what differs is shrunk, and kept as a case.
 *
 * Batch number n of a trace and a seed is always the same: profile, events, count, height and
 * launch shape are drawn from (seed, trace, n) by the counter-based generator. The traces of a
 * campaign take turns. So a campaign can be stopped behind any batch and resumed from a small state
 * file, and any batch can be run alone.
 *
 * A thread of its own draws the events of the next batch and makes its expected trace while the
 * caller's thread, which opened the backends, makes the actual one of the batch before and compares
 * them.
 */
#ifndef TRACEGATE_HARNESS_CAMPAIGN_H
#define TRACEGATE_HARNESS_CAMPAIGN_H

#include "files/input.h"
#include "harness/case.h"
#include "harness/document.h"
#include "harness/event_coverage.h"
#include "harness/generator.h"
#include "harness/triage.h"
#include "harness/worker.h"

#include <stdio.h>

/* Where cases go unless the caller says otherwise. */
#define TG_CAMPAIGN_SAVE "cases"

/* Seconds between two writes of the state file, unless the caller says otherwise: what a campaign
 * that is killed loses. */
#define TG_CAMPAIGN_INTERVAL_S 2.0

/* Findings that are kept apart; all others are only counted. */
#define TG_CAMPAIGN_MAX_FINDINGS 256

/* Signatures that are remembered; a batch with another one is always looked at closely. */
#define TG_CAMPAIGN_MAX_SIGNATURES 4096

/* What one batch is. */
typedef struct tg_campaign_batch {
    uint64_t number; /* among those of the trace */
    tg_stream stream;
    uint64_t first; /* number of the first event in the stream */
    size_t nb_events;
    size_t fixed_height; /* 0: the rule's */
    tg_launch launch;    /* zeros: the plan's */
} tg_campaign_batch;

/* Draw what a batch is; the result depends on the arguments alone. The first batches of a trace are
 * small, so that what any event shows is soon found; later most are as large as their cells allow,
 * and the others odd ones that cost little.
 * takes_launch  a backend takes launch shapes; else they stay zeros */
void tg_campaign_batch_draw(tg_campaign_batch *batch, const tg_subject *subject, uint64_t seed,
                            uint64_t number, bool takes_launch);

/* One bug, as far as a campaign can tell: all findings with one key. */
typedef struct tg_campaign_finding {
    size_t index;             /* of the trace */
    tg_key key;               /* of the smallest case: as a gate and a triage of it have it */
    tg_causes causes;         /* of the whole batch; at least one. Of a batch that could not be run
                                 again, as for want of memory, no more than that */
    tg_prediction prediction; /* over the whole batch's events */
    uint64_t batch;           /* number of the trace's first one that showed it */
    uint64_t nb_batches;      /* that showed it */
    size_t nb_events;         /* of the smallest case, and so are the next three */
    size_t height;
    size_t fixed_height;
    tg_launch launch;
    bool is_once;     /* the batch matched when it was run again: it is the case */
    bool is_cut;      /* there may be a smaller case */
    bool is_unstable; /* runs of the batch differ: it was not shrunk */
    bool is_done;     /* shrunk without being stopped, and saved; else the next batch that shows it
                         is shrunk again */
    bool is_in_document;        /* of this run, in full */
    char folder[TG_PATH_BYTES]; /* the saved case; "": it could not be saved */
    bool was_saved;             /* it was there when it was to be saved */
} tg_campaign_finding;

/* What a batch that was looked at closely shows at first sight, as a hash: the set of what is wrong
 * of cells, side outputs and conduct. Batches that show the same are one finding. */
typedef struct tg_campaign_signature {
    uint64_t hash;
    size_t finding; /* index in `kept`; TG_CAMPAIGN_MAX_FINDINGS: one that is only counted */
} tg_campaign_signature;

/* What was done for one trace. */
typedef struct tg_campaign_trace {
    size_t index;
    uint64_t nb_batches;
    uint64_t nb_events;
    uint64_t nb_cells;    /* compared, but for batches that show nothing (harness/zeroed.h) */
    uint64_t nb_findings; /* batches with a finding */
    size_t min_height;    /* of this run's batches, and so are the next two */
    size_t max_height;
    double seconds; /* of making the actual side and comparing */
    tg_event_coverage *coverage;
} tg_campaign_trace;

/* E(constant, text): why a campaign ended. */
#define TG_CAMPAIGN_END_LIST(E)                               \
    E(TG_END_FINDING, "at the first difference")              \
    E(TG_END_TIME, "after the time that was asked for")       \
    E(TG_END_EVENTS, "after the events that were asked for")  \
    E(TG_END_BATCH, "after the one batch that was asked for") \
    E(TG_END_STOPPED, "stopped by a signal")                  \
    E(TG_END_DEVICE, "since the device's context was lost")   \
    E(TG_END_ERROR, "by an error")

typedef enum tg_campaign_end {
#define TG_CAMPAIGN_END_CONSTANT(constant, text) constant,
    TG_CAMPAIGN_END_LIST(TG_CAMPAIGN_END_CONSTANT) TG_NB_CAMPAIGN_ENDS
#undef TG_CAMPAIGN_END_CONSTANT
} tg_campaign_end;

typedef struct tg_campaign_options {
    const char *const *names; /* CHIP or CHIP.KIND; none: every trace */
    size_t nb_names;
    uint64_t seed;
    bool has_seed;        /* of a campaign that goes on: false takes the state's seed */
    const char *expected; /* backend; NULL: reference, or the state's */
    const char *actual;   /* backend; NULL: host, or the state's */
    double max_seconds;   /* of this run; 0: no limit */
    uint64_t max_events;  /* of the campaign, with what it did before it was resumed; 0: no limit */
    bool keep_going;      /* collect findings; else the first one of this run ends it */
    bool has_only_batch;
    uint64_t only_batch; /* run this batch of the one trace and no other */
    const char *save;    /* folder of cases, made if it is not there; NULL: TG_CAMPAIGN_SAVE */
    const char *state;   /* file that is written as it goes; NULL: none, or resume */
    const char *resume; /* state file of the campaign that is to go on; NULL: a new one. Names, seed
                           and backends that are given have to be the state's, and plan_words */
    double interval_s;  /* between two writes of the state; 0: after each batch */
    bool is_one_thread; /* make each batch in the caller's thread, when its turn comes */
    bool (*stops)(void *context); /* asked whether to stop, between batches and between the runs of
                                     shrinking; NULL: never */
    void *stops_context;
    /* As in tg_gate_options: called before and after the actual backend runs. NULL: nobody */
    void (*on_run)(void *context, const char *backend, const char *again);
    void *on_run_context;
    tg_document *document; /* that findings are added to, in full, as they come; to be ended by
                              tg_campaign_document_end. NULL: none */
    /* Kernels in the place of a trace's built-in ones, for backend host; NULL: none. */
    tg_plan_of *plan_of;
    void *plan_of_context;
    const char *const *plan_words; /* [nb_plan_words] options that ask for these plans, for lines
                                      that make a finding again */
    size_t nb_plan_words;
    tg_isolation isolation; /* which backends run in processes of their own */
} tg_campaign_options;

/* A campaign's results. All pointers are its own. */
typedef struct tg_campaign {
    uint64_t seed;
    const tg_backend_ops *expected;
    const tg_backend_ops *actual;
    tg_plan_of *plan_of; /* of this run, the options' */
    void *plan_of_context;
    const char *const *plan_words; /* [nb_plan_words] of this run, the options' */
    size_t nb_plan_words;
    char kernels[TG_COMMAND_BYTES]; /* the same as part of a line; "": the built-in kernels */
    tg_isolation isolation;         /* of this run, and so is the next */
    bool is_isolated;               /* the actual backend is */
    uint64_t nb_batches; /* of all traces, which take turns: the next one is the turn of number
                            nb_batches % nb_traces */
    uint64_t nb_events;
    uint64_t nb_cells;
    uint64_t nb_side_words; /* words of side outputs, counters of lookups among them */
    uint64_t nb_findings;   /* batches with a finding */
    uint64_t nb_resumed;    /* batches of the runs before this one */
    uint64_t nb_resumed_events;
    uint64_t nb_resumed_findings; /* batches with a finding among them */
    double seconds;               /* of this run */
    tg_campaign_end end;
    size_t nb_traces;
    tg_campaign_trace *traces; /* [nb_traces] */
    size_t nb_kept;
    tg_campaign_finding *kept; /* [nb_kept] findings, each key once */
    size_t nb_signatures;
    tg_campaign_signature *signatures; /* [nb_signatures] each hash once */
} tg_campaign;

/* Run a campaign.
 * campaign  caller's; to be cleared by tg_campaign_clear, whatever the result
 * out       what runs, and findings in full as they come; NULL: nowhere
 * progress  where progress is shown; NULL: nowhere
 * Returns   TG_OK            at least one batch was compared, and everything matches
 *           TG_ERR_MISMATCH  something differs: it is in out and in campaign, with the line that
 *                            makes it again. error is what has ended the campaign, if that was an
 *                            error: a state file or a case that could not be written, no memory, a
 *                            device that is lost; else it stays as it was
 *           TG_ERR_UNAVAILABLE, TG_ERR_MEMORY, TG_ERR_DEVICE  nothing differs so far, and a backend
 *                            is not here, could not go on, or nothing was compared
 *           others           bad input, found before anything runs; a state file that could not be
 *                            written, and nothing differs so far
 */
TG_NODISCARD tg_status tg_campaign_run(tg_campaign *campaign, FILE *out, FILE *progress,
                                       const tg_campaign_options *options, tg_error *error);
void tg_campaign_clear(tg_campaign *campaign);

/* The command line that makes a finding again: its case, or its batch where there is no case. */
void tg_campaign_again(tg_command *again, const tg_campaign *campaign,
                       const tg_campaign_finding *finding);

/* Print the summary: a line a trace, findings, what was not reached, the verdict.
 * status   what tg_campaign_run returned
 * verbose  all classes that were not reached */
void tg_campaign_print(FILE *out, const tg_campaign *campaign, tg_status status, bool verbose);

const char *tg_campaign_end_text(tg_campaign_end end);

/* Whether all of a trace's batches showed nothing (harness/zeroed.h). */
bool tg_campaign_is_unshown(const tg_campaign_trace *row);

/* End the document that the campaign's findings went to: what earlier runs found, a row a trace,
 * the verdict.
 * status  what tg_campaign_run returned
 * Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_campaign_document_end(tg_document *document, const tg_campaign *campaign,
                                                tg_status status, tg_error *error);

#endif

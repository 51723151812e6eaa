/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Campaigns: batch after batch of drawn events, made by two backends and compared, until a
 * difference, a time or a number of events; what differs is kept as a case.
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
#include "harness/event_coverage.h"
#include "harness/generator.h"

#include <stdio.h>

/* Where cases go unless the caller says otherwise. */
#define TG_CAMPAIGN_SAVE "cases"

/* Seconds between two writes of the state file, unless the caller says otherwise: what a campaign
 * that is killed loses. */
#define TG_CAMPAIGN_INTERVAL_S 2.0

/* Findings that are kept apart; all others are only counted. */
#define TG_CAMPAIGN_MAX_FINDINGS 256

/* Bytes of a finding's key, with the end. */
#define TG_CAMPAIGN_KEY_BYTES 512

/* C(constant, name, what it is): causes of a finding, the most telling one first: a batch that
 * shows several has the first. */
#define TG_CAMPAIGN_CAUSE_LIST(C)                                                         \
    C(TG_FOUND_FAILED, "failed", "the backend could not make what the expected one made") \
    C(TG_FOUND_CONDUCT, "conduct", "memory or events beside the outputs were changed")    \
    C(TG_FOUND_UNWRITTEN, "unwritten", "words were left as they were")                    \
    C(TG_FOUND_UNSTABLE, "unstable", "runs of the same events differ: not deterministic") \
    C(TG_FOUND_NOT_REDUCED, "not reduced", "words are not below p")                       \
    C(TG_FOUND_EXPECTED, "expected side", "the trusted backend conducted itself wrongly") \
    C(TG_FOUND_WRONG, "wrong", "other words than the expected ones")                      \
    C(TG_FOUND_ONCE, "only once", "a batch that differed and matched when it was run again")

typedef enum tg_campaign_cause {
#define TG_CAMPAIGN_CAUSE_CONSTANT(constant, name, text) constant,
    TG_CAMPAIGN_CAUSE_LIST(TG_CAMPAIGN_CAUSE_CONSTANT) TG_NB_CAMPAIGN_CAUSES
#undef TG_CAMPAIGN_CAUSE_CONSTANT
} tg_campaign_cause;

const char *tg_campaign_cause_name(tg_campaign_cause cause);

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
    size_t index; /* of the trace */
    tg_campaign_cause cause;
    char key[TG_CAMPAIGN_KEY_BYTES]; /* trace, cause, columns, side outputs: the same for the same
                                        bug */
    uint64_t batch;                  /* number of the trace's first one that showed it */
    uint64_t nb_batches;             /* that showed it */
    size_t nb_events;                /* of the case */
    tg_launch launch;                /* of the case */
    char folder[TG_PATH_BYTES];      /* the saved case; "": it could not be saved */
} tg_campaign_finding;

/* What was done for one trace. */
typedef struct tg_campaign_trace {
    size_t index;
    uint64_t nb_batches;
    uint64_t nb_events;
    uint64_t nb_cells;
    uint64_t nb_findings; /* batches with a finding */
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
    bool keep_going;      /* collect findings; else the first one ends it */
    bool has_only_batch;
    uint64_t only_batch; /* run this batch of the one trace and no other */
    const char *save;    /* folder of cases, made if it is not there; NULL: TG_CAMPAIGN_SAVE */
    const char *state;   /* file that is written as it goes; NULL: none, or resume */
    const char *resume; /* state file of the campaign that is to go on; NULL: a new one. Names, seed
                           and backends that are given have to be the state's */
    double interval_s;  /* between two writes of the state; 0: after each batch */
    bool is_one_thread; /* make each batch in the caller's thread, when its turn comes */
    bool (*stops)(void *context); /* asked between batches whether to stop; NULL: never */
    void *stops_context;
    /* As in tg_gate_options: called before and after the actual backend runs. NULL: nobody */
    void (*on_run)(void *context, const char *backend, const char *again);
    void *on_run_context;
    /* Kernels in the place of a trace's built-in ones, for backend host; NULL: none. */
    tg_plan_of *plan_of;
    void *plan_of_context;
} tg_campaign_options;

/* A campaign's results. All pointers are its own. */
typedef struct tg_campaign {
    uint64_t seed;
    const tg_backend_ops *expected;
    const tg_backend_ops *actual;
    uint64_t nb_batches; /* of all traces, which take turns: the next one is the turn of number
                            nb_batches % nb_traces */
    uint64_t nb_events;
    uint64_t nb_cells;
    uint64_t nb_side_words; /* words of side outputs, counters of lookups among them */
    uint64_t nb_findings;   /* batches with a finding */
    uint64_t nb_resumed;    /* batches of the runs before this one */
    uint64_t nb_resumed_events;
    double seconds; /* of this run */
    tg_campaign_end end;
    size_t nb_traces;
    tg_campaign_trace *traces; /* [nb_traces] */
    size_t nb_kept;
    tg_campaign_finding *kept; /* [nb_kept] findings, each key once */
} tg_campaign;

/* Run a campaign.
 * campaign  caller's; to be cleared by tg_campaign_clear, whatever the result
 * out       what runs, and findings in full as they come; NULL: nowhere
 * progress  where progress is shown; NULL: nowhere
 * Returns   TG_OK            at least one batch was compared, and everything matches
 *           TG_ERR_MISMATCH  something differs; error stays as it was
 *           TG_ERR_UNAVAILABLE, TG_ERR_MEMORY, TG_ERR_DEVICE  a backend is not here, could not go
 *                            on, or nothing was compared
 *           others           bad input, found before anything runs; a state file or a case that
 *                            could not be written: the finding is then in out and in campaign, with
 *                            the line that runs its batch again
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

#endif

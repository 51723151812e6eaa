/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate: for every trace and every source of events, make the expected and the actual traces
 * with their side outputs, compare, report.
 */
#ifndef TRACEGATE_HARNESS_GATE_H
#define TRACEGATE_HARNESS_GATE_H

#include "harness/backend.h"
#include "harness/document.h"
#include "harness/event_coverage.h"
#include "harness/generator.h"
#include "harness/ledger.h"
#include "harness/worker.h"

#include <stdio.h>

/* What seeded events are drawn with unless the caller says otherwise: SP1's own seed and count
 * (its GPU trace tests). Plain numbers, which the help of the command line can show as text. */
#define TG_GATE_SEED 0xdeadbeef
#define TG_GATE_NB_EVENTS 1000
#define TG_GATE_PROFILE TG_PROFILE_MIXED

/* Wrong cells that are listed for each mismatch unless the caller says otherwise. */
#define TG_GATE_MAX_CELLS 3

/* What one case of a gate took, in seconds. */
typedef struct tg_gate_times {
    const tg_trace *trace;
    const char *profile; /* that its events were drawn with; NULL: they were recorded */
    size_t nb_events;
    size_t height;
    double events_s;   /* its events: drawn or read, and checked */
    double expected_s; /* the expected trace, with guards and poison */
    double actual_s;   /* all that is under test, and its comparisons */
    double all_s;      /* the case from its start to its end */
} tg_gate_times;

typedef struct tg_gate_options {
    const char *const *names; /* CHIP or CHIP.KIND; none: every trace */
    size_t nb_names;
    const char *const *records; /* folders of records to gate */
    size_t nb_records;
    const char *corpus; /* folder of records; NULL: none is wanted. One that is not there is said
                           and skipped */
    bool corpus_is_required; /* a corpus that is not there is TG_ERR_IO */
    bool seeded;             /* gate seeded events */
    tg_profile profile;      /* of the seeded events */
    bool all_profiles;       /* and, for traces that have them, profiles that are scripts of their
                                own: realistic and boundary events of Global */
    bool sweeps; /* and small counts, a fixed height, one block (of kernels that are built
                    in: a user's are launched as they say), and scripts to their end */
    uint64_t seed;
    size_t nb_events;           /* of the seeded events */
    size_t nb_record_events;    /* gate the first so many of each recorded trace, without its golden
                                   trace; 0: all */
    size_t fixed_height;        /* of the seeded events; 0: none */
    const char *expected;       /* backend; NULL: reference */
    const char *const *actuals; /* backends; none: all that this machine has, and `recorded` where a
                                   record is golden */
    size_t nb_actuals;
    tg_launch launch;  /* for backends that take one */
    size_t nb_repeats; /* make what is under test so often, and require the same each time; 0
                          and 1: once */
    bool tries_shapes; /* what is right in its plan's launch shape is gated in others, too, or in
                          `launch` where that is given */
    uint32_t max_candidates; /* for traces that search: as tg_request's */
    size_t max_cells;        /* cells listed per mismatch */
    bool triages;            /* say of mismatches what they look like, and shrink those that are
                                reported in full; of all of them, where a ledger is to know them */
    size_t max_failures; /* leave out a trace's other cases once so many of its runs have failed:
                            crashed, hung, gave an error; 0: none. Not with a ledger */
    double max_shrink_s; /* of one mismatch; 0: until it is as small as it gets. With one the
                            result depends on the machine */
    const char *save;    /* folder that the shrunk cases are saved in; NULL: none is */
    bool is_save_forced; /* replace a case that is there */
    const tg_ledger *ledger; /* known failures; NULL: none. With it triages must be set */
    tg_document *document;   /* filled, and ended by the gate; NULL: none is wanted */
    const char *cases;       /* folder of cases, in folders of their chips; NULL: none. As corpus */
    bool cases_are_required;
    size_t shard_index; /* gate the traces number i of those wanted with i % shard_total ==
                           shard_index; total 0: all */
    size_t shard_total;
    bool self_test; /* plant wrong cells and side outputs and require each to be found */
    void (*on_run)(void *context, const char *backend,
                   const char *again); /* called before a backend
 runs, with the line that makes the run again; NULL: nobody */
    void *on_run_context;
    /* Called behind each case with what it took; NULL: nobody */
    void (*on_case)(void *context, const tg_gate_times *times);
    void *on_case_context;
    /* Called at the end, for each trace that was gated, with what its drawn events reached of the
     * classes of events, then its records, then both: source is "drawn", "records", "both". NULL:
     * nobody. */
    void (*on_coverage)(void *context, const char *source, const tg_event_coverage *coverage);
    void *on_coverage_context;
    bool verbose; /* a line for every comparison, every report in full, and all classes of events
                     that were not reached */
    /* Kernels in the place of a trace's built-in ones, for backend host: the plan that runs them,
     * which must live as long as the gate runs; NULL for a trace, or no function: its own plan. */
    tg_plan_of *plan_of;
    void *plan_of_context;
    const char *const *plan_words; /* [nb_plan_words] options that ask for these plans, for lines
                                      that make a finding again */
    size_t nb_plan_words;
    tg_isolation isolation; /* which backends run in processes of their own */
} tg_gate_options;

/* What became of the gate. */
typedef struct tg_gate_summary {
    size_t nb_traces;          /* that are wanted */
    size_t nb_traces_compared; /* of them, compared at least once so far */
    size_t nb_comparisons;     /* pairs of traces compared */
    size_t nb_golden;          /* of them, with a recorded trace or digest */
    size_t nb_cells;           /* cells compared */
    size_t nb_side_words;      /* words of side outputs compared */
    size_t nb_lookups;         /* possible lookups whose counts were compared */
    size_t nb_mismatches; /* comparisons and planted bugs with a finding, known ones left out */
    size_t nb_expected;   /* comparisons with a known failure */
    size_t nb_fixed;      /* known failures that were not met, or whose day is over */
    size_t nb_not_run;    /* comparisons that the machine could not do */
    size_t nb_planted;    /* planted bugs tried, with self_test */
    bool is_concluded;    /* there is a verdict, and the document, if one is wanted, is whole */
} tg_gate_summary;

/* Run the gate.
 * out       report: sources and backends first, mismatches as they come, the table, the verdict
 * progress  where progress is shown while out gives nothing for long; NULL: nowhere
 * summary   caller's; overwritten. Its counts go on with the gate, and can be read by on_run
 * Returns   TG_OK            everything matches and at least one cell was compared
 *           TG_ERR_MISMATCH  something differs
 *           TG_ERR_UNAVAILABLE, TG_ERR_MEMORY, TG_ERR_DEVICE  a backend that was asked for by name
 *                                                             is not here, something could
 *                            not run, or nothing was compared
 *           others           bad input, found before anything runs where that is possible; error
 *                            says what
 * A verdict is printed to out and leaves error as it was.
 */
TG_NODISCARD tg_status tg_gate_run(tg_gate_summary *summary, FILE *out, FILE *progress,
                                   const tg_gate_options *options, tg_error *error);

#endif

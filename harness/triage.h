/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Triage: from a case that shows a mismatch to the smallest one that shows the same, with its
 * causes, its key and the property that predicts it.
 */
#ifndef TRACEGATE_HARNESS_TRIAGE_H
#define TRACEGATE_HARNESS_TRIAGE_H

#include "harness/case.h"
#include "harness/cause.h"
#include "harness/key.h"
#include "harness/prediction.h"

/* Runs that shrinking may take, and cells that both sides may make for it, unless the caller says
 * otherwise: the same on every machine, and so is the result. */
#define TG_TRIAGE_MAX_RUNS 4000
#define TG_TRIAGE_MAX_CELLS ((size_t)1 << 27)

/* Seconds that shrinking a kernel that hangs may take unless the caller says otherwise: each try
 * costs its whole time. */
#define TG_TRIAGE_HANG_SECONDS 60.0

typedef struct tg_triage_options {
    const tg_backend *expected;
    const tg_backend *actual;
    const tg_mismatch *whole; /* what both sides made of the case, where it is at hand: a case that
                                 can be shrunk is then not run as a whole again, which takes the
                                 memory of both traces. NULL: it is run */
    size_t max_runs;          /* 0: TG_TRIAGE_MAX_RUNS */
    size_t max_cells;         /* 0: TG_TRIAGE_MAX_CELLS; with a limit of time: no limit */
    double max_seconds;       /* 0: no limit. With one the result depends on the machine */
    const char *shapes; /* the case is right in its plan's launch shape: which shapes are wrong
                           and which are right, as text. The key says so; NULL: not known */
    bool tries_plan;    /* find out whether it is, where a case has a shape of its own. A case
                           whose key says so is tried without being asked */
    bool (*stops)(void *context); /* asked between runs whether to stop: the smallest case so far is
                                     then the result; NULL: never */
    void *stops_context;
    void (*on_step)(void *context, const tg_case *smallest, size_t nb_runs); /* NULL: nobody */
    void *on_step_context;
} tg_triage_options;

typedef struct tg_triage {
    bool is_match;            /* the case shows nothing wrong: the rest is empty */
    bool is_unshown;          /* and nothing at all (harness/zeroed.h) */
    tg_causes causes;         /* of the whole case */
    tg_prediction prediction; /* over the whole case's events */
    tg_case smallest;         /* owned; valid events, same trace */
    tg_causes smallest_causes;
    tg_case_result result; /* of the smallest case */
    tg_product expected;   /* of the smallest case, both sides' products; owned */
    tg_product actual;     /* all NULL if it failed, and of a whole that there was no memory to make
                              once more */
    tg_key key;            /* of the smallest case */
    size_t nb_runs;
    size_t nb_cells; /* that both sides made in them */
    double seconds;
    bool is_cut;      /* runs, cells or time were used up, or it was stopped: a smaller case may
                         exist */
    bool is_unstable; /* the case differs between runs: it was not shrunk */
} tg_triage;

/* Run a case and shrink it. First to the fewest events that show a mismatch of the same part, then
 * to simpler fields, count, height and launch shape, keeping part, first wrong column and, where
 * the few events have the whole's, the first cause: without a limit of time the same case gives
 * the same result on every machine.
 * triage  caller's; to be cleared after success
 * Errors  TG_ERR_MEMORY; those of the expected side; those of the machine */
TG_NODISCARD tg_status tg_triage_run(tg_triage *triage, const tg_case *work,
                                     const tg_triage_options *options, tg_error *error);
void tg_triage_clear(tg_triage *triage);

/* Make the mismatch that a result is, for tg_causes_find and tg_key_make; earlier is left out. All
 * pointers are borrowed: work, result, products and actual_side must outlive it.
 * actual_side  the backend that made the actual side, for the shape that its blocks had */
void tg_triage_mismatch(tg_mismatch *mismatch, const tg_case *work, const tg_case_result *result,
                        const tg_product *expected, const tg_product *actual,
                        const tg_backend *actual_side);

/* Write the smallest case as a folder, DIR/<file-like name of the trace>-<key id>, with
 * expected.trace.npy and actual.trace.npy beside its events.
 * folder    TG_PATH_BYTES bytes: where it was put, or lies: the very same case is left as it is
 * force     replace another case that is there; else TG_ERR_IO
 * Errors    TG_ERR_IO, TG_ERR_MEMORY; nothing is left behind then, and what was there is as it
 *           was */
TG_NODISCARD tg_status tg_triage_save(char *folder, const tg_triage *triage, const char *dir,
                                      bool force, tg_error *error);

/* Whether tg_triage_save would find the very same case there, and leave it. */
bool tg_triage_is_saved(const tg_triage *triage, const char *dir);

/* What stands before the folder's name in a report: whether it was saved now, or was there. */
const char *tg_triage_saved_label(bool was_there);

/* Print property, smallest case, what that looks like, and key: the lines that a report has below
 * its causes (tg_report_causes). */
void tg_triage_print(FILE *out, const tg_triage *triage);

#endif

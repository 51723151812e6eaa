/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Shrinking at work, for the files triage*.c only. */
#ifndef TRACEGATE_HARNESS_TRIAGE_INTERNAL_H
#define TRACEGATE_HARNESS_TRIAGE_INTERNAL_H

#include "harness/triage.h"

/* What a case shows, when both sides have run. */
typedef struct triage_run {
    tg_case_result result;
    tg_product expected;
    tg_product actual;
    tg_mismatch mismatch; /* points to the above, and to the case */
} triage_run;

/* Run a case. run: caller's; to be cleared after success, and not to be moved.
 * Errors  as tg_case_run's */
TG_NODISCARD tg_status triage_run_case(triage_run *run, const tg_case *work,
                                       const tg_triage_options *options, tg_error *error);
void triage_run_clear(triage_run *run);

/* Run one side of a case once. out: of the case's trace and height */
TG_NODISCARD tg_status triage_run_once(tg_product *out, const tg_backend *backend,
                                       const tg_case *work, size_t height, tg_error *error);

/* Take a first look, at the price of one run a side where a whole one takes four: is_absent says
 * that this part of what the case makes is right. Parts that show in another way are never
 * absent. */
TG_NODISCARD tg_status triage_look(bool *is_absent, const tg_case *work, tg_part part,
                                   const tg_triage_options *options, tg_error *error);

/* Runs of either side that a first look takes, and a whole run of a case. */
#define TRIAGE_LOOK_RUNS 2u
#define TRIAGE_CASE_RUNS 4u

/* In how much a smaller case has to fail as the larger one did. */
typedef enum triage_level {
    TRIAGE_PART,  /* in the same part; a failure with the same status */
    TRIAGE_PLACE, /* and at the same place: column, side output, zone */
    TRIAGE_KEY,   /* and with the same first cause */
} triage_level;

/* What shrinking keeps. */
typedef struct triage_sign {
    tg_key place; /* as triage_place */
    tg_key key;
    tg_cause cause;
} triage_sign;

typedef struct triage_shrink {
    const tg_triage_options *options;
    const tg_case *whole;
    tg_mismatch mismatch; /* of the whole */
    tg_case smallest;     /* so far; events: owned, room for nb_room */
    tg_case next;         /* a case to change and try; events: owned, room for nb_room */
    size_t nb_room;
    bool is_shrunk; /* smallest is another case than the whole */
    triage_sign sign;
    triage_level level;
    bool leaves_sides; /* steps of the plan that make side outputs alone are not run */
    size_t nb_runs;
    size_t nb_cells; /* that both sides made */
    double start_s;
    size_t max_runs;  /* of the stage at hand */
    size_t max_cells; /* of the stage at hand */
    double max_s;     /* of the stage at hand, from start_s on; 0: no limit */
    bool is_cut;      /* a stage would have gone on */
    tg_status status; /* TG_OK, or why nothing can be tried any more */
    tg_error *error;
    bool has_canonical; /* the simplest events were tried, in this height and shape */
    tg_case canonical;  /* events not looked at */
    tg_leaf *leaves;    /* [nb_leaves] of an event that a simpler value may make simpler */
    size_t nb_leaves;
} triage_shrink;

/* Key of a mismatch without a cause; but a failure is another one if it has another. */
void triage_place(tg_key *place, const tg_mismatch *mismatch);

/* Begin a stage that takes at most a share, in percent, of the runs, cells and time that are left.
 * is_over: the stage's share is used up, or nothing can be tried any more. */
void triage_stage(triage_shrink *shrink, unsigned percent);
bool triage_is_over(triage_shrink *shrink);

/* Run a case and see what it shows. False if that is nothing, or not what is kept at this level, or
 * if the stage is over. sign: its own; may be NULL */
bool triage_shows(triage_shrink *shrink, const tg_case *work, triage_sign *sign);

/* Make a case the smallest one. */
void triage_adopt(triage_shrink *shrink, const tg_case *work);

/* Try a case, and make it the smallest one if it shows what is kept. */
bool triage_try(triage_shrink *shrink, const tg_case *work);

/* Set `next` to the smallest case, to be changed. */
tg_case *triage_next(triage_shrink *shrink);

/* Copy a case with its events. copy: to be cleared after success */
TG_NODISCARD tg_status triage_copy_case(tg_case *copy, const tg_case *work, tg_error *error);

/* Set the key by the smallest case's causes, and say why the case is kept. */
void triage_set_key(tg_triage *triage, const tg_mismatch *mismatch);

/* Say of what was found that it depends on the launch shape, where that is known or to be found
 * out, and is so.  Errors  TG_ERR_MEMORY, those of the expected side; those of the machine */
TG_NODISCARD tg_status triage_find_shape(tg_triage *triage, const tg_case *work,
                                         const tg_triage_options *options, tg_error *error);

/* Run the smallest case a last time, for the result. One that shows nothing now is different in
 * every run. */
TG_NODISCARD tg_status triage_run_smallest(tg_triage *triage, const tg_triage_options *options,
                                           tg_error *error);

/* Make the whole the result: nothing smaller shows the same. Its causes are those that are known,
 * the stale ones too.
 * run  what both sides made of it, which is taken; NULL: the caller has it */
TG_NODISCARD tg_status triage_keep_whole(tg_triage *triage, const tg_case *work, triage_run *run,
                                         const tg_triage_options *options, tg_error *error);

/* Event of a case. */
static inline unsigned char *triage_event(const tg_case *work, size_t index)
{
    return (unsigned char *)work->events + index * tg_trace_event_size(work->subject.trace);
}

/* The stages. Each leaves the smallest case that it found.
 *   start    from the whole to few events around one that is wrong, by the part that is wrong
 *   events   fewer events
 *   shape    no fixed height or a lower one, the plan's shape or a small one
 *   fields   simpler events */
void triage_find_start(triage_shrink *shrink, tg_cause cause);
void triage_drop_events(triage_shrink *shrink);
void triage_simplify_shape(triage_shrink *shrink);
void triage_simplify_fields(triage_shrink *shrink);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Triage from start to end: what the whole case shows, the smallest case that shows the same, what
 * that one shows.
 *
 * Shrinking goes in rounds over events, shape and fields until a round finds nothing smaller. The
 * part and the place of what is wrong are kept all the way; the first cause from the few events on
 * that the case starts from, if it is the whole's: many causes show with many events only, and one
 * cell may look like anything.
 */
#include "harness/triage_internal.h"

#include "harness/clock.h"
#include "harness/gate.h"
#include "harness/key.h"
#include "harness/zeroed.h"
#include "model/memory.h"

#include <stdio.h>
#include <string.h>

/* Rounds at the most: two or three do. */
#define MAX_ROUNDS 8

/* Shares of a stage, in percent of the runs, cells and time that are left to it: none may starve
 * those behind it. */
#define SHARE_START 40
#define SHARE_EVENTS 50
#define SHARE_SHAPE 30
#define SHARE_FIELDS 60

/* Runs that have to agree with the first one; and cells of a case that is run so often. */
#define NB_REPEATS 3
#define MAX_REPEATED_CELLS ((size_t)1 << 24)

/* What an event that nobody drew is made of: any bytes that differ from each other. */
#define FILLER 0x51u

void tg_triage_clear(tg_triage *triage)
{
    tg_case_clear(&triage->smallest);
    tg_case_result_clear(&triage->result);
    tg_product_destroy(&triage->expected);
    tg_product_destroy(&triage->actual);
    *triage = (tg_triage){.is_match = false};
}

tg_status triage_copy_case(tg_case *copy, const tg_case *work, tg_error *error)
{
    *copy = *work;
    copy->events = NULL;
    const size_t size = tg_trace_event_size(work->subject.trace);
    if (size == 0 || work->nb_events == 0) return TG_OK;
    const tg_status status = tg_buffer_create(&copy->events, work->nb_events, size, error);
    if (status == TG_OK) memcpy(copy->events, work->events, work->nb_events * size);
    return status;
}

/* ---- the whole ---- */

/* Other events than those of a case, as many: the same from the last to the first; where that is no
 * difference, any. */
static tg_status other_events(tg_case *other, const tg_case *work, tg_error *error)
{
    tg_status status = triage_copy_case(other, work, error);
    const size_t size = tg_trace_event_size(work->subject.trace);
    if (status != TG_OK || size == 0 || work->nb_events == 0) return status;
    for (size_t i = 0; i < work->nb_events; i++) {
        memcpy(triage_event(other, i), triage_event(work, work->nb_events - 1 - i), size);
    }
    if (memcmp(other->events, work->events, work->nb_events * size) != 0) return TG_OK;
    unsigned char *bytes = other->events;
    for (size_t i = 0; i < work->nb_events * size; i++) {
        bytes[i] = (unsigned char)(FILLER + i % size);
    }
    return tg_case_mend_events(other->events, &other->subject, other->nb_events, error);
}

static bool are_equal(const tg_product *one, const tg_product *other, const tg_trace *trace,
                      size_t height)
{
    const size_t nb_cells = height * tg_trace_width(trace);
    bool are = memcmp(one->cells, other->cells, nb_cells * sizeof *one->cells) == 0;
    for (size_t i = 0; i < trace->nb_sides; i++) {
        const size_t nb_words = tg_side_nb_words(&trace->sides[i]);
        are = are && memcmp(one->sides[i], other->sides[i], nb_words * sizeof(uint32_t)) == 0;
    }
    return are;
}

/* Look for words of an earlier run: run other events, then the case. Two runs of the case itself,
 * as backends make them, would show the words of the case in either. Where that is not possible the
 * causes stay as they are.
 * changes  the case now gives something else than before */
static tg_status find_stale(tg_causes *causes, bool *changes, const tg_case *work,
                            const triage_run *run, const tg_triage_options *options,
                            tg_error *error)
{
    const tg_trace *trace = work->subject.trace;
    const size_t height = run->result.height;
    const size_t width = tg_trace_width(trace);
    tg_case other = {.events = NULL};
    tg_product products[2] = {{.cells = NULL}, {.cells = NULL}};
    tg_diff diff = {.columns = NULL};
    tg_status status = other_events(&other, work, error);
    for (size_t i = 0; i < 2 && status == TG_OK; i++) {
        status = tg_product_create(&products[i], trace, height, error);
    }
    if (status == TG_OK) status = tg_diff_init(&diff, width, TG_CASE_MAX_CELLS, error);
    if (status != TG_OK) goto cleanup;
    if (triage_run_once(&products[0], options->actual, &other, height, NULL) != TG_OK ||
        triage_run_once(&products[1], options->actual, work, height, NULL) != TG_OK)
        goto cleanup;
    *changes = !are_equal(&products[1], &run->actual, trace, height);
    // A word that is the same behind any other run may be wrong, but it is not left over from it.
    if (!*changes) goto cleanup;
    const tg_matrix earlier = {.cells = products[0].cells, .height = height, .width = width};
    tg_mismatch mismatch = run->mismatch;
    mismatch.earlier = &earlier;
    mismatch.actual.cells = products[1].cells;
    mismatch.diff = &diff;
    status =
        tg_diff_run(&diff, trace, work->nb_events, &mismatch.expected, &mismatch.actual, error);
    if (status == TG_OK && !tg_diff_is_match(&diff))
        status = tg_causes_find(causes, &mismatch, error);
cleanup:
    tg_diff_clear(&diff);
    tg_product_destroy(&products[1]);
    tg_product_destroy(&products[0]);
    tg_case_clear(&other);
    return status;
}

static bool has_unstable(const tg_conduct *conduct)
{
    size_t nb = conduct->cells.nb_unstable;
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        nb += conduct->sides[i].nb_unstable;
    }
    return nb != 0;
}

/* Whether runs of the case over memory that holds the same differ. Over different poisons they do
 * so, too, where a kernel reads memory that nobody wrote: that can be shrunk. Too large a case is
 * taken for one that does. */
static tg_status find_unstable(bool *is, const tg_case *work, const tg_backend *actual,
                               tg_error *error)
{
    const tg_trace *trace = work->subject.trace;
    tg_product first = {.cells = NULL};
    tg_product again = {.cells = NULL};
    size_t height = 0;
    tg_status status = tg_trace_height(trace, work->nb_events, work->fixed_height, &height, error);
    *is = true;
    if (status != TG_OK || height * tg_trace_width(trace) > MAX_REPEATED_CELLS) return status;
    status = tg_product_create(&first, trace, height, error);
    if (status == TG_OK) status = tg_product_create(&again, trace, height, error);
    if (status == TG_OK) *is = triage_run_once(&first, actual, work, height, NULL) != TG_OK;
    for (unsigned i = 0; i < NB_REPEATS && status == TG_OK && !*is; i++) {
        *is = triage_run_once(&again, actual, work, height, NULL) != TG_OK ||
              !are_equal(&first, &again, trace, height);
    }
    tg_product_destroy(&again);
    tg_product_destroy(&first);
    return status;
}

static tg_status predict(tg_triage *triage, const tg_mismatch *mismatch, tg_error *error)
{
    const tg_trace *trace = mismatch->trace;
    const size_t nb = tg_trace_nb_events_used(trace, mismatch->nb_events);
    if (trace->event == NULL || nb == 0 || mismatch->expected.cells == NULL ||
        mismatch->actual.cells == NULL)
        return TG_OK;
    void *buffer = NULL;
    tg_status status = tg_buffer_create(&buffer, nb, sizeof(bool), error);
    if (status != TG_OK) return status;
    bool *is_wrong = buffer;
    tg_wrong_events(is_wrong, trace, mismatch->nb_events, &mismatch->expected, &mismatch->actual);
    status = tg_predict(&triage->prediction, trace, mismatch->events, mismatch->nb_events, is_wrong,
                        mismatch->block, error);
    tg_buffer_destroy(buffer);
    return status;
}

/* Causes of the whole case, the property that predicts it, whether it is the same in every run.
 * run  NULL: the caller has run it */
static tg_status look_at_whole(tg_triage *triage, const tg_case *work, const tg_mismatch *mismatch,
                               const triage_run *run, const tg_triage_options *options,
                               tg_error *error)
{
    bool changes = false;
    tg_status status = tg_causes_find(&triage->causes, mismatch, error);
    if (status == TG_OK && run != NULL && mismatch->failed == TG_OK)
        status = find_stale(&triage->causes, &changes, work, run, options, error);
    if (status == TG_OK) status = predict(triage, mismatch, error);
    triage->is_unstable = changes;
    if (status == TG_OK && !changes && mismatch->conduct != NULL && has_unstable(mismatch->conduct))
        status = find_unstable(&triage->is_unstable, work, options->actual, error);
    return status;
}

/* ---- shrinking ---- */

/* Change a cause to what the same place looks like with many events that are the same for every
 * case of the trace, where that place is wrong there too: few events may look like anything, and
 * like something else in every case. */
static void ask_many(tg_cause *cause, triage_shrink *shrink)
{
    tg_case many = {.subject = shrink->whole->subject,
                    .max_candidates = shrink->whole->max_candidates,
                    .launch = shrink->whole->launch};
    const size_t size = tg_trace_event_size(many.subject.trace);
    if (size == 0) return;
    many.nb_events =
        tg_generator_nb_events(&many.subject, TG_GATE_PROFILE,
                               tg_trace_nb_events_worth(many.subject.trace, TG_GATE_NB_EVENTS));
    triage_sign sign;
    shrink->level = TRIAGE_PLACE;
    shrink->status = tg_buffer_create(&many.events, many.nb_events, size, shrink->error);
    if (shrink->status == TG_OK)
        shrink->status = tg_generator_fill(many.events, &many.subject, TG_GATE_PROFILE,
                                           TG_GATE_SEED, 0, many.nb_events, shrink->error);
    if (shrink->status == TG_OK && triage_shows(shrink, &many, &sign)) *cause = sign.cause;
    tg_case_clear(&many);
}

/* Take what the smallest case shows as what is to be kept. Where cells are wrong, steps that make
 * side outputs alone only take time, and more than the others; where the backend fails, it may be
 * such a step that does. */
static void take_sign(triage_shrink *shrink)
{
    triage_sign sign;
    const tg_part part = shrink->sign.place.part;
    triage_stage(shrink, 100);
    shrink->level = TRIAGE_PART;
    shrink->leaves_sides =
        part == TG_PART_EVENTFUL || part == TG_PART_PADDING || part == TG_PART_FAILED;
    bool does = triage_shows(shrink, &shrink->smallest, &sign);
    if (!does && part == TG_PART_FAILED) {
        shrink->leaves_sides = false;
        does = triage_shows(shrink, &shrink->smallest, &sign);
    }
    if (does) shrink->sign = sign;
}

/* One round; whether it found something smaller. */
static bool shrink_round(triage_shrink *shrink, bool *is_cut)
{
    tg_case before;
    shrink->status = triage_copy_case(&before, &shrink->smallest, shrink->error);
    if (shrink->status != TG_OK) return false;
    *is_cut = false;
    static const struct {
        void (*run)(triage_shrink *shrink);
        unsigned share;
    } stages[] = {
        {triage_drop_events, SHARE_EVENTS},
        {triage_simplify_shape, SHARE_SHAPE},
        {triage_simplify_fields, SHARE_FIELDS},
    };
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        triage_stage(shrink, stages[i].share);
        stages[i].run(shrink);
        *is_cut = *is_cut || shrink->is_cut;
    }
    const bool is_same = tg_case_is_same(&before, &shrink->smallest);
    tg_case_clear(&before);
    return !is_same;
}

/* Whether the first cause of the smallest case is one to keep while events are dropped, too: that
 * of the whole, or that of several events, which simpler ones would make look like something else.
 * What one event looks like may be chance, and "other" is nothing to keep. */
static bool has_telling_cause(const triage_shrink *shrink, tg_cause cause)
{
    return shrink->sign.place.part == TG_PART_EVENTFUL && shrink->sign.cause != TG_CAUSE_OTHER &&
           (shrink->sign.cause == cause || shrink->smallest.nb_events > 1);
}

/* Shrink. Gives TG_OK also where nothing smaller was found. */
static tg_status shrink_case(triage_shrink *shrink, tg_cause cause)
{
    bool is_cut = false;
    const tg_part part = shrink->sign.place.part;
    shrink->leaves_sides = part == TG_PART_EVENTFUL || part == TG_PART_PADDING;
    triage_stage(shrink, SHARE_START);
    ask_many(&cause, shrink);
    triage_find_start(shrink, cause);
    if (!shrink->is_shrunk || shrink->status != TG_OK) return shrink->status;
    take_sign(shrink);
    if (!has_telling_cause(shrink, cause)) {
        triage_stage(shrink, SHARE_EVENTS);
        shrink->level = TRIAGE_PLACE;
        triage_drop_events(shrink);
        take_sign(shrink);
    }
    shrink->level =
        has_telling_cause(shrink, cause) || shrink->sign.cause == cause ? TRIAGE_KEY : TRIAGE_PLACE;
    for (unsigned round = 0; round < MAX_ROUNDS && shrink->status == TG_OK; round++) {
        if (!shrink_round(shrink, &is_cut)) break;
    }
    shrink->is_cut = is_cut;
    return shrink->status;
}

/* ---- the result ---- */

/* Say of a case that it is what another one was shrunk to. */
static void say_source(tg_case *smallest, const tg_case *whole)
{
    static const char start[] = "shrunk from ";
    const size_t length = strlen(start);
    const bool has_start = strncmp(whole->source, start, length) == 0;
    if (whole->source[0] == '\0') return;
    // Cut where it is longer than a case's text.
    (void)snprintf(smallest->source, sizeof smallest->source, "%s%.*s", has_start ? "" : start,
                   (int)(sizeof smallest->source - length - 1), whole->source);
}

/* How much is tried of a case. */
static tg_triage_options options_for(const tg_triage_options *options, const tg_mismatch *mismatch)
{
    tg_triage_options own = *options;
    const bool hangs = mismatch->failed != TG_OK && mismatch->why != NULL &&
                       mismatch->why->failure == TG_FAILURE_HANG;
    if (hangs && own.max_seconds <= 0) own.max_seconds = TG_TRIAGE_HANG_SECONDS;
    return own;
}

/* Shrink a mismatch and say what the smallest case shows.
 * run  what both sides made of the whole, to be taken or left; NULL: the caller has it */
static tg_status triage_mismatch(tg_triage *triage, const tg_case *work,
                                 const tg_mismatch *mismatch, triage_run *run,
                                 const tg_triage_options *options, tg_error *error)
{
    tg_status status = look_at_whole(triage, work, mismatch, run, options, error);
    if (status != TG_OK) return status;
    triage_shrink shrink = {.options = options,
                            .whole = work,
                            .mismatch = *mismatch,
                            .start_s = tg_now_s(),
                            .error = error};
    triage_place(&shrink.sign.place, mismatch);
    const tg_cause cause = tg_causes_of_key(&triage->causes);
    if (!triage->is_unstable) status = shrink_case(&shrink, cause);
    triage->nb_runs = shrink.nb_runs;
    triage->nb_cells = shrink.nb_cells;
    triage->is_cut = shrink.is_cut;
    tg_case_clear(&shrink.next);
    tg_buffer_destroy(shrink.leaves);
    if (status == TG_OK && shrink.is_shrunk) {
        triage->smallest = shrink.smallest;
        say_source(&triage->smallest, work);
        return triage_run_smallest(triage, options, error);
    }
    tg_case_clear(&shrink.smallest);
    return status == TG_OK ? triage_keep_whole(triage, work, run, options, error) : status;
}

tg_status tg_triage_run(tg_triage *triage, const tg_case *work, const tg_triage_options *options,
                        tg_error *error)
{
    const double start_s = tg_now_s();
    triage_run run;
    tg_status status = TG_OK;
    *triage = (tg_triage){.is_match = false};
    if (options->whole != NULL) {
        const tg_triage_options own = options_for(options, options->whole);
        status = triage_mismatch(triage, work, options->whole, NULL, &own, error);
    } else {
        status = triage_run_case(&run, work, options, error);
        if (status != TG_OK) return status;
        triage->is_match = run.result.is_match;
        triage->is_unshown = triage->is_match && !tg_key_is_of_failure(work->why) &&
                             tg_is_unshown(&work->subject, options->actual->ops, work->nb_events,
                                           run.result.height, &run.expected);
        if (!triage->is_match) {
            const tg_triage_options own = options_for(options, &run.mismatch);
            status = triage_mismatch(triage, work, &run.mismatch, &run, &own, error);
        }
        triage_run_clear(&run);
    }
    if (status == TG_OK && !triage->is_match)
        status = triage_find_shape(triage, work, options, error);
    triage->seconds = tg_now_s() - start_s;
    if (status != TG_OK) tg_triage_clear(triage);
    return status;
}

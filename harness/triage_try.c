/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Shrinking: one case that is tried, and what is kept of it. */
#include "harness/triage_internal.h"

#include "harness/clock.h"
#include "model/memory.h"

#include <omp.h>
#include <string.h>

/* Cases of at most so many events are run by one thread: others would take longer to begin and to
 * wait for each other than they save. */
#define ONE_THREAD_EVENTS ((size_t)512)

/* ---- stages ---- */

/* What of a number may be used, some of which is: a share of the rest, rounded up. */
static size_t share_of(size_t all, size_t used, unsigned percent)
{
    const size_t left = all > used ? all - used : 0;
    // Without an overflow of any number.
    return used + left / 100 * percent + (left % 100 * percent + 99) / 100;
}

void triage_stage(triage_shrink *shrink, unsigned percent)
{
    const tg_triage_options *options = shrink->options;
    const bool has_time_limit = options->max_seconds > 0;
    const size_t max_runs = options->max_runs != 0 ? options->max_runs : TG_TRIAGE_MAX_RUNS;
    size_t max_cells = options->max_cells;
    if (max_cells == 0) max_cells = has_time_limit ? SIZE_MAX : TG_TRIAGE_MAX_CELLS;
    shrink->max_runs = share_of(max_runs, shrink->nb_runs, percent);
    shrink->max_cells = share_of(max_cells, shrink->nb_cells, percent);
    shrink->max_s = 0;
    if (has_time_limit) {
        const double used_s = tg_now_s() - shrink->start_s;
        const double left_s = options->max_seconds - used_s;
        shrink->max_s = used_s + (left_s > 0 ? left_s * percent / 100 : 0);
    }
    shrink->is_cut = false;
}

bool triage_is_over(triage_shrink *shrink)
{
    if (shrink->status != TG_OK) return true;
    const tg_triage_options *options = shrink->options;
    const bool is_used_up =
        shrink->nb_runs >= shrink->max_runs || shrink->nb_cells >= shrink->max_cells ||
        (options->max_seconds > 0 && tg_now_s() - shrink->start_s >= shrink->max_s);
    if (is_used_up || (options->stops != NULL && options->stops(options->stops_context)))
        shrink->is_cut = true;
    return shrink->is_cut;
}

/* ---- trying ---- */

void triage_place(tg_key *place, const tg_mismatch *mismatch)
{
    tg_causes causes = {.nb = 0};
    if (mismatch->failed != TG_OK)
        causes = (tg_causes){.nb = 1, .list = {{.cause = tg_cause_of_failure(mismatch->why)}}};
    tg_key_make(place, mismatch, &causes);
}

/* Whether a run shows what is kept. Causes are only looked for where they count. */
static bool has_sign(triage_shrink *shrink, triage_sign *sign, const triage_run *run,
                     bool wants_cause)
{
    tg_causes causes;
    triage_place(&sign->place, &run->mismatch);
    if (sign->place.part != shrink->sign.place.part) return false;
    const bool is_same_place = strcmp(sign->place.text, shrink->sign.place.text) == 0;
    if (!is_same_place && (shrink->level != TRIAGE_PART || sign->place.part == TG_PART_FAILED))
        return false;
    if (shrink->level != TRIAGE_KEY && !wants_cause) return true;
    shrink->status = tg_causes_find(&causes, &run->mismatch, shrink->error);
    if (shrink->status != TG_OK) return false;
    tg_key_make(&sign->key, &run->mismatch, &causes);
    sign->cause = tg_causes_of_key(&causes);
    return shrink->level != TRIAGE_KEY || strcmp(sign->key.text, shrink->sign.key.text) == 0;
}

/* Leave side outputs out of what a run shows. */
static void forget_sides(triage_run *run)
{
    memset(run->result.conduct.sides, 0, sizeof run->result.conduct.sides);
    run->mismatch.sides = NULL;
    run->mismatch.expected_sides = NULL;
    run->mismatch.actual_sides = NULL;
}

/* What became of an attempt to run a case that shows nothing. */
static void take_failure(triage_shrink *shrink, tg_status status, const tg_error *why)
{
    if (status == TG_ERR_MEMORY) {
        shrink->status = status;
        if (shrink->error != NULL) *shrink->error = *why;
    } else if (tg_status_exit_code(status) == 3) {
        // A device that is lost shows nothing any more.
        shrink->is_cut = true;
    }
}

/* Count the cells of some runs of a case. */
static void count_cells(triage_shrink *shrink, const tg_case *work, size_t nb_runs)
{
    size_t height = 0;
    const tg_trace *trace = work->subject.trace;
    if (tg_trace_height(trace, work->nb_events, work->fixed_height, &height, NULL) == TG_OK)
        shrink->nb_cells += nb_runs * height * tg_trace_width(trace);
}

/* As triage_shows, by the threads that there are. */
static bool shows(triage_shrink *shrink, const tg_case *work, triage_sign *sign)
{
    triage_run run;
    tg_error why = {.status = TG_OK};
    tg_step steps[TG_MAX_STEPS];
    tg_case alone = *work;
    const tg_part part = shrink->sign.place.part;
    const tg_plan plan = tg_plan_of_trace_alone(steps, work->subject.plan);
    if (shrink->leaves_sides && plan.nb_steps != 0) alone.subject.plan = &plan;
    bool is_absent = false;
    tg_status status = triage_look(&is_absent, &alone, part, shrink->options, &why);
    count_cells(shrink, work, TRIAGE_LOOK_RUNS);
    if (status == TG_OK && is_absent) return false;
    count_cells(shrink, work, TRIAGE_CASE_RUNS);
    if (status == TG_OK) status = triage_run_case(&run, &alone, shrink->options, &why);
    if (status != TG_OK) {
        take_failure(shrink, status, &why);
        return false;
    }
    if (shrink->leaves_sides) forget_sides(&run);
    triage_sign own;
    const bool has =
        !run.result.is_match && has_sign(shrink, sign != NULL ? sign : &own, &run, sign != NULL);
    triage_run_clear(&run);
    return has;
}

bool triage_shows(triage_shrink *shrink, const tg_case *work, triage_sign *sign)
{
    if (triage_is_over(shrink)) return false;
    shrink->nb_runs++;
    const int nb_threads = omp_get_max_threads();
    if (work->nb_events <= ONE_THREAD_EVENTS) omp_set_num_threads(1);
    const bool does = shows(shrink, work, sign);
    omp_set_num_threads(nb_threads);
    return does;
}

/* Make room for the events of smallest and next. */
static bool take_room(triage_shrink *shrink, size_t nb_events)
{
    const size_t size = tg_trace_event_size(shrink->whole->subject.trace);
    if (size == 0 || nb_events <= shrink->nb_room) return true;
    void *buffers[2] = {NULL, NULL};
    shrink->status = tg_buffer_create(&buffers[0], nb_events, size, shrink->error);
    if (shrink->status == TG_OK)
        shrink->status = tg_buffer_create(&buffers[1], nb_events, size, shrink->error);
    if (shrink->status != TG_OK) {
        tg_buffer_destroy(buffers[0]);
        return false;
    }
    if (shrink->smallest.nb_events != 0 && shrink->smallest.events != NULL)
        memcpy(buffers[0], shrink->smallest.events, shrink->smallest.nb_events * size);
    tg_case_clear(&shrink->next);
    tg_buffer_destroy(shrink->smallest.events);
    shrink->smallest.events = buffers[0];
    shrink->next.events = buffers[1];
    shrink->nb_room = nb_events;
    return true;
}

void triage_adopt(triage_shrink *shrink, const tg_case *work)
{
    if (!take_room(shrink, work->nb_events)) return;
    const size_t size = tg_trace_event_size(work->subject.trace);
    void *events = shrink->smallest.events;
    if (size != 0 && work->nb_events != 0 && work->events != events)
        memmove(events, work->events, work->nb_events * size);
    shrink->smallest = *work;
    shrink->smallest.events = events;
    shrink->is_shrunk = true;
    if (shrink->options->on_step != NULL)
        shrink->options->on_step(shrink->options->on_step_context, &shrink->smallest,
                                 shrink->nb_runs);
}

bool triage_try(triage_shrink *shrink, const tg_case *work)
{
    if (!triage_shows(shrink, work, NULL)) return false;
    triage_adopt(shrink, work);
    return shrink->status == TG_OK;
}

tg_case *triage_next(triage_shrink *shrink)
{
    const size_t size = tg_trace_event_size(shrink->whole->subject.trace);
    void *events = shrink->next.events;
    if (size != 0 && shrink->smallest.nb_events != 0)
        memcpy(events, shrink->smallest.events, shrink->smallest.nb_events * size);
    shrink->next = shrink->smallest;
    shrink->next.events = events;
    return &shrink->next;
}

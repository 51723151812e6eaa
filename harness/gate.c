/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate from start to end: which traces, which backends, which events; one case after the
 * other. */
#include "harness/gate_internal.h"

#include "model/memory.h"

#include <stdarg.h>
#include <string.h>

void gate_note(gate *state, const char *format, ...)
{
    if (state->nb_notes == GATE_MAX_NOTES) {
        (void)snprintf(state->notes[GATE_MAX_NOTES - 1], GATE_NOTE_BYTES,
                       "more was skipped than fits here: gate fewer traces or records at once");
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(state->notes[state->nb_notes++], GATE_NOTE_BYTES, format, arguments);
    va_end(arguments);
}

void gate_names_add(gate_names *list, const char *name)
{
    // What always fits behind the names: how many more there are.
    static const char more[] = " and 18446744073709551615 more";
    const size_t length = strlen(name) + strlen(", ");
    if (list->nb_more != 0 || list->nb_used + length + sizeof more > sizeof list->text) {
        list->nb_more++;
        (void)snprintf(list->text + list->nb_used, sizeof list->text - list->nb_used,
                       " and %zu more", list->nb_more);
        return;
    }
    list->nb_used += (size_t)snprintf(list->text + list->nb_used, sizeof list->text - list->nb_used,
                                      "%s%s", list->nb_used != 0 ? ", " : "", name);
}

/* Leave to this shard its traces: every shard_total-th of those that are wanted. */
static tg_status choose_shard(gate *state, tg_error *error)
{
    const tg_gate_options *options = state->options;
    size_t nb_wanted = 0;
    size_t nb_left = 0;
    if (options->shard_total == 0) return TG_OK;
    for (size_t i = 0; i < state->nb_traces; i++) {
        if (!state->is_wanted[i]) continue;
        state->is_wanted[i] = nb_wanted++ % options->shard_total == options->shard_index;
        nb_left += state->is_wanted[i];
    }
    if (nb_left != 0) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "shard %zu of %zu has none of %zu traces",
                 options->shard_index, options->shard_total, nb_wanted);
    tg_error_how(error, "use %zu shards at the most: a shard takes whole traces", nb_wanted);
    return TG_ERR_USAGE;
}

/* Wanted traces that are drawn with a profile, and those that are not. */
static void count_drawn(size_t *nb_drawn, size_t *nb_others, const gate *state, tg_profile profile)
{
    *nb_drawn = 0;
    *nb_others = 0;
    for (size_t index = 0; index < state->nb_traces; index++) {
        const tg_subject subject = tg_subject_at(index);
        if (!state->is_wanted[index]) continue;
        if (gate_draws(state, &subject, profile)) {
            ++*nb_drawn;
        } else {
            ++*nb_others;
        }
    }
}

/* Name the profiles that are drawn: the one that is asked for, and those that traces have
 * besides. */
static const char *profiles_text(char *text, size_t size, const gate *state)
{
    const tg_profile chosen = state->options->profile;
    size_t used = (size_t)snprintf(text, size, "profile %s", tg_profile_name(chosen));
    for (tg_profile profile = 0; profile < TG_NB_PROFILES && used < size; profile++) {
        size_t nb_drawn = 0;
        size_t nb_others = 0;
        count_drawn(&nb_drawn, &nb_others, state, profile);
        if (profile == chosen || nb_drawn == 0) continue;
        used += (size_t)snprintf(text + used, size - used, ", %s%s", tg_profile_name(profile),
                                 nb_others != 0 ? " where there is one" : "");
    }
    return text;
}

static void print_start(const gate *state)
{
    const tg_gate_options *options = state->options;
    (void)fprintf(state->out, "expected  %s\nactual    ", state->expected.ops->name);
    for (size_t i = 0; i < state->nb_actuals; i++) {
        (void)fprintf(state->out, "%s%s", i != 0 ? ", " : "", state->actuals[i].ops->name);
    }
    if (state->with_recorded && (state->nb_records != 0 || options->nb_actuals != 0)) {
        (void)fprintf(state->out, "%srecorded", state->nb_actuals != 0 ? ", " : "");
    }
    (void)fputc('\n', state->out);
    if (options->seeded) {
        char profiles[GATE_NOTE_BYTES];
        (void)fprintf(state->out, "drawn     %zu events a trace, %s, seed 0x%llx",
                      options->nb_events, profiles_text(profiles, sizeof profiles, state),
                      (unsigned long long)options->seed);
        if (options->fixed_height != 0)
            (void)fprintf(state->out, ", fixed height %zu", options->fixed_height);
        if (options->sweeps)
            (void)fprintf(
                state->out,
                "\n          and besides: every case of a scripted profile, few events, a "
                "fixed height%s",
                options->plan_of == NULL ? ", one block" : "");
        (void)fputc('\n', state->out);
    }
    if (state->nb_records != state->nb_cases_kept)
        (void)fprintf(state->out, "records   %zu\n", state->nb_records - state->nb_cases_kept);
    if (state->nb_cases_kept != 0)
        (void)fprintf(state->out, "cases     %zu\n", state->nb_cases_kept);
    if (options->shard_total != 0)
        (void)fprintf(state->out, "shard     %zu of %zu\n", options->shard_index,
                      options->shard_total);
    (void)fputc('\n', state->out);
    (void)fflush(state->out);
}

/* Say what comes next, whose events took the time since start_s. */
static void begin_case(gate *state, const gate_case *work, double start_s)
{
    state->times = (tg_gate_times){
        .trace = work->subject.trace,
        .profile = work->record != NULL ? NULL : tg_profile_name(work->draw.profile),
        .nb_events = work->nb_events,
        .height = work->height,
        .events_s = tg_now_s() - start_s};
    tg_progress_say(state->progress, state->nb_cases_done++, state->nb_cases, "%s, %zu events",
                    work->subject.trace->name, work->nb_events);
}

/* Give the case back, and tell whoever wants to know what it took. */
static void end_case(gate *state, gate_case *work, double start_s)
{
    const tg_gate_options *options = state->options;
    gate_case_clear(work);
    state->times.all_s = tg_now_s() - start_s;
    if (options->on_case != NULL) options->on_case(options->on_case_context, &state->times);
}

/* Whether a trace's kernel has failed often enough for its other cases to be left out. */
static bool is_given_up(gate *state, size_t index)
{
    const size_t most = state->options->max_failures;
    return most != 0 && state->rows[index].nb_failed >= most;
}

/* Say of which traces not every case was run. */
static void note_given_up(gate *state)
{
    for (size_t i = 0; i < state->nb_traces; i++) {
        if (is_given_up(state, i))
            gate_note(state, "%s: it failed in %zu runs, and cases behind them were left out",
                      tg_trace_at(i)->name, state->rows[i].nb_failed);
    }
}

static tg_status run_recorded(gate *state, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t record = 0; record < state->nb_records && status == TG_OK; record++) {
        for (size_t entry = 0; entry < state->records[record].nb_traces && status == TG_OK;
             entry++) {
            gate_case work = {0};
            bool is_there = false;
            const double start_s = tg_now_s();
            status = gate_case_init_recorded(&work, &is_there, state, record, entry, error);
            if (status != TG_OK || !is_there) continue;
            if (is_given_up(state, work.index)) {
                gate_case_clear(&work);
                continue;
            }
            begin_case(state, &work, start_s);
            status = gate_run_case(state, &work, error);
            end_case(state, &work, start_s);
        }
    }
    return status;
}

/* Gate one trace with all that is drawn for it. */
static tg_status run_drawn(gate *state, size_t index, tg_error *error)
{
    tg_status status = TG_OK;
    const tg_subject subject = tg_subject_at(index);
    gate_draw draws[GATE_MAX_DRAWS];
    const size_t nb = gate_draw_list(draws, state, &subject);
    for (size_t i = 0; i < nb && status == TG_OK && !is_given_up(state, index); i++) {
        gate_case work = {0};
        const double start_s = tg_now_s();
        status = gate_case_init_seeded(&work, state, index, &draws[i], error);
        if (status != TG_OK) break;
        begin_case(state, &work, start_s);
        status = gate_run_case(state, &work, error);
        end_case(state, &work, start_s);
    }
    return status;
}

static tg_status run_seeded(gate *state, tg_error *error)
{
    tg_status status = TG_OK;
    if (!state->expected.ops->generates) {
        gate_note(state, "drawn events: %s has no traces for them", state->expected.ops->name);
        return TG_OK;
    }
    for (size_t index = 0; index < state->nb_traces && status == TG_OK; index++) {
        if (state->is_wanted[index]) status = run_drawn(state, index, error);
    }
    return status;
}

/* Records first, which have SP1's own traces beside. Of a user's kernel nothing is known: it meets
 * many drawn events first, since the first mismatches are told in full, and records with one event
 * say little of why. */
static tg_status run_cases(gate *state, tg_error *error)
{
    const bool draws = state->options->seeded;
    const bool draws_first = draws && state->options->nb_plan_words != 0;
    tg_status status = draws_first ? run_seeded(state, error) : TG_OK;
    if (status == TG_OK) status = run_recorded(state, error);
    if (status == TG_OK && draws && !draws_first) status = run_seeded(state, error);
    return status;
}

static void count_cases(gate *state)
{
    for (size_t i = 0; i < state->nb_traces && state->options->seeded; i++) {
        const tg_subject subject = tg_subject_at(i);
        gate_draw draws[GATE_MAX_DRAWS];
        if (state->is_wanted[i]) state->nb_cases += gate_draw_list(draws, state, &subject);
    }
    for (size_t i = 0; i < state->nb_traces; i++) state->summary->nb_traces += state->is_wanted[i];
    state->nb_cases += state->nb_recorded_cases;
}

/* Check the heights of one trace's draws. *height is that of the first, 0 if nothing is drawn. */
static tg_status check_height(size_t *height, const gate *state, const tg_subject *subject,
                              tg_error *error)
{
    tg_status status = TG_OK;
    *height = 0;
    gate_draw draws[GATE_MAX_DRAWS];
    const size_t nb = gate_draw_list(draws, state, subject);
    for (size_t i = nb; i > 0 && status == TG_OK; i--) {
        const size_t nb_events = gate_draw_nb_events(&draws[i - 1], subject);
        status =
            tg_trace_height(subject->trace, nb_events, draws[i - 1].fixed_height, height, error);
    }
    return status;
}

/* A height that no wanted trace can have is bad input, to be found before anything runs. */
static tg_status check_heights(gate *state, tg_error *error)
{
    if (!state->options->seeded) return TG_OK;
    for (size_t index = 0; index < state->nb_traces; index++) {
        if (!state->is_wanted[index]) continue;
        const tg_subject subject = tg_subject_at(index);
        size_t height = 0;
        const tg_status status = check_height(&height, state, &subject, error);
        if (status != TG_OK) return status;
        if (state->options->fixed_height != 0 && height != 0 &&
            height != state->options->fixed_height) {
            gate_note(state, "--height for %s: it ignores fixed heights and has %zu rows",
                      subject.trace->name, height);
        }
    }
    return TG_OK;
}

/* Say which wanted traces do not have the profile that was asked for. */
static void note_without_profile(gate *state)
{
    gate_names without = {.nb_used = 0};
    const tg_profile profile = state->options->profile;
    for (size_t i = 0; i < state->nb_traces && state->options->seeded; i++) {
        const tg_subject subject = tg_subject_at(i);
        if (state->is_wanted[i] && !gate_draws(state, &subject, profile))
            gate_names_add(&without, subject.trace->name);
    }
    if (without.nb_used != 0)
        gate_note(state, "without a profile %s: %s", tg_profile_name(profile), without.text);
}

/* A limit of candidates that no wanted trace looks for would change nothing. */
static tg_status check_candidates(const gate *state, tg_error *error)
{
    if (state->options->max_candidates == 0) return TG_OK;
    for (size_t i = 0; i < state->nb_traces; i++) {
        if (state->is_wanted[i] && tg_trace_at(i)->max_candidates != 0) return TG_OK;
    }
    tg_error_set(error, TG_ERR_USAGE,
                 "--max-candidates is for traces that search, and none of those asked for does");
    tg_error_how(error, "leave it out; 'tracegate describe CHIP' says what a trace searches");
    return TG_ERR_USAGE;
}

/* Give every row its tallies of events beyond bounds. */
static tg_status beyond_init(gate *state, tg_error *error)
{
    size_t nb_bounds = 0;
    for (size_t i = 0; i < state->nb_traces; i++) {
        nb_bounds += tg_trace_at(i)->nb_bounds;
    }
    void *beyond = NULL;
    const tg_status status = tg_buffer_create(&beyond, nb_bounds, sizeof *state->beyond, error);
    state->beyond = beyond;
    if (status != TG_OK) return status;
    memset(beyond, 0, nb_bounds * sizeof *state->beyond);
    size_t used = 0;
    for (size_t i = 0; i < state->nb_traces; i++) {
        state->rows[i].beyond = state->beyond + used;
        used += tg_trace_at(i)->nb_bounds;
    }
    return TG_OK;
}

static void gate_clear(gate *state)
{
    tg_backend_close(&state->expected);
    for (size_t i = 0; i < state->nb_actuals; i++) {
        tg_backend_close(&state->actuals[i]);
    }
    for (size_t i = 0; i < state->nb_records; i++) {
        tg_record_clear(&state->records[i]);
    }
    for (size_t i = 0; state->rows != NULL && i < state->nb_traces; i++) {
        tg_buffer_destroy(state->rows[i].zeroing.is_relying);
    }
    tg_buffer_destroy(state->records);
    tg_buffer_destroy(state->beyond);
    gate_coverage_clear(state);
    tg_buffer_destroy(state->rows);
    tg_buffer_destroy(state->is_wanted);
}

static tg_status gate_init(gate *state, tg_error *error)
{
    void *rows = NULL;
    void *is_wanted = NULL;
    tg_status status = tg_buffer_create(&rows, state->nb_traces, sizeof *state->rows, error);
    state->rows = rows;
    if (status == TG_OK) memset(rows, 0, state->nb_traces * sizeof *state->rows);
    if (status == TG_OK)
        status = tg_buffer_create(&is_wanted, state->nb_traces, sizeof *state->is_wanted, error);
    state->is_wanted = is_wanted;
    if (status != TG_OK) return status;
    status = beyond_init(state, error);
    if (status == TG_OK)
        status = tg_subject_choose(state->is_wanted, state->options->names,
                                   state->options->nb_names, error);
    if (status == TG_OK) status = choose_shard(state, error);
    if (status == TG_OK) status = gate_coverage_init(state, error);
    if (status == TG_OK) status = check_candidates(state, error);
    if (status == TG_OK) status = gate_open_backends(state, error);
    if (status == TG_OK) status = check_heights(state, error);
    if (status == TG_OK) note_without_profile(state);
    if (status == TG_OK) gate_note_without_kernel(state);
    if (status == TG_OK) status = gate_open_records(state, error);
    return status;
}

tg_status tg_gate_run(tg_gate_summary *summary, FILE *out, FILE *progress,
                      const tg_gate_options *options, tg_error *error)
{
    *summary = (tg_gate_summary){0};
    gate state = {.options = options,
                  .out = out,
                  .summary = summary,
                  .nb_traces = tg_nb_traces(),
                  .start_s = tg_now_s()};
    tg_progress_create(&state.progress, progress);
    tg_progress_say(state.progress, 0, 0, "reading records");
    tg_status status = gate_init(&state, error);
    if (status != TG_OK) goto cleanup;
    count_cases(&state);
    print_start(&state);
    status = run_cases(&state, error);
    if (status == TG_OK) note_given_up(&state);
    tg_progress_wipe(state.progress);
    if (status == TG_OK) status = gate_conclude(&state, error);
cleanup:
    tg_progress_destroy(state.progress);
    gate_clear(&state);
    return status;
}

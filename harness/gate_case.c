/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate's cases: events of records, checked before anything runs, and seeded events. */
#include "harness/gate_internal.h"

#include "gpu/user_plan.h"
#include "harness/case.h"
#include "harness/key.h"
#include "harness/event_check.h"
#include "model/memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Index of a wanted trace by its name; false if no chip here has it or it is not wanted. */
static bool find_wanted(size_t *index, bool *is_known, const gate *state, const char *name)
{
    *is_known = false;
    for (size_t i = 0; i < state->nb_traces; i++) {
        if (strcmp(tg_trace_at(i)->name, name) != 0) continue;
        *is_known = true;
        *index = i;
        return state->is_wanted[i];
    }
    return false;
}

void gate_case_clear(gate_case *work)
{
    tg_buffer_destroy(work->events);
    *work = (gate_case){0};
}

/* Take the trace with the caller's plan, if there is one: over zeros first, where poison is asked
 * for. */
static void take_subject(gate_case *work, const gate *state)
{
    tg_subject *subject = &work->subject;
    *subject =
        tg_subject_with_plan(work->index, state->options->plan_of, state->options->plan_of_context);
    const tg_user_plan *user = subject->plan->user;
    if (user == NULL || user->zeroed == NULL) return;
    work->poisoned = subject->plan;
    subject->plan = user->zeroed;
}

static tg_status create_events(gate_case *work, tg_error *error)
{
    const size_t event_size = tg_trace_event_size(work->subject.trace);
    if (event_size == 0) return TG_OK;
    return tg_buffer_create(&work->events, work->nb_events, event_size, error);
}

/* Take the first nb_record_events events only. Their golden trace is another, so there is none
 * to compare with. */
static tg_status shorten(gate_case *work, const gate *state, tg_error *error)
{
    const size_t nb_events = state->options->nb_record_events;
    if (nb_events == 0 || nb_events == work->nb_events) return TG_OK;
    if (nb_events > work->nb_events) {
        tg_error_set(error, TG_ERR_USAGE, "%zu events of %s are asked for, and there are %zu",
                     nb_events, work->subject.trace->name, work->nb_events);
        tg_error_how(error, "use --nb-events %zu or fewer, or name only traces that have more",
                     work->nb_events);
        return TG_ERR_USAGE;
    }
    work->nb_events = nb_events;
    work->entry = NULL;
    return tg_trace_height(work->subject.trace, nb_events, work->record->fixed_height,
                           &work->height, error);
}

/* Events are checked once, all that a record has: each by its fields, and for contradictions, which
 * takes a permutation an event for some chips. */
static tg_status check_events(const gate_case *work, tg_error *error)
{
    const tg_trace *trace = work->subject.trace;
    const tg_status status = tg_events_check(trace, work->events, work->nb_events, error);
    if (status != TG_OK) return status;
    return tg_ref_check_events(work->subject.reference, trace, work->events, work->nb_events,
                               error);
}

/* A record that is a case says what it is kept for, in which shape it is to be launched, and how
 * far to search, unless the caller does. A user's kernel need not be right in that shape. */
static tg_status take_case(gate_case *work, const gate *state, tg_error *error)
{
    const tg_gate_options *options = state->options;
    char path[TG_PATH_BYTES];
    struct stat info;
    work->draw.launch = options->launch;
    work->draw.max_candidates = options->max_candidates;
    const tg_status named = tg_path_format(path, error, "%s/case.json", work->record->path);
    if (named != TG_OK || stat(path, &info) != 0) return named;
    tg_case kept;
    const tg_status status = tg_case_load(&kept, work->record->path, error);
    if (status != TG_OK) return status;
    const bool is_users = work->subject.plan->user != NULL;
    if (options->launch.grid == 0 && options->launch.block == 0 && !is_users)
        work->draw.launch = kept.launch;
    if (options->max_candidates == 0) work->draw.max_candidates = kept.max_candidates;
    work->is_of_failure = tg_key_is_of_failure(kept.why);
    tg_case_clear(&kept);
    return TG_OK;
}

tg_status gate_case_init_recorded(gate_case *work, bool *is_there, const gate *state, size_t record,
                                  size_t entry, tg_error *error)
{
    const tg_record *from = &state->records[record];
    const tg_record_trace *listed = &from->traces[entry];
    bool is_known = false;
    *work = (gate_case){0};
    *is_there = find_wanted(&work->index, &is_known, state, listed->name);
    if (!*is_there) return TG_OK;

    take_subject(work, state);
    work->record = from;
    work->entry = listed;
    work->nb_events = listed->nb_events;
    const tg_trace *trace = work->subject.trace;
    tg_status status = take_case(work, state, error);
    if (status == TG_OK)
        status = tg_trace_height(trace, work->nb_events, from->fixed_height, &work->height, error);
    // What record.json says must agree with the files before memory is taken for it.
    if (status == TG_OK) status = tg_record_check_events(from, listed, trace, error);
    if (status == TG_OK && listed->has_cells) status = tg_record_check_cells(from, listed, error);
    if (status == TG_OK) status = create_events(work, error);
    if (status == TG_OK && trace->event != NULL) {
        status = tg_record_read_events(work->events, from, listed, trace, error);
    }
    if (status == TG_OK && !state->are_records_checked) status = check_events(work, error);
    if (status == TG_OK) status = shorten(work, state, error);
    if (status != TG_OK) {
        tg_error_where(error, "record %s", from->path);
        gate_case_clear(work);
        *is_there = false;
    }
    return status;
}

const char *gate_case_source(char *text, const gate *state, const gate_case *work)
{
    if (work->record != NULL) {
        (void)snprintf(text, GATE_SOURCE_BYTES, "record %s", work->record->path);
    } else {
        (void)snprintf(text, GATE_SOURCE_BYTES, "profile %s, seed 0x%llx",
                       tg_profile_name(work->draw.profile),
                       (unsigned long long)state->options->seed);
    }
    return text;
}

tg_status gate_case_init_seeded(gate_case *work, const gate *state, size_t index,
                                const gate_draw *draw, tg_error *error)
{
    *work = (gate_case){.index = index, .draw = *draw};
    take_subject(work, state);
    // A user's kernel is launched as it says, and may count on that: other shapes are asked for.
    if (work->subject.plan->user != NULL) work->draw.launch = state->options->launch;
    const tg_trace *trace = work->subject.trace;
    work->nb_events = gate_draw_nb_events(draw, &work->subject);
    tg_status status =
        tg_trace_height(trace, work->nb_events, draw->fixed_height, &work->height, error);
    if (status == TG_OK) status = create_events(work, error);
    if (status == TG_OK && trace->event != NULL) {
        status = tg_generator_fill(work->events, &work->subject, draw->profile,
                                   state->options->seed, 0, work->nb_events, error);
    }
    if (status == TG_OK) status = tg_events_check(trace, work->events, work->nb_events, error);
    if (status != TG_OK) gate_case_clear(work);
    return status;
}

/* Names of records' traces that no chip here has, each once. */
typedef struct unknown_traces {
    char names[GATE_NOTE_BYTES];
    size_t nb_entries;
} unknown_traces;

static void add_unknown(unknown_traces *unknown, const char *name)
{
    unknown->nb_entries++;
    const size_t used = strlen(unknown->names);
    if (strstr(unknown->names, name) != NULL || used + strlen(name) + 3 > sizeof unknown->names)
        return;
    (void)snprintf(unknown->names + used, sizeof unknown->names - used, "%s%s",
                   used != 0 ? ", " : "", name);
}

/* Check that the recorded side outputs of a case can be read. */
static tg_status check_sides(const gate_case *work, tg_error *error)
{
    const tg_trace *trace = work->subject.trace;
    if (work->entry == NULL || trace->nb_sides == 0) return TG_OK;
    tg_product sides;
    bool is_there[TG_MAX_SIDES];
    tg_status status = tg_product_create(&sides, trace, 0, error);
    if (status != TG_OK) return status;
    status = tg_record_read_sides(&sides, is_there, work->record, work->entry, trace, error);
    tg_product_destroy(&sides);
    return status;
}

/* Check that the recorded cells of a case can be read and have their digest. */
static tg_status check_cells(const gate_case *work, tg_error *error)
{
    if (work->entry == NULL || !work->entry->has_cells) return TG_OK;
    void *cells = NULL;
    size_t nb_cells = 0;
    tg_status status = tg_size_multiply(&nb_cells, work->entry->height, work->entry->width, error);
    if (status == TG_OK) status = tg_buffer_create(&cells, nb_cells, sizeof(uint32_t), error);
    if (status == TG_OK) status = tg_record_read_cells(cells, work->record, work->entry, error);
    tg_buffer_destroy(cells);
    return status;
}

/* Check every entry of one record; its events are read and given back at once. */
static tg_status check_record(gate *state, size_t record, unknown_traces *unknown, tg_error *error)
{
    for (size_t entry = 0; entry < state->records[record].nb_traces; entry++) {
        const tg_record_trace *listed = &state->records[record].traces[entry];
        size_t index = 0;
        bool is_known = false;
        (void)find_wanted(&index, &is_known, state, listed->name);
        if (!is_known) add_unknown(unknown, listed->name);
        gate_case work;
        bool is_there = false;
        const tg_status status =
            gate_case_init_recorded(&work, &is_there, state, record, entry, error);
        if (status != TG_OK) return status;
        if (!is_there) continue;
        tg_status golden_status = check_cells(&work, error);
        if (golden_status == TG_OK) golden_status = check_sides(&work, error);
        gate_case_clear(&work);
        if (golden_status != TG_OK) return golden_status;
        state->nb_recorded_cases++;
    }
    return TG_OK;
}

/* True if there is nothing at path; a folder that cannot be looked at is another matter. */
static bool is_absent(const char *path)
{
    struct stat info;
    return stat(path, &info) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* Records below a folder of the caller's. One that is not there is skipped unless the caller
 * insists.
 * what, option  for the note: "corpus" */
static tg_status list_below(gate *state, char ***paths, size_t *nb_paths, const char *folder,
                            bool is_required, const char *what, tg_error *error)
{
    *paths = NULL;
    *nb_paths = 0;
    if (folder == NULL) return TG_OK;
    if (!is_required && is_absent(folder)) {
        gate_note(state,
                  "%s: %s is not there; name another with --%s, or leave it out with --no-corpus",
                  what, folder, what);
        return TG_OK;
    }
    return tg_record_list(paths, nb_paths, folder, error);
}

/* Events of a record, all traces together. */
static size_t record_size(const tg_record *record)
{
    size_t nb_events = 0;
    for (size_t i = 0; i < record->nb_traces; i++) {
        nb_events += record->traces[i].nb_events;
    }
    return nb_events;
}

/* Small records first, so that what a mismatch is reported on is as small as there is. */
static int order_records(const void *a, const void *b)
{
    const tg_record *left = a;
    const tg_record *right = b;
    const size_t sizes[2] = {record_size(left), record_size(right)};
    if (sizes[0] != sizes[1]) return sizes[0] < sizes[1] ? -1 : 1;
    return strcmp(left->path, right->path);
}

/* A record that is gated twice would only count twice. */
static tg_status check_once(const gate *state, size_t record, tg_error *error)
{
    for (size_t i = 0; i < record; i++) {
        if (strcmp(state->records[i].path, state->records[record].path) != 0) continue;
        tg_error_set(error, TG_ERR_USAGE, "the record %s is named twice", state->records[i].path);
        tg_error_how(error, "name it once");
        return TG_ERR_USAGE;
    }
    return TG_OK;
}

/* Open records and check every event of their wanted traces. */
static tg_status open_all(gate *state, const char *const *paths, size_t nb_paths,
                          unknown_traces *unknown, tg_error *error)
{
    for (size_t i = 0; i < nb_paths; i++) {
        const size_t record = state->nb_records;
        tg_status status = tg_record_open(&state->records[record], paths[i], error);
        if (status != TG_OK) return status;
        state->nb_records++;
        status = check_once(state, record, error);
        if (status == TG_OK) status = check_record(state, record, unknown, error);
        if (status != TG_OK) return status;
    }
    return TG_OK;
}

tg_status gate_open_records(gate *state, tg_error *error)
{
    const tg_gate_options *options = state->options;
    unknown_traces unknown = {.names = "", .nb_entries = 0};
    char **paths[2] = {NULL, NULL};
    size_t nb_paths[2] = {0, 0};
    void *records = NULL;
    tg_status status = list_below(state, &paths[0], &nb_paths[0], options->corpus,
                                  options->corpus_is_required, "corpus", error);
    if (status == TG_OK && options->corpus != NULL && paths[0] != NULL && nb_paths[0] == 0)
        gate_note(state, "corpus: %s holds no record", options->corpus);
    if (status == TG_OK)
        status = list_below(state, &paths[1], &nb_paths[1], options->cases,
                            options->cases_are_required, "cases", error);
    if (status == TG_OK)
        status = tg_buffer_create(&records, nb_paths[0] + nb_paths[1] + options->nb_records,
                                  sizeof *state->records, error);
    state->records = records;
    for (size_t i = 0; i < 2 && status == TG_OK; i++) {
        status = open_all(state, (const char *const *)paths[i], nb_paths[i], &unknown, error);
    }
    state->nb_cases_kept = nb_paths[1];
    if (status == TG_OK)
        status = open_all(state, options->records, options->nb_records, &unknown, error);
    state->are_records_checked = status == TG_OK;
    tg_record_list_clear(paths[0], nb_paths[0]);
    tg_record_list_clear(paths[1], nb_paths[1]);
    if (state->nb_records > 1)
        qsort(state->records, state->nb_records, sizeof *state->records, order_records);
    // Whoever names traces does not ask about the others.
    if (status == TG_OK && unknown.nb_entries != 0 && options->nb_names == 0) {
        gate_note(state, "recorded traces of chips that are not here: %zu of %s",
                  unknown.nb_entries, unknown.names);
    }
    return status;
}

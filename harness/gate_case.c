/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate's cases: events of records, checked before anything runs, and seeded events. */
#include "harness/gate_internal.h"

#include "model/memory.h"

#include <errno.h>
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

tg_status gate_case_init_recorded(gate_case *work, bool *is_there, const gate *state, size_t record,
                                  size_t entry, tg_error *error)
{
    const tg_record *from = &state->records[record];
    const tg_record_trace *listed = &from->traces[entry];
    bool is_known = false;
    *work = (gate_case){0};
    *is_there = find_wanted(&work->index, &is_known, state, listed->name);
    if (!*is_there) return TG_OK;

    work->subject = tg_subject_at(work->index);
    work->record = from;
    work->entry = listed;
    work->nb_events = listed->nb_events;
    const tg_trace *trace = work->subject.trace;
    tg_status status =
        tg_trace_height(trace, work->nb_events, from->fixed_height, &work->height, error);
    if (status == TG_OK) status = create_events(work, error);
    if (status == TG_OK && trace->event != NULL) {
        status = tg_record_read_events(work->events, from, listed, trace, error);
    }
    if (status == TG_OK)
        status = tg_trace_check_events(trace, work->events, work->nb_events, error);
    if (status == TG_OK) status = shorten(work, state, error);
    if (status != TG_OK) {
        tg_error_where(error, "record %s", from->path);
        gate_case_clear(work);
        *is_there = false;
    }
    return status;
}

tg_status gate_case_init_seeded(gate_case *work, const gate *state, size_t index, tg_error *error)
{
    const tg_gate_options *options = state->options;
    *work = (gate_case){.index = index, .subject = tg_subject_at(index)};
    const tg_trace *trace = work->subject.trace;
    work->nb_events = tg_generator_nb_events(&work->subject, options->profile, options->nb_events);
    tg_status status =
        tg_trace_height(trace, work->nb_events, options->fixed_height, &work->height, error);
    if (status == TG_OK) status = create_events(work, error);
    if (status == TG_OK && trace->event != NULL) {
        status = tg_generator_fill(work->events, &work->subject, options->profile, options->seed, 0,
                                   work->nb_events, error);
    }
    if (status == TG_OK)
        status = tg_trace_check_events(trace, work->events, work->nb_events, error);
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

/* Check every entry of one record; its events are read and given back at once. */
static tg_status check_record(const gate *state, size_t record, unknown_traces *unknown,
                              tg_error *error)
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
        if (is_there) gate_case_clear(&work);
    }
    return TG_OK;
}

/* True if there is nothing at path; a folder that cannot be looked at is another matter. */
static bool is_absent(const char *path)
{
    struct stat info;
    return stat(path, &info) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* Open the records of the corpus. One that is not there is skipped unless the caller insists. */
static tg_status list_corpus(gate *state, char ***paths, size_t *nb_paths, tg_error *error)
{
    const tg_gate_options *options = state->options;
    *paths = NULL;
    *nb_paths = 0;
    if (options->corpus == NULL) return TG_OK;
    if (!options->corpus_is_required && is_absent(options->corpus)) {
        gate_note(
            state,
            "corpus: %s is not there; name another with --corpus, or leave it out with --no-corpus",
            options->corpus);
        return TG_OK;
    }
    const tg_status status = tg_record_list(paths, nb_paths, options->corpus, error);
    if (status == TG_OK && *nb_paths == 0)
        gate_note(state, "corpus: %s holds no record", options->corpus);
    return status;
}

tg_status gate_open_records(gate *state, tg_error *error)
{
    const tg_gate_options *options = state->options;
    unknown_traces unknown = {.names = "", .nb_entries = 0};
    char **paths = NULL;
    size_t nb_paths = 0;
    tg_status status = list_corpus(state, &paths, &nb_paths, error);
    if (status != TG_OK) return status;
    void *records = NULL;
    status =
        tg_buffer_create(&records, nb_paths + options->nb_records, sizeof *state->records, error);
    state->records = records;
    for (size_t i = 0; i < nb_paths + options->nb_records && status == TG_OK; i++) {
        const char *path = i < nb_paths ? paths[i] : options->records[i - nb_paths];
        status = tg_record_open(&state->records[i], path, error);
        if (status != TG_OK) break;
        state->nb_records++;
        status = check_record(state, i, &unknown, error);
    }
    tg_record_list_clear(paths, nb_paths);
    // Whoever names traces does not ask about the others.
    if (status == TG_OK && unknown.nb_entries != 0 && options->nb_names == 0) {
        gate_note(state, "%zu recorded traces of chips that are not here: %s", unknown.nb_entries,
                  unknown.names);
    }
    return status;
}

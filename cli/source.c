/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Events from files, records and seeds. */
#include "cli/source.h"

#include "cli/verbs.h"
#include "files/npy.h"
#include "harness/gate.h"
#include "model/memory.h"

#include <string.h>

static size_t nb_profiles(void) { return TG_NB_PROFILES; }

static const char *profile_name_at(size_t index) { return tg_profile_name((tg_profile)index); }

static const char *profile_text_at(size_t index) { return tg_profile_text((tg_profile)index); }

const tg_names tg_profile_names = {
    .nb_names = nb_profiles,
    .name_at = profile_name_at,
    .text_at = profile_text_at,
    .fallback = TG_GATE_PROFILE,
};

static const char *backend_name_at(size_t index) { return tg_backend_ops_at(index)->name; }

static const char *backend_text_at(size_t index) { return tg_backend_ops_at(index)->text; }

const tg_names tg_backend_names = {
    .nb_names = tg_nb_backends,
    .name_at = backend_name_at,
    .text_at = backend_text_at,
    .fallback = 0,
};

tg_status tg_subject_named(tg_subject *subject, const char *name, tg_error *error)
{
    size_t indices[TG_NB_KINDS];
    size_t nb_indices = 0;
    const tg_status status = tg_subject_find(indices, &nb_indices, name, error);
    if (status != TG_OK) return status;
    if (nb_indices != 1) {
        tg_error_set(error, TG_ERR_USAGE, "'%s' names %zu traces", name, nb_indices);
        tg_error_how(error, "name one: %s or %s", tg_trace_at(indices[0])->name,
                     tg_trace_at(indices[1])->name);
        return TG_ERR_USAGE;
    }
    *subject = tg_subject_at(indices[0]);
    return TG_OK;
}

/* The first so many of nb_there events: all if no number is asked for. */
static tg_status first_events(size_t *nb_events, size_t nb_there, const tg_number *nb_asked,
                              const char *path, tg_error *error)
{
    *nb_events = nb_there;
    if (!nb_asked->given) return TG_OK;
    if (nb_asked->value > nb_there) {
        tg_error_set(error, TG_ERR_USAGE, "--nb-events %zu, but there %s %zu event%s",
                     (size_t)nb_asked->value, nb_there == 1 ? "is" : "are", nb_there,
                     tg_plural(nb_there));
        tg_error_where(error, "%s", path);
        tg_error_how(error, "give --nb-events %zu at the most, or leave it out to take all",
                     nb_there);
        return TG_ERR_USAGE;
    }
    *nb_events = nb_asked->value;
    return TG_OK;
}

/* Refuse more events than any trace of the chip has rows for, before memory is taken for them. */
static tg_status check_nb_events(const tg_trace *trace, size_t nb_events, tg_error *error)
{
    size_t height = 0;
    return tg_trace_height(trace, nb_events, 0, &height, error);
}

tg_status tg_events_read(void **events, size_t *nb_events, const tg_trace *trace, const char *path,
                         const tg_number *nb_asked, tg_error *error)
{
    *events = NULL;
    tg_npy npy;
    tg_status status = tg_npy_open(&npy, path, error);
    if (status != TG_OK) return status;
    const size_t event_size = tg_trace_event_size(trace);
    if (npy.item_size != 1 || npy.nb_columns != event_size) {
        status =
            tg_error_set(error, TG_ERR_FORMAT, "items of %zu bytes, %zu a row, are no events of %s",
                         npy.item_size, npy.nb_columns, trace->name);
        tg_error_where(error, "%s", path);
        tg_error_how(error, "an events file of %s is u1 [n, %zu]; 'tracegate gen %s' writes one",
                     trace->name, event_size, trace->name);
        goto cleanup;
    }
    status = first_events(nb_events, npy.nb_rows, nb_asked, path, error);
    if (status == TG_OK) status = check_nb_events(trace, *nb_events, error);
    if (status == TG_OK) status = tg_buffer_create(events, *nb_events, event_size, error);
    if (status == TG_OK) status = tg_npy_read_events(*events, *nb_events, event_size, &npy, error);
    if (status != TG_OK) goto cleanup;
    status = tg_trace_check_events(trace, *events, *nb_events, error);
    if (status != TG_OK) tg_error_where(error, "%s", path);
cleanup:
    tg_npy_close(&npy);
    if (status == TG_OK) return TG_OK;
    tg_buffer_destroy(*events);
    *events = NULL;
    return status;
}

/* Read the events of an open record; MemoryConst.main has only their number. */
static tg_status load_recorded(tg_event_list *list, const tg_trace *trace,
                               const tg_number *nb_asked, tg_error *error)
{
    list->entry = tg_record_find(&list->record, trace->name);
    if (list->entry == NULL) {
        tg_error_set(error, TG_ERR_USAGE, "the record has no %s", trace->name);
        tg_error_where(error, "%s", list->record.path);
        tg_error_how(error, "name another record, or one of the traces that its record.json lists");
        return TG_ERR_USAGE;
    }
    tg_status status =
        first_events(&list->nb_events, list->entry->nb_events, nb_asked, list->record.path, error);
    if (status == TG_OK) status = tg_record_check_events(&list->record, list->entry, trace, error);
    if (status == TG_OK) status = check_nb_events(trace, list->entry->nb_events, error);
    if (status != TG_OK || trace->event == NULL) return status;
    status =
        tg_buffer_create(&list->events, list->entry->nb_events, tg_trace_event_size(trace), error);
    if (status == TG_OK)
        status = tg_record_read_events(list->events, &list->record, list->entry, trace, error);
    if (status != TG_OK) return status;
    status = tg_trace_check_events(trace, list->events, list->nb_events, error);
    if (status != TG_OK) tg_error_where(error, "%s", list->record.path);
    return status;
}

static tg_status load_seeded(tg_event_list *list, const tg_subject *subject,
                             const tg_source *source, tg_error *error)
{
    tg_profile profile = TG_GATE_PROFILE;
    tg_status status = tg_profile_find(&profile, source->profile.name, error);
    if (status != TG_OK) return status;
    list->nb_events = tg_generator_nb_events(subject, profile, source->nb_events.value);
    status = check_nb_events(subject->trace, list->nb_events, error);
    if (status != TG_OK) return status;
    status = tg_buffer_create(&list->events, list->nb_events, tg_trace_event_size(subject->trace),
                              error);
    if (status != TG_OK) return status;
    const tg_stream stream = {.profile = profile,
                              .validity = source->valid ? TG_VALID_CONSTRAINTS : TG_VALID_ANY,
                              .seed = source->seed.value};
    return tg_generator_draw(list->events, subject, &stream, 0, list->nb_events, error);
}

/* Refuse options that say nothing about this source of events: a trace without events draws and
 * reads none, and only drawn events have a profile. */
static tg_status check_source(const tg_trace *trace, const tg_source *source, tg_error *error)
{
    const char *option = source->seed.given       ? "seed"
                         : source->events != NULL ? "events"
                         : source->profile.given  ? "profile"
                                                  : NULL;
    if (trace->event == NULL && option != NULL) {
        tg_error_set(error, TG_ERR_USAGE,
                     "--%s makes no sense: %s has no events, only their number", option,
                     trace->name);
        tg_error_how(error, "give --nb-events N or --record DIR, without --%s", option);
        return TG_ERR_USAGE;
    }
    if (source->profile.given && !source->seed.given) {
        tg_error_set(error, TG_ERR_USAGE, "--profile is for drawn events");
        tg_error_how(error, "leave it out, or draw events with --seed S");
        return TG_ERR_USAGE;
    }
    if (source->seed.given && !source->nb_events.given) {
        tg_error_set(error, TG_ERR_USAGE, "--nb-events N is missing");
        tg_error_how(error, "say with it how many events --seed is to draw");
        return TG_ERR_USAGE;
    }
    return TG_OK;
}

static tg_status refuse_missing_source(const tg_trace *trace, tg_error *error)
{
    tg_error_set(error, TG_ERR_USAGE, "nothing says where the events of %s come from", trace->name);
    if (trace->event == NULL) {
        tg_error_how(error,
                     "%s has no events, only their number: give --nb-events N or --record DIR",
                     trace->name);
    } else {
        tg_error_how(error, "give --events FILE.npy, --record DIR, or --seed S with --nb-events N");
    }
    return TG_ERR_USAGE;
}

static tg_status load(tg_event_list *list, const tg_subject *subject, const tg_source *source,
                      tg_error *error)
{
    const tg_trace *trace = subject->trace;
    tg_status status = check_source(trace, source, error);
    if (status != TG_OK) return status;
    if (source->record != NULL) {
        status = tg_record_open(&list->record, source->record, error);
        if (status != TG_OK) return status;
        list->has_record = true;
        return load_recorded(list, trace, &source->nb_events, error);
    }
    if (source->events != NULL) {
        return tg_events_read(&list->events, &list->nb_events, trace, source->events,
                              &source->nb_events, error);
    }
    if (source->seed.given) return load_seeded(list, subject, source, error);
    if (trace->event == NULL && source->nb_events.given) {
        list->nb_events = source->nb_events.value;
        return TG_OK;
    }
    return refuse_missing_source(trace, error);
}

tg_status tg_event_list_load(tg_event_list *list, const tg_subject *subject,
                             const tg_source *source, tg_error *error)
{
    *list = (tg_event_list){0};
    const tg_status status = load(list, subject, source, error);
    if (status != TG_OK) tg_event_list_clear(list);
    return status;
}

void tg_event_list_clear(tg_event_list *list)
{
    tg_buffer_destroy(list->events);
    if (list->has_record) tg_record_clear(&list->record);
    *list = (tg_event_list){0};
}

void tg_event_list_say_fewer(const char *verb, const tg_event_list *list, const tg_trace *trace,
                             const tg_source *source)
{
    if (!source->seed.given || list->nb_events >= source->nb_events.value) return;
    (void)fprintf(
        stderr, "tracegate %s: %zu event%s of %s %s drawn, not %zu: profile %s has no more\n", verb,
        list->nb_events, tg_plural(list->nb_events), trace->name,
        list->nb_events == 1 ? "is" : "are", (size_t)source->nb_events.value, source->profile.name);
}

tg_status tg_output_path_check(const char *path, tg_error *error)
{
    if (strcmp(path, "-") != 0) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE,
                 "--output - names no file: nothing is written to standard "
                 "output");
    tg_error_how(error, "give the path of a file; ./- is a file of that name");
    return TG_ERR_USAGE;
}

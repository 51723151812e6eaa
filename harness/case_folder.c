/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Reading of cases that were saved as folders: a record and case.json. */
#include "harness/case.h"

#include "kernels/host_grid.h"
#include "model/memory.h"

#include <string.h>

static_assert(sizeof((tg_record *)0)->source == TG_CASE_TEXT_BYTES,
              "a case has its record's source");

static tg_status set_format_error(tg_error *error, const char *what, const char *how)
{
    tg_error_set(error, TG_ERR_FORMAT, "%s", what);
    tg_error_how(error, "%s", how);
    return TG_ERR_FORMAT;
}

static tg_status find_subject(tg_subject *subject, const char *name, tg_error *error)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (strcmp(tg_trace_at(i)->name, name) != 0) continue;
        *subject = tg_subject_at(i);
        return TG_OK;
    }
    tg_error_set(error, TG_ERR_FORMAT, "\"trace\" is %s, which no chip here has", name);
    tg_error_how(error, "'tracegate list' shows all traces");
    return TG_ERR_FORMAT;
}

/* A number of case.json that fits a uint32_t. */
static tg_status get_number(uint32_t *number, tg_json_value *root, const char *key, size_t most,
                            tg_error *error)
{
    size_t value = 0;
    const tg_status status = tg_json_get_size(&value, root, key, 0, most, error);
    if (status == TG_OK) *number = (uint32_t)value;
    return status;
}

/* The user's kernel that the case was run with. */
static tg_status get_kernel(tg_case *work, tg_json_value *root, tg_error *error)
{
    const tg_status status =
        tg_json_get_prose(work->kernel, sizeof work->kernel, root, "kernel", error);
    if (status != TG_OK || work->kernel[0] != '\0') return status;
    return set_format_error(error, "\"kernel\" is empty",
                            "write FILE:SYMBOL, or leave it out where the kernel is the program's");
}

/* Keys of case.json, but for that of a user's kernel. Keep in step with case_save.c and
 * docs/file-formats.md. */
#define NB_KEYS 6

static tg_status get_case(tg_case *work, tg_json_value *root, tg_error *error)
{
    char name[TG_NAME_BYTES] = "";
    size_t version = 0;
    tg_status status = tg_json_get_size(&version, root, "version", 0, UINT32_MAX, error);
    if (status == TG_OK && version != TG_CASE_VERSION) {
        tg_error_set(error, TG_ERR_FORMAT, "\"version\" is %zu, and this program reads %d", version,
                     TG_CASE_VERSION);
        tg_error_how(error, "use the version of tracegate that wrote the case");
        return TG_ERR_FORMAT;
    }
    if (status == TG_OK) status = tg_json_get_text(name, sizeof name, root, "trace", error);
    if (status == TG_OK) status = find_subject(&work->subject, name, error);
    if (status == TG_OK)
        status = get_number(&work->launch.grid, root, "grid", TG_HOST_GRID_MAX_GRID, error);
    if (status == TG_OK)
        status = get_number(&work->launch.block, root, "block", TG_HOST_GRID_MAX_BLOCK, error);
    if (status == TG_OK)
        status = get_number(&work->max_candidates, root, "max_candidates",
                            work->subject.trace->max_candidates, error);
    if (status == TG_OK)
        status = tg_json_get_prose(work->why, sizeof work->why, root, "why", error);
    const bool is_users = tg_json_member(root, "kernel") != NULL;
    if (status == TG_OK && is_users) status = get_kernel(work, root, error);
    if (status == TG_OK && tg_json_nb_keys(root) != (size_t)(NB_KEYS + is_users))
        status = set_format_error(
            error, "there are other keys than those of a case",
            "leave only version, trace, kernel, grid, block, max_candidates and why");
    return status;
}

static tg_status load_json(tg_case *work, const char *folder, tg_error *error)
{
    char path[TG_PATH_BYTES];
    tg_json json;
    tg_status status = tg_path_format(path, error, "%s/case.json", folder);
    if (status == TG_OK) status = tg_json_open(&json, path, error);
    if (status == TG_ERR_IO)
        tg_error_how(error, "name the folder of a case: the one that holds a readable case.json");
    if (status != TG_OK) return status;
    status = get_case(work, json.root, error);
    if (status != TG_OK) tg_error_where(error, "%s", path);
    tg_json_close(&json);
    return status;
}

/* The record of a case lists its trace and nothing else. */
static tg_status find_entry(const tg_record_trace **entry, const tg_record *record,
                            const tg_case *work, tg_error *error)
{
    size_t height = 0;
    const tg_trace *trace = work->subject.trace;
    *entry = tg_record_find(record, trace->name);
    if (*entry == NULL || record->nb_traces != 1)
        return set_format_error(error, "record.json and case.json do not name the same one trace",
                                "restore the case: its files don't belong together");
    const tg_status status =
        tg_trace_height(trace, (*entry)->nb_events, record->fixed_height, &height, error);
    if (status != TG_OK) return status;
    if ((*entry)->height == height && (*entry)->width == tg_trace_width(trace)) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT,
                 "\"height\" and \"width\" are %zu and %zu, and the trace has %zu and %zu",
                 (*entry)->height, (*entry)->width, height, tg_trace_width(trace));
    tg_error_how(error, "restore the case: record.json is not of its events");
    return TG_ERR_FORMAT;
}

static tg_status load_events(tg_case *work, const tg_record *record, const tg_record_trace *entry,
                             tg_error *error)
{
    const tg_trace *trace = work->subject.trace;
    tg_status status = tg_record_check_events(record, entry, trace, error);
    if (status == TG_OK && trace->event != NULL)
        status = tg_buffer_create(&work->events, work->nb_events, trace->event->size, error);
    if (status == TG_OK) status = tg_record_read_events(work->events, record, entry, trace, error);
    if (status == TG_OK)
        status = tg_trace_check_events(trace, work->events, work->nb_events, error);
    if (status == TG_OK)
        status = tg_ref_check_events(work->subject.reference, trace, work->events, work->nb_events,
                                     error);
    return status;
}

static tg_status load_record(tg_case *work, const char *folder, tg_error *error)
{
    tg_record record;
    const tg_record_trace *entry = NULL;
    tg_status status = tg_record_open(&record, folder, error);
    if (status != TG_OK) return status;
    status = find_entry(&entry, &record, work, error);
    if (status == TG_OK) {
        work->nb_events = entry->nb_events;
        work->fixed_height = record.fixed_height;
        memcpy(work->source, record.source, sizeof work->source);
        status = load_events(work, &record, entry, error);
    }
    if (status != TG_OK) tg_error_where(error, "case %s", folder);
    tg_record_clear(&record);
    return status;
}

tg_status tg_case_load(tg_case *work, const char *folder, tg_error *error)
{
    *work = (tg_case){.events = NULL};
    tg_status status = load_json(work, folder, error);
    if (status == TG_OK) status = load_record(work, folder, error);
    if (status != TG_OK) tg_case_clear(work);
    return status;
}

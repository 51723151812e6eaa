/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Records: record.json, and the files that it names.
 */
#include "files/npy.h"
#include "files/record_internal.h"
#include "model/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* Bounds of what record.json may say. All are far above SP1's: about 2^19 events a trace, 3,000
 * columns, 40 traces. With them no product of two overflows, and names can be compared each with
 * each. */
#define MAX_WIDTH ((size_t)1 << 16)
#define MAX_TRACES 4096

/* Names become parts of paths: with these characters none can leave the record's folder. */
#define NAME_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_."

static tg_status check_name(const tg_record_trace *entry, const tg_record *record, size_t nb_before,
                            tg_error *error)
{
    if (entry->name[0] == '\0' || strspn(entry->name, NAME_CHARACTERS) != strlen(entry->name)) {
        tg_error_set(
            error, TG_ERR_FORMAT,
            "\"trace\" is empty or has other characters than letters, digits, '_' and '.'");
        tg_error_how(error, "name a trace as CHIP.KIND: Select.main");
        return TG_ERR_FORMAT;
    }
    for (size_t i = 0; i < nb_before; i++) {
        if (strcmp(record->traces[i].name, entry->name) != 0) continue;
        tg_error_set(error, TG_ERR_FORMAT, "\"trace\" is %s, as in traces[%zu] before", entry->name,
                     i);
        tg_error_how(error, "list each trace once");
        return TG_ERR_FORMAT;
    }
    return TG_OK;
}

/* Value of a lower-case hex digit, or 16. */
static unsigned hex_value(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = digit != '\0' ? strchr(digits, digit) : NULL;
    return at != NULL ? (unsigned)(at - digits) : 16;
}

static tg_status get_digest(tg_record_trace *entry, tg_json_value *object, tg_error *error)
{
    static const char key[] = "xxh3_128";
    entry->has_digest = tg_json_has(object, key);
    if (!entry->has_digest) return TG_OK;
    char text[2 * sizeof entry->digest.bytes + 1] = "";
    const tg_status status = tg_json_get_text(text, sizeof text, object, key, error);
    if (status != TG_OK) return status;
    for (size_t i = 0; i < sizeof entry->digest.bytes; i++) {
        // A text that is too short ends in the first of these, which is no digit.
        const unsigned high = hex_value(text[2 * i]);
        const unsigned low = high < 16 ? hex_value(text[2 * i + 1]) : 16;
        if (low == 16) {
            tg_error_set(error, TG_ERR_FORMAT, "\"%s\" is not 32 lower-case hex digits", key);
            tg_error_how(
                error,
                "write XXH3-128 of the row-major words, high half first, or leave the key out");
            return TG_ERR_FORMAT;
        }
        entry->digest.bytes[i] = (uint8_t)(high << 4 | low);
    }
    return TG_OK;
}

tg_status tg_record_find_file(bool *found, const tg_record *record, const char *name,
                              const char *suffix, tg_error *error)
{
    char path[TG_PATH_BYTES];
    const tg_status status = tg_path_format(path, error, "%s/%s.%s", record->path, name, suffix);
    if (status != TG_OK) return status;
    struct stat info;
    *found = stat(path, &info) == 0;
    if (*found || errno == ENOENT) return TG_OK;
    return tg_io_error(error, "look up", path, errno);
}

static tg_status get_trace(tg_record_trace *entry, const tg_record *record, size_t index,
                           tg_json_value *object, tg_error *error)
{
    entry->object = object;
    tg_status status = tg_json_get_text(entry->name, sizeof entry->name, object, "trace", error);
    if (status == TG_OK) status = check_name(entry, record, index, error);
    if (status == TG_OK)
        status = tg_json_get_size(&entry->nb_events, object, "events", 0, TG_MAX_EVENTS, error);
    if (status == TG_OK)
        status = tg_json_get_size(&entry->height, object, "height", 0, TG_MAX_HEIGHT, error);
    if (status == TG_OK)
        status = tg_json_get_size(&entry->width, object, "width", 1, MAX_WIDTH, error);
    if (status == TG_OK) status = get_digest(entry, object, error);
    if (status == TG_ERR_FORMAT)
        tg_error_where(error, "%s/record.json, traces[%zu]", record->path, index);
    if (status == TG_OK)
        status = tg_record_find_file(&entry->has_cells, record, entry->name, "trace.npy", error);
    if (status == TG_OK)
        status = tg_record_find_file(&entry->has_events, record, entry->name, "events.npy", error);
    return status;
}

static tg_status check_nb_traces(size_t nb_traces, tg_error *error)
{
    if (nb_traces <= MAX_TRACES) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "\"traces\" lists %zu traces, where at most %d are read",
                 nb_traces, MAX_TRACES);
    tg_error_how(error, "split the record");
    return TG_ERR_FORMAT;
}

/* What stands outside of the list of traces. */
static tg_status get_heading(tg_record *record, tg_json_value **traces, tg_json_value *root,
                             tg_error *error)
{
    record->source[0] = '\0';
    record->fixed_height = 0;
    tg_status status = TG_OK;
    if (tg_json_has(root, "source")) {
        status = tg_json_get_prose(record->source, sizeof record->source, root, "source", error);
    }
    if (status == TG_OK && tg_json_has(root, "fixed_height")) {
        status =
            tg_json_get_size(&record->fixed_height, root, "fixed_height", 1, TG_MAX_HEIGHT, error);
    }
    if (status == TG_OK)
        status = tg_json_get_array(traces, &record->nb_traces, root, "traces", error);
    if (status == TG_OK) status = check_nb_traces(record->nb_traces, error);
    if (status != TG_OK) tg_error_where(error, "%s/record.json", record->path);
    return status;
}

static tg_status get_record(tg_record *record, tg_json_value *root, tg_error *error)
{
    tg_json_value *traces = NULL;
    void *buffer = NULL;
    tg_status status = get_heading(record, &traces, root, error);
    if (status == TG_OK)
        status = tg_buffer_create(&buffer, record->nb_traces, sizeof(tg_record_trace), error);
    if (status != TG_OK) return status;
    record->traces = buffer;
    for (size_t i = 0; i < record->nb_traces && status == TG_OK; i++) {
        record->traces[i] = (tg_record_trace){.nb_events = 0};
        status = get_trace(&record->traces[i], record, i, tg_json_element(traces, i), error);
    }
    return status;
}

tg_status tg_record_open(tg_record *record, const char *path, tg_error *error)
{
    char file[TG_PATH_BYTES];
    record->traces = NULL;
    tg_status status = tg_path_format(record->path, error, "%s", path);
    if (status == TG_OK) status = tg_path_format(file, error, "%s/record.json", path);
    if (status == TG_OK) status = tg_json_open(&record->json, file, error);
    if (status == TG_ERR_IO)
        tg_error_how(error,
                     "name the folder of a record: the one that holds a readable record.json");
    if (status != TG_OK) return status;
    status = get_record(record, record->json.root, error);
    if (status != TG_OK) tg_record_clear(record);
    return status;
}

void tg_record_clear(tg_record *record)
{
    tg_buffer_destroy(record->traces);
    tg_json_close(&record->json);
    record->traces = NULL;
    record->nb_traces = 0;
}

const tg_record_trace *tg_record_find(const tg_record *record, const char *name)
{
    for (size_t i = 0; i < record->nb_traces; i++) {
        if (strcmp(record->traces[i].name, name) == 0) return &record->traces[i];
    }
    return NULL;
}

/* Open NAME.SUFFIX of a record, an array of known dimensions. */
static tg_status open_array(tg_npy *npy, const tg_record *record, const char *name,
                            const char *suffix, size_t nb_rows, size_t nb_columns, tg_error *error)
{
    char path[TG_PATH_BYTES];
    tg_status status = tg_path_format(path, error, "%s/%s.%s", record->path, name, suffix);
    if (status == TG_OK) status = tg_npy_open(npy, path, error);
    if (status != TG_OK) return status;
    if (npy->nb_rows == nb_rows && npy->nb_columns == nb_columns) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT,
                 "an array [%zu, %zu], where the record and its chip need [%zu, %zu]", npy->nb_rows,
                 npy->nb_columns, nb_rows, nb_columns);
    tg_error_where(error, "%s", path);
    tg_error_how(error, "restore the record: file and record.json don't belong together");
    tg_npy_close(npy);
    return TG_ERR_FORMAT;
}

/* Open the events of a trace that has some, or its cells. */
static tg_status open_events(tg_npy *npy, const tg_record *record, const tg_record_trace *entry,
                             const tg_trace *trace, tg_error *error)
{
    return open_array(npy, record, entry->name, "events.npy", entry->nb_events,
                      tg_trace_event_size(trace), error);
}

static tg_status open_cells(tg_npy *npy, const tg_record *record, const tg_record_trace *entry,
                            tg_error *error)
{
    return open_array(npy, record, entry->name, "trace.npy", entry->height, entry->width, error);
}

tg_status tg_record_check_events(const tg_record *record, const tg_record_trace *entry,
                                 const tg_trace *trace, tg_error *error)
{
    if (trace->event == NULL) return TG_OK;
    tg_npy npy;
    const tg_status status = open_events(&npy, record, entry, trace, error);
    if (status == TG_OK) tg_npy_close(&npy);
    return status;
}

tg_status tg_record_check_cells(const tg_record *record, const tg_record_trace *entry,
                                tg_error *error)
{
    tg_npy npy;
    const tg_status status = open_cells(&npy, record, entry, error);
    if (status == TG_OK) tg_npy_close(&npy);
    return status;
}

tg_status tg_record_read_events(void *events, const tg_record *record, const tg_record_trace *entry,
                                const tg_trace *trace, tg_error *error)
{
    if (trace->event == NULL) return TG_OK;
    tg_npy npy;
    tg_status status = open_events(&npy, record, entry, trace, error);
    if (status != TG_OK) return status;
    status = tg_npy_read_events(events, entry->nb_events, tg_trace_event_size(trace), &npy, error);
    tg_npy_close(&npy);
    return status;
}

static tg_status check_digest(const uint32_t *cells, const tg_record *record,
                              const tg_record_trace *entry, tg_error *error)
{
    if (!entry->has_digest) return TG_OK;
    tg_digest digest;
    const tg_status status = tg_digest_cells(&digest, cells, entry->height, entry->width, error);
    if (status != TG_OK) return status;
    if (memcmp(digest.bytes, entry->digest.bytes, sizeof digest.bytes) == 0) return TG_OK;
    char found[33];
    char expected[33];
    tg_error_set(error, TG_ERR_FORMAT,
                 "the recorded trace has the digest %s, its record.json says %s",
                 tg_digest_text(found, &digest), tg_digest_text(expected, &entry->digest));
    tg_error_where(error, "%s/%s.trace.npy", record->path, entry->name);
    tg_error_how(error, "restore the record: file and record.json don't belong together");
    return TG_ERR_FORMAT;
}

tg_status tg_record_read_cells(uint32_t *cells, const tg_record *record,
                               const tg_record_trace *entry, tg_error *error)
{
    tg_npy npy;
    tg_status status = open_cells(&npy, record, entry, error);
    if (status != TG_OK) return status;
    status = tg_npy_read_cells(cells, &npy, error);
    tg_npy_close(&npy);
    return status == TG_OK ? check_digest(cells, record, entry, error) : status;
}

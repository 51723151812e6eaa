/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The targets of file formats: bytes are a file that its reader takes or refuses. What is taken
 * must be what its contract says, and what is refused must be refused by a documented status that
 * says how to mend it.
 */
#include "fuzz/files_internal.h"

#include "files/lookups.h"
#include "files/npy.h"
#include "files/output.h"
#include "model/memory.h"

#include <string.h>

/* Events that are made of a record or a file at the most: a count in it may be any number, and what
 * it takes to read many is known. */
#define MAX_EVENTS 4096

tg_status tg_fuzz_file_finding(tg_error *error, const char *what)
{
    tg_error_set(error, TG_ERR_MISMATCH, "%s", what);
    tg_error_how(error, "run the file again by the line that is printed with it");
    return TG_ERR_MISMATCH;
}

tg_status tg_fuzz_file_refusal(tg_status status, const tg_error *why, tg_error *error)
{
    if (status == TG_OK) return TG_OK;
    if (tg_status_exit_code(status) == 3) {
        if (error != NULL) *error = *why;
        return status;
    }
    if (tg_status_exit_code(status) != 2 || status == TG_ERR_USAGE)
        return tg_fuzz_file_finding(error,
                                    "a reader refuses a file with a status that is not of files");
    if (why->status != status || why->what[0] == '\0' || why->how[0] == '\0')
        return tg_fuzz_file_finding(
            error, "a reader refuses a file and does not say why, or how to mend it");
    return TG_OK;
}

void tg_fuzz_file_close(tg_fuzz_target *target)
{
    tg_fuzz_file_state *state = target->state;
    tg_fuzz_folder_clear(&state->folder);
    tg_buffer_destroy(state->memory);
    tg_buffer_destroy(state);
}

tg_status tg_fuzz_file_open(tg_fuzz_target *target, tg_error *error)
{
    void *buffer = NULL;
    tg_status status = tg_buffer_create(&buffer, 1, sizeof(tg_fuzz_file_state), error);
    if (status != TG_OK) return status;
    tg_fuzz_file_state *state = buffer;
    memset(state, 0, sizeof *state);
    target->state = state;
    status = tg_fuzz_folder_make(&state->folder, error);
    if (status != TG_OK) tg_fuzz_file_close(target);
    return status;
}

void tg_fuzz_file_report(tg_fuzz_target *target, FILE *out, const uint8_t *bytes, size_t nb_bytes,
                         bool is_safe)
{
    (void)is_safe;
    tg_fuzz_report_bytes(target, out, target->kind->text, bytes, nb_bytes);
}

tg_status tg_fuzz_file_put(char *path, const tg_fuzz_file_state *state, const char *name,
                           const uint8_t *bytes, size_t nb_bytes, tg_error *error)
{
    const tg_status status = tg_path_format(path, error, "%s/%s", state->folder.path, name);
    if (status != TG_OK) return status;
    return tg_fuzz_folder_write(&state->folder, name, bytes, nb_bytes, error);
}

/* ---- .npy ---- */

/* Write what was read, and require the same bytes of data when it is read again. */
static tg_status reread(const tg_fuzz_file_state *state, const void *data, const tg_npy *npy,
                        tg_error *error)
{
    char path[TG_PATH_BYTES];
    tg_npy again;
    void *buffer = NULL;
    const size_t nb_bytes = npy->nb_rows * npy->nb_columns * npy->item_size;
    tg_status status = tg_path_format(path, error, "%s/again.npy", state->folder.path);
    if (status == TG_OK)
        status = npy->item_size == 1
                     ? tg_npy_write_events(path, data, npy->nb_rows, npy->nb_columns, error)
                     : tg_npy_write_cells(path, data, npy->nb_rows, npy->nb_columns, error);
    if (status == TG_OK) status = tg_npy_open(&again, path, error);
    if (status != TG_OK) return status;
    status = tg_buffer_create(&buffer, nb_bytes, 1, error);
    if (status == TG_OK)
        status = npy->item_size == 1
                     ? tg_npy_read_events(buffer, npy->nb_rows, npy->nb_columns, &again, error)
                     : tg_npy_read_cells(buffer, &again, error);
    if (status == TG_OK && (again.nb_rows != npy->nb_rows || again.nb_columns != npy->nb_columns ||
                            (nb_bytes != 0 && memcmp(buffer, data, nb_bytes) != 0)))
        status =
            tg_fuzz_file_finding(error, "an array is another one after it was written and read");
    tg_buffer_destroy(buffer);
    tg_npy_close(&again);
    return status;
}

static tg_status read_array(const tg_fuzz_file_state *state, tg_npy *npy, size_t nb_file_bytes,
                            tg_error *error)
{
    void *data = NULL;
    tg_error why = {0};
    // The bytes are there: no product of these overflows.
    const size_t nb_bytes = npy->nb_rows * npy->nb_columns * npy->item_size;
    if (npy->nb_columns == 0 || npy->data_offset + nb_bytes != nb_file_bytes)
        return tg_fuzz_file_finding(error, "an array is not as long as its file");
    tg_status status = tg_buffer_create(&data, nb_bytes, 1, error);
    if (status != TG_OK) return status;
    status = npy->item_size == 1
                 ? tg_npy_read_events(data, npy->nb_rows, npy->nb_columns, npy, &why)
                 : tg_npy_read_cells(data, npy, &why);
    if (status != TG_OK) {
        status = tg_status_exit_code(status) == 3
                     ? tg_fuzz_file_refusal(status, &why, error)
                     : tg_fuzz_file_finding(error, "an array that was opened cannot be read");
    } else {
        status = reread(state, data, npy, error);
    }
    tg_buffer_destroy(data);
    return status;
}

static tg_status npy_run(tg_fuzz_target *target, const uint8_t *bytes, size_t nb_bytes,
                         tg_error *error)
{
    const tg_fuzz_file_state *state = target->state;
    char path[TG_PATH_BYTES];
    tg_npy npy;
    tg_error why = {0};
    tg_status status = tg_fuzz_file_put(path, state, "input.npy", bytes, nb_bytes, error);
    if (status != TG_OK) return status;
    status = tg_npy_open(&npy, path, &why);
    if (status != TG_OK) return tg_fuzz_file_refusal(status, &why, error);
    status = read_array(state, &npy, nb_bytes, error);
    tg_npy_close(&npy);
    return status;
}

/* ---- lookups ---- */

static tg_status lookups_open(tg_fuzz_target *target, tg_error *error)
{
    tg_status status = tg_fuzz_file_open(target, error);
    if (status != TG_OK) return status;
    tg_fuzz_file_state *state = target->state;
    status = tg_buffer_create(&state->memory, TG_NB_BYTE_LOOKUPS, sizeof(uint32_t), error);
    if (status != TG_OK) tg_fuzz_file_close(target);
    return status;
}

static tg_status lookups_run(tg_fuzz_target *target, const uint8_t *bytes, size_t nb_bytes,
                             tg_error *error)
{
    const tg_fuzz_file_state *state = target->state;
    char path[TG_PATH_BYTES];
    tg_error why = {0};
    const tg_status status = tg_fuzz_file_put(path, state, "input.npy", bytes, nb_bytes, error);
    if (status != TG_OK) return status;
    return tg_fuzz_file_refusal(tg_lookups_read(state->memory, path, &why), &why, error);
}

/* ---- cases and records ---- */

/* The first trace that has events, or side outputs too; the first one if there is none. */
static tg_subject first_subject(bool with_sides)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        if (trace->event != NULL && (!with_sides || trace->nb_sides != 0)) return tg_subject_at(i);
    }
    return tg_subject_at(0);
}

/* Save a case of two events of zeros in the folder "saved" of the target's. */
static tg_status save_small_case(tg_fuzz_file_state *state, bool with_sides, tg_error *error)
{
    static const uint8_t two_events[] = {2};
    char path[TG_PATH_BYTES];
    tg_case work;
    state->subject = first_subject(with_sides);
    tg_status status = tg_path_format(path, error, "%s/saved", state->folder.path);
    if (status == TG_OK)
        status = tg_case_decode(&work, &state->subject, two_events, sizeof two_events, error);
    if (status != TG_OK) return status;
    status = tg_case_save(&work, path, error);
    tg_case_clear(&work);
    return status;
}

static tg_status open_with_case(tg_fuzz_target *target, bool with_sides, tg_error *error)
{
    tg_status status = tg_fuzz_file_open(target, error);
    if (status != TG_OK) return status;
    status = save_small_case(target->state, with_sides, error);
    if (status != TG_OK) tg_fuzz_file_close(target);
    return status;
}

/* Save a case that was read and require the same one when it is read again. */
static tg_status resave(const tg_fuzz_file_state *state, const tg_case *work, tg_error *error)
{
    char path[TG_PATH_BYTES];
    tg_case again;
    tg_status status = tg_path_format(path, error, "%s/again", state->folder.path);
    if (status != TG_OK) return status;
    tg_fuzz_remove(path);
    status = tg_case_save(work, path, error);
    if (status == TG_OK) status = tg_case_load(&again, path, error);
    if (status != TG_OK)
        return tg_fuzz_file_finding(error, "a case that was read cannot be saved and read");
    const bool is_same =
        again.nb_events == work->nb_events && again.fixed_height == work->fixed_height &&
        again.max_candidates == work->max_candidates && again.launch.grid == work->launch.grid &&
        again.launch.block == work->launch.block;
    tg_case_clear(&again);
    return is_same
               ? TG_OK
               : tg_fuzz_file_finding(error, "a case is another one after it was saved and read");
}

static tg_status case_open(tg_fuzz_target *target, tg_error *error)
{
    return open_with_case(target, false, error);
}

/* Bytes are case.json beside a record that is right. */
static tg_status case_run(tg_fuzz_target *target, const uint8_t *bytes, size_t nb_bytes,
                          tg_error *error)
{
    const tg_fuzz_file_state *state = target->state;
    char path[TG_PATH_BYTES];
    tg_case work;
    tg_error why = {0};
    tg_status status = tg_fuzz_file_put(path, state, "saved/case.json", bytes, nb_bytes, error);
    if (status == TG_OK) status = tg_path_format(path, error, "%s/saved", state->folder.path);
    if (status != TG_OK) return status;
    status = tg_case_load(&work, path, &why);
    if (status != TG_OK) return tg_fuzz_file_refusal(status, &why, error);
    status = resave(state, &work, error);
    tg_case_clear(&work);
    return status;
}

static tg_status record_open(tg_fuzz_target *target, tg_error *error)
{
    return open_with_case(target, true, error);
}

/* Read what a record has of a trace that is known. */
static tg_status read_entry(const tg_record *record, const tg_record_trace *entry,
                            const tg_trace *trace, tg_error *error)
{
    tg_product sides;
    bool is_there[TG_MAX_SIDES];
    void *events = NULL;
    tg_status status = tg_record_check_events(record, entry, trace, error);
    if (status == TG_OK && entry->has_cells) status = tg_record_check_cells(record, entry, error);
    if (status != TG_OK || entry->nb_events > MAX_EVENTS) return status;
    status = tg_buffer_create(&events, entry->nb_events, tg_trace_event_size(trace), error);
    if (status == TG_OK) status = tg_record_read_events(events, record, entry, trace, error);
    tg_buffer_destroy(events);
    if (status == TG_OK) status = tg_product_create(&sides, trace, 0, error);
    if (status != TG_OK) return status;
    status = tg_record_read_sides(&sides, is_there, record, entry, trace, error);
    tg_product_destroy(&sides);
    return status;
}

/* Bytes are record.json beside the events of one trace. */
static tg_status record_run(tg_fuzz_target *target, const uint8_t *bytes, size_t nb_bytes,
                            tg_error *error)
{
    const tg_fuzz_file_state *state = target->state;
    const tg_trace *trace = state->subject.trace;
    char path[TG_PATH_BYTES];
    tg_record record;
    tg_error why = {0};
    tg_status status = tg_fuzz_file_put(path, state, "saved/record.json", bytes, nb_bytes, error);
    if (status == TG_OK) status = tg_path_format(path, error, "%s/saved", state->folder.path);
    if (status != TG_OK) return status;
    status = tg_record_open(&record, path, &why);
    if (status != TG_OK) return tg_fuzz_file_refusal(status, &why, error);
    const tg_record_trace *entry = tg_record_find(&record, trace->name);
    if (entry != NULL) status = read_entry(&record, entry, trace, &why);
    tg_record_clear(&record);
    return tg_fuzz_file_refusal(status, &why, error);
}

/* ---- seeds ---- */

/* A file that tracegate wrote itself: the shortest array of bytes. */
static size_t npy_seed(uint8_t *bytes, size_t max_bytes, size_t index)
{
    static const char *const heads[] = {
        "{'descr': '|u1', 'fortran_order': False, 'shape': (0, 4), }",
        "{'descr': '<u4', 'fortran_order': False, 'shape': (0, 5), }",
        "{'descr': '>u4', 'fortran_order': False, 'shape': (0, 5), }",
    };
    const size_t nb_bytes = 128;
    if (index >= sizeof heads / sizeof heads[0] || max_bytes < nb_bytes) return 0;
    memcpy(bytes, "\x93NUMPY\x01\x00\x76\x00", 10);
    (void)snprintf((char *)bytes + 10, nb_bytes - 10, "%-117s", heads[index]);
    bytes[nb_bytes - 1] = '\n';
    return nb_bytes;
}

static size_t case_seed(uint8_t *bytes, size_t max_bytes, size_t index)
{
    const int length = snprintf((char *)bytes, max_bytes,
                                "{\"version\": %d, \"trace\": \"%s\", \"grid\": 2, \"block\": 3, "
                                "\"max_candidates\": 0, \"why\": \"\"}\n",
                                TG_CASE_VERSION, first_subject(false).trace->name);
    return index == 0 && length > 0 && (size_t)length < max_bytes ? (size_t)length : 0;
}

extern const tg_fuzz_kind tg_fuzz_npy;
const tg_fuzz_kind tg_fuzz_npy = {
    .name = "npy",
    .text = "an array as a .npy file",
    .open = tg_fuzz_file_open,
    .close = tg_fuzz_file_close,
    .run = npy_run,
    .report = tg_fuzz_file_report,
    .seed = npy_seed,
};

extern const tg_fuzz_kind tg_fuzz_lookups;
const tg_fuzz_kind tg_fuzz_lookups = {
    .name = "lookups",
    .text = "byte lookups as a .npy file",
    .open = lookups_open,
    .close = tg_fuzz_file_close,
    .run = lookups_run,
    .report = tg_fuzz_file_report,
    .seed = npy_seed,
};

extern const tg_fuzz_kind tg_fuzz_record;
const tg_fuzz_kind tg_fuzz_record = {
    .name = "record",
    .text = "a record.json beside the events of one trace",
    .open = record_open,
    .close = tg_fuzz_file_close,
    .run = record_run,
    .report = tg_fuzz_file_report,
};

extern const tg_fuzz_kind tg_fuzz_case;
const tg_fuzz_kind tg_fuzz_case = {
    .name = "case",
    .text = "a case.json beside the record of one trace",
    .open = case_open,
    .close = tg_fuzz_file_close,
    .run = case_run,
    .report = tg_fuzz_file_report,
    .seed = case_seed,
};

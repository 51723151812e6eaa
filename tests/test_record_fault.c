/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Records with failing calls: each nth call fails once. */
#include "fault.h"
#include "files/record.h"
#include "test_files.h"

#define RECORD TG_CORPUS "/counts/65"

static void assert_clean(tg_fault_kind kind, tg_status status, const tg_error *error)
{
    ck_assert_int_eq(status, kind == TG_FAULT_MEMORY ? TG_ERR_MEMORY : TG_ERR_IO);
    ck_assert_int_eq(error->status, status);
    ck_assert(error->what[0] != '\0' && error->how[0] != '\0');
}

/* One call under test. It asserts nothing, since Check's assertions write and take memory
 * themselves. */
typedef tg_status action(tg_error *error);

/* Act with each nth call failing. The number of calls. A failing fclose of what was read loses
 * nothing: nb_harmless says how many there are. */
static long act_with_faults(tg_fault_kind kind, action *act, long nb_harmless)
{
    long nb_unnoticed = 0;
    for (long nth = 1;; nth++) {
        tg_error error = {0};
        tg_fault_arm(kind, nth);
        const tg_status status = act(&error);
        const bool has_failed = tg_fault_disarm();
        if (!has_failed) {
            ck_assert_int_eq(status, TG_OK);
            ck_assert_int_eq(nb_unnoticed, nb_harmless);
            return nth - 1;
        }
        if (status == TG_OK) {
            nb_unnoticed++;
        } else {
            assert_clean(kind, status, &error);
        }
    }
}

static tg_status open_record(tg_error *error)
{
    tg_record record;
    tg_status status = tg_record_open(&record, RECORD, error);
    if (status != TG_OK) return status;
    // A record that lost something on the way would be worse than an error.
    const tg_record_trace *entry = tg_record_find(&record, "Poseidon2WideDeg3.main");
    const bool is_whole =
        record.nb_traces == 25 && entry != NULL && entry->nb_events == 65 && entry->has_cells &&
        entry->has_events &&
        strcmp(record.source, "drawn as SP1's GPU trace tests draw them (StdRng)") == 0;
    if (!is_whole) status = TG_ERR_MISMATCH;
    tg_record_clear(&record);
    return status;
}

START_TEST(record_fault_open)
{
    // Once without faults: the first parse of a process reads a random seed.
    tg_assert_ok(open_record(tg_suite_error));
    // Two files are looked up for each of 25 traces.
    ck_assert_int_ge(act_with_faults(TG_FAULT_IO, open_record, 1), 50 + 5);
    ck_assert_int_ge(act_with_faults(TG_FAULT_MEMORY, open_record, 0), 4);
}
END_TEST

/* A record and one of its traces, with room for its cells and events. */
static tg_record opened;
static const tg_trace *trace;
static const tg_record_trace *entry;
static uint32_t cells[96 * 179];
static unsigned char events[65 * 1024];

static tg_status read_cells(tg_error *error)
{
    return tg_record_read_cells(cells, &opened, entry, error);
}

static tg_status read_events(tg_error *error)
{
    return tg_record_read_events(events, &opened, entry, trace, error);
}

static tg_status check_files(tg_error *error)
{
    const tg_status status = tg_record_check_events(&opened, entry, trace, error);
    return status == TG_OK ? tg_record_check_cells(&opened, entry, error) : status;
}

START_TEST(record_fault_read)
{
    tg_assert_ok(tg_record_open(&opened, RECORD, tg_suite_error));
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (strcmp(tg_trace_at(i)->name, "Poseidon2WideDeg3.main") == 0) trace = tg_trace_at(i);
    }
    ck_assert_ptr_nonnull(trace);
    entry = tg_record_find(&opened, trace->name);
    ck_assert_ptr_nonnull(entry);
    ck_assert_uint_le(entry->height * entry->width, sizeof cells / sizeof cells[0]);
    ck_assert_uint_le(entry->nb_events * tg_trace_event_size(trace), sizeof events);
    // open, fstat, fdopen, start, fseeko, header, fseeko, data; then the fclose.
    ck_assert_int_ge(act_with_faults(TG_FAULT_IO, read_cells, 1), 9);
    ck_assert_int_ge(act_with_faults(TG_FAULT_IO, read_events, 1), 9);
    // Header and tile; state and tile of the digest.
    ck_assert_int_ge(act_with_faults(TG_FAULT_MEMORY, read_cells, 0), 4);
    ck_assert_int_ge(act_with_faults(TG_FAULT_MEMORY, read_events, 0), 1);
    ck_assert_int_ge(act_with_faults(TG_FAULT_IO, check_files, 2), 2 * 6);
    ck_assert_int_ge(act_with_faults(TG_FAULT_MEMORY, check_files, 0), 2);
    tg_record_clear(&opened);
}
END_TEST

static char **paths;
static size_t nb_paths;

static tg_status list_records(tg_error *error)
{
    const tg_status status = tg_record_list(&paths, &nb_paths, TG_CORPUS, error);
    if (status == TG_OK) tg_record_list_clear(paths, nb_paths);
    return status;
}

START_TEST(record_fault_list)
{
    // Each record has its path, and the list grows once, at the 17th.
    ck_assert_int_ge(act_with_faults(TG_FAULT_MEMORY, list_records, 0), 27 + 2);
    // Each file of the records is looked up, to see whether it is a folder.
    ck_assert_int_ge(act_with_faults(TG_FAULT_IO, list_records, 0), 100);
    ck_assert_uint_eq(nb_paths, 27);
}
END_TEST

TG_SUITE("record_fault", record_fault_open, record_fault_read, record_fault_list)

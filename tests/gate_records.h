/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Records for the gate's suites: a recorded trace of the corpus, taken apart and written again with
 * a change.
 */
#ifndef TRACEGATE_TESTS_GATE_RECORDS_H
#define TRACEGATE_TESTS_GATE_RECORDS_H

#include "files/npy.h"
#include "files/record.h"
#include "harness/gate.h"
#include "sample.h"
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GATE_CORPUS TG_SOURCE_DIR "/corpus/records"

/* One trace of a record, in memory. */
typedef struct recorded {
    const tg_trace *trace;
    char digest[33]; /* of the trace, as record.json says; "" leaves it out */
    size_t nb_events;
    size_t height;
    size_t width;
    unsigned char *events; /* NULL leaves the file out */
    uint32_t *cells;       /* [width][height]; NULL leaves the file out */
} recorded;

/* Read a trace of the corpus. */
static inline recorded recorded_read(const char *record_path, const char *name)
{
    tg_record record;
    tg_assert_ok(tg_record_open(&record, record_path, tg_suite_error));
    const tg_record_trace *entry = tg_record_find(&record, name);
    ck_assert_ptr_nonnull(entry);
    ck_assert(entry->has_cells && entry->has_digest);
    recorded from = {.trace = sample_trace(name),
                     .nb_events = entry->nb_events,
                     .height = entry->height,
                     .width = entry->width};
    (void)tg_digest_text(from.digest, &entry->digest);
    from.events = sample_events(from.trace, entry->nb_events, 1);
    from.cells = sample_cells(entry->height * entry->width, 1);
    tg_assert_ok(tg_record_read_events(from.events, &record, entry, from.trace, tg_suite_error));
    tg_assert_ok(tg_record_read_cells(from.cells, &record, entry, tg_suite_error));
    tg_record_clear(&record);
    return from;
}

static inline void recorded_clear(recorded *from)
{
    free(from->events);
    free(from->cells);
    *from = (recorded){0};
}

/* Write a record that holds this one trace into a folder that is there. */
static inline void recorded_write(const recorded *from, const char *folder)
{
    char path[2048];
    if (from->events != NULL) {
        (void)snprintf(path, sizeof path, "%s/%s.events.npy", folder, from->trace->name);
        tg_assert_ok(tg_npy_write_events(path, from->events, from->nb_events,
                                         tg_trace_event_size(from->trace), tg_suite_error));
    }
    if (from->cells != NULL) {
        (void)snprintf(path, sizeof path, "%s/%s.trace.npy", folder, from->trace->name);
        tg_assert_ok(
            tg_npy_write_cells(path, from->cells, from->height, from->width, tg_suite_error));
    }
    (void)snprintf(path, sizeof path, "%s/record.json", folder);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    (void)fprintf(
        file, "{\"traces\": [{\"trace\": \"%s\", \"events\": %zu, \"height\": %zu, \"width\": %zu",
        from->trace->name, from->nb_events, from->height, from->width);
    if (from->digest[0] != '\0') (void)fprintf(file, ", \"xxh3_128\": \"%s\"", from->digest);
    (void)fprintf(file, "}]}\n");
    ck_assert_int_eq(fclose(file), 0);
}

/* What a gate said. */
typedef struct gate_run {
    tg_status status;
    tg_gate_summary summary;
    tg_error error;
    char *text;
} gate_run;

/* Run a gate; the result is to be cleared. */
static inline gate_run run_gate(const tg_gate_options *options)
{
    gate_run result = {.status = TG_OK};
    size_t length = 0;
    FILE *out = open_memstream(&result.text, &length);
    ck_assert_ptr_nonnull(out);
    result.status = tg_gate_run(&result.summary, out, NULL, options, &result.error);
    ck_assert_int_eq(fclose(out), 0);
    return result;
}

static inline void gate_run_clear(gate_run *result)
{
    free(result->text);
    result->text = NULL;
}

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Records for the gate's suites: a recorded trace of the corpus, taken apart and written again with
 * a change.
 */
#ifndef TRACEGATE_TESTS_GATE_RECORDS_H
#define TRACEGATE_TESTS_GATE_RECORDS_H

#include "files/lookups.h"
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
    tg_product sides;      /* side outputs; NULL leaves one out */
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
    bool is_there[TG_MAX_SIDES];
    tg_assert_ok(tg_product_create(&from.sides, from.trace, 0, tg_suite_error));
    tg_assert_ok(
        tg_record_read_sides(&from.sides, is_there, &record, entry, from.trace, tg_suite_error));
    for (size_t i = 0; i < from.trace->nb_sides; i++) {
        ck_assert(is_there[i]);
    }
    tg_record_clear(&record);
    return from;
}

static inline void recorded_clear(recorded *from)
{
    free(from->events);
    free(from->cells);
    tg_product_destroy(&from->sides);
    *from = (recorded){0};
}

/* Leave a side output out. */
static inline void recorded_drop_side(recorded *from, size_t side)
{
    tg_product one = {.sides = {from->sides.sides[side]}};
    tg_product_destroy(&one);
    from->sides.sides[side] = NULL;
}

/* Write the keys of a side output of words, one for each field of its struct. */
static inline void recorded_write_words(FILE *file, const tg_side *side, const uint32_t *words)
{
    for (size_t i = 0; i < side->words->nb_fields; i++) {
        const tg_field *field = &side->words->fields[i];
        const bool is_array = field->dims[0] != '\0';
        const uint32_t *values = words + field->offset / sizeof(uint32_t);
        (void)fprintf(file, ", \"%s%s%s\": %s", side->name, field->name[0] != '\0' ? "_" : "",
                      field->name, is_array ? "[" : "");
        for (size_t k = 0; k < field->size / sizeof(uint32_t); k++) {
            (void)fprintf(file, "%s%lu", k != 0 ? ", " : "", (unsigned long)values[k]);
        }
        if (is_array) (void)fputc(']', file);
    }
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
    for (size_t i = 0; i < from->trace->nb_sides; i++) {
        const tg_side *side = &from->trace->sides[i];
        if (from->sides.sides[i] == NULL) continue;
        if (side->form == TG_SIDE_WORDS) {
            recorded_write_words(file, side, from->sides.sides[i]);
            continue;
        }
        (void)snprintf(path, sizeof path, "%s/%s.%s.npy", folder, from->trace->name, side->name);
        tg_assert_ok(tg_lookups_write(path, from->sides.sides[i], tg_suite_error));
    }
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

/* ---- assertions ---- */

static inline void gate_assert_says(const gate_run *result, const char *words)
{
    ck_assert_msg(strstr(result->text, words) != NULL, "no '%s' in\n%s", words, result->text);
}

static inline void gate_assert_says_not(const gate_run *result, const char *words)
{
    ck_assert_msg(strstr(result->text, words) == NULL, "'%s' in\n%s", words, result->text);
}

static inline void gate_assert_error(const gate_run *result, tg_status status, const char *words)
{
    char line[sizeof(tg_error)];
    (void)tg_error_line(line, sizeof line, &result->error);
    ck_assert_msg(result->status == status, "status %d: %s\n%s", result->status, line,
                  result->text);
    ck_assert_msg(strstr(line, words) != NULL, "no '%s' in: %s", words, line);
    ck_assert_int_ne(result->error.how[0], '\0');
}

/* Run a gate that must be refused before anything runs. */
static inline void gate_assert_refused(tg_status status, const char *words,
                                       const tg_gate_options *options)
{
    gate_run result = run_gate(options);
    char line[sizeof(tg_error)];
    (void)tg_error_line(line, sizeof line, &result.error);
    ck_assert_msg(result.status == status, "status %d: %s\n%s", result.status, line, result.text);
    ck_assert_msg(strstr(line, words) != NULL, "no '%s' in: %s", words, line);
    ck_assert_int_ne(result.error.how[0], '\0');
    ck_assert_str_eq(result.text, "");
    ck_assert_uint_eq(result.summary.nb_cells, 0);
    gate_run_clear(&result);
}

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate diff: two traces in files, cell by cell. */
#include "cli/chip_library.h"
#include "cli/diff_side.h"
#include "cli/diff_story.h"
#include "cli/source.h"
#include "cli/verbs.h"
#include "files/npy.h"
#include "harness/clock.h"
#include "harness/command.h"
#include "harness/progress.h"
#include "model/memory.h"

#include <stddef.h>
#include <string.h>

typedef struct diff_values {
    const char *chip;
    const char *events;
    tg_number nb_events;
    bool canonical;
    tg_number max_cells;
    tg_document_values documents;
    tg_words chip_libraries;
} diff_values;

static const tg_option options[] = {
    TG_OPTION(diff_values, chip, TEXT, "chip", "CHIP.KIND[.OUTPUT]",
              "what the files hold, a trace or a side output: names columns and words"),
    TG_OPTION(diff_values, events, TEXT, "events", "FILE.npy",
              "their events, to be shown with the cells; needs --chip"),
    TG_OPTION(diff_values, nb_events, NUMBER, "nb-events", "N",
              "how many events: tells eventful from padding cells", .max = TG_MAX_EVENTS),
    TG_OPTION(diff_values, canonical, FLAG, "canonical", NULL,
              "both files hold residues, not Montgomery words"),
    TG_OPTION(diff_values, max_cells, NUMBER, "max-cells", "N", "wrong cells to list",
              .fallback = "10", .max = 1000000),
    TG_CHIP_LIBRARY_OPTION(diff_values, chip_libraries),
    TG_DOCUMENT_OPTIONS(diff_values, documents),
};

/* Both traces and what is known about them. */
typedef struct comparison {
    const char *paths[2]; /* expected, actual */
    tg_matrix matrices[2];
    void *cells[2];
    const tg_trace *trace;   /* NULL: not said */
    const char *kernel_file; /* of the trace */
    void *events;            /* NULL: not given */
    size_t nb_events;
    bool knows_events; /* nb_events is known */
    double start_s;
} comparison;

static tg_status read_cells(comparison *two, size_t side, tg_error *error)
{
    tg_npy npy;
    tg_status status = tg_npy_open(&npy, two->paths[side], error);
    if (status != TG_OK) return status;
    if (npy.item_size != sizeof(uint32_t)) {
        status = tg_error_set(error, TG_ERR_FORMAT, "items of %zu byte are no trace cells",
                              npy.item_size);
        tg_error_where(error, "%s", two->paths[side]);
        tg_error_how(error,
                     "a trace is u4 [height, width]; convert it in NumPy with a.astype('<u4')");
        goto cleanup;
    }
    size_t nb_cells = 0;
    status = tg_size_multiply(&nb_cells, npy.nb_rows, npy.nb_columns, error);
    if (status == TG_OK)
        status = tg_buffer_create(&two->cells[side], nb_cells, sizeof(uint32_t), error);
    if (status == TG_OK) status = tg_npy_read_cells(two->cells[side], &npy, error);
    two->matrices[side] =
        (tg_matrix){.cells = two->cells[side], .height = npy.nb_rows, .width = npy.nb_columns};
cleanup:
    tg_npy_close(&npy);
    return status;
}

/* What the options say about chip and events. */
static tg_status read_context(comparison *two, const diff_values *given, tg_error *error)
{
    if (given->chip == NULL && (given->events != NULL || given->nb_events.given)) {
        tg_error_set(error, TG_ERR_USAGE, "events without --chip");
        tg_error_how(error, "say with --chip CHIP.KIND what they are events of");
        return TG_ERR_USAGE;
    }
    if (given->chip == NULL) return TG_OK;
    tg_subject subject;
    tg_status status = tg_subject_named(&subject, given->chip, error);
    if (status != TG_OK) return status;
    two->trace = subject.trace;
    two->kernel_file = subject.kernel_file;
    two->nb_events = given->nb_events.value;
    two->knows_events = given->nb_events.given;
    if (given->events == NULL) return TG_OK;
    if (subject.trace->event == NULL) {
        tg_error_set(error, TG_ERR_USAGE, "%s has no events, only their number",
                     subject.trace->name);
        tg_error_how(error, "give --nb-events N instead of --events");
        return TG_ERR_USAGE;
    }
    two->knows_events = true;
    return tg_events_read(&two->events, &two->nb_events, subject.trace, given->events,
                          &given->nb_events, error);
}

/* The expected trace must be one of the chip; the actual one may differ, which is a finding. */
static tg_status check_expected(const comparison *two, tg_error *error)
{
    const tg_matrix *expected = &two->matrices[0];
    if (two->trace == NULL) return TG_OK;
    if (expected->width != tg_trace_width(two->trace)) {
        tg_error_set(error, TG_ERR_FORMAT, "%zu columns, but %s has %zu", expected->width,
                     two->trace->name, tg_trace_width(two->trace));
        tg_error_where(error, "%s", two->paths[0]);
        tg_error_how(error,
                     "name with --chip what the traces are of; 'tracegate list' shows the widths");
        return TG_ERR_FORMAT;
    }
    if (!two->knows_events) return TG_OK;
    const tg_status status =
        tg_trace_check_height(two->trace, two->nb_events, expected->height, error);
    if (status == TG_OK) return TG_OK;
    tg_error_where(error, "%s", two->paths[0]);
    tg_error_how(error, "give the events that this trace was made from");
    return status;
}

/* Write the command line that makes the report again. */
static void write_again(tg_command *again, const comparison *two, const diff_values *given)
{
    tg_command_begin(again);
    tg_command_add(again, "tracegate");
    tg_command_add(again, "diff");
    if (given->chip != NULL) tg_command_add_option(again, "chip", "%s", given->chip);
    if (given->events != NULL) tg_command_add_option(again, "events", "%s", given->events);
    if (given->nb_events.given)
        tg_command_add_option(again, "nb-events", "%zu", (size_t)given->nb_events.value);
    if (given->canonical) tg_command_add(again, "--canonical");
    if (given->max_cells.given)
        tg_command_add_option(again, "max-cells", "%zu", (size_t)given->max_cells.value);
    // A path that looks like an option is none behind two dashes.
    if (two->paths[0][0] == '-' || two->paths[1][0] == '-') tg_command_add(again, "--");
    tg_command_add(again, two->paths[0]);
    tg_command_add(again, two->paths[1]);
}

static void print_match(const comparison *two, const tg_diff *diff)
{
    (void)printf("equal: %zu rows, %zu columns, %zu cells compared", diff->expected_height,
                 diff->expected_width, diff->compared.eventful + diff->compared.padding);
    if (two->knows_events)
        (void)printf(" (%zu eventful, %zu padding)", diff->compared.eventful,
                     diff->compared.padding);
    (void)putchar('\n');
}

/* Tell what was found.  files: ended */
static tg_status tell(const comparison *two, const diff_values *given, const tg_diff *diff,
                      tg_document_files *files, tg_error *error)
{
    tg_command again;
    write_again(&again, two, given);
    const tg_diff_story story = {
        .report = {.trace = two->trace,
                   .title = two->trace != NULL ? two->trace->name : "traces",
                   .expected = two->paths[0],
                   .actual = two->paths[1],
                   .source = given->events,
                   .events = two->events,
                   .nb_events = two->nb_events,
                   .nb_events_is_unknown = !two->knows_events,
                   .height = two->matrices[0].height,
                   .canonical = given->canonical,
                   .again = again.text},
        .is_match = tg_diff_is_match(diff),
        .expected = two->matrices[0],
        .actual = two->matrices[1],
        .diff = diff,
        .kernel_file = two->kernel_file,
        .start_s = two->start_s,
    };
    if (story.is_match) print_match(two, diff);
    const tg_status status = tg_diff_story_tell(&story, files, &given->documents, error);
    return status == TG_OK && !story.is_match ? TG_ERR_MISMATCH : status;
}

static bool has_cells(const tg_diff *diff)
{
    return diff->expected_height * diff->expected_width != 0 ||
           diff->actual_height * diff->actual_width != 0;
}

/* files: ended */
static tg_status compare(const comparison *two, const diff_values *given, tg_progress *progress,
                         tg_document_files *files, tg_error *error)
{
    tg_diff diff;
    tg_progress_say(progress, 0, 0, "comparing");
    tg_status status = tg_diff_init(&diff, two->matrices[0].width, given->max_cells.value, error);
    if (status != TG_OK) {
        tg_document_files_discard(files);
        return status;
    }
    status = tg_diff_run(&diff, two->knows_events ? two->trace : NULL, two->nb_events,
                         &two->matrices[0], &two->matrices[1], error);
    tg_progress_wipe(progress);
    if (status == TG_OK && !has_cells(&diff)) {
        status = tg_error_set(error, TG_ERR_UNAVAILABLE,
                              "both files are empty: they are equal, and nothing was compared");
        tg_error_how(error, "compare files that have rows; two of lookups may be empty: name them "
                            "with --chip CHIP.KIND.OUTPUT");
    }
    if (status == TG_OK) {
        status = tell(two, given, &diff, files, error);
    } else {
        tg_document_files_discard(files);
    }
    tg_diff_clear(&diff);
    return status;
}

/* Refuse options that mean nothing to side outputs: they have no events, and stand in files as they
 * are. */
static tg_status check_side_options(const diff_values *given, tg_error *error)
{
    const char *option = given->events != NULL    ? "events"
                         : given->nb_events.given ? "nb-events"
                         : given->canonical       ? "canonical"
                                                  : NULL;
    if (option == NULL) return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "--%s is for traces, and %s is a side output", option,
                 given->chip);
    tg_error_how(error, "leave it out");
    return TG_ERR_USAGE;
}

/* files: ended */
static tg_status compare_sides(tg_side_files *sides, const comparison *two,
                               const diff_values *given, tg_document_files *files, tg_error *error)
{
    const tg_status status = check_side_options(given, error);
    if (status != TG_OK) {
        tg_document_files_discard(files);
        return status;
    }
    tg_command again;
    write_again(&again, two, given);
    memcpy(sides->paths, two->paths, sizeof sides->paths);
    sides->again = again.text;
    sides->start_s = two->start_s;
    return tg_side_files_compare(sides, given->max_cells.value, files, &given->documents, error);
}

/* files: ended */
static tg_status compare_traces(comparison *two, const diff_values *given, tg_document_files *files,
                                tg_error *error)
{
    tg_progress *progress = NULL;
    tg_progress_create(&progress, stderr);
    tg_progress_say(progress, 0, 0, "reading");
    tg_status status = read_context(two, given, error);
    for (size_t side = 0; side < 2 && status == TG_OK; side++) {
        tg_progress_say(progress, 0, 0, "reading %s", two->paths[side]);
        status = read_cells(two, side, error);
    }
    if (status == TG_OK) status = check_expected(two, error);
    if (status == TG_OK) {
        status = compare(two, given, progress, files, error);
    } else {
        tg_document_files_discard(files);
    }
    tg_progress_destroy(progress);
    for (size_t side = 0; side < 2; side++) {
        tg_buffer_destroy(two->cells[side]);
    }
    tg_buffer_destroy(two->events);
    return status;
}

static tg_status run(const void *values, const tg_words *operands, tg_error *error)
{
    const diff_values *given = values;
    comparison two = {.paths = {operands->words[0], operands->words[1]}, .start_s = tg_now_s()};
    tg_document_files files;
    tg_status status = tg_document_files_open(&files, &given->documents, error);
    if (status != TG_OK) return status;
    for (size_t side = 0; side < 2 && status == TG_OK; side++) {
        status = tg_document_files_keep(&files, two.paths[side], error);
    }
    if (status == TG_OK) status = tg_document_files_keep(&files, given->events, error);
    if (status != TG_OK) {
        tg_document_files_discard(&files);
        return status;
    }
    tg_side_files sides;
    return given->chip != NULL && tg_side_files_find(&sides, given->chip)
               ? compare_sides(&sides, &two, given, &files, error)
               : compare_traces(&two, given, &files, error);
}

const tg_verb tg_verb_diff = {
    .name = "diff",
    .summary = "compare two traces, or two side outputs, in files",
    .operands = "EXPECTED.npy ACTUAL.npy",
    .min_operands = 2,
    .max_operands = 2,
    .text =
        "Compares two traces cell by cell and lists what differs, by columns and for the first "
        "cells. With --chip the\n"
        "columns have names; with --events, or --nb-events, eventful and padding cells are "
        "told apart, and cells come\n"
        "with their event and the property of events that predicts what is wrong. It is said what "
        "a mismatch looks like:\n"
        "shifted, negated, not reduced and the like. Exits 0 if all cells are equal, 1 if not; "
        "dimensions that differ\nare a finding, too.\n"
        "Files of a side output are compared with --chip CHIP.KIND.OUTPUT, such as "
        "Global.main.lookups: word by word, and\nlookups as multisets.\n",
    .examples = "  tracegate diff expected.npy actual.npy\n"
                "  tracegate diff expected.npy actual.npy --chip Select.main --events events.npy\n"
                "  tracegate diff a/Global.main.lookups.npy b/Global.main.lookups.npy --chip "
                "Global.main.lookups\n"
                "  tracegate diff expected.npy actual.npy --canonical --max-cells 100   # files of "
                "residues\n"
                "  tracegate diff expected.npy actual.npy --chip Select.main --html report.html\n",
    .nb_options = TG_NB_ELEMENTS(options),
    .options = options,
    .values_size = sizeof(diff_values),
    .run = run,
};

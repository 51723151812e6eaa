/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The report of a mismatch. */
#include "harness/report.h"

#include "reference/field.h"

#include <inttypes.h>
#include <string.h>

/* Columns listed, values of an event printed: a screen's worth; what is left out is counted. */
#define MAX_COLUMNS ((size_t)24)
#define MAX_EVENT_VALUES ((size_t)48)

/* Bytes of the text of a cell's place: three numbers of 20 digits and what stands between them. */
#define PLACE_BYTES 96

static const char *column_name(char *name, const tg_trace *trace, size_t column)
{
    if (trace != NULL && column < tg_trace_width(trace))
        return tg_trace_column_name(name, trace, column);
    (void)snprintf(name, TG_NAME_BYTES, "column %zu", column);
    return name;
}

/* Whether eventful and padding cells can be told apart. */
static bool knows_events(const tg_report *report)
{
    return report->trace != NULL && !report->nb_events_is_unknown;
}

static void print_head(FILE *out, const tg_report *report, const tg_diff *diff)
{
    char counts[96] = "";
    if (knows_events(report)) {
        (void)snprintf(counts, sizeof counts, "%zu event%s, height %zu", report->nb_events,
                       tg_plural(report->nb_events), report->height);
    } else {
        (void)snprintf(counts, sizeof counts, "height %zu, width %zu", diff->expected_height,
                       diff->expected_width);
    }
    (void)fprintf(out, "%-22s %s against %s    %s    MISMATCH\n", report->title, report->actual,
                  report->expected, counts);
    if (report->source != NULL) (void)fprintf(out, "  events       %s\n", report->source);
    if (diff->expected_height != diff->actual_height ||
        diff->expected_width != diff->actual_width) {
        (void)fprintf(
            out,
            "  dimensions   expected %zu rows, %zu columns; actual %zu rows, %zu columns\n"
            "               compared is the part that both have\n",
            diff->expected_height, diff->expected_width, diff->actual_height, diff->actual_width);
    }
}

static void print_totals(FILE *out, const tg_report *report, const tg_diff *diff)
{
    if (knows_events(report)) {
        (void)fprintf(
            out,
            "  eventful     %zu of %zu cells wrong, in %zu of %zu rows       padding    %zu of "
            "%zu cells wrong\n",
            diff->wrong.eventful, diff->compared.eventful, diff->wrong_rows.eventful,
            diff->nb_eventful_rows, diff->wrong.padding, diff->compared.padding);
    } else {
        (void)fprintf(out, "  cells        %zu of %zu wrong, in %zu of %zu rows\n",
                      diff->wrong.eventful, diff->compared.eventful, diff->wrong_rows.eventful,
                      diff->nb_eventful_rows);
    }
    if (diff->nb_not_reduced != 0) {
        char words[TG_WORDS_BYTES];
        (void)fprintf(out, "  not reduced  %s not below p\n",
                      tg_counted(words, diff->nb_not_reduced, "wrong word", "are"));
    }
}

/* Write wrong cells, all cells and the share: "12 of 1000  1.2%". */
static void share_text(char text[64], size_t part, size_t whole)
{
    const double percent = whole != 0 ? 100.0 * (double)part / (double)whole : 0.0;
    if (part != 0 && percent < 0.1) {
        (void)snprintf(text, 64, "%zu of %zu  <0.1%%", part, whole);
    } else {
        (void)snprintf(text, 64, "%zu of %zu  %.1f%%", part, whole, percent);
    }
}

static bool is_wrong_column(const tg_diff *diff, size_t column)
{
    return diff->columns[column].eventful != 0 || diff->columns[column].padding != 0;
}

static void print_columns(FILE *out, const tg_report *report, const tg_diff *diff)
{
    const size_t width =
        diff->expected_width < diff->actual_width ? diff->expected_width : diff->actual_width;
    char name[TG_NAME_BYTES];
    size_t nb_wrong = 0;
    int longest = (int)strlen("column");
    for (size_t column = 0; column < width; column++) {
        if (!is_wrong_column(diff, column) || nb_wrong++ >= MAX_COLUMNS) continue;
        const int length = (int)strlen(column_name(name, report->trace, column));
        if (length > longest) longest = length;
    }
    if (nb_wrong == 0) return;
    (void)fprintf(out, "  %-*s         %s\n", longest, "column",
                  knows_events(report) ? "eventful                     padding" : "cells");
    size_t nb_listed = 0;
    for (size_t column = 0; column < width && nb_listed < MAX_COLUMNS; column++) {
        if (!is_wrong_column(diff, column)) continue;
        nb_listed++;
        const tg_tally *wrong = &diff->columns[column];
        const tg_tally *cells = &diff->column_cells[column];
        char share[64];
        char number[32];
        share_text(share, wrong->eventful, cells->eventful);
        (void)snprintf(number, sizeof number, "(%zu)", column);
        (void)fprintf(out, "  %-*s  %-7s", longest, column_name(name, report->trace, column),
                      number);
        if (knows_events(report)) {
            (void)fprintf(out, "%-28s %zu of %zu\n", share, wrong->padding, cells->padding);
        } else {
            (void)fprintf(out, "%s\n", share);
        }
    }
    const size_t nb_more = nb_wrong - nb_listed;
    if (nb_more != 0) (void)fprintf(out, "  and %zu more column%s\n", nb_more, tg_plural(nb_more));
}

/* A cell in both forms: residue and word. */
static const char *cell_text(char text[64], const tg_report *report, uint32_t word)
{
    if (word >= TG_P) {
        (void)snprintf(text, 64, "0x%08" PRIx32 " (not reduced)", word);
    } else if (report->canonical) {
        (void)snprintf(text, 64, "%" PRIu32, word);
    } else {
        (void)snprintf(text, 64, "%" PRIu32 " (0x%08" PRIx32 ")", tg_ref_from_word(word), word);
    }
    return text;
}

static tg_cell_source cell_source(const tg_report *report, const tg_cell *cell)
{
    if (!knows_events(report)) return (tg_cell_source){.eventful = false};
    return tg_trace_cell(report->trace, report->nb_events, cell->row, cell->column);
}

/* Where a cell is: its row and the event behind it. Returns the length. */
static int cell_place(char text[PLACE_BYTES], const tg_report *report, const tg_cell *cell)
{
    const tg_cell_source source = cell_source(report, cell);
    if (!knows_events(report)) return snprintf(text, PLACE_BYTES, "row %zu", cell->row);
    if (!source.eventful) return snprintf(text, PLACE_BYTES, "row %zu, padding", cell->row);
    if (report->trace->event == NULL) return snprintf(text, PLACE_BYTES, "row %zu", cell->row);
    if (report->trace->events_per_row > 1) {
        return snprintf(text, PLACE_BYTES, "row %zu, entry %zu, event %zu", cell->row, source.slot,
                        source.event);
    }
    return snprintf(text, PLACE_BYTES, "row %zu, event %zu", cell->row, source.event);
}

/* Lengths of the longest place and name in the list of cells, so that its values stand below
 * each other. */
typedef struct cell_lengths {
    int place;
    int name;
} cell_lengths;

static cell_lengths measure_cells(const tg_report *report, const tg_diff *diff)
{
    cell_lengths longest = {.place = 0, .name = 0};
    for (size_t i = 0; i < diff->nb_cells; i++) {
        char place[PLACE_BYTES];
        char name[TG_NAME_BYTES];
        const int place_length = cell_place(place, report, &diff->cells[i]);
        const int name_length =
            (int)strlen(column_name(name, report->trace, diff->cells[i].column));
        if (place_length > longest.place) longest.place = place_length;
        if (name_length > longest.name) longest.name = name_length;
    }
    return longest;
}

/* Print the event behind a cell below it, unless the cell before had the same. */
static void print_event(FILE *out, const tg_report *report, const tg_cell_source *source,
                        size_t *last_event, int indent)
{
    if (!source->eventful || report->events == NULL || source->event == *last_event) return;
    *last_event = source->event;
    const size_t event_size = tg_trace_event_size(report->trace);
    (void)fprintf(out, "%*sevent: ", indent, "");
    tg_report_event(out, report->trace,
                    (const unsigned char *)report->events + source->event * event_size,
                    MAX_EVENT_VALUES, (size_t)indent + strlen("event: "));
}

static void print_cells(FILE *out, const tg_report *report, const tg_diff *diff)
{
    const cell_lengths longest = measure_cells(report, diff);
    size_t last_event = SIZE_MAX;
    for (size_t i = 0; i < diff->nb_cells; i++) {
        const tg_cell *cell = &diff->cells[i];
        const tg_cell_source source = cell_source(report, cell);
        char place[PLACE_BYTES];
        char name[TG_NAME_BYTES];
        char expected[64];
        char actual[64];
        (void)cell_place(place, report, cell);
        (void)fprintf(out, "  %-*s  %-*s   expected %s   actual %s\n", longest.place, place,
                      longest.name, column_name(name, report->trace, cell->column),
                      cell_text(expected, report, cell->expected),
                      cell_text(actual, report, cell->actual));
        print_event(out, report, &source, &last_event, longest.place + 4);
    }
    const size_t nb_wrong = diff->wrong.eventful + diff->wrong.padding;
    const size_t nb_more = nb_wrong - diff->nb_cells;
    if (nb_more != 0)
        (void)fprintf(out, "  and %zu more cell%s (--max-cells lists more)\n", nb_more,
                      tg_plural(nb_more));
}

void tg_report_again(FILE *out, const tg_report *report)
{
    if (report->again != NULL) (void)fprintf(out, "  again: %s\n", report->again);
}

void tg_report_body(FILE *out, const tg_report *report, const tg_diff *diff)
{
    print_head(out, report, diff);
    print_totals(out, report, diff);
    print_columns(out, report, diff);
    print_cells(out, report, diff);
    if (report->sides != NULL) tg_report_sides(out, report->sides);
    if (report->conduct != NULL)
        tg_report_conduct(out, report->conduct, report->trace, report->height);
    tg_report_again(out, report);
}

void tg_report_end(FILE *out, const tg_report *report)
{
    if (report->causes != NULL) tg_report_causes(out, report->causes, report->why);
    if (report->print_more != NULL) report->print_more(out, report->more);
    (void)fputc('\n', out);
}

void tg_report_mismatch(FILE *out, const tg_report *report, const tg_diff *diff)
{
    tg_report_body(out, report, diff);
    tg_report_end(out, report);
}

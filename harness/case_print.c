/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A case in full: events, and what both sides made of them, cell by cell. */
#include "harness/case.h"

#include "harness/report.h"
#include "reference/field.h"

#include <inttypes.h>
#include <string.h>

/* Bytes of a cell's text. */
#define CELL_BYTES 48

/* Both sides' cells. */
typedef struct both {
    const tg_case *work;
    size_t height;
    const uint32_t *expected;
    const uint32_t *actual;
} both;

static bool is_wrong(const both *cells, size_t row, size_t column)
{
    const uint32_t word = cells->actual[column * cells->height + row];
    return cells->expected[column * cells->height + row] != word || word >= TG_P;
}

static bool is_wrong_row(const both *cells, size_t row)
{
    const size_t width = tg_trace_width(cells->work->subject.trace);
    for (size_t column = 0; column < width; column++) {
        if (is_wrong(cells, row, column)) return true;
    }
    return false;
}

static const char *cell_text(char text[CELL_BYTES], uint32_t word)
{
    if (word == TG_POISON_FIRST || word == TG_POISON_SECOND) {
        (void)snprintf(text, CELL_BYTES, "0x%08" PRIx32 " (poison: never written)", word);
    } else if (word >= TG_P) {
        (void)snprintf(text, CELL_BYTES, "0x%08" PRIx32 " (not reduced)", word);
    } else {
        (void)snprintf(text, CELL_BYTES, "%" PRIu32 " (0x%08" PRIx32 ")", tg_ref_from_word(word),
                       word);
    }
    return text;
}

/* Print the head of a row: whose it is. */
static void print_row_head(FILE *out, const both *cells, size_t row)
{
    const tg_trace *trace = cells->work->subject.trace;
    const size_t nb_events = cells->work->nb_events;
    (void)fprintf(out, "  row %zu", row);
    const tg_cell_source source = tg_trace_cell(trace, nb_events, row, 0);
    if (!source.eventful) {
        (void)fputs(", padding", out);
    } else if (trace->events_per_row > 1) {
        (void)fprintf(out, ", entries from event %zu on", source.event);
    } else if (trace->event != NULL) {
        (void)fprintf(out, ", event %zu", source.event);
    }
    (void)fputc('\n', out);
}

static int longest_name(const tg_trace *trace)
{
    char name[TG_NAME_BYTES];
    size_t longest = 0;
    for (size_t column = 0; column < tg_trace_width(trace); column++) {
        const size_t length = strlen(tg_trace_column_name(name, trace, column));
        longest = length > longest ? length : longest;
    }
    return (int)longest;
}

static void print_row(FILE *out, const both *cells, size_t row, int name_length)
{
    const tg_trace *trace = cells->work->subject.trace;
    print_row_head(out, cells, row);
    for (size_t column = 0; column < tg_trace_width(trace); column++) {
        char name[TG_NAME_BYTES];
        char texts[2][CELL_BYTES];
        const size_t at = column * cells->height + row;
        (void)fprintf(out, "  %c %-*s  %-24s %s\n", is_wrong(cells, row, column) ? '*' : ' ',
                      name_length, tg_trace_column_name(name, trace, column),
                      cell_text(texts[0], cells->expected[at]),
                      cell_text(texts[1], cells->actual[at]));
    }
}

/* Whether a row is one to print: a wrong one; where none is wrong, one with an event, and in any
 * case the first. Any, if all are wanted. */
static bool is_wanted_row(const both *cells, size_t row, size_t nb_wrong, size_t max_rows)
{
    const tg_case *work = cells->work;
    if (max_rows == SIZE_MAX) return true;
    if (nb_wrong != 0) return is_wrong_row(cells, row);
    return row == 0 || tg_trace_cell(work->subject.trace, work->nb_events, row, 0).eventful;
}

static void print_rows(FILE *out, const both *cells, const char *expected_name,
                       const char *actual_name, size_t max_rows)
{
    const int name_length = longest_name(cells->work->subject.trace);
    size_t nb_wrong = 0;
    for (size_t row = 0; row < cells->height; row++) {
        nb_wrong += is_wrong_row(cells, row);
    }
    (void)fprintf(out, "    %-*s  %-24s %s\n", name_length, "", expected_name, actual_name);
    size_t nb_printed = 0;
    for (size_t row = 0; row < cells->height && nb_printed < max_rows; row++) {
        if (!is_wanted_row(cells, row, nb_wrong, max_rows)) continue;
        print_row(out, cells, row, name_length);
        nb_printed++;
    }
    const size_t nb_all = nb_wrong != 0 && max_rows != SIZE_MAX ? nb_wrong : cells->height;
    const size_t nb_more = nb_all - nb_printed;
    if (nb_more != 0)
        (void)fprintf(out, "  and %zu more %s row%s\n", nb_more, nb_wrong != 0 ? "wrong" : "right",
                      tg_plural(nb_more));
}

void tg_case_print_whole(FILE *out, const tg_case *work, const tg_case_result *result,
                         const tg_product *expected, const tg_product *actual,
                         const char *expected_name, const char *actual_name, size_t max_rows)
{
    const tg_trace *trace = work->subject.trace;
    tg_case_print(out, work);
    (void)fprintf(out, "  %s against %s: %zu rows, %zu columns\n", actual_name, expected_name,
                  result->height, tg_trace_width(trace));
    if (result->status != TG_OK) {
        tg_report_failure(out, "failed", &result->error);
        return;
    }
    const both cells = {.work = work,
                        .height = result->height,
                        .expected = expected->cells,
                        .actual = actual->cells};
    print_rows(out, &cells, expected_name, actual_name, max_rows);
    tg_report_sides(out, &result->sides);
    tg_report_conduct(out, &result->conduct, trace, result->height);
    if (tg_conduct_is_wrong(&result->expected_conduct)) {
        (void)fprintf(out, "  of %s, the expected side:\n", expected_name);
        tg_report_conduct(out, &result->expected_conduct, trace, result->height);
    }
}

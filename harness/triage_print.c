/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Triage as text. */
#include "harness/triage.h"

#include "harness/report.h"

#include <string.h>

/* Columns that are named; what is left out is counted. */
#define MAX_COLUMNS ((size_t)12)

/* Wrong columns beside each other of which only the first and the last are named. */
#define MIN_RANGE ((size_t)3)

/* Events of the smallest case, of which those alike count once, and values of each. */
#define MAX_EVENTS ((size_t)4)
#define MAX_VALUES ((size_t)48)

/* What lines begin with. Keep them as long as those of harness/report.c. */
#define BLANK "               "

static void print_property(FILE *out, const tg_prediction *prediction)
{
    char text[2 * TG_PROPERTY_BYTES + 128];
    (void)tg_prediction_text(text, sizeof text, prediction);
    if (text[0] == '\0') return;
    tg_flow line = tg_flow_begin(out, "  property     ");
    tg_flow_put_words(&line, text);
    (void)fputc('\n', out);
}

/* Print what the smallest case is, and what it took to find it. */
static void print_size(FILE *out, const tg_triage *triage)
{
    const tg_case *work = &triage->smallest;
    (void)fprintf(out, "  smallest     %zu event%s, height %zu", work->nb_events,
                  tg_plural(work->nb_events), triage->result.height);
    if (work->fixed_height != 0) (void)fputs(" (fixed)", out);
    if (work->launch.grid != 0) (void)fprintf(out, ", grid %lu", (unsigned long)work->launch.grid);
    if (work->launch.block != 0)
        (void)fprintf(out, ", block %lu", (unsigned long)work->launch.block);
    if (work->max_candidates != 0)
        (void)fprintf(out, ", candidates %lu", (unsigned long)work->max_candidates);
    // No time: the same failure gives the same report.
    (void)fprintf(out, "; found in %zu run%s\n", triage->nb_runs, tg_plural(triage->nb_runs));
    if (triage->is_unstable) (void)fputs(BLANK "not shrunk: the case differs between runs\n", out);
    if (triage->is_cut)
        (void)fputs(BLANK "there may be a smaller one: runs or time were used up\n", out);
}

/* Index behind the events that are the same as one of them, byte for byte: those that shrinking
 * made alike. */
static size_t end_of_alike(const tg_case *work, size_t first)
{
    const size_t size = tg_trace_event_size(work->subject.trace);
    const unsigned char *events = work->events;
    size_t end = first + 1;
    while (end < work->nb_events && memcmp(events + first * size, events + end * size, size) == 0)
        end++;
    return end;
}

static void print_events(FILE *out, const tg_case *work)
{
    const tg_trace *trace = work->subject.trace;
    if (trace->event == NULL) return;
    const unsigned char *events = work->events;
    size_t next = 0;
    for (size_t nb_told = 0; next < work->nb_events && nb_told < MAX_EVENTS; nb_told++) {
        const size_t first = next;
        next = end_of_alike(work, first);
        char start[64];
        const int indent =
            next == first + 1
                ? snprintf(start, sizeof start, BLANK "event %zu: ", first)
                : snprintf(start, sizeof start, BLANK "events %zu .. %zu: ", first, next - 1);
        (void)fputs(start, out);
        tg_report_event(out, trace, events + first * trace->event->size, MAX_VALUES,
                        (size_t)indent);
    }
    const size_t nb_more = work->nb_events - next;
    if (nb_more != 0)
        (void)fprintf(out, BLANK "and %zu more event%s\n", nb_more, tg_plural(nb_more));
}

/* Whether the part that the key is about is wrong in a column. */
static bool is_wrong_column(const tg_triage *triage, size_t column)
{
    const tg_tally *wrong = &triage->result.diff.columns[column];
    return (triage->key.part == TG_PART_EVENTFUL ? wrong->eventful : wrong->padding) != 0;
}

/* Index behind the wrong columns that stand beside each other from one on. */
static size_t end_of_wrong(const tg_triage *triage, size_t first)
{
    const size_t width = tg_trace_width(triage->smallest.subject.trace);
    size_t end = first + 1;
    while (end < width && is_wrong_column(triage, end)) end++;
    return end;
}

/* Put the name of a column into a line, with what stands behind it. */
static void put_column(tg_flow *line, const tg_triage *triage, size_t column, const char *behind)
{
    char name[TG_NAME_BYTES];
    char text[TG_NAME_BYTES + 8];
    (void)tg_trace_column_name(name, triage->smallest.subject.trace, column);
    (void)snprintf(text, sizeof text, "%s%s", name, behind);
    tg_flow_put(line, text);
}

/* Put the names of the wrong columns into a line; of many beside each other the first and the
 * last. */
static void put_columns(tg_flow *line, const tg_triage *triage, size_t nb_wrong)
{
    const size_t width = tg_trace_width(triage->smallest.subject.trace);
    size_t nb_names = 0;
    size_t nb_told = 0;
    for (size_t column = 0; column < width && nb_names < MAX_COLUMNS; column++) {
        if (!is_wrong_column(triage, column)) continue;
        const size_t end = end_of_wrong(triage, column);
        const bool is_range = end - column >= MIN_RANGE;
        if (is_range) {
            put_column(line, triage, column, " ..");
            nb_names++;
            nb_told += end - 1 - column;
            column = end - 1;
        }
        nb_names++;
        put_column(line, triage, column, ++nb_told < nb_wrong ? "," : "");
    }
    if (nb_told < nb_wrong) tg_flow_put(line, "...");
}

/* First wrong row of the part that the key is about, if it is among the cells that are listed;
 * SIZE_MAX if not. */
static size_t first_row(const tg_triage *triage)
{
    const tg_diff *diff = &triage->result.diff;
    const tg_case *work = &triage->smallest;
    for (size_t i = 0; i < diff->nb_cells; i++) {
        const tg_cell_source source = tg_trace_cell(work->subject.trace, work->nb_events,
                                                    diff->cells[i].row, diff->cells[i].column);
        if (source.eventful == (triage->key.part == TG_PART_EVENTFUL)) return diff->cells[i].row;
    }
    return SIZE_MAX;
}

/* Print the fewest rows and columns that show it: how many rows, and the columns' names. */
static void print_cells(FILE *out, const tg_triage *triage)
{
    const tg_diff *diff = &triage->result.diff;
    const bool is_eventful = triage->key.part == TG_PART_EVENTFUL;
    if (!is_eventful && triage->key.part != TG_PART_PADDING) return;
    const size_t nb_rows = is_eventful ? diff->wrong_rows.eventful : diff->wrong_rows.padding;
    const size_t row = first_row(triage);
    size_t nb_wrong = 0;
    for (size_t column = 0; column < tg_trace_width(triage->smallest.subject.trace); column++) {
        nb_wrong += is_wrong_column(triage, column);
    }
    char from[48] = "";
    char text[128];
    // Without a number it is the first row of the trace.
    if (row != 0 && row != SIZE_MAX)
        (void)snprintf(from, sizeof from, nb_rows == 1 ? " (row %zu)" : " (from row %zu on)", row);
    (void)snprintf(text, sizeof text, "%zu %srow%s%s, %zu column%s:", nb_rows,
                   is_eventful ? "" : "padding ", tg_plural(nb_rows), from, nb_wrong,
                   tg_plural(nb_wrong));
    tg_flow line = tg_flow_begin(out, "  shows in     ");
    tg_flow_put_words(&line, text);
    put_columns(&line, triage, nb_wrong);
    (void)fputc('\n', out);
}

static void print_look_for(FILE *out, tg_cause cause)
{
    tg_flow line = tg_flow_begin(out, "  look for     ");
    tg_flow_put_words(&line, tg_cause_text(cause));
    (void)fputc('\n', out);
}

/* Whether the smallest case looks like the whole one, or like nothing. */
static bool has_one_look(const tg_triage *triage)
{
    const tg_causes *smallest = &triage->smallest_causes;
    return smallest->nb == 0 ||
           (triage->causes.nb != 0 && triage->causes.list[0].cause == tg_causes_of_key(smallest));
}

/* Print the cause that the key has, where it is not what the whole looks like first. */
static void print_key_cause(FILE *out, const tg_triage *triage)
{
    const tg_causes *smallest = &triage->smallest_causes;
    const tg_cause cause = tg_causes_of_key(smallest);
    char sure[32];
    tg_flow line = tg_flow_begin(out, "  looks like   ");
    // Where several parts are wrong, the key is made of one of them.
    tg_flow_put_words(&line, smallest->has_own && triage->key.part == TG_PART_EVENTFUL
                                 ? "smallest case, its eventful cells alone:"
                                 : "smallest case:");
    tg_flow_put_words(&line, tg_cause_title(cause));
    // Of a part by itself there may be no more than the cause.
    for (size_t i = 0; i < smallest->nb; i++) {
        const tg_cause_found *found = &smallest->list[i];
        if (found->cause != cause) continue;
        (void)snprintf(sure, sizeof sure, "(%u%%) -", found->confidence);
        tg_flow_put_words(&line, sure);
        tg_flow_put_words(&line, found->evidence);
        break;
    }
    (void)fputc('\n', out);
}

/* Print what the smallest case looks like, where that is not what the whole does, and what to look
 * for. */
static void print_smallest_cause(FILE *out, const tg_triage *triage)
{
    // That nothing was written explains whatever a single event of it looks like.
    const bool is_nothing =
        triage->causes.nb != 0 && triage->causes.list[0].cause == TG_CAUSE_NOTHING;
    if (triage->smallest_causes.nb == 0 || is_nothing) return;
    if (!has_one_look(triage)) print_key_cause(out, triage);
    print_look_for(out, tg_causes_of_key(&triage->smallest_causes));
}

void tg_triage_print(FILE *out, const tg_triage *triage)
{
    if (triage->is_match) return;
    // What the whole looks like stands above; where the smallest case does not, both are hints.
    if (!has_one_look(triage) && triage->causes.nb != 0)
        print_look_for(out, triage->causes.list[0].cause);
    print_property(out, &triage->prediction);
    print_size(out, triage);
    print_events(out, &triage->smallest);
    print_cells(out, triage);
    print_smallest_cause(out, triage);
    (void)fprintf(out, "  key          %s (%s)\n", triage->key.text, triage->key.id);
}

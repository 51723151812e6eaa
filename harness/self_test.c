/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Planting wrong cells and looking for them. What is expected of the comparison is worked out here
 * from the planted cell and the row map alone (tg_trace_cell), not with the comparison's own code.
 */
#include "harness/self_test_internal.h"

#include "model/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    const char *text;
    bool is_of_sides;
} plants[TG_NB_PLANTS] = {
#define TG_PLANT_ENTRY(constant, planter, words, long_words, of_sides) \
    [constant] = {.name = words, .text = long_words, .is_of_sides = of_sides},
    TG_PLANT_LIST(TG_PLANT_ENTRY)
#undef TG_PLANT_ENTRY
};

const char *tg_plant_name(tg_plant plant) { return plants[plant].name; }

const char *tg_plant_text(tg_plant plant) { return plants[plant].text; }

bool tg_plant_is_of_sides(tg_plant plant) { return plants[plant].is_of_sides; }

/* A planted trace and what the comparison must say of it. */
typedef struct planted {
    tg_matrix actual;
    tg_tally wrong;
    size_t nb_not_reduced;
    tg_cell first; /* first wrong cell; meaningless if none is wrong */
} planted;

typedef struct planting {
    const tg_trace *trace;
    size_t nb_events;
    const tg_matrix *right;
    uint32_t *cells; /* copy of right's cells to plant in */
} planting;

static uint32_t right_word(const planting *work, size_t row, size_t column)
{
    return work->right->cells[column * work->right->height + row];
}

static bool is_eventful(const planting *work, size_t row, size_t column)
{
    return tg_trace_cell(work->trace, work->nb_events, row, column).eventful;
}

/* Plant one word at one place. */
static bool plant_word(planted *result, const planting *work, size_t row, size_t column,
                       uint32_t word)
{
    work->cells[column * work->right->height + row] = word;
    result->nb_not_reduced = word >= TG_P;
    if (is_eventful(work, row, column)) {
        result->wrong.eventful = 1;
    } else {
        result->wrong.padding = 1;
    }
    result->first = (tg_cell){.row = row,
                              .column = column,
                              .expected = right_word(work, row, column),
                              .actual = word};
    return true;
}

static bool plant_eventful(planted *result, const planting *work)
{
    const size_t nb_rows = tg_trace_nb_rows(work->trace, work->nb_events);
    if (nb_rows == 0) return false;
    const size_t row = nb_rows / 2;
    const size_t column =
        is_eventful(work, row, work->right->width / 2) ? work->right->width / 2 : 0;
    return plant_word(result, work, row, column,
                      tg_self_test_another_word(right_word(work, row, column)));
}

static bool plant_padding(planted *result, const planting *work)
{
    const size_t row = tg_trace_nb_rows(work->trace, work->nb_events);
    if (row >= work->right->height) return false;
    const size_t column = work->right->width / 2;
    return plant_word(result, work, row, column,
                      tg_self_test_another_word(right_word(work, row, column)));
}

static bool plant_last_row(planted *result, const planting *work)
{
    const size_t row = work->right->height - 1;
    return plant_word(result, work, row, 0, tg_self_test_another_word(right_word(work, row, 0)));
}

static bool plant_last_column(planted *result, const planting *work)
{
    const size_t column = work->right->width - 1;
    return plant_word(result, work, 0, column,
                      tg_self_test_another_word(right_word(work, 0, column)));
}

static bool plant_empty_entry(planted *result, const planting *work)
{
    const tg_extent extent = tg_trace_extent(work->trace, work->nb_events);
    if (extent.nb_partial_columns == 0) return false;
    const size_t row = extent.nb_full_rows;
    const size_t column = extent.nb_partial_columns;
    return plant_word(result, work, row, column,
                      tg_self_test_another_word(right_word(work, row, column)));
}

static bool plant_not_reduced(planted *result, const planting *work)
{
    const uint32_t word = right_word(work, 0, 0);
    return plant_word(result, work, 0, 0, word + TG_P);
}

/* A row that differs from row 0, or 0 if there is none. */
static size_t differing_row(const planting *work)
{
    for (size_t row = 1; row < work->right->height; row++) {
        for (size_t column = 0; column < work->right->width; column++) {
            if (right_word(work, row, column) != right_word(work, 0, column)) return row;
        }
    }
    return 0;
}

static bool plant_rows_swapped(planted *result, const planting *work)
{
    const size_t rows[2] = {0, differing_row(work)};
    if (rows[1] == 0) return false;
    bool is_first = true;
    for (size_t column = 0; column < work->right->width; column++) {
        const uint32_t words[2] = {right_word(work, rows[0], column),
                                   right_word(work, rows[1], column)};
        if (words[0] == words[1]) continue;
        for (size_t i = 0; i < 2; i++) {
            work->cells[column * work->right->height + rows[i]] = words[1 - i];
            if (is_eventful(work, rows[i], column)) {
                result->wrong.eventful++;
            } else {
                result->wrong.padding++;
            }
        }
        if (is_first)
            result->first =
                (tg_cell){.row = 0, .column = column, .expected = words[0], .actual = words[1]};
        is_first = false;
    }
    return true;
}

static bool plant_column_short(planted *result, const planting *work)
{
    if (work->right->width == 1) return false;
    result->actual.width = work->right->width - 1;
    return true;
}

static bool plant_row_short(planted *result, const planting *work)
{
    const size_t height = work->right->height;
    if (height == 1) return false;
    for (size_t column = 0; column < work->right->width; column++) {
        memmove(work->cells + column * (height - 1), work->right->cells + column * height,
                (height - 1) * sizeof *work->cells);
    }
    result->actual.height = height - 1;
    return true;
}

static const struct {
    tg_plant plant;
    bool (*run)(planted *result, const planting *work);
} planters[] = {
#define TG_PLANT_PLANTER(constant, planter, name, text, of_sides) {constant, planter},
    TG_PLANT_CELL_LIST(TG_PLANT_PLANTER)
#undef TG_PLANT_PLANTER
};

/* True if the comparison says just what was planted. */
static bool is_found(const tg_diff *diff, const planted *what)
{
    const bool is_short =
        what->actual.height != diff->expected_height || what->actual.width != diff->expected_width;
    if (tg_diff_is_match(diff)) return false;
    if (diff->actual_height != what->actual.height || diff->actual_width != what->actual.width)
        return false;
    if (diff->wrong.eventful != what->wrong.eventful || diff->wrong.padding != what->wrong.padding)
        return false;
    if (diff->nb_not_reduced != what->nb_not_reduced) return false;
    if (is_short) return true;
    const tg_cell *cell = &diff->cells[0];
    const tg_tally *column = &diff->columns[what->first.column];
    return diff->nb_cells != 0 && cell->row == what->first.row &&
           cell->column == what->first.column && cell->expected == what->first.expected &&
           cell->actual == what->first.actual && column->eventful + column->padding != 0;
}

/* True if the printed report names the first wrong cell's row, class and column in one line, or
 * both dimensions. */
static bool report_says(const char *text, const planting *work, const planted *what,
                        const tg_diff *diff)
{
    char line[2 * TG_NAME_BYTES];
    if (diff->expected_height != diff->actual_height ||
        diff->expected_width != diff->actual_width) {
        (void)snprintf(
            line, sizeof line, "expected %zu rows, %zu columns; actual %zu rows, %zu columns",
            work->right->height, work->right->width, what->actual.height, what->actual.width);
        return strstr(text, line) != NULL;
    }
    char name[TG_NAME_BYTES];
    (void)snprintf(line, sizeof line, "  %s   expected",
                   tg_trace_column_name(name, work->trace, what->first.column));
    const char *cell = strstr(text, line);
    if (cell == NULL) return false;
    while (cell > text && cell[-1] != '\n') {
        cell--;
    }
    const size_t length = (size_t)snprintf(line, sizeof line, "  row %zu", what->first.row);
    if (strncmp(cell, line, length) != 0) return false;
    const bool says_padding = strncmp(cell + length, ", padding ", strlen(", padding ")) == 0;
    const bool says_event = cell[length] == ' ' || (cell[length] == ',' && !says_padding);
    return is_eventful(work, what->first.row, what->first.column) ? says_event : says_padding;
}

/* A report in memory that cannot be written. */
static tg_status no_memory(tg_error *error)
{
    tg_error_set(error, TG_ERR_MEMORY, "no memory for a report");
    tg_error_how(error, "use a machine with more memory");
    return TG_ERR_MEMORY;
}

tg_status tg_self_test_report(char **text, const tg_report *report, const tg_diff *diff,
                              tg_error *error)
{
    size_t length = 0;
    *text = NULL;
    FILE *stream = open_memstream(text, &length);
    if (stream == NULL) return no_memory(error);
    tg_report_mismatch(stream, report, diff);
    if (fclose(stream) == 0) return TG_OK;
    free(*text);
    *text = NULL;
    return no_memory(error);
}

static tg_status look_for(bool *found, tg_diff *diff, const planting *work, const planted *what,
                          tg_error *error)
{
    tg_status status =
        tg_diff_run(diff, work->trace, work->nb_events, work->right, &what->actual, error);
    if (status != TG_OK) return status;
    const tg_report report = {.trace = work->trace,
                              .title = work->trace->name,
                              .expected = "right",
                              .actual = "planted",
                              .nb_events = work->nb_events,
                              .height = work->right->height};
    char *text = NULL;
    status = tg_self_test_report(&text, &report, diff, error);
    *found = status == TG_OK && is_found(diff, what) && report_says(text, work, what, diff);
    free(text);
    return status;
}

static tg_status test_cells(tg_plant_tally tallies[TG_NB_PLANTS], const tg_trace *trace,
                            size_t nb_events, const tg_matrix *right, tg_error *error)
{
    const size_t nb_cells = right->height * right->width;
    void *cells = NULL;
    tg_diff diff;
    tg_status status = tg_diff_init(&diff, right->width, 1, error);
    if (status != TG_OK) return status;
    status = tg_buffer_create(&cells, nb_cells, sizeof *right->cells, error);
    const planting work = {.trace = trace, .nb_events = nb_events, .right = right, .cells = cells};
    for (size_t i = 0; i < sizeof planters / sizeof planters[0] && status == TG_OK; i++) {
        memcpy(cells, right->cells, nb_cells * sizeof *right->cells);
        planted what = {.actual = {.cells = cells, .height = right->height, .width = right->width}};
        if (!planters[i].run(&what, &work)) continue;
        bool found = false;
        status = look_for(&found, &diff, &work, &what, error);
        if (status != TG_OK) break;
        tallies[planters[i].plant].nb_planted++;
        tallies[planters[i].plant].nb_missed += !found;
    }
    tg_buffer_destroy(cells);
    tg_diff_clear(&diff);
    return status;
}

tg_status tg_self_test_run(tg_plant_tally tallies[TG_NB_PLANTS], const tg_trace *trace,
                           size_t nb_events, const tg_product *right, size_t height,
                           tg_error *error)
{
    const tg_matrix cells = {.cells = right->cells,
                             .height = height,
                             .width = tg_trace_width(trace)};
    const tg_status status = test_cells(tallies, trace, nb_events, &cells, error);
    if (status != TG_OK || trace->nb_sides == 0) return status;
    return tg_self_test_sides(tallies, trace, nb_events, right, height, error);
}

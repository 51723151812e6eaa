/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The picture of a finding as rectangles in rows and columns of the trace, so that a reader needs
 * to know nothing of buckets. Neighbouring buckets whose counts are alike become one rectangle;
 * where that does not make them few enough, buckets are put together until they are. */
#include "harness/document_internal.h"

#include <string.h>

/* Buckets put together: so many rows and columns of them make one. */
typedef struct grid {
    const tg_picture *picture;
    size_t row_step, column_step;
    size_t nb_rows, nb_columns; /* of what is put together */
} grid;

/* A rectangle of the grid, and its wrong cells. */
typedef struct mark {
    size_t row, nb_rows;
    size_t column, nb_columns;
    tg_tally wrong;
} mark;

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

static grid make_grid(const tg_picture *picture, size_t row_step, size_t column_step)
{
    return (grid){.picture = picture,
                  .row_step = row_step,
                  .column_step = column_step,
                  .nb_rows = (picture->nb_rows + row_step - 1) / row_step,
                  .nb_columns = (picture->nb_columns + column_step - 1) / column_step};
}

/* First row, first column of the trace in row or column i of the grid; behind the end, all. */
static size_t first_row(const grid *g, size_t i)
{
    const tg_picture *picture = g->picture;
    return smaller(i * g->row_step, picture->nb_rows) * picture->height / picture->nb_rows;
}

static size_t first_column(const grid *g, size_t i)
{
    const tg_picture *picture = g->picture;
    return smaller(i * g->column_step, picture->nb_columns) * picture->width / picture->nb_columns;
}

static tg_tally count(const grid *g, size_t row, size_t column)
{
    const tg_picture *picture = g->picture;
    tg_tally sum = {0};
    for (size_t i = row * g->row_step; i < smaller((row + 1) * g->row_step, picture->nb_rows);
         i++) {
        for (size_t j = column * g->column_step;
             j < smaller((column + 1) * g->column_step, picture->nb_columns); j++) {
            const tg_tally *bucket = &picture->buckets[i * picture->nb_columns + j];
            sum.eventful += bucket->eventful;
            sum.padding += bucket->padding;
        }
    }
    return sum;
}

/* Cells of one row or column of the grid. */
static size_t row_span(const grid *g, size_t i) { return first_row(g, i + 1) - first_row(g, i); }
static size_t column_span(const grid *g, size_t i)
{
    return first_column(g, i + 1) - first_column(g, i);
}

static bool is_right(const tg_tally *tally) { return tally->eventful == 0 && tally->padding == 0; }

static bool is_equal(const tg_tally *a, const tg_tally *b)
{
    return a->eventful == b->eventful && a->padding == b->padding;
}

/* The mark that begins at a wrong bucket: it takes the buckets to its right that have the same
 * size and counts. */
static mark take_mark(const grid *g, size_t row, size_t column)
{
    const tg_tally first = count(g, row, column);
    mark made = {.row = row, .nb_rows = 1, .column = column, .nb_columns = 1, .wrong = first};
    for (size_t j = column + 1; j < g->nb_columns; j++) {
        const tg_tally next = count(g, row, j);
        if (!is_equal(&next, &first) || column_span(g, j) != column_span(g, column)) break;
        made.nb_columns++;
        made.wrong.eventful += next.eventful;
        made.wrong.padding += next.padding;
    }
    return made;
}

/* Lengthen the last mark above that is just like this one. */
static bool join_above(mark *marks, size_t nb, const grid *g, const mark *made)
{
    for (size_t i = nb; i > 0; i--) {
        mark *above = &marks[i - 1];
        const tg_tally per_row = {.eventful = above->wrong.eventful / above->nb_rows,
                                  .padding = above->wrong.padding / above->nb_rows};
        if (above->row + above->nb_rows != made->row || above->column != made->column ||
            above->nb_columns != made->nb_columns || !is_equal(&per_row, &made->wrong) ||
            row_span(g, above->row) != row_span(g, made->row))
            continue;
        above->nb_rows++;
        above->wrong.eventful += made->wrong.eventful;
        above->wrong.padding += made->wrong.padding;
        return true;
    }
    return false;
}

/* All marks of a grid; false if they are more than DOCUMENT_MAX_MARKS. */
static bool take_marks(mark *marks, size_t *nb, const grid *g)
{
    *nb = 0;
    for (size_t row = 0; row < g->nb_rows; row++) {
        for (size_t column = 0; column < g->nb_columns;) {
            const tg_tally wrong = count(g, row, column);
            if (is_right(&wrong)) {
                column++;
                continue;
            }
            const mark made = take_mark(g, row, column);
            column += made.nb_columns;
            if (join_above(marks, *nb, g, &made)) continue;
            if (*nb == DOCUMENT_MAX_MARKS) return false;
            marks[(*nb)++] = made;
        }
    }
    return true;
}

static void put_mark(tg_json_tree *tree, tg_json_node *list, const grid *g, const mark *made)
{
    const size_t row = first_row(g, made->row);
    const size_t column = first_column(g, made->column);
    tg_json_node *numbers = tg_json_put_array(tree, list, NULL);
    tg_json_put_count(tree, numbers, NULL, row);
    tg_json_put_count(tree, numbers, NULL, first_row(g, made->row + made->nb_rows) - row);
    tg_json_put_count(tree, numbers, NULL, column);
    tg_json_put_count(tree, numbers, NULL,
                      first_column(g, made->column + made->nb_columns) - column);
    tg_json_put_count(tree, numbers, NULL, made->wrong.eventful);
    tg_json_put_count(tree, numbers, NULL, made->wrong.padding);
}

void document_put_picture(tg_json_tree *tree, tg_json_node *parent, const tg_picture *picture)
{
    if (picture == NULL || picture->nb_rows == 0 || picture->nb_columns == 0) {
        tg_json_put_null(tree, parent, "picture");
        return;
    }
    mark marks[DOCUMENT_MAX_MARKS];
    size_t nb = 0;
    grid g = make_grid(picture, 1, 1);
    // Rows first: columns have names, which stay apart as long as can be. One bucket is one mark,
    // so this ends.
    while (!take_marks(marks, &nb, &g)) {
        const bool halve_rows = g.nb_rows > 16 || g.nb_columns == 1;
        g = make_grid(picture, halve_rows ? 2 * g.row_step : g.row_step,
                      halve_rows ? g.column_step : 2 * g.column_step);
    }
    tg_json_node *drawn = tg_json_put_object(tree, parent, "picture");
    tg_json_put_count(tree, drawn, "height", picture->height);
    tg_json_put_count(tree, drawn, "width", picture->width);
    tg_json_node *list = tg_json_put_array(tree, drawn, "marks");
    for (size_t i = 0; i < nb; i++) {
        put_mark(tree, list, &g, &marks[i]);
    }
}

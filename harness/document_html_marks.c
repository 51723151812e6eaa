/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The marks of the picture, as SVG inside the page.
 *
 * Its units are buckets, not pixels: at most TG_PICTURE_COLUMNS x TG_PICTURE_ROWS of them, which
 * the page stretches to the width that it has. Marks have an outline that is not stretched, so that
 * one cell of a tall trace is still seen; eventful cells are filled, padding cells are hatched and
 * of another lightness, so that nobody has to tell colours apart.
 */
#include "harness/document_html_plot_internal.h"

#include "model/memory.h"

#include <string.h>

/* Area of a mark, in pixels, below which it is small. */
#define SMALL_PIXELS 64.0

/* Up to so many marks, small ones are drawn large; up to so many, larger than they are. */
#define FEW_MARKS ((size_t)12)
#define SOME_MARKS ((size_t)160)

/* Where marks are too many to name each, so many times as many are drawn. */
#define PLAIN_MARKS ((size_t)4)

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/* ---- reading ---- */

static uint64_t number_at(tg_json_value *array, size_t index)
{
    return (uint64_t)tg_json_integer_of(tg_json_element(array, index));
}

/* Read a mark, cut to the trace; false if nothing of it is left. */
static bool read_mark(html_mark *found, tg_json_value *value, const html_plot *all)
{
    const uint64_t row = number_at(value, 0);
    const uint64_t column = number_at(value, 2);
    if (row >= all->height || column >= all->width) return false;
    const uint64_t nb_rows = number_at(value, 1);
    const uint64_t nb_columns = number_at(value, 3);
    *found = (html_mark){
        .row = (size_t)row,
        .nb_rows = nb_rows < all->height - row ? (size_t)nb_rows : all->height - (size_t)row,
        .column = (size_t)column,
        .nb_columns =
            nb_columns < all->width - column ? (size_t)nb_columns : all->width - (size_t)column,
        .eventful = number_at(value, 4),
        .padding = number_at(value, 5),
    };
    return found->nb_rows != 0 && found->nb_columns != 0;
}

tg_status html_read_marks(html_plot *all, tg_json_value *values, tg_error *error)
{
    void *marks = NULL;
    const size_t nb = tg_json_length(values);
    const tg_status status = tg_buffer_create(&marks, nb, sizeof *all->marks, error);
    all->marks = marks;
    const size_t most = PLAIN_MARKS * all->finding->limits.nb_marks;
    for (size_t i = 0; status == TG_OK && i < nb; i++) {
        if (all->nb_marks == most) {
            all->nb_left_out = nb - i;
            break;
        }
        all->nb_marks += read_mark(&all->marks[all->nb_marks], tg_json_element(values, i), all);
    }
    return status;
}

/* ---- drawing ---- */

static double y_of(const html_plot *all, double row)
{
    return row * (double)all->nb_rows / (double)all->height;
}

static double x_of(const html_plot *all, double column)
{
    return column * (double)all->nb_columns / (double)all->width;
}

/* Write a coordinate: two digits behind the point at the most. */
static void put_number(html_page *page, double value)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%.2f", value);
    char *end = text + strlen(text);
    while (end[-1] == '0') end--;
    if (end[-1] == '.') end--;
    *end = '\0';
    html_put(page, text);
}

/* Write rows from .. end of a mark's columns as a path; what is smaller than a bucket's tenth
 * stays as large. */
static void put_rectangle(const html_plot *all, const html_mark *one, double from, double end)
{
    html_page *page = all->page;
    const double x = x_of(all, (double)one->column);
    const double width = x_of(all, (double)(one->column + one->nb_columns)) - x;
    const double y = y_of(all, from);
    const double height = y_of(all, end) - y;
    html_put(page, "M");
    put_number(page, x);
    html_put(page, " ");
    put_number(page, y);
    html_put(page, "h");
    put_number(page, width > 0.1 ? width : 0.1);
    html_put(page, "v");
    put_number(page, height > 0.1 ? height : 0.1);
    html_put(page, "h-");
    put_number(page, width > 0.1 ? width : 0.1);
    html_put(page, "z");
}

/* How much of a mark is wrong, as one of the levels that the style has: 1 little to 4 all. */
static unsigned level_of(const html_mark *one)
{
    const double share =
        (double)(one->eventful + one->padding) / ((double)one->nb_rows * (double)one->nb_columns);
    return share < 0.05 ? 1 : share < 0.5 ? 2 : share < 0.995 ? 3 : 4;
}

/* Small ones get a thick outline where there are not many: a pixel or two is hard to see. */
static bool is_small(const html_plot *all, const html_mark *one)
{
    const double page = (double)(all->nb_columns * HTML_COLUMN_PIXELS);
    const double width =
        (page < HTML_PLOT_PIXELS ? page : HTML_PLOT_PIXELS) * (double)one->nb_columns;
    const double height = (double)all->pixels * (double)one->nb_rows;
    return width / (double)all->width * (height / (double)all->height) < SMALL_PIXELS;
}

/* Draw a mark. One that has both kinds is parted at the first row without events, where it is
 * known to be inside, or in the middle. */
static void put_mark(const html_plot *all, const html_mark *one)
{
    const unsigned level = level_of(one);
    const char *size = is_small(all, one) ? " s" : "";
    const double first = (double)one->row;
    const double end = (double)(one->row + one->nb_rows);
    double part = one->eventful == 0 ? first : end;
    if (one->eventful != 0 && one->padding != 0) {
        const bool is_inside = all->edge > one->row && all->edge < one->row + one->nb_rows;
        part = is_inside ? (double)all->edge : (first + end) / 2;
    }
    if (one->eventful != 0) {
        html_putf(all->page, "<path class=\"e l%u%s\" d=\"", level, size);
        put_rectangle(all, one, first, part);
        html_put(all->page, "\"/>");
    }
    if (one->padding != 0) {
        html_putf(all->page, "<path class=\"p l%u%s\" d=\"", level, size);
        put_rectangle(all, one, part, end);
        html_put(all->page, "\"/>");
    }
}

static void put_range(html_page *page, const char *noun, size_t first, size_t nb)
{
    html_putf(page, "%s%s ", noun, nb == 1 ? "" : "s");
    html_count(page, first);
    if (nb == 1) return;
    html_put(page, nb == 2 ? " and " : " to ");
    html_count(page, first + nb - 1);
}

/* Write a column's number, and its name where it has one. */
static void put_column(const html_plot *all, size_t column)
{
    char name[TG_NAME_BYTES];
    html_putf(all->page, "%zu", column);
    if (html_is_name(html_column_name(name, all->finding, column)))
        html_wrap(all->page, " ", name, "", HTML_NAME_BYTES);
}

/* Name columns with their numbers: "column 3 in2", "columns 3 in2 to 7 out1". */
static void put_columns(const html_plot *all, const html_mark *one)
{
    const size_t last = one->column + one->nb_columns - 1;
    html_putf(all->page, "column%s ", one->nb_columns == 1 ? "" : "s");
    put_column(all, one->column);
    if (one->nb_columns == 1) return;
    html_put(all->page, " to ");
    put_column(all, last);
}

/* Say how much is wrong: "12 eventful and 3 padding cells wrong", "12 cells wrong". */
static void put_counts(const html_plot *all, uint64_t eventful, uint64_t padding)
{
    html_page *page = all->page;
    if (!all->finding->knows_events) {
        html_counted(page, eventful + padding, "cell");
    } else {
        if (eventful != 0) html_count(page, eventful);
        if (eventful != 0) html_put(page, padding != 0 ? " eventful and " : " eventful");
        if (padding != 0) html_count(page, padding);
        if (padding != 0) html_put(page, " padding");
        html_putf(page, " cell%s", eventful + padding == 1 ? "" : "s");
    }
    html_put(page, " wrong");
}

void html_put_mark_text(const html_plot *all, const html_mark *one)
{
    put_range(all->page, "row", one->row, one->nb_rows);
    html_put(all->page, ", ");
    put_columns(all, one);
    html_put(all->page, ": ");
    put_counts(all, one->eventful, one->padding);
}

/* Draw marks first .. end - 1 as one thing that can be pointed at. */
static void put_group(const html_plot *all, size_t first, size_t end)
{
    html_page *page = all->page;
    html_mark sum = all->marks[first];
    for (size_t i = first + 1; i < end; i++) {
        const html_mark *one = &all->marks[i];
        const size_t last = larger(sum.column + sum.nb_columns, one->column + one->nb_columns);
        sum.nb_rows = larger(sum.nb_rows, one->nb_rows);
        sum.column = smaller(sum.column, one->column);
        sum.nb_columns = last - sum.column;
        sum.eventful += one->eventful;
        sum.padding += one->padding;
    }
    html_put(page, "<g class=\"mark\"><title>");
    html_put_mark_text(all, &sum);
    html_put(page, "</title>");
    for (size_t i = first; i < end; i++) {
        put_mark(all, &all->marks[i]);
    }
    html_put(page, "</g>\n");
}

/* Draw all marks: each by itself, or, if they are many, those that begin in one row together. */
static void put_marks(const html_plot *all)
{
    const bool is_many = all->nb_marks > all->finding->limits.nb_marks;
    size_t end = 0;
    for (size_t first = 0; first < all->nb_marks; first = end) {
        end = first + 1;
        while (is_many && end < all->nb_marks && all->marks[end].row == all->marks[first].row) {
            end++;
        }
        put_group(all, first, end);
    }
}

/* Lines from a few marks to the axes, so that a small one is found. */
static void put_guides(const html_plot *all)
{
    if (all->nb_marks > 3) return;
    for (size_t i = 0; i < all->nb_marks; i++) {
        const html_mark *one = &all->marks[i];
        const double y = y_of(all, (double)one->row + (double)one->nb_rows / 2);
        const double x = x_of(all, (double)one->column + (double)one->nb_columns / 2);
        html_putf(all->page, "<path class=\"guide\" d=\"M0 %.2fH%zuM%.2f 0V%zu\" fill=\"none\"/>\n",
                  y, all->nb_columns, x, all->nb_rows);
    }
}

/* The hatching, in pixels of a picture of ordinary width; the part of the trace that has no events;
 * marks. */
void html_put_svg(const html_plot *all)
{
    html_page *page = all->page;
    const size_t number = all->finding->index + 1;
    html_putf(page,
              "<svg viewBox=\"0 0 %zu %zu\" preserveAspectRatio=\"none\" style=\"height:%zupx\" "
              "role=\"img\" aria-labelledby=\"picture-name-%zu\" "
              "aria-describedby=\"picture-list-%zu\">\n",
              all->nb_columns, all->nb_rows, all->pixels, number, number);
    html_putf(page,
              "<defs><pattern id=\"hatch-%zu\" width=\"7\" height=\"7\" "
              "patternUnits=\"userSpaceOnUse\" patternTransform=\"scale(%.5f %.5f) rotate(45)\">"
              "<rect width=\"7\" height=\"7\" class=\"p\" stroke=\"none\"/>"
              "<path class=\"hatch\" d=\"M0 3.5h7\"/></pattern></defs>\n",
              number,
              (double)all->nb_columns /
                  (double)smaller((size_t)HTML_PLOT_PIXELS, all->nb_columns * HTML_COLUMN_PIXELS),
              (double)all->nb_rows / (double)all->pixels);
    if (all->edge < all->height) {
        const double y = y_of(all, (double)all->edge);
        html_putf(page,
                  "<rect class=\"zone\" y=\"%.2f\" width=\"%zu\" height=\"%.2f\"/>"
                  "<path class=\"edge\" d=\"M0 %.2fh%zu\"/>\n",
                  y, all->nb_columns, (double)all->nb_rows - y, y, all->nb_columns);
    }
    put_guides(all);
    html_putf(page, "<g class=\"%s\" style=\"--hatch:url(#hatch-%zu)\">\n",
              all->nb_marks <= FEW_MARKS    ? "few"
              : all->nb_marks <= SOME_MARKS ? "some"
                                            : "many",
              number);
    put_marks(all);
    html_put(page, "</g></svg>\n");
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The picture of where a trace is wrong: what stands around the marks. Axes, legend, the marks in
 * words. */
#include "harness/document_html_plot_internal.h"

#include "model/memory.h"

#include <string.h>

/* Height of the picture in pixels, and of one row of buckets. */
#define MAX_PIXELS ((size_t)384)
#define MIN_ROW_PIXELS ((size_t)3)
#define MAX_ROW_PIXELS ((size_t)16)

/* Ticks of an axis, at the most; part of it that two of them keep between them. */
#define MAX_TICKS 12
#define TICK_GAP 0.07

/* Bytes of a column's name below the picture. */
#define TICK_NAME_BYTES ((size_t)18)

/* Marks that the list below the picture has. */
#define MAX_LISTED ((size_t)24)

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }
static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

/* ---- axes ---- */

/* Ticks that are far enough from each other; what comes first has the place. */
typedef struct ticks {
    size_t nb;
    size_t at[MAX_TICKS];
    size_t size; /* of the axis */
} ticks;

static void add_tick(ticks *axis, size_t at)
{
    if (axis->nb == MAX_TICKS || at >= axis->size) return;
    for (size_t i = 0; i < axis->nb; i++) {
        const size_t other = axis->at[i];
        const double gap = (double)(at > other ? at - other : other - at);
        if (gap < TICK_GAP * (double)axis->size) return;
    }
    axis->at[axis->nb++] = at;
}

/* Put ticks into their order along the axis. */
static void sort_ticks(ticks *axis)
{
    for (size_t i = 1; i < axis->nb; i++) {
        const size_t at = axis->at[i];
        size_t place = i;
        for (; place > 0 && axis->at[place - 1] > at; place--) {
            axis->at[place] = axis->at[place - 1];
        }
        axis->at[place] = at;
    }
}

/* Even steps over the axis. */
static void add_steps(ticks *axis, size_t nb)
{
    for (size_t i = 0; i < nb; i++) {
        add_tick(axis, i * (axis->size / nb) + i * (axis->size % nb) / nb);
    }
}

/* The row of the first listed cell inside a mark, which tells more than the mark's first one. */
static size_t row_inside(const html_plot *all, const html_mark *one)
{
    tg_json_value *cells = tg_json_member(all->finding->value, "cells");
    for (size_t i = 0; i < tg_json_length(cells); i++) {
        tg_json_value *cell = tg_json_element(cells, i);
        const uint64_t row = document_count(cell, "row");
        const uint64_t column = document_count(cell, "column");
        if (row - one->row < one->nb_rows && column - one->column < one->nb_columns)
            return (size_t)row;
    }
    return one->row;
}

static void put_row_ticks(const html_plot *all)
{
    ticks axis = {.size = all->height};
    add_tick(&axis, all->edge);
    for (size_t i = 0; i < all->nb_marks && all->nb_marks <= 3; i++) {
        add_tick(&axis, row_inside(all, &all->marks[i]));
    }
    add_tick(&axis, 0);
    add_tick(&axis, all->height - 1);
    add_steps(&axis, all->height < 8 ? all->height : 8);
    for (size_t i = 0; i < axis.nb; i++) {
        // Of few rows, each is a bar with a middle; of many, a line.
        const double row = (double)axis.at[i] + (all->height <= TG_PICTURE_ROWS ? 0.5 : 0.0);
        const bool is_edge = axis.at[i] == all->edge;
        html_putf(all->page, "<span class=\"row%s\" style=\"top:%.2f%%\">%s%zu</span>",
                  is_edge ? " edge-name" : "", 100.0 * row / (double)all->height,
                  axis.nb == 1 || axis.at[i] == 0 ? "row " : "", axis.at[i]);
    }
    html_put(all->page, "\n");
}

/* Write a name of which only so many characters fit: its end says most. */
static void put_tick_name(html_page *page, const char *name)
{
    const size_t length = strlen(name);
    if (length > TICK_NAME_BYTES) {
        html_put(page, "&hellip;");
        name += length - TICK_NAME_BYTES + 1;
    }
    html_text(page, name, HTML_NAME_BYTES);
}

static void put_column_ticks(const html_plot *all)
{
    char name[TG_NAME_BYTES];
    size_t longest = 0;
    ticks axis = {.size = all->width};
    for (size_t i = 0; i < all->nb_marks && all->nb_marks <= 3; i++) {
        add_tick(&axis, all->marks[i].column);
    }
    add_tick(&axis, 0);
    add_tick(&axis, all->width - 1);
    add_steps(&axis, all->width < 9 ? all->width : 9);
    sort_ticks(&axis);
    for (size_t i = 0; i < axis.nb; i++) {
        const double middle = all->width <= TG_PICTURE_COLUMNS ? 0.5 : 0.0;
        const double part = ((double)axis.at[i] + middle) / (double)all->width;
        html_putf(all->page, "<span class=\"column%s\" style=\"right:%.2f%%\">",
                  // A phone has room for every second one.
                  axis.nb > 6 && i % 2 == 1 ? " second" : "", 100.0 - 100.0 * part);
        put_tick_name(all->page, html_column_name(name, all->finding, axis.at[i]));
        html_put(all->page, "</span>");
        longest = larger(longest, smaller(strlen(name), TICK_NAME_BYTES));
    }
    // Below the plot, room for names that stand at an angle: a third of a rem for each letter.
    html_putf(all->page, "\n</div>\n<div style=\"height:%.2frem\"></div>\n",
              1.2 + 0.34 * (double)longest);
}

/* ---- words ---- */

/* What only one of the traces has is not compared, and no mark can be there. */
static void put_uncompared(const html_plot *all)
{
    tg_json_value *totals = tg_json_member(all->finding->value, "totals");
    const size_t height = smaller((size_t)document_count(totals, "expected_height"),
                                  (size_t)document_count(totals, "actual_height"));
    const size_t width = smaller((size_t)document_count(totals, "expected_width"),
                                 (size_t)document_count(totals, "actual_width"));
    if (height < all->height) {
        html_put(all->page, "<li>from row ");
        html_count(all->page, height);
        html_put(all->page, " on: not compared</li>");
    }
    if (width < all->width)
        html_putf(all->page, "<li>from column %zu on: not compared</li>", width);
}

static void put_legend(const html_plot *all)
{
    html_page *page = all->page;
    html_put(page, "<ul class=\"legend\">");
    html_put(page, all->finding->knows_events
                       ? "<li><svg aria-hidden=\"true\"><rect width=\"100%\" height=\"100%\" "
                         "class=\"e\"/></svg>wrong eventful cells</li>"
                       : "<li><svg aria-hidden=\"true\"><rect width=\"100%\" height=\"100%\" "
                         "class=\"e\"/></svg>wrong cells</li>");
    if (all->finding->knows_events) {
        html_putf(
            page,
            "<li><svg aria-hidden=\"true\" viewBox=\"0 0 24 14\"><g class=\"p\">"
            "<rect width=\"24\" height=\"14\"/></g><path class=\"hatch\" "
            "d=\"M-2 8 6 0M2 14 16 0M11 14 25 0M20 14 26 8\"/></svg>wrong padding cells</li>");
    }
    html_put(page, "<li>the paler, the fewer of the cells there are wrong</li>");
    if (all->edge < all->height) {
        html_put(page, "<li>from row ");
        html_count(page, all->edge);
        html_put(page, " on: padding</li>");
    }
    put_uncompared(all);
    html_put(page, "</ul>\n");
}

/* The marks as a table, for readers who do not see the picture. */
static void put_list(const html_plot *all)
{
    html_page *page = all->page;
    html_put(page, "<details><summary>The picture in words</summary>\n<p class=\"small\">");
    html_counted(page, all->height, "row");
    html_put(page, " from top to bottom, ");
    html_counted(page, all->width, "column");
    html_put(page, " from left to right. Wrong cells are in:</p>\n<ul class=\"small\">\n");
    for (size_t i = 0; i < all->nb_marks && i < MAX_LISTED; i++) {
        html_put(page, "<li>");
        html_put_mark_text(all, &all->marks[i]);
        html_put(page, "</li>\n");
    }
    html_put(page, "</ul>\n");
    const size_t nb_more =
        all->nb_marks > MAX_LISTED ? all->nb_marks - MAX_LISTED + all->nb_left_out : 0;
    if (nb_more != 0) {
        html_put(page, "<p class=\"small\">and ");
        html_counted(page, nb_more, "more region");
        html_put(page, "</p>\n");
    }
    html_put(page, "</details>\n");
}

static void put_figure(const html_plot *all)
{
    html_page *page = all->page;
    const size_t number = all->finding->index + 1;
    html_putf(page,
              "<h4 id=\"picture-name-%zu\">Where it differs</h4>\n<figure class=\"picture\">\n",
              number);
    put_legend(all);
    html_put(page, "<p class=\"readout soft\" aria-live=\"polite\">Point at a mark to read what "
                   "it stands for.</p>\n");
    html_putf(page, "<div class=\"plot\" style=\"max-width:%zupx\">\n",
              larger(200, all->nb_columns * HTML_COLUMN_PIXELS));
    html_put_svg(all);
    put_row_ticks(all);
    put_column_ticks(all);
    html_putf(page, "<div id=\"picture-list-%zu\">\n", number);
    if (all->nb_left_out != 0) {
        html_put(page, "<p class=\"warn\">Not drawn, for they are too many: ");
        html_counted(page, all->nb_left_out, "region");
        html_put(page, " further down.</p>\n");
    }
    put_list(all);
    html_put(page, "</div>\n</figure>\n");
}

tg_status html_write_picture(html_page *page, const html_finding *finding, tg_error *error)
{
    tg_json_value *picture = tg_json_member(finding->value, "picture");
    html_plot all = {
        .page = page,
        .finding = finding,
        .height = (size_t)document_count(picture, "height"),
        .width = (size_t)document_count(picture, "width"),
        .edge = SIZE_MAX,
    };
    if (all.height == 0 || all.width == 0) return TG_OK;
    all.nb_rows = smaller(all.height, TG_PICTURE_ROWS);
    all.nb_columns = smaller(all.width, TG_PICTURE_COLUMNS);
    all.pixels =
        all.nb_rows * smaller(larger(MAX_PIXELS / all.nb_rows, MIN_ROW_PIXELS), MAX_ROW_PIXELS);
    if (finding->trace != NULL && finding->knows_events)
        all.edge = tg_trace_nb_rows(finding->trace, finding->nb_events);
    const tg_status status = html_read_marks(&all, tg_json_member(picture, "marks"), error);
    if (status == TG_OK && all.nb_marks != 0) put_figure(&all);
    tg_buffer_destroy(all.marks);
    return status;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Tables of a finding: columns with bars, cells in both forms, events by field, side outputs. */
#include "harness/document_html_internal.h"

#include <inttypes.h>
#include <string.h>

/* Columns that stand in the open; the others are folded away. */
#define OPEN_COLUMNS ((size_t)16)

/* The same of cells: with a screen's worth of them, the next part is still in sight. */
#define OPEN_CELLS ((size_t)8)

/* ---- columns ---- */

/* A bar, the numbers behind it, and the share. */
static void put_bar(html_page *page, const char *class, uint64_t wrong, uint64_t cells)
{
    if (cells == 0) {
        html_put(page, "<td class=\"soft\">none there</td>");
        return;
    }
    const double percent = 100.0 * (double)wrong / (double)cells;
    html_put(page, "<td><div class=\"share\"><span class=\"bar\" aria-hidden=\"true\">");
    if (wrong != 0)
        html_putf(page, "<i class=\"%s\" style=\"width:%.1f%%\"></i>", class,
                  percent > 100.0 ? 100.0 : percent);
    html_put(page, "</span><span>");
    html_count(page, wrong);
    html_put(page, " of ");
    html_count(page, cells);
    if (wrong != 0) html_putf(page, percent < 0.1 ? " (&lt;0.1%%)" : " (%.1f%%)", percent);
    html_put(page, "</span></div></td>");
}

static void put_column(html_page *page, tg_json_value *column, bool knows_events)
{
    tg_json_value *wrong = tg_json_member(column, "wrong");
    tg_json_value *cells = tg_json_member(column, "cells");
    html_putf(page, "<tr><td class=\"num\">%" PRIu64 "</td>", document_count(column, "column"));
    html_wrap(page, "<th scope=\"row\" class=\"name\">", document_text(column, "name"), "</th>",
              HTML_NAME_BYTES);
    put_bar(page, "be", document_count(wrong, "eventful"), document_count(cells, "eventful"));
    if (knows_events)
        put_bar(page, "bp", document_count(wrong, "padding"), document_count(cells, "padding"));
    html_put(page, "</tr>\n");
}

static void put_column_rows(html_page *page, const html_finding *finding, size_t first, size_t end)
{
    tg_json_value *columns = tg_json_member(finding->value, "columns");
    html_put(page, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
                   "aria-label=\"Wrong columns\"><table class=\"bars wide\">\n<thead><tr>"
                   "<th scope=\"col\" class=\"num\">No.</th><th scope=\"col\">Column</th>");
    html_put(page, finding->knows_events
                       ? "<th scope=\"col\">Eventful cells wrong</th>"
                         "<th scope=\"col\">Padding cells wrong</th></tr></thead>\n<tbody>\n"
                       : "<th scope=\"col\">Cells wrong</th></tr></thead>\n<tbody>\n");
    for (size_t i = first; i < end; i++) {
        put_column(page, tg_json_element(columns, i), finding->knows_events);
    }
    html_put(page, "</tbody></table></div>\n");
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

void html_write_columns(html_page *page, const html_finding *finding)
{
    tg_json_value *columns = tg_json_member(finding->value, "columns");
    tg_json_value *totals = tg_json_member(finding->value, "totals");
    const size_t nb_all = (size_t)document_count(totals, "nb_wrong_columns");
    const size_t nb = smaller(tg_json_length(columns), finding->limits.nb_columns);
    if (nb == 0) return;
    const size_t nb_open = smaller(nb, OPEN_COLUMNS);
    html_put(page, "<h4>Wrong columns</h4>\n<p class=\"small soft\">");
    html_count(page, nb_all);
    html_put(page, " of ");
    html_counted(page, document_count(totals, "expected_width"), "column");
    html_put(page, nb_all == 1 ? " has" : " have");
    html_put(page, " a wrong cell.</p>\n");
    put_column_rows(page, finding, 0, nb_open);
    if (nb > nb_open) {
        html_put(page, "<details><summary>");
        html_counted(page, nb - nb_open, "more column");
        html_put(page, "</summary>\n");
        put_column_rows(page, finding, nb_open, nb);
        html_put(page, "</details>\n");
    }
    if (nb_all > nb) {
        html_put(page, "<p class=\"small soft\">and ");
        html_counted(page, nb_all - nb, "more column");
        html_put(page, " that no line is left for here</p>\n");
    }
}

/* ---- cells ---- */

/* A word in both forms: the residue large, the word small. */
static void put_value(html_page *page, tg_json_value *value, bool canonical)
{
    html_put(page, "<td class=\"num\">");
    if (!tg_json_has(value, "residue")) {
        html_wrap(page, "", document_text(value, "word"), "<small>not below p</small>",
                  HTML_NAME_BYTES);
    } else {
        html_putf(page, "%" PRIu64, document_count(value, "residue"));
        if (!canonical)
            html_wrap(page, "<small class=\"mono\">", document_text(value, "word"), "</small>",
                      HTML_NAME_BYTES);
    }
    html_put(page, "</td>");
}

/* Whether any of the cells has an entry or a row within its event that tells it from another. */
static bool has_slots(tg_json_value *cells, size_t nb)
{
    for (size_t i = 0; i < nb; i++) {
        if (document_count(tg_json_element(cells, i), "slot") != 0) return true;
    }
    return false;
}

/* What stands behind a cell: its event, padding, or nothing that is known. */
static void put_event_of(html_page *page, tg_json_value *cell, bool with_slots)
{
    if (!tg_json_has(cell, "eventful")) {
        html_put(page, "<td class=\"soft\">unknown</td>");
        return;
    }
    if (!document_flag(cell, "eventful")) {
        html_put(page, "<td>padding</td>");
        return;
    }
    html_putf(page, "<td class=\"nowrap\">event %" PRIu64, document_count(cell, "event"));
    if (with_slots)
        html_putf(page, "<small>slot %" PRIu64 "</small>", document_count(cell, "slot"));
    html_put(page, "</td>");
}

static void put_cell(html_page *page, tg_json_value *cell, bool with_slots, bool canonical)
{
    html_putf(page, "<tr><td class=\"num\">%" PRIu64 "</td>", document_count(cell, "row"));
    put_event_of(page, cell, with_slots);
    const char *name = document_text(cell, "name");
    html_wrap(page, "<td class=\"name\">", name, "", HTML_NAME_BYTES);
    if (html_is_name(name))
        html_putf(page, "<small>column %" PRIu64 "</small>", document_count(cell, "column"));
    html_put(page, "</td>");
    put_value(page, tg_json_member(cell, "expected"), canonical);
    put_value(page, tg_json_member(cell, "actual"), canonical);
    html_put(page, "</tr>\n");
}

static void put_cell_rows(html_page *page, tg_json_value *cells, size_t first, size_t end,
                          bool canonical)
{
    const bool with_slots = has_slots(cells, end);
    html_put(page, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
                   "aria-label=\"First wrong cells\"><table class=\"zebra\">\n<thead><tr>"
                   "<th scope=\"col\" class=\"num\">Row</th><th scope=\"col\">Made from</th>"
                   "<th scope=\"col\">Column</th><th scope=\"col\" class=\"num\">Expected</th>"
                   "<th scope=\"col\" class=\"num\">Actual</th></tr></thead>\n<tbody>\n");
    for (size_t i = first; i < end; i++) {
        put_cell(page, tg_json_element(cells, i), with_slots, canonical);
    }
    html_put(page, "</tbody></table></div>\n");
}

void html_write_cells(html_page *page, tg_json_value *cells, size_t most, uint64_t nb_all,
                      bool canonical)
{
    const size_t nb = smaller(tg_json_length(cells), most);
    const size_t nb_open = smaller(nb, OPEN_CELLS);
    if (nb == 0) return;
    put_cell_rows(page, cells, 0, nb_open, canonical);
    if (nb > nb_open) {
        html_put(page, "<details><summary>");
        html_counted(page, nb - nb_open, "more cell");
        html_put(page, "</summary>\n");
        put_cell_rows(page, cells, nb_open, nb, canonical);
        html_put(page, "</details>\n");
    }
    if (nb_all > nb) {
        html_put(page, "<p class=\"small soft\">and ");
        html_counted(page, nb_all - nb, "more cell");
        html_put(page, " not listed here</p>\n");
    }
}

/* ---- events ---- */

static void put_fields(html_page *page, tg_json_value *event)
{
    tg_json_value *fields = tg_json_member(event, "fields");
    html_put(page, "<dl class=\"fields\">\n");
    for (size_t i = 0; i < tg_json_length(fields); i++) {
        tg_json_value *field = tg_json_element(fields, i);
        html_wrap(page, "<div><dt>", document_text(field, "name"), "</dt><dd>", HTML_NAME_BYTES);
        html_text(page, document_text(field, "value"), HTML_NAME_BYTES);
        html_put(page, "</dd></div>\n");
    }
    html_put(page, "</dl>\n");
    if (!document_flag(event, "is_whole"))
        html_put(page, "<p class=\"small soft\">Fields that the trace ignores, or that are too "
                       "many, are left out.</p>\n");
}

void html_write_events(html_page *page, tg_json_value *events, size_t most)
{
    const size_t nb = smaller(tg_json_length(events), most);
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *event = tg_json_element(events, i);
        html_putf(page, "<details%s><summary>Event %" PRIu64 ", field by field</summary>\n",
                  i == 0 ? " open" : "", document_count(event, "index"));
        put_fields(page, event);
        html_put(page, "</details>\n");
    }
}

/* ---- side outputs ---- */

static void put_words(html_page *page, tg_json_value *side, size_t most)
{
    tg_json_value *words = tg_json_member(side, "words");
    const size_t nb = smaller(tg_json_length(words), most);
    if (nb == 0) return;
    html_put(page, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
                   "aria-label=\"First wrong words\"><table class=\"zebra\">\n<thead><tr>"
                   "<th scope=\"col\" class=\"num\">Word</th><th scope=\"col\">Name</th>"
                   "<th scope=\"col\" class=\"num\">Expected</th>"
                   "<th scope=\"col\" class=\"num\">Actual</th></tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < nb; i++) {
        tg_json_value *word = tg_json_element(words, i);
        html_putf(page, "<tr><td class=\"num\">%" PRIu64 "</td>", document_count(word, "word"));
        html_wrap(page, "<td class=\"name\">", document_text(word, "name"), "</td>",
                  HTML_NAME_BYTES);
        put_value(page, tg_json_member(word, "expected"), false);
        put_value(page, tg_json_member(word, "actual"), false);
        html_put(page, "</tr>\n");
    }
    html_put(page, "</tbody></table></div>\n");
    if (document_count(side, "nb_wrong") > nb) {
        html_put(page, "<p class=\"small soft\">and ");
        html_counted(page, document_count(side, "nb_wrong") - nb, "more word");
        html_put(page, "</p>\n");
    }
}

static void put_side(html_page *page, tg_json_value *side, size_t most)
{
    const uint64_t nb_wrong = document_count(side, "nb_wrong");
    const uint64_t nb_words = document_count(side, "nb_words");
    html_wrap(page, "<h5><span class=\"mono\">", document_text(side, "name"),
              "</span>: ", HTML_NAME_BYTES);
    if (!document_flag(side, "is_compared")) {
        html_put(page, "not compared, one of both sides lacks it</h5>\n");
        return;
    }
    if (nb_wrong == 0) {
        html_put(page, "<span class=\"good\">matches</span>, ");
        html_counted(page, nb_words, "word");
        html_put(page, "</h5>\n");
        return;
    }
    html_put(page, "<span class=\"bad\">");
    html_count(page, nb_wrong);
    html_put(page, " of ");
    html_counted(page, nb_words, "word");
    html_put(page, nb_wrong == 1 ? " differs" : " differ");
    html_put(page, "</span></h5>\n");
    put_words(page, side, most);
}

void html_write_sides(html_page *page, tg_json_value *sides, size_t most)
{
    if (tg_json_length(sides) == 0) return;
    html_put(page, "<h4>Side outputs</h4>\n");
    for (size_t i = 0; i < tg_json_length(sides); i++) {
        put_side(page, tg_json_element(sides, i), most);
    }
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One finding in the page: what differs in plain words, what it looks like, what predicts it, how
 * to see it again; then where, in growing detail.
 */
#include "harness/document_html_internal.h"

#include <inttypes.h>
#include <string.h>

/* Bytes below which a finding is only told, not shown. */
#define SHORT_BYTES ((size_t)5 << 10)

/* Bytes that one item takes in the page, with its markup, names of ordinary length. */
#define MARK_BYTES ((size_t)200)
#define COLUMN_BYTES ((size_t)360)
#define CELL_BYTES ((size_t)420)
#define EVENT_BYTES ((size_t)3000)

static size_t between(size_t value, size_t least, size_t most)
{
    return value < least ? least : value > most ? most : value;
}

html_limits html_limits_of(size_t nb_bytes)
{
    // Half for the picture and the columns, a quarter for cells, events and side outputs, the rest
    // for the text and for all that always stands there.
    return (html_limits){
        .is_short = nb_bytes < SHORT_BYTES,
        .nb_marks = between(nb_bytes / 4 / MARK_BYTES, 8, 400),
        .nb_columns = between(nb_bytes / 4 / COLUMN_BYTES, 4, DOCUMENT_MAX_COLUMNS),
        .nb_cells = between(nb_bytes / 8 / CELL_BYTES, 3, 100),
        .nb_events = between(nb_bytes / 16 / EVENT_BYTES, 1, DOCUMENT_MAX_EVENTS),
        .nb_side_words = between(nb_bytes / 16 / CELL_BYTES, 3, 40),
        .text_bytes = nb_bytes / 8 < 2048 ? 0 : between(nb_bytes / 8, 0, 2 * DOCUMENT_TEXT_BYTES),
    };
}

html_finding html_finding_of(tg_json_value *root, size_t index)
{
    html_finding finding = {
        .value = tg_json_element(tg_json_member(root, "findings"), index),
        .index = index,
    };
    const char *name = document_text(finding.value, "trace");
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (strcmp(tg_trace_at(i)->name, name) == 0) finding.trace = tg_trace_at(i);
    }
    finding.knows_events =
        tg_json_has(finding.value, "chip") && tg_json_has(finding.value, "nb_events");
    finding.nb_events = (size_t)document_count(finding.value, "nb_events");
    return finding;
}

const char *html_column_name(char *name, const html_finding *finding, size_t column)
{
    if (finding->trace != NULL && column < tg_trace_width(finding->trace))
        return tg_trace_column_name(name, finding->trace, column);
    tg_json_value *columns = tg_json_member(finding->value, "columns");
    for (size_t i = 0; i < tg_json_length(columns); i++) {
        tg_json_value *other = tg_json_element(columns, i);
        if (document_count(other, "column") != column) continue;
        (void)snprintf(name, TG_NAME_BYTES, "%s", document_text(other, "name"));
        return name;
    }
    (void)snprintf(name, TG_NAME_BYTES, "column %zu", column);
    return name;
}

/* ---- head ---- */

/* Name, sides, key. */
static void put_head(html_page *page, const html_finding *finding)
{
    tg_json_value *value = finding->value;
    const size_t number = finding->index + 1;
    html_putf(page,
              "<article class=\"finding\" id=\"finding-%zu\" "
              "aria-labelledby=\"finding-name-%zu\">\n<header><h3 id=\"finding-name-%zu\">",
              number, number, number);
    html_text(page, document_text(value, "trace"), HTML_NAME_BYTES);
    html_put(page, " <span class=\"by\">");
    html_text(page, document_text(value, "backend"), HTML_NAME_BYTES);
    html_wrap(page, " against ", document_text(value, "expected"), "</span>", HTML_NAME_BYTES);
    html_put(page, document_flag(value, "is_expected")
                       ? " <span class=\"tag warn\">known failure</span></h3>\n"
                       : "</h3>\n");
    html_wrap(page, "<p class=\"key\">key <code>", document_text(value, "key"), "</code>",
              HTML_LINE_BYTES);
    html_wrap(page, " &middot; <code>", document_text(value, "key_id"), "</code></p>\n",
              HTML_NAME_BYTES);
    if (finding->nb_alike > 1) {
        html_put(page, "<p>");
        html_counted(page, finding->nb_alike, "finding");
        html_put(page, " have this key; this is the first of them.</p>\n");
    }
    if (tg_json_has(value, "ledger_why")) {
        char known[DOCUMENT_KNOWN_BYTES];
        html_wrap(page, "<p class=\"warn\">A ", document_known(known, value), "</p>\n",
                  HTML_LINE_BYTES);
    }
    html_put(page, "</header>\n");
}

/* ---- what differs ---- */

static void put_failure(html_page *page, tg_json_value *failure)
{
    html_wrap(page, "<p class=\"lead\">It did not finish: <strong>", document_text(failure, "what"),
              "</strong>", HTML_LINE_BYTES);
    if (document_text(failure, "where")[0] != '\0')
        html_wrap(page, " (", document_text(failure, "where"), ")", HTML_LINE_BYTES);
    html_put(page, ".</p>\n");
    if (document_text(failure, "how")[0] != '\0')
        html_wrap(page, "<p>What helps: ", document_text(failure, "how"), ".</p>\n",
                  HTML_LINE_BYTES);
}

static void put_part(html_page *page, uint64_t part, uint64_t whole, const char *noun)
{
    html_put(page, "<strong>");
    html_count(page, part);
    html_put(page, "</strong> of ");
    html_counted(page, whole, noun);
}

/* "251 of 5 000 eventful cells are wrong, in 251 of 1 000 rows; padding is right." */
static void put_totals(html_page *page, const html_finding *finding)
{
    tg_json_value *totals = tg_json_member(finding->value, "totals");
    tg_json_value *wrong = tg_json_member(totals, "wrong");
    tg_json_value *compared = tg_json_member(totals, "compared");
    const uint64_t eventful = document_count(wrong, "eventful");
    const uint64_t padding = document_count(wrong, "padding");
    if (eventful + padding == 0) {
        html_put(page, "All ");
        html_counted(page,
                     document_count(compared, "eventful") + document_count(compared, "padding"),
                     "cell");
        html_put(page, " compared are right.");
        return;
    }
    if (eventful != 0 || !finding->knows_events) {
        put_part(page, eventful, document_count(compared, "eventful"),
                 finding->knows_events ? "eventful cell" : "cell");
        html_put(page, eventful == 1 ? " is wrong, in " : " are wrong, in ");
        html_count(page, document_count(tg_json_member(totals, "wrong_rows"), "eventful"));
        html_put(page, " of ");
        html_counted(page, document_count(totals, "nb_eventful_rows"), "row");
    }
    if (finding->knows_events && eventful != 0) html_put(page, padding != 0 ? "; so " : "; ");
    if (finding->knows_events && padding != 0) {
        if (eventful != 0) html_put(page, padding == 1 ? "is " : "are ");
        put_part(page, padding, document_count(compared, "padding"), "padding cell");
        if (eventful == 0) html_put(page, padding == 1 ? " is wrong; " : " are wrong; ");
        if (eventful == 0) html_put(page, "what events determine is right");
    } else if (finding->knows_events) {
        html_put(page, document_count(compared, "padding") != 0 ? "padding is right"
                                                                : "there is no padding");
    }
    html_put(page, ".");
}

static void put_dimensions(html_page *page, tg_json_value *totals)
{
    const uint64_t height = document_count(totals, "expected_height");
    const uint64_t width = document_count(totals, "expected_width");
    if (height == document_count(totals, "actual_height") &&
        width == document_count(totals, "actual_width"))
        return;
    html_put(page, "<p><strong>The dimensions differ:</strong> ");
    html_counted(page, height, "row");
    html_put(page, " and ");
    html_counted(page, width, "column");
    html_put(page, " are due, there are ");
    html_counted(page, document_count(totals, "actual_height"), "row");
    html_put(page, " and ");
    html_counted(page, document_count(totals, "actual_width"), "column");
    html_put(page, ". Compared is what both have.</p>\n");
}

/* "The first: row 3, column in2, made from event 3: 7 where 5 is due." */
static void put_first_cell(html_page *page, tg_json_value *cell)
{
    if (cell == NULL) return;
    html_put(page, "<p>The first is row ");
    html_count(page, document_count(cell, "row"));
    const char *name = document_text(cell, "name");
    html_wrap(page, html_is_name(name) ? ", column <code>" : ", <code>", name, "</code>",
              HTML_NAME_BYTES);
    if (tg_json_has(cell, "event")) {
        html_put(page, ", made from event ");
        html_count(page, document_count(cell, "event"));
    }
    tg_json_value *actual = tg_json_member(cell, "actual");
    tg_json_value *expected = tg_json_member(cell, "expected");
    if (!tg_json_has(actual, "residue")) {
        html_wrap(page, ": it holds <code>", document_text(actual, "word"),
                  "</code>, which is not below p,", HTML_NAME_BYTES);
    } else {
        html_putf(page, ": it holds %" PRIu64, document_count(actual, "residue"));
    }
    if (tg_json_has(expected, "residue"))
        html_putf(page, " where %" PRIu64 " is due", document_count(expected, "residue"));
    html_put(page, ".</p>\n");
}

static void put_not_reduced(html_page *page, uint64_t nb)
{
    if (nb == 0) return;
    html_put(page, "<p>Of the wrong cells, ");
    html_count(page, nb);
    html_put(page, nb == 1 ? " holds" : " hold");
    html_put(page, " a word that is not below p.</p>\n");
}

static void put_lead(html_page *page, const html_finding *finding)
{
    tg_json_value *value = finding->value;
    tg_json_value *totals = tg_json_member(value, "totals");
    if (tg_json_has(value, "failure")) {
        put_failure(page, tg_json_member(value, "failure"));
    } else if (!tg_json_has(value, "totals")) {
        html_put(page, "<p class=\"lead\">The digests of the traces differ; their cells are not "
                       "recorded, so that more is not known.</p>\n");
    } else {
        html_put(page, "<p class=\"lead\">");
        put_totals(page, finding);
        html_put(page, "</p>\n");
        put_dimensions(page, totals);
        put_first_cell(page, tg_json_element(tg_json_member(value, "cells"), 0));
        put_not_reduced(page, document_count(totals, "nb_not_reduced"));
    }
}

/* ---- why ---- */

static void put_cause(html_page *page, tg_json_value *value, bool is_first)
{
    const uint64_t confidence = document_count(value, "confidence");
    html_wrap(page, is_first ? "<li><span class=\"first\">" : "<li><span>",
              document_text(value, "title"), "</span> ", HTML_NAME_BYTES);
    if (confidence != 0)
        html_putf(page,
                  "<span class=\"sure\"><span class=\"track\" aria-hidden=\"true\"><i "
                  "style=\"width:%" PRIu64 "%%\"></i></span>%" PRIu64 "%%</span>",
                  confidence, confidence);
    html_wrap(page, "<p>", document_text(value, "evidence"), "</p>", HTML_LINE_BYTES);
    tg_cause cause = TG_NB_CAUSES;
    if (is_first && tg_cause_find(&cause, document_text(value, "id")) && cause != TG_CAUSE_OTHER)
        html_wrap(page, "<p class=\"soft\">Look for: ", tg_cause_text(cause), ".</p>",
                  HTML_LINE_BYTES);
    html_put(page, "</li>\n");
}

static void put_causes(html_page *page, tg_json_value *causes)
{
    if (tg_json_length(causes) == 0) return;
    html_put(page, "<div><h4>What it looks like</h4>\n<ul class=\"causes\">\n");
    for (size_t i = 0; i < tg_json_length(causes) && i < TG_MAX_CAUSES; i++) {
        put_cause(page, tg_json_element(causes, i), i == 0);
    }
    html_put(page, "</ul></div>\n");
}

static void put_prediction(html_page *page, tg_json_value *prediction)
{
    if (document_text(prediction, "property")[0] == '\0') return;
    html_wrap(page, "<div><h4>Which events</h4>\n<p><strong>",
              document_text(prediction, "property"), "</strong></p>\n", HTML_LINE_BYTES);
    html_wrap(page, "<p>", document_text(prediction, "text"), "</p></div>\n", HTML_LINE_BYTES);
}

static void put_fact(html_page *page, const char *name, const char *text)
{
    if (text[0] == '\0') return;
    html_wrap(page, "<dt>", name, "</dt>", HTML_NAME_BYTES);
    html_wrap(page, "<dd>", text, "</dd>\n", HTML_LINE_BYTES);
}

/* "grid 3, block 64"; what the plan decides is not said. */
static void put_launch(html_page *page, tg_json_value *launch)
{
    const uint64_t grid = document_count(launch, "grid");
    const uint64_t block = document_count(launch, "block");
    if (grid == 0 && block == 0) return;
    html_put(page, "<dt>launch shape</dt><dd>");
    if (grid != 0) html_counted(page, grid, "block");
    if (grid != 0 && block != 0) html_put(page, " of ");
    if (block != 0) html_counted(page, block, "thread");
    html_put(page, "</dd>\n");
}

static void put_again(html_page *page, const html_finding *finding)
{
    tg_json_value *value = finding->value;
    html_put(page, "<h4>See it again</h4>\n");
    if (tg_json_has(value, "again")) html_command(page, document_text(value, "again"));
    html_put(page, "<dl class=\"facts\">\n");
    put_fact(page, "events from", document_text(value, "source"));
    if (tg_json_has(value, "nb_events")) {
        html_put(page, "<dt>events</dt><dd>");
        html_count(page, finding->nb_events);
        html_put(page, "</dd>\n");
    }
    html_put(page, "<dt>height</dt><dd>");
    html_counted(page, document_count(value, "height"), "row");
    html_put(page, "</dd>\n");
    put_launch(page, tg_json_member(value, "launch"));
    html_put(page, "</dl>\n");
}

/* ---- the smallest case ---- */

/* Put what the smallest case looks like, and so the key, where the whole looks like something
 * else. */
static void put_own_cause(html_page *page, tg_json_value *finding)
{
    tg_cause cause = TG_CAUSE_OTHER;
    tg_json_value *causes = tg_json_member(finding, "causes");
    const char *first = document_text(tg_json_element(causes, 0), "id");
    if (tg_key_cause(&cause, document_text(finding, "key")) &&
        strcmp(first, tg_cause_id(cause)) != 0)
        put_fact(page, "looks like", tg_cause_title(cause));
}

void html_write_smallest(html_page *page, const html_finding *finding)
{
    tg_json_value *value = finding->value;
    tg_json_value *smallest = tg_json_member(value, "smallest");
    if (!tg_json_has(value, "smallest")) return;
    html_put(page, "<section class=\"box\"><h4>The smallest case that shows it</h4>\n<p>");
    html_counted(page, document_count(smallest, "nb_events"), "event");
    html_put(page, ", ");
    html_counted(page, document_count(smallest, "height"), "row");
    html_put(page, ", found in ");
    html_counted(page, document_count(smallest, "nb_runs"), "run");
    html_put(page, ".");
    if (document_flag(smallest, "is_cut"))
        html_put(page, " Time or runs were used up: a smaller one may exist.");
    if (document_flag(smallest, "is_unstable"))
        html_put(page, " Runs of the same events differ, so nothing was made smaller.");
    html_put(page, "</p>\n<dl class=\"facts\">\n");
    put_launch(page, tg_json_member(smallest, "launch"));
    put_own_cause(page, value);
    put_fact(page, "folder", document_text(value, "case"));
    html_put(page, "</dl>\n");
    if (tg_json_has(smallest, "failure")) put_failure(page, tg_json_member(smallest, "failure"));
    tg_json_value *wrong = tg_json_member(tg_json_member(smallest, "totals"), "wrong");
    html_write_events(page, tg_json_member(smallest, "events"),
                      finding->limits.nb_events < 2 ? 1 : 2);
    if (tg_json_length(tg_json_member(smallest, "cells")) != 0)
        html_put(page, "<h5>Wrong cells</h5>\n");
    html_write_cells(page, tg_json_member(smallest, "cells"),
                     between(finding->limits.nb_cells, 3, 12),
                     document_count(wrong, "eventful") + document_count(wrong, "padding"),
                     document_flag(value, "canonical"));
    if (tg_json_length(tg_json_member(smallest, "cells")) == 0)
        html_write_sides(page, tg_json_member(smallest, "sides"), finding->limits.nb_side_words);
    html_put(page, "</section>\n");
}

/* ---- the whole ---- */

static void put_conduct(html_page *page, tg_json_value *lines)
{
    const size_t nb = tg_json_length(lines);
    if (nb == 0) return;
    html_put(page, "<h4>Memory and repeated runs</h4>\n<ul>\n");
    for (size_t i = 0; i < nb && i < 24; i++) {
        html_wrap(page, "<li>", tg_json_text_of(tg_json_element(lines, i)), "</li>\n",
                  HTML_LINE_BYTES);
    }
    html_put(page, "</ul>\n");
}

static void put_text(html_page *page, const html_finding *finding)
{
    const char *text = document_text(finding->value, "text");
    if (text[0] == '\0' || finding->limits.text_bytes == 0) return;
    html_wrap(page,
              "<details><summary>The text report</summary>\n<pre class=\"text\" tabindex=\"0\">",
              text, "</pre></details>\n", finding->limits.text_bytes);
}

/* Cells and events, once: where the smallest case shows its own, these are folded. */
static void put_cells(html_page *page, const html_finding *finding)
{
    tg_json_value *value = finding->value;
    tg_json_value *wrong = tg_json_member(tg_json_member(value, "totals"), "wrong");
    if (tg_json_length(tg_json_member(value, "cells")) == 0) return;
    html_put(page, "<h4>First wrong cells</h4>\n");
    html_write_cells(page, tg_json_member(value, "cells"), finding->limits.nb_cells,
                     document_count(wrong, "eventful") + document_count(wrong, "padding"),
                     document_flag(value, "canonical"));
    html_write_events(page, tg_json_member(value, "events"), finding->limits.nb_events);
}

tg_status html_write_finding(html_page *page, const html_finding *finding, tg_error *error)
{
    tg_json_value *value = finding->value;
    tg_status status = TG_OK;
    put_head(page, finding);
    put_lead(page, finding);
    html_put(page, "<div class=\"why\">\n");
    put_causes(page, tg_json_member(value, "causes"));
    put_prediction(page, tg_json_member(value, "prediction"));
    html_put(page, "</div>\n");
    put_again(page, finding);
    if (finding->limits.is_short) {
        html_put(page, "<p class=\"soft\">The page is full: the JSON form of this report has more "
                       "of it.</p>\n");
    } else {
        html_write_smallest(page, finding);
        status = html_write_picture(page, finding, error);
        html_write_columns(page, finding);
        put_cells(page, finding);
        html_write_sides(page, tg_json_member(value, "sides"), finding->limits.nb_side_words);
        put_conduct(page, tg_json_member(value, "conduct"));
        put_text(page, finding);
    }
    html_put(page, "</article>\n");
    return status;
}

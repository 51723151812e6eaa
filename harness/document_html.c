/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The report as one page: verdict, sums, every trace, findings, notes, how it was made. It needs
 * nothing but itself: no network, no script.
 */
#include "harness/document_html_internal.h"

#include <inttypes.h>
#include <string.h>

/* Rows of the table of traces, notes and machines, at the most: of documents from elsewhere. */
#define MAX_TRACES ((size_t)1024)
#define MAX_NOTES ((size_t)64)
#define MAX_MACHINES ((size_t)32)

static uint64_t sum_of(tg_json_value *root, const char *key)
{
    return document_count(tg_json_member(root, "summary"), key);
}

/* ---- verdicts ---- */

static tg_verdict verdict_of(tg_json_value *trace)
{
    const char *name = document_text(trace, "verdict");
    for (tg_verdict verdict = TG_VERDICT_MATCH; verdict < TG_NB_VERDICTS; verdict++) {
        if (strcmp(tg_verdict_name(verdict), name) == 0) return verdict;
    }
    return TG_VERDICT_NOTHING;
}

/* A verdict is told by a sign and a word, never by its colour alone. */
static const char *verdict_class(tg_verdict verdict)
{
    static const char *const classes[] = {
        [TG_VERDICT_MATCH] = "good", [TG_VERDICT_MISMATCH] = "bad", [TG_VERDICT_EXPECTED] = "warn",
        [TG_VERDICT_FIXED] = "bad",  [TG_VERDICT_NOT_RUN] = "none", [TG_VERDICT_NOTHING] = "none",
    };
    static_assert(sizeof classes / sizeof classes[0] == TG_NB_VERDICTS, "one for each");
    return classes[verdict];
}

static const char *verdict_glyph(tg_verdict verdict)
{
    static const char *const glyphs[] = {
        [TG_VERDICT_MATCH] = "&#10003;",   [TG_VERDICT_MISMATCH] = "&#10007;",
        [TG_VERDICT_EXPECTED] = "&#8776;", [TG_VERDICT_FIXED] = "!",
        [TG_VERDICT_NOT_RUN] = "&ndash;",  [TG_VERDICT_NOTHING] = "&ndash;",
    };
    static_assert(sizeof glyphs / sizeof glyphs[0] == TG_NB_VERDICTS, "one for each");
    return glyphs[verdict];
}

static size_t nb_with(tg_json_value *root, tg_verdict verdict)
{
    tg_json_value *traces = tg_json_member(root, "traces");
    size_t nb = 0;
    for (size_t i = 0; i < tg_json_length(traces); i++) {
        nb += verdict_of(tg_json_element(traces, i)) == verdict;
    }
    return nb;
}

/* The verdict of the whole as a sentence; the same stands in the title. */
static void put_verdict(html_page *page, tg_json_value *root)
{
    tg_json_value *verdict = tg_json_member(root, "verdict");
    const size_t nb_traces = tg_json_length(tg_json_member(root, "traces"));
    const size_t nb_wrong = nb_with(root, TG_VERDICT_MISMATCH);
    const size_t nb_fixed = nb_with(root, TG_VERDICT_FIXED);
    switch (document_count(verdict, "exit_code")) {
    case 0:
        html_put(page, sum_of(root, "nb_expected") != 0 ? "No failure but known ones"
                                                        : "Everything compared matches");
        break;
    case 1:
        if (nb_wrong != 0) {
            html_count(page, nb_wrong);
            html_put(page, " of ");
            html_counted(page, nb_traces, "trace");
            html_put(page, nb_wrong == 1 ? " differs" : " differ");
        } else if (nb_fixed != 0) {
            html_counted(page, nb_fixed, "known failure");
            html_put(page, nb_fixed == 1 ? " passes" : " pass");
        } else {
            html_put(page, "It differs");
        }
        break;
    default:
        html_wrap(page, "Not done: ", document_text(verdict, "status"), "", HTML_NAME_BYTES);
    }
}

/* ---- head ---- */

static void put_start(html_page *page, tg_json_value *root)
{
    html_put(page, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   // Nothing is fetched, whatever a name in the report says.
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; "
                   "form-action 'none'\">\n"
                   "<meta name=\"referrer\" content=\"no-referrer\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    put_verdict(page, root);
    html_put(page, " &ndash; tracegate</title>\n<style>\n");
    html_put(page, html_style);
    html_put(page, "</style>\n</head>\n<body>\n"
                   "<a class=\"skip\" href=\"#findings\">To what was found</a>\n"
                   "<div class=\"page\">\n");
}

/* A number with what it counts, of one and of any other number. */
static void put_number(html_page *page, uint64_t count, const char *one, const char *many)
{
    html_putf(page, "<div><dt>%s</dt><dd>", count == 1 ? one : many);
    html_count(page, count);
    html_put(page, "</dd></div>\n");
}

static void put_numbers(html_page *page, tg_json_value *root)
{
    html_put(page, "<dl class=\"numbers\">\n");
    put_number(page, sum_of(root, "nb_cells"), "cell", "cells");
    if (sum_of(root, "nb_side_words") != 0)
        put_number(page, sum_of(root, "nb_side_words"), "word of side outputs",
                   "words of side outputs");
    put_number(page, sum_of(root, "nb_comparisons"), "comparison", "comparisons");
    put_number(page, sum_of(root, "nb_mismatches"), "mismatch", "mismatches");
    if (sum_of(root, "nb_expected") != 0)
        put_number(page, sum_of(root, "nb_expected"), "known failure", "known failures");
    if (sum_of(root, "nb_not_run") != 0)
        put_number(page, sum_of(root, "nb_not_run"), "not run", "not run");
    if (tg_json_has(root, "seconds")) {
        html_put(page, "<div><dt>time</dt><dd>");
        html_seconds(page, tg_json_real_of(tg_json_member(root, "seconds")));
        html_put(page, "</dd></div>\n");
    }
    html_put(page, "</dl>\n");
}

static void put_head(html_page *page, tg_json_value *root)
{
    tg_json_value *recipe = tg_json_member(root, "recipe");
    const uint64_t exit_code = document_count(tg_json_member(root, "verdict"), "exit_code");
    html_wrap(page, "<header class=\"head\"><p class=\"brand\">tracegate ",
              document_text(recipe, "verb"), "", HTML_NAME_BYTES);
    tg_json_value *actuals = tg_json_member(recipe, "actuals");
    for (size_t i = 0; i < tg_json_length(actuals) && i < 8; i++) {
        html_wrap(page, i == 0 ? " &middot; " : ", ", tg_json_text_of(tg_json_element(actuals, i)),
                  "", HTML_NAME_BYTES);
    }
    if (tg_json_has(recipe, "expected"))
        html_wrap(page, " against ", document_text(recipe, "expected"), "", HTML_NAME_BYTES);
    html_putf(page,
              "</p>\n<h1 class=\"verdict\"><span class=\"glyph %s\" aria-hidden=\"true\">%s"
              "</span><span>",
              exit_code == 0   ? "good"
              : exit_code == 1 ? "bad"
                               : "warn",
              exit_code == 0   ? "&#10003;"
              : exit_code == 1 ? "&#10007;"
                               : "!");
    put_verdict(page, root);
    html_put(page, "</span></h1>\n");
    put_numbers(page, root);
    if (tg_json_has(recipe, "command")) html_command(page, document_text(recipe, "command"));
    html_put(page, "</header>\n<main>\n");
}

/* ---- traces ---- */

/* Links to a trace's findings by what they look like; nothing if it has none that is listed. */
static void put_links(html_page *page, tg_json_value *root, tg_json_value *trace)
{
    tg_json_value *findings = tg_json_member(root, "findings");
    size_t nb = 0;
    for (size_t i = 0; i < tg_json_length(findings); i++) {
        tg_json_value *finding = tg_json_element(findings, i);
        if (strcmp(document_text(finding, "trace"), document_text(trace, "trace")) != 0) continue;
        tg_json_value *cause = tg_json_element(tg_json_member(finding, "causes"), 0);
        const char *title = document_text(cause, "title");
        size_t nb_alike = 0;
        if (!document_stands_for_key(root, i, &nb_alike)) continue;
        html_putf(page, "%s<a href=\"#finding-%zu\">", nb++ != 0 ? "<br>" : "", i + 1);
        html_text(page, document_text(finding, "backend"), HTML_NAME_BYTES);
        html_wrap(page, ": ", title[0] != '\0' ? title : "see below", "</a>", HTML_NAME_BYTES);
    }
}

static void put_count_cell(html_page *page, uint64_t count)
{
    html_put(page, "<td class=\"num\">");
    html_count(page, count);
    html_put(page, "</td>");
}

static void put_trace(html_page *page, tg_json_value *root, tg_json_value *trace, bool with_links)
{
    const tg_verdict verdict = verdict_of(trace);
    html_wrap(page, "<tr><th scope=\"row\" class=\"nowrap\">", document_text(trace, "trace"),
              "</th>", HTML_NAME_BYTES);
    html_putf(page,
              "<td class=\"nowrap %s\"><span class=\"glyph\" aria-hidden=\"true\">%s</span>%s</td>",
              verdict_class(verdict), verdict_glyph(verdict), tg_verdict_name(verdict));
    if (with_links) {
        html_put(page, "<td class=\"links\">");
        put_links(page, root, trace);
        html_put(page, "</td>");
    }
    put_count_cell(page, document_count(trace, "nb_cases"));
    put_count_cell(page, document_count(trace, "nb_events"));
    put_count_cell(page, document_count(trace, "nb_cells"));
    put_count_cell(page, document_count(trace, "nb_mismatches"));
    html_put(page, "<td class=\"num\">");
    if (tg_json_has(trace, "seconds"))
        html_seconds(page, tg_json_real_of(tg_json_member(trace, "seconds")));
    html_put(page, "</td></tr>\n");
}

/* A table of the traces that match, or of those that do not. */
static void put_table(html_page *page, tg_json_value *root, bool matching)
{
    tg_json_value *traces = tg_json_member(root, "traces");
    html_putf(
        page,
        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"%s\">"
        "<table class=\"zebra wide\">\n<thead><tr><th scope=\"col\">Trace</th>"
        "<th scope=\"col\">Verdict</th>%s<th scope=\"col\" class=\"num\">Cases</th>"
        "<th scope=\"col\" class=\"num\">Events</th><th scope=\"col\" class=\"num\">Cells</th>"
        "<th scope=\"col\" class=\"num\">Mismatches</th>"
        "<th scope=\"col\" class=\"num\">Time</th></tr></thead>\n<tbody>\n",
        matching ? "Traces that match" : "Traces that do not match",
        matching ? "" : "<th scope=\"col\">What it looks like</th>");
    for (size_t i = 0; i < tg_json_length(traces) && i < MAX_TRACES; i++) {
        tg_json_value *trace = tg_json_element(traces, i);
        if ((verdict_of(trace) == TG_VERDICT_MATCH) == matching)
            put_trace(page, root, trace, !matching);
    }
    html_put(page, "</tbody></table></div>\n");
}

static void put_traces(html_page *page, tg_json_value *root)
{
    const size_t nb = tg_json_length(tg_json_member(root, "traces"));
    const size_t nb_matching = nb_with(root, TG_VERDICT_MATCH);
    if (nb == 0) return;
    html_put(page, "<h2>Traces</h2>\n");
    if (nb_matching < nb) put_table(page, root, false);
    if (nb_matching == 0) return;
    if (nb_matching < nb) {
        html_put(page, "<details><summary>");
        html_counted(page, nb_matching, "trace");
        html_put(page, nb_matching == 1 ? " matches</summary>\n" : " match</summary>\n");
    }
    put_table(page, root, true);
    if (nb_matching < nb) html_put(page, "</details>\n");
}

/* ---- findings ---- */

static tg_status put_findings(html_page *page, tg_json_value *root, tg_error *error)
{
    const size_t nb = tg_json_length(tg_json_member(root, "findings"));
    const uint64_t nb_all = sum_of(root, "nb_findings");
    html_put(page, "<section id=\"findings\" tabindex=\"-1\">\n<h2>Findings</h2>\n");
    if (nb == 0) html_put(page, "<p>Nothing was found to be wrong.</p>\n");
    tg_status status = TG_OK;
    const size_t end = page->nb_bytes + HTML_FINDINGS_BYTES;
    for (size_t i = 0; i < nb && status == TG_OK; i++) {
        html_finding finding = html_finding_of(root, i);
        if (!document_stands_for_key(root, i, &finding.nb_alike)) continue;
        // An equal share of what is left: what the first ones do not use, the others can.
        finding.limits =
            html_limits_of(page->nb_bytes < end ? (end - page->nb_bytes) / (nb - i) : 0);
        status = html_write_finding(page, &finding, error);
    }
    if (nb_all > nb) {
        html_put(page, "<p>and ");
        html_counted(page, nb_all - nb, "more finding");
        html_put(page, ", which this report only counts</p>\n");
    }
    html_put(page, "</section>\n");
    return status;
}

/* ---- end ---- */

static void put_notes(html_page *page, tg_json_value *root)
{
    tg_json_value *notes = tg_json_member(root, "notes");
    const size_t nb = tg_json_length(notes);
    if (nb == 0) return;
    html_put(page, "<h2>Notes</h2>\n<ul>\n");
    for (size_t i = 0; i < nb && i < MAX_NOTES; i++) {
        html_wrap(page, "<li>", tg_json_text_of(tg_json_element(notes, i)), "</li>\n",
                  HTML_LINE_BYTES);
    }
    html_put(page, "</ul>\n");
    const uint64_t nb_all = sum_of(root, "nb_notes");
    const uint64_t nb_put = nb < MAX_NOTES ? nb : MAX_NOTES;
    if (nb_all > nb_put) {
        html_put(page, "<p class=\"soft\">and ");
        html_counted(page, nb_all - nb_put, "more note");
        html_put(page, "</p>\n");
    }
}

static void put_fact(html_page *page, tg_json_value *object, const char *key, const char *name)
{
    if (!tg_json_has(object, key)) return;
    html_wrap(page, "<dt>", name, "</dt><dd>", HTML_NAME_BYTES);
    html_text(page, document_text(object, key), HTML_LINE_BYTES);
    html_put(page, "</dd>\n");
}

static void put_count_fact(html_page *page, tg_json_value *object, const char *key,
                           const char *name)
{
    if (!tg_json_has(object, key) || document_count(object, key) == 0) return;
    html_wrap(page, "<dt>", name, "</dt><dd>", HTML_NAME_BYTES);
    html_count(page, document_count(object, key));
    html_put(page, "</dd>\n");
}

static void put_recipe(html_page *page, tg_json_value *root)
{
    tg_json_value *recipe = tg_json_member(root, "recipe");
    html_put(page, "<h2>How it was made</h2>\n<dl class=\"facts\">\n");
    put_fact(page, tg_json_member(root, "program"), "version", "tracegate");
    put_fact(page, recipe, "seed", "seed");
    put_fact(page, recipe, "profile", "profile");
    put_count_fact(page, recipe, "nb_events", "events of a trace");
    put_count_fact(page, recipe, "nb_records", "records");
    tg_json_value *shard = tg_json_member(recipe, "shard");
    if (tg_json_has(recipe, "shard"))
        html_putf(page, "<dt>shard</dt><dd>%" PRIu64 " of %" PRIu64 ", counted from 0</dd>\n",
                  document_count(shard, "index"), document_count(shard, "total"));
    tg_json_value *machines = tg_json_member(root, "machines");
    for (size_t i = 0; i < tg_json_length(machines) && i < MAX_MACHINES; i++) {
        tg_json_value *machine = tg_json_element(machines, i);
        html_wrap(page, "<dt>machine</dt><dd>", document_text(machine, "cpu"), ", ",
                  HTML_NAME_BYTES);
        html_counted(page, document_count(machine, "nb_threads"), "thread");
        if (tg_json_has(machine, "device"))
            html_wrap(page, ", ", document_text(machine, "device"), "", HTML_NAME_BYTES);
        html_put(page, "</dd>\n");
    }
    html_put(page, "</dl>\n");
}

tg_status document_write_html(FILE *out, tg_json_value *root, tg_error *error)
{
    html_page page = {.out = out};
    put_start(&page, root);
    put_head(&page, root);
    put_traces(&page, root);
    const tg_status status = put_findings(&page, root, error);
    if (status != TG_OK) return status;
    put_notes(&page, root);
    put_recipe(&page, root);
    html_put(&page, "</main>\n<footer class=\"foot small soft\"><p>Rows and columns count from 0. "
                    "Numbers of cells are residues; words in memory, in Montgomery form, stand "
                    "below them in hex. This page is whole: it needs no network.</p></footer>\n"
                    "</div>\n<script>\n");
    html_put(&page, html_script);
    html_put(&page, "</script>\n</body>\n</html>\n");
    return TG_OK;
}

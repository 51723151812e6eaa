/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A finding: all that is known of one mismatch or failure. */
#include "harness/document_internal.h"

#include <string.h>

/* Events of a finding without cells, and of the smallest case, that are listed. */
#define NB_FIRST_EVENTS ((size_t)2)

size_t document_cut_length(const char *text, size_t most)
{
    size_t length = strlen(text);
    if (length <= most) return length;
    length = most;
    while (length > 0 && ((unsigned char)text[length] & 0xc0u) == 0x80u) {
        length--;
    }
    return length;
}

void document_put_line(tg_json_tree *tree, tg_json_node *parent, const char *key, const char *text,
                       size_t most)
{
    if (text == NULL) {
        tg_json_put_null(tree, parent, key);
    } else {
        tg_json_put_bytes(tree, parent, key, text, document_cut_length(text, most));
    }
}

static void put_head(tg_json_tree *tree, tg_json_node *to, const tg_finding *finding)
{
    const tg_report *report = finding->report;
    const tg_trace *trace = report->trace;
    document_put_line(tree, to, "trace", report->title != NULL ? report->title : "",
                      DOCUMENT_LINE_BYTES);
    tg_json_put_text(tree, to, "chip", trace != NULL ? trace->chip->name : NULL);
    tg_json_put_text(tree, to, "kind", trace != NULL ? tg_kind_name(trace->kind) : NULL);
    document_put_line(tree, to, "backend",
                      finding->backend != NULL ? finding->backend : report->actual,
                      DOCUMENT_LINE_BYTES);
    document_put_line(tree, to, "expected", report->expected != NULL ? report->expected : "",
                      DOCUMENT_LINE_BYTES);
    document_put_line(tree, to, "source", report->source, DOCUMENT_LINE_BYTES);
    document_put_optional(tree, to, "nb_events", !report->nb_events_is_unknown, report->nb_events);
    tg_json_put_count(tree, to, "height", report->height);
    tg_json_put_bool(tree, to, "canonical", report->canonical);
    document_put_launch(tree, to, "launch", &finding->launch);
    tg_json_put_text(tree, to, "key", finding->key->text);
    tg_json_put_text(tree, to, "key_id", finding->key->id);
    tg_json_put_text(tree, to, "part", tg_part_name(finding->key->part));
    tg_json_put_bool(tree, to, "is_expected", finding->is_expected);
    document_put_line(tree, to, "ledger_why", finding->ledger_why, DOCUMENT_LINE_BYTES);
    document_put_line(tree, to, "ledger_until", finding->ledger_until, DOCUMENT_LINE_BYTES);
}

static void put_prediction(tg_json_tree *tree, tg_json_node *to, const tg_finding *finding)
{
    const tg_prediction *prediction = finding->prediction != NULL ? finding->prediction
                                      : finding->triage != NULL   ? &finding->triage->prediction
                                                                  : NULL;
    if (prediction == NULL || prediction->property[0] == '\0') {
        tg_json_put_null(tree, to, "prediction");
        return;
    }
    char text[2 * TG_PROPERTY_BYTES];
    tg_json_node *made = tg_json_put_object(tree, to, "prediction");
    tg_json_put_text(tree, made, "property", prediction->property);
    tg_json_put_text(tree, made, "text", tg_prediction_text(text, sizeof text, prediction));
    tg_json_put_count(tree, made, "nb_wrong", prediction->nb_wrong);
    tg_json_put_count(tree, made, "nb_wrong_with", prediction->nb_wrong_with);
    tg_json_put_count(tree, made, "nb_right", prediction->nb_right);
    tg_json_put_count(tree, made, "nb_right_with", prediction->nb_right_with);
}

/* What the smallest case is, and what it took to find it. */
static void put_smallest_head(tg_json_tree *tree, tg_json_node *to, const tg_triage *triage)
{
    const tg_case *work = &triage->smallest;
    tg_json_put_count(tree, to, "nb_events", work->nb_events);
    tg_json_put_count(tree, to, "height", triage->result.height);
    document_put_optional(tree, to, "fixed_height", work->fixed_height != 0, work->fixed_height);
    document_put_optional(tree, to, "max_candidates", work->max_candidates != 0,
                          work->max_candidates);
    document_put_launch(tree, to, "launch", &work->launch);
    document_put_causes(tree, to, "causes", &triage->smallest_causes);
    document_put_failure(tree, to, triage->result.status, &triage->result.error);
}

tg_status document_put_smallest(tg_json_tree *tree, tg_json_node *parent, const tg_triage *triage,
                                bool with_times, tg_error *error)
{
    if (triage == NULL || triage->is_match) {
        tg_json_put_null(tree, parent, "smallest");
        return TG_OK;
    }
    const tg_case_result *result = &triage->result;
    const bool has_failed = result->status != TG_OK;
    const document_cells cells = {.trace = triage->smallest.subject.trace,
                                  .events = triage->smallest.events,
                                  .nb_events = triage->smallest.nb_events,
                                  .diff = has_failed ? NULL : &result->diff};
    tg_json_node *made = tg_json_put_object(tree, parent, "smallest");
    put_smallest_head(tree, made, triage);
    document_put_cells(tree, made, &cells);
    document_put_events(tree, made, &cells, NB_FIRST_EVENTS);
    document_put_sides(tree, made, has_failed ? NULL : &result->sides);
    const tg_status status = document_put_conduct(tree, made, has_failed ? NULL : &result->conduct,
                                                  cells.trace, result->height, error);
    tg_json_put_count(tree, made, "nb_runs", triage->nb_runs);
    if (with_times) {
        tg_json_put_real(tree, made, "seconds", triage->seconds);
    } else {
        tg_json_put_null(tree, made, "seconds");
    }
    tg_json_put_bool(tree, made, "is_cut", triage->is_cut);
    tg_json_put_bool(tree, made, "is_unstable", triage->is_unstable);
    return status;
}

/* Text of the report: lines behind the last whole one that fits are left out. */
static void put_text(tg_json_tree *tree, tg_json_node *to, tg_json_node *cut, const char *text)
{
    size_t length = strlen(text);
    if (length > DOCUMENT_TEXT_BYTES) {
        length = document_cut_length(text, DOCUMENT_TEXT_BYTES);
        while (length > 0 && text[length - 1] != '\n') {
            length--;
        }
        tg_json_put_text(tree, cut, NULL, "text");
    }
    tg_json_put_bytes(tree, to, "text", text, length);
}

/* A command line that is cut is none: it is left out whole. */
static void put_whole_line(tg_json_tree *tree, tg_json_node *to, tg_json_node *cut, const char *key,
                           const char *line)
{
    const bool is_too_long = line != NULL && strlen(line) > DOCUMENT_LINE_BYTES * 2;
    if (is_too_long) tg_json_put_text(tree, cut, NULL, key);
    tg_json_put_text(tree, to, key, is_too_long ? NULL : line);
}

static tg_status put_finding(tg_json_tree *tree, tg_json_node *to, const tg_finding *finding,
                             bool with_times, tg_error *error)
{
    const tg_report *report = finding->report;
    const document_cells cells = {.trace = report->trace,
                                  .events = report->events,
                                  .nb_events = report->nb_events,
                                  .nb_events_is_unknown = report->nb_events_is_unknown,
                                  .canonical = report->canonical,
                                  .diff = finding->diff};
    put_head(tree, to, finding);
    document_put_causes(tree, to, "causes", finding->causes);
    put_prediction(tree, to, finding);
    document_put_failure(tree, to, finding->failed, finding->why);
    document_put_cells(tree, to, &cells);
    document_put_events(tree, to, &cells, NB_FIRST_EVENTS);
    document_put_sides(tree, to, report->sides);
    tg_status status =
        document_put_conduct(tree, to, report->conduct, report->trace, report->height, error);
    if (status == TG_OK)
        status = document_put_smallest(tree, to, finding->triage, with_times, error);
    // Apart to begin with: it is the last member, and the ones before it fill it.
    tg_json_node *cut = tg_json_put_array(tree, tree->root, "cut");
    put_whole_line(tree, to, cut, "case", finding->case_folder);
    put_whole_line(tree, to, cut, "again", report->again);
    document_put_picture(tree, to, finding->picture);
    put_text(tree, to, cut, finding->text != NULL ? finding->text : "");
    tg_json_put_copy(tree, to, "cut", cut);
    return status;
}

tg_status tg_document_add_finding(tg_document *document, const tg_finding *finding, tg_error *error)
{
    if (tg_json_length(document->findings) >= TG_DOCUMENT_MAX_FINDINGS) {
        document->nb_findings++;
        return tg_json_tree_status(&document->tree, error);
    }
    // Made apart, since only what is left of it after it was cut is to take the document's memory.
    tg_json_tree apart;
    tg_status status = tg_json_tree_init(&apart, error);
    if (status != TG_OK) return status;
    tg_json_node *made = tg_json_put_object(&apart, apart.root, "finding");
    status = put_finding(&apart, made, finding, document->with_times, error);
    if (status == TG_OK) status = tg_json_tree_status(&apart, error);
    if (status == TG_OK) {
        document_add_copy(document, made);
        status = tg_json_tree_status(&document->tree, error);
    }
    tg_json_tree_clear(&apart);
    return status;
}

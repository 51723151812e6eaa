/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the figures of a document say of each other: sums, the verdict of each trace, that of the
 * whole, keys. Nobody can make a red report green in one place only. */
#include "harness/document_internal.h"

#include <inttypes.h>
#include <string.h>

static void say_how(tg_error *error)
{
    tg_error_how(error, "the file was changed after it was written: make the report again");
}

/* A figure that others say too. */
static tg_status check_equal(const char *key, uint64_t said, uint64_t counted, tg_error *error)
{
    if (said == counted) return TG_OK;
    if (counted > INT64_MAX) {
        tg_error_set(error, TG_ERR_FORMAT, "%s: the sum of the rest of the report is no number",
                     key);
    } else {
        tg_error_set(error, TG_ERR_FORMAT,
                     "%s is %" PRIu64 ", but the rest of the report makes it %" PRIu64, key, said,
                     counted);
    }
    say_how(error);
    return TG_ERR_FORMAT;
}

static tg_status check_sums(tg_json_value *root, tg_error *error)
{
    tg_json_value *summary = tg_json_member(root, "summary");
    tg_json_value *traces = tg_json_member(root, "traces");
    static const char *const sums[] = {"nb_cases",      "nb_comparisons", "nb_golden", "nb_cells",
                                       "nb_mismatches", "nb_expected",    "nb_not_run"};
    tg_status status = check_equal("summary.nb_traces", document_count(summary, "nb_traces"),
                                   tg_json_length(traces), error);
    for (size_t i = 0; i < sizeof sums / sizeof sums[0] && status == TG_OK; i++) {
        status = check_equal(sums[i], document_count(summary, sums[i]),
                             document_sum(traces, sums[i]), error);
    }
    if (status == TG_OK)
        status = check_equal("summary.nb_side_words", document_count(summary, "nb_side_words"),
                             document_nb_side_words(traces), error);
    const uint64_t nb_listed = tg_json_length(tg_json_member(root, "findings"));
    if (status == TG_OK)
        status = check_equal("summary.nb_findings_listed",
                             document_count(summary, "nb_findings_listed"), nb_listed, error);
    if (status == TG_OK && document_count(summary, "nb_findings") < nb_listed)
        status = check_equal("summary.nb_findings", document_count(summary, "nb_findings"),
                             nb_listed, error);
    return status;
}

/* ---- traces ---- */

bool document_has_verdict(tg_json_value *trace, tg_verdict verdict)
{
    return strcmp(document_text(trace, "verdict"), tg_verdict_name(verdict)) == 0;
}

/* Whether the counts of a row are such as its verdict may have: a mismatch has some, and nothing
 * else has any; what ran as a whole compared something. */
static bool is_borne_out(tg_json_value *trace)
{
    const bool has_mismatches = document_count(trace, "nb_mismatches") != 0;
    const bool has_expected = document_count(trace, "nb_expected") != 0;
    const bool has_not_run = document_count(trace, "nb_not_run") != 0;
    const bool has_compared = document_count(trace, "nb_comparisons") != 0;
    const bool has_wrong_side = document_sum(tg_json_member(trace, "sides"), "nb_mismatches") != 0;
    if (has_wrong_side && !has_mismatches && !has_expected) return false;
    if (has_mismatches) return document_has_verdict(trace, TG_VERDICT_MISMATCH);
    if (document_has_verdict(trace, TG_VERDICT_FIXED)) return true;
    if (has_not_run) return document_has_verdict(trace, TG_VERDICT_NOT_RUN);
    if (!has_compared) return document_has_verdict(trace, TG_VERDICT_NOTHING);
    return document_has_verdict(trace, has_expected ? TG_VERDICT_EXPECTED : TG_VERDICT_MATCH);
}

/* Whether a trace has a row before this one. */
static bool is_repeated(tg_json_value *traces, size_t index)
{
    const char *name = document_text(tg_json_element(traces, index), "trace");
    for (size_t i = 0; i < index; i++) {
        if (strcmp(document_text(tg_json_element(traces, i), "trace"), name) == 0) return true;
    }
    return false;
}

static tg_status check_traces(tg_json_value *root, tg_error *error)
{
    tg_json_value *traces = tg_json_member(root, "traces");
    for (size_t i = 0; i < tg_json_length(traces); i++) {
        tg_json_value *trace = tg_json_element(traces, i);
        if (is_repeated(traces, i)) {
            tg_error_set(error, TG_ERR_FORMAT, "traces[%zu].trace is %.80s, which is there twice",
                         i, document_text(trace, "trace"));
            say_how(error);
            return TG_ERR_FORMAT;
        }
        if (is_borne_out(trace)) continue;
        tg_error_set(error, TG_ERR_FORMAT,
                     "traces[%zu].verdict is \"%s\", which its counts do not "
                     "bear out",
                     i, document_text(trace, "verdict"));
        say_how(error);
        return TG_ERR_FORMAT;
    }
    return TG_OK;
}

/* ---- findings ---- */

/* Whether the key begins with the finding's trace. */
static bool is_of_trace(tg_json_value *finding)
{
    const char *key = document_text(finding, "key");
    const char *trace = document_text(finding, "trace");
    const size_t length = strlen(trace);
    return strncmp(key, trace, length) == 0 && key[length] == '/';
}

static tg_status check_finding(tg_json_value *root, tg_json_value *finding, size_t index,
                               tg_error *error)
{
    tg_key key;
    tg_json_value *trace = document_trace_of(root, finding);
    const char *wrong = NULL;
    if (!tg_key_read(&key, document_text(finding, "key"))) {
        wrong = "key is no key of a failure";
    } else if (strcmp(key.id, document_text(finding, "key_id")) != 0) {
        wrong = "key_id is not the key's";
    } else if (tg_json_has(finding, "chip") && !is_of_trace(finding)) {
        wrong = "key is of another trace than the finding";
    } else if (!document_flag(finding, "is_expected") && trace != NULL &&
               !document_has_verdict(trace, TG_VERDICT_MISMATCH)) {
        wrong = "trace differs, but that is not the verdict of its row";
    }
    if (wrong == NULL) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "findings[%zu].%s", index, wrong);
    say_how(error);
    return TG_ERR_FORMAT;
}

static tg_status check_findings(tg_json_value *root, tg_error *error)
{
    tg_json_value *findings = tg_json_member(root, "findings");
    tg_status status = TG_OK;
    for (size_t i = 0; i < tg_json_length(findings) && status == TG_OK; i++) {
        status = check_finding(root, tg_json_element(findings, i), i, error);
    }
    return status;
}

/* ---- the verdict ---- */

/* Whether anything says that the run must be red. */
static bool is_red(tg_json_value *root)
{
    tg_json_value *traces = tg_json_member(root, "traces");
    tg_json_value *findings = tg_json_member(root, "findings");
    for (size_t i = 0; i < tg_json_length(traces); i++) {
        tg_json_value *trace = tg_json_element(traces, i);
        if (document_has_verdict(trace, TG_VERDICT_MISMATCH) ||
            document_has_verdict(trace, TG_VERDICT_FIXED))
            return true;
    }
    for (size_t i = 0; i < tg_json_length(findings); i++) {
        if (!document_flag(tg_json_element(findings, i), "is_expected")) return true;
    }
    return false;
}

/* Why a run that is not red has not passed either; NULL: it may have. Files of no known trace,
 * which diff compares, have no row that counts them. */
static const char *why_not_ok(tg_json_value *root)
{
    tg_json_value *summary = tg_json_member(root, "summary");
    const char *verb = document_text(tg_json_member(root, "recipe"), "verb");
    if (document_count(summary, "nb_not_run") != 0) return "not all was run";
    if (document_count(summary, "nb_comparisons") == 0 && strcmp(verb, "diff") != 0)
        return "nothing was compared";
    return NULL;
}

static tg_status check_verdict(tg_json_value *root, tg_error *error)
{
    tg_json_value *verdict = tg_json_member(root, "verdict");
    const tg_status status = document_status(root);
    const int exit_code = tg_status_exit_code(status);
    const tg_status equal = check_equal("verdict.exit_code", document_count(verdict, "exit_code"),
                                        (uint64_t)exit_code, error);
    if (equal != TG_OK) return equal;
    const char *why = NULL;
    if (is_red(root)) {
        if (tg_document_rank(status) < tg_document_rank(TG_ERR_MISMATCH)) why = "something differs";
    } else if (exit_code == 1) {
        why = "nothing differs";
    } else if (exit_code == 0) {
        why = why_not_ok(root);
    }
    if (why == NULL) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "verdict.status is \"%s\", but %s by the rest of the report",
                 document_text(verdict, "status"), why);
    say_how(error);
    return TG_ERR_FORMAT;
}

tg_status document_check_figures(tg_json_value *root, tg_error *error)
{
    tg_status status = check_sums(root, error);
    if (status == TG_OK) status = check_traces(root, error);
    if (status == TG_OK) status = check_findings(root, error);
    return status == TG_OK ? check_verdict(root, error) : status;
}

/* ---- findings with one key ---- */

bool document_stands_for_key(tg_json_value *root, size_t index, size_t *nb_alike)
{
    tg_json_value *findings = tg_json_member(root, "findings");
    const char *key = document_text(tg_json_element(findings, index), "key");
    size_t first = SIZE_MAX;
    size_t first_red = SIZE_MAX;
    *nb_alike = 0;
    for (size_t i = 0; i < tg_json_length(findings); i++) {
        tg_json_value *other = tg_json_element(findings, i);
        if (strcmp(document_text(other, "key"), key) != 0) continue;
        if (first == SIZE_MAX) first = i;
        if (first_red == SIZE_MAX && !document_flag(other, "is_expected")) first_red = i;
        (*nb_alike)++;
    }
    return index == (first_red != SIZE_MAX ? first_red : first);
}

bool tg_document_stands_for_key(const tg_document *document, size_t index, size_t *nb_alike)
{
    return document_stands_for_key(tg_document_root(document), index, nb_alike);
}

/* ---- red traces without a finding ---- */

bool document_is_bare(tg_json_value *root, tg_json_value *trace)
{
    if (!document_has_verdict(trace, TG_VERDICT_MISMATCH) &&
        !document_has_verdict(trace, TG_VERDICT_FIXED))
        return false;
    tg_json_value *findings = tg_json_member(root, "findings");
    for (size_t i = 0; i < tg_json_length(findings); i++) {
        tg_json_value *finding = tg_json_element(findings, i);
        if (!document_flag(finding, "is_expected") &&
            strcmp(document_text(finding, "trace"), document_text(trace, "trace")) == 0)
            return false;
    }
    return true;
}

const char *document_next_note(tg_json_value *root, tg_json_value *trace, size_t *index)
{
    tg_json_value *notes = tg_json_member(root, "notes");
    const char *name = document_text(trace, "trace");
    const size_t length = strlen(name);
    while (*index < tg_json_length(notes)) {
        const char *note = tg_json_text_of(tg_json_element(notes, (*index)++));
        if (strncmp(note, name, length) == 0 && note[length] == ':') return note;
    }
    return NULL;
}

const char *document_refusal(tg_json_value *root, tg_json_value *trace)
{
    const size_t length = strlen(document_text(trace, "trace")) + strlen(": ");
    size_t index = 0;
    if (!document_has_verdict(trace, TG_VERDICT_NOT_RUN)) return NULL;
    for (const char *note = document_next_note(root, trace, &index); note != NULL;
         note = document_next_note(root, trace, &index)) {
        const char *text = note + strnlen(note, length);
        if (strncmp(text, TG_NOTE_REFUSED, strlen(TG_NOTE_REFUSED)) == 0) return text;
    }
    return NULL;
}

bool document_is_error(tg_json_value *root, tg_json_value *trace)
{
    return document_is_bare(root, trace) || document_refusal(root, trace) != NULL;
}

bool tg_document_is_bare(const tg_document *document, tg_json_value *trace)
{
    return document_is_bare(tg_document_root(document), trace);
}

const char *tg_document_next_note(const tg_document *document, tg_json_value *trace, size_t *index)
{
    return document_next_note(tg_document_root(document), trace, index);
}

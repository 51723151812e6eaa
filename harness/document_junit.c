/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* JUnit XML, as CI systems read it (docs/junit.xsd): a suite a chip, a test case a trace. What is
 * not about a trace, a finding of files or a run that ends badly without one, has a suite of its
 * own, so that no red run has a green file. */
#include "harness/document_internal.h"

#include <inttypes.h>
#include <string.h>

/* Findings whose text reports stand in one test case, at the most. */
#define MAX_TEXTS 16

/* ---- XML ---- */

/* Bytes of a character of UTF-8 that does not stand in the file: U+FFFE, U+FFFF and most controls,
 * which XML 1.0 forbids, even escaped; and the other controls, which are for terminals. 0: it
 * does. */
static size_t nb_forbidden(const unsigned char *at)
{
    if (*at == '\t' || *at == '\n' || *at == '\r') return 0;
    if (tg_json_is_control((const char *)at)) return *at < 0x80 ? 1 : 2;
    return at[0] == 0xef && at[1] == 0xbf && (at[2] == 0xbe || at[2] == 0xbf) ? 3 : 0;
}

/* Print text as the content of an element or, with quotes, of an attribute, where line breaks would
 * become spaces. */
static void print_text(FILE *out, const char *text, bool in_attribute)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        const size_t nb_bytes = nb_forbidden(at);
        if (nb_bytes != 0) {
            (void)fputs("\xef\xbf\xbd", out); // U+FFFD
            at += nb_bytes - 1;
        } else if (*at == '&') {
            (void)fputs("&amp;", out);
        } else if (*at == '<') {
            (void)fputs("&lt;", out);
        } else if (*at == '>') {
            (void)fputs("&gt;", out);
        } else if (*at == '"') {
            (void)fputs("&quot;", out);
        } else if (*at == '\r' || (in_attribute && *at < 0x20)) {
            (void)fprintf(out, "&#%u;", *at);
        } else {
            (void)fputc(*at, out);
        }
    }
}

static void print_attribute(FILE *out, const char *name, const char *value)
{
    (void)fprintf(out, " %s=\"", name);
    print_text(out, value, true);
    (void)fputc('"', out);
}

/* A time, where the document has it. */
static void print_time(FILE *out, tg_json_value *object)
{
    if (tg_json_has(object, "seconds"))
        (void)fprintf(out, " time=\"%.3f\"", tg_json_real_of(tg_json_member(object, "seconds")));
}

/* ---- outcomes ---- */

typedef enum outcome { PASSED, FAILED, BROKEN, SKIPPED } outcome;

static outcome outcome_of(tg_json_value *root, tg_json_value *trace)
{
    static const outcome outcomes[TG_NB_VERDICTS] = {
        [TG_VERDICT_MATCH] = PASSED,     [TG_VERDICT_MISMATCH] = FAILED,
        [TG_VERDICT_EXPECTED] = SKIPPED, [TG_VERDICT_FIXED] = FAILED,
        [TG_VERDICT_NOT_RUN] = SKIPPED,  [TG_VERDICT_NOTHING] = SKIPPED,
    };
    const char *text = document_text(trace, "verdict");
    if (document_refusal(root, trace) != NULL) return BROKEN;
    for (tg_verdict verdict = 0; verdict < TG_NB_VERDICTS; verdict++) {
        if (strcmp(text, tg_verdict_name(verdict)) == 0) return outcomes[verdict];
    }
    return FAILED;
}

typedef struct tally {
    size_t nb_tests, nb_failed, nb_broken, nb_skipped;
    double seconds;
} tally;

/* Test cases of one chip; of all chips where chip is NULL. */
static tally count(tg_json_value *root, const char *chip)
{
    tg_json_value *traces = tg_json_member(root, "traces");
    tally sum = {0};
    for (size_t i = 0; i < tg_json_length(traces); i++) {
        tg_json_value *trace = tg_json_element(traces, i);
        if (chip != NULL && strcmp(document_text(trace, "chip"), chip) != 0) continue;
        const outcome is = outcome_of(root, trace);
        sum.nb_tests++;
        sum.nb_failed += is == FAILED;
        sum.nb_broken += is == BROKEN;
        sum.nb_skipped += is == SKIPPED;
        sum.seconds += tg_json_real_of(tg_json_member(trace, "seconds"));
    }
    return sum;
}

/* ---- test cases ---- */

/* Findings of a trace that are, or are not, expected, each key once. */
static size_t find(tg_json_value *found[MAX_TEXTS], tg_json_value *root, const char *trace,
                   bool is_expected)
{
    tg_json_value *findings = tg_json_member(root, "findings");
    size_t nb = 0;
    for (size_t i = 0; i < tg_json_length(findings) && nb < MAX_TEXTS; i++) {
        tg_json_value *finding = tg_json_element(findings, i);
        size_t nb_alike = 0;
        if (strcmp(document_text(finding, "trace"), trace) == 0 &&
            document_flag(finding, "is_expected") == is_expected &&
            document_stands_for_key(root, i, &nb_alike))
            found[nb++] = finding;
    }
    return nb;
}

static void print_finding(FILE *out, tg_json_value *finding)
{
    char message[DOCUMENT_MESSAGE_BYTES];
    const char *text = document_text(finding, "text");
    print_text(out, text[0] != '\0' ? text : document_message(message, finding), false);
    if (text[0] == '\0') {
        (void)fputs("\n  again: ", out);
        print_text(out, document_text(finding, "again"), false);
        (void)fputc('\n', out);
    }
    (void)fputs("  key: ", out);
    print_text(out, document_text(finding, "key"), false);
    (void)fputs("\n\n", out);
}

static void print_failure(FILE *out, tg_json_value *root, tg_json_value *trace)
{
    tg_json_value *found[MAX_TEXTS];
    const size_t nb = find(found, root, document_text(trace, "trace"), false);
    char message[DOCUMENT_MESSAGE_BYTES];
    (void)fputs("   <failure", out);
    if (nb == 0) {
        print_attribute(out, "message", document_bare_message(message, root, trace));
        print_attribute(out, "type", "verdict");
        (void)fputs("/>\n", out);
        return;
    }
    tg_json_value *causes = tg_json_member(found[0], "causes");
    print_attribute(out, "message", document_message(message, found[0]));
    print_attribute(out, "type",
                    tg_json_length(causes) != 0 ? document_text(tg_json_element(causes, 0), "id")
                                                : "other");
    (void)fputc('>', out);
    for (size_t i = 0; i < nb; i++) {
        print_finding(out, found[i]);
    }
    size_t index = 0;
    for (const char *note = document_next_note(root, trace, &index); note != NULL;
         note = document_next_note(root, trace, &index)) {
        print_text(out, note, false);
        (void)fputc('\n', out);
    }
    (void)fputs("</failure>\n", out);
}

static void print_skipped(FILE *out, tg_json_value *root, tg_json_value *trace)
{
    tg_json_value *found[MAX_TEXTS];
    char message[DOCUMENT_MESSAGE_BYTES];
    const bool is_expected = find(found, root, document_text(trace, "trace"), true) != 0;
    (void)fputs("   <skipped", out);
    print_attribute(out, "message",
                    is_expected ? document_message(message, found[0])
                                : document_text(trace, "verdict"));
    (void)fputs("/>\n", out);
}

/* A trace that bad input kept from running. */
static void print_error(FILE *out, tg_json_value *root, tg_json_value *trace)
{
    char message[DOCUMENT_MESSAGE_BYTES];
    (void)fputs("   <error", out);
    print_attribute(out, "message", document_bare_message(message, root, trace));
    print_attribute(out, "type", "not run");
    (void)fputs("/>\n", out);
}

/* Say which of a trace's failures are known, until when and why. */
static void print_known(FILE *out, tg_json_value *root, tg_json_value *trace)
{
    tg_json_value *found[MAX_TEXTS];
    char known[DOCUMENT_KNOWN_BYTES];
    const size_t nb = find(found, root, document_text(trace, "trace"), true);
    for (size_t i = 0; i < nb; i++) {
        (void)fputc('\n', out);
        print_text(out, document_text(found[i], "key"), false);
        (void)fputs(", ", out);
        print_text(out, document_text(found[i], "backend"), false);
        (void)fputs(": ", out);
        print_text(out, document_known(known, found[i]), false);
    }
}

/* What is to be said of a trace that passed: zeros that hide what it leaves out. A failure says it
 * itself. */
static void print_notes(FILE *out, tg_json_value *root, tg_json_value *trace)
{
    size_t index = 0;
    for (const char *note = document_next_note(root, trace, &index); note != NULL;
         note = document_next_note(root, trace, &index)) {
        (void)fputc('\n', out);
        print_text(out, note, false);
    }
}

static void print_case(FILE *out, tg_json_value *root, tg_json_value *trace)
{
    const outcome is = outcome_of(root, trace);
    (void)fputs("  <testcase", out);
    print_attribute(out, "name", document_text(trace, "trace"));
    print_attribute(out, "classname", document_text(trace, "chip"));
    print_time(out, trace);
    (void)fputs(">\n", out);
    if (is == FAILED) print_failure(out, root, trace);
    if (is == BROKEN) print_error(out, root, trace);
    if (is == SKIPPED) print_skipped(out, root, trace);
    (void)fprintf(out,
                  "   <system-out>%" PRIu64 " comparisons, %" PRIu64 " cells compared, %" PRIu64
                  " mismatches, %" PRIu64 " not run",
                  document_count(trace, "nb_comparisons"), document_count(trace, "nb_cells"),
                  document_count(trace, "nb_mismatches"), document_count(trace, "nb_not_run"));
    print_known(out, root, trace);
    if (is == PASSED) print_notes(out, root, trace);
    (void)fputs("</system-out>\n  </testcase>\n", out);
}

/* ---- suites ---- */

static void print_property(FILE *out, const char *name, const char *value)
{
    if (value[0] == '\0') return;
    (void)fputs("   <property", out);
    print_attribute(out, "name", name);
    print_attribute(out, "value", value);
    (void)fputs("/>\n", out);
}

static void print_properties(FILE *out, tg_json_value *root)
{
    tg_json_value *recipe = tg_json_member(root, "recipe");
    (void)fputs("  <properties>\n", out);
    print_property(out, "version", document_text(tg_json_member(root, "program"), "version"));
    print_property(out, "command", document_text(recipe, "command"));
    print_property(out, "seed", document_text(recipe, "seed"));
    print_property(out, "profile", document_text(recipe, "profile"));
    (void)fputs("  </properties>\n", out);
}

static void print_tally(FILE *out, const tally *sum, bool with_time)
{
    (void)fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
                  sum->nb_tests, sum->nb_failed, sum->nb_broken, sum->nb_skipped);
    if (with_time) (void)fprintf(out, " time=\"%.3f\"", sum->seconds);
    (void)fputs(">\n", out);
}

static void print_suite(FILE *out, tg_json_value *root, const char *chip, bool with_time)
{
    tg_json_value *traces = tg_json_member(root, "traces");
    const tally sum = count(root, chip);
    (void)fputs(" <testsuite", out);
    print_attribute(out, "name", chip);
    print_tally(out, &sum, with_time);
    print_properties(out, root);
    for (size_t i = 0; i < tg_json_length(traces); i++) {
        tg_json_value *trace = tg_json_element(traces, i);
        if (strcmp(document_text(trace, "chip"), chip) == 0) print_case(out, root, trace);
    }
    (void)fputs(" </testsuite>\n", out);
}

/* Whether the chip of a trace stands before it already. */
static bool is_repeated(tg_json_value *traces, size_t index)
{
    const char *chip = document_text(tg_json_element(traces, index), "chip");
    for (size_t i = 0; i < index; i++) {
        if (strcmp(document_text(tg_json_element(traces, i), "chip"), chip) == 0) return true;
    }
    return false;
}

/* Findings that no trace's row stands for. */
static size_t nb_loose(tg_json_value *root)
{
    tg_json_value *findings = tg_json_member(root, "findings");
    size_t nb = 0;
    for (size_t i = 0; i < tg_json_length(findings); i++) {
        nb += document_trace_of(root, tg_json_element(findings, i)) == NULL;
    }
    return nb;
}

/* What stands for no trace: a test case for each finding, and one for a verdict that nothing else
 * shows. */
static void print_loose(FILE *out, tg_json_value *root, bool with_verdict)
{
    tg_json_value *findings = tg_json_member(root, "findings");
    const char *verb = document_text(tg_json_member(root, "recipe"), "verb");
    const tally sum = {.nb_tests = nb_loose(root) + with_verdict,
                       .nb_failed = nb_loose(root) + with_verdict};
    (void)fputs(" <testsuite", out);
    print_attribute(out, "name", verb);
    print_tally(out, &sum, false);
    print_properties(out, root);
    for (size_t i = 0; i < tg_json_length(findings); i++) {
        tg_json_value *finding = tg_json_element(findings, i);
        if (document_trace_of(root, finding) != NULL) continue;
        char message[DOCUMENT_MESSAGE_BYTES];
        (void)fputs("  <testcase", out);
        print_attribute(out, "name", document_text(finding, "trace"));
        print_attribute(out, "classname", verb);
        (void)fputs(">\n   <failure", out);
        print_attribute(out, "message", document_message(message, finding));
        (void)fputs(" type=\"mismatch\">", out);
        print_finding(out, finding);
        (void)fputs("</failure>\n  </testcase>\n", out);
    }
    if (with_verdict) {
        (void)fputs("  <testcase name=\"verdict\"", out);
        print_attribute(out, "classname", verb);
        (void)fputs(">\n   <failure", out);
        print_attribute(out, "message", document_text(tg_json_member(root, "verdict"), "status"));
        (void)fputs(" type=\"verdict\"/>\n  </testcase>\n", out);
    }
    (void)fputs(" </testsuite>\n", out);
}

void document_write_junit(FILE *out, tg_json_value *root)
{
    tg_json_value *traces = tg_json_member(root, "traces");
    tally sum = count(root, NULL);
    const bool with_time = tg_json_has(root, "seconds");
    const size_t nb = nb_loose(root);
    const bool with_verdict = document_count(tg_json_member(root, "verdict"), "exit_code") != 0 &&
                              sum.nb_failed + sum.nb_broken == 0 && nb == 0;
    sum.nb_tests += nb + with_verdict;
    sum.nb_failed += nb + with_verdict;
    sum.seconds = tg_json_real_of(tg_json_member(root, "seconds"));
    (void)fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tracegate\"", out);
    print_tally(out, &sum, with_time);
    for (size_t i = 0; i < tg_json_length(traces); i++) {
        if (!is_repeated(traces, i))
            print_suite(out, root, document_text(tg_json_element(traces, i), "chip"), with_time);
    }
    if (nb != 0 || with_verdict) print_loose(out, root, with_verdict);
    (void)fputs("</testsuites>\n", out);
}

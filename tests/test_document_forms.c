/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* JUnit XML, SARIF and GitHub's annotations: what they say, and that no text breaks out of its
 * place. Programs that know these formats read them in tests/reports. */
#include "document_made.h"

#include <string.h>

static char *print(const tg_document *document, tg_document_form form)
{
    size_t nb_bytes = 0;
    char *text = made_print(document, form, &nb_bytes);
    ck_assert_uint_eq(strlen(text), nb_bytes);
    return text;
}

static void assert_has(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no\n%s\nin\n%s", part, text);
}

static size_t nb_of(const char *text, const char *part)
{
    size_t nb = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
        nb++;
    }
    return nb;
}

/* A document of one trace and nothing else. */
static tg_document *make_short(tg_verdict verdict, tg_status status)
{
    const tg_recipe recipe = made_recipe(0, 0);
    const tg_document_trace row = made_row("Select.main", verdict);
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    tg_assert_ok(tg_document_add_trace(document, &row, tg_suite_error));
    tg_assert_ok(tg_document_end(document, status, 0, tg_suite_error));
    return document;
}

START_TEST(document_forms_junit_has_a_case_for_each_trace)
{
    tg_document *document = made_document(true);
    char *text = print(document, TG_DOCUMENT_JUNIT);
    // Six traces and a file; mismatch, passing known failure and file are red.
    assert_has(text, "<testsuites name=\"tracegate\" tests=\"7\" failures=\"3\" errors=\"0\" "
                     "skipped=\"3\" time=\"2.250\">");
    assert_has(text, "<testsuite name=\"Select\" tests=\"2\" failures=\"1\" errors=\"0\" "
                     "skipped=\"1\" time=\"3.000\">");
    assert_has(text, "<testcase name=\"Select.main\" classname=\"Select\" time=\"1.500\">");
    assert_has(text, "<failure message=\"Select.main, host against reference: negated (100%: 1 of "
                     "1 wrong cells); wrong are 1 of 15 eventful cells in 1 column; the first is "
                     "row 1, event 1, column vals.out2: expected ");
    assert_has(text, "actual 0x7f000005 (not reduced)");
    assert_has(text, "; all 2 wrong events have bit = 1");
    assert_has(text, "again: tracegate gate Select.main --seed 0x7 --actual host");
    assert_has(text, "key: Select.main/eventful/negated/out2");
    assert_has(text, "<skipped message=\"not run\"/>");
    assert_has(text, "<skipped message=\"nothing compared\"/>");
    assert_has(text, "known failure until 2026-12-31: wait for a&lt;b&gt;&amp;&quot;");
    assert_has(text, "<failure message=\"known failure passes; ExtAlu.main: known failure passes: "
                     "ExtAlu.main/x &lt;&amp;; a known failure passes or is over: mend the "
                     "ledger\" type=\"verdict\"/>");
    ck_assert_uint_eq(nb_of(text, "<testcase "), 7);
    free(text);
    tg_document_destroy(document);
}
END_TEST

START_TEST(document_forms_junit_is_red_if_the_run_is)
{
    // Nothing was compared: all is skipped, and what is skipped is green.
    tg_document *document = make_short(TG_VERDICT_NOT_RUN, TG_ERR_UNAVAILABLE);
    char *text = print(document, TG_DOCUMENT_JUNIT);
    assert_has(text, "tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\"");
    assert_has(text, "<testcase name=\"verdict\" classname=\"gate\">");
    assert_has(text, "<failure message=\"not available on this machine\" type=\"verdict\"/>");
    free(text);
    tg_document_destroy(document);
    document = make_short(TG_VERDICT_MATCH, TG_OK);
    text = print(document, TG_DOCUMENT_JUNIT);
    assert_has(text, "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">");
    ck_assert_uint_eq(nb_of(text, "<testsuite "), 1);
    free(text);
    tg_document_destroy(document);
}
END_TEST

START_TEST(document_forms_junit_escapes)
{
    tg_document *document = made_document(false);
    char *text = print(document, TG_DOCUMENT_JUNIT);
    for (const char *at = text; *at != '\0'; at++) {
        ck_assert((unsigned char)*at >= ' ' || *at == '\n');
    }
    // In an attribute a line break is written by number; what XML forbids is U+FFFD.
    assert_has(text,
               "a&lt;b&gt;&amp;&quot;'%,:;&#10;::error ]]&gt;\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
               "\xef\xbf\xbd(\xe2\x82\xac) --&gt; &lt;/script&gt;");
    ck_assert_uint_eq(nb_of(text, "a<b"), 0);
    ck_assert_uint_eq(nb_of(text, "time="), 0);
    free(text);
    tg_document_destroy(document);
}
END_TEST

START_TEST(document_forms_tell_a_key_once)
{
    made *one = made_select();
    const tg_recipe recipe = made_recipe(0, 0);
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    // What is not expected stands for what is, wherever it is listed.
    tg_finding finding = one->finding;
    finding.is_expected = true;
    finding.ledger_why = "known";
    tg_assert_ok(tg_document_add_finding(document, &finding, tg_suite_error));
    finding = one->finding;
    finding.backend = "another";
    tg_assert_ok(tg_document_add_finding(document, &finding, tg_suite_error));
    tg_assert_ok(tg_document_add_finding(document, &one->finding, tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_ERR_MISMATCH, 0.0, tg_suite_error));
    size_t nb_alike = 0;
    ck_assert(!tg_document_stands_for_key(document, 0, &nb_alike));
    ck_assert(tg_document_stands_for_key(document, 1, &nb_alike));
    ck_assert_uint_eq(nb_alike, 3);
    ck_assert(!tg_document_stands_for_key(document, 2, &nb_alike));
    char *text = print(document, TG_DOCUMENT_GITHUB);
    ck_assert_uint_eq(nb_of(text, "\n"), 1);
    assert_has(text, "Select.main, another against reference");
    assert_has(text, "; findings with this key: 3%0Aagain: ");
    free(text);
    text = print(document, TG_DOCUMENT_SARIF);
    ck_assert_uint_eq(nb_of(text, "\"ruleIndex\""), 1);
    assert_has(text, "\"occurrenceCount\": 3");
    ck_assert_uint_eq(nb_of(text, "\"suppressions\""), 0);
    free(text);
    text = print(document, TG_DOCUMENT_HTML);
    ck_assert_uint_eq(nb_of(text, "<article class=\"finding\""), 1);
    assert_has(text, "3 findings have this key");
    free(text);
    tg_document_destroy(document);
    made_destroy(one);
}
END_TEST

START_TEST(document_forms_github_is_a_line_each)
{
    tg_document *document = made_document(false);
    char *text = print(document, TG_DOCUMENT_GITHUB);
    ck_assert_uint_eq(nb_of(text, "\n"), 5);
    for (const char *line = text; *line != '\0'; line = strchr(line, '\n') + 1) {
        ck_assert(strncmp(line, "::error ", 8) == 0 || strncmp(line, "::notice ", 9) == 0);
    }
    assert_has(text, "::error file=kernels/select.cu,title=Select.main differs::Select.main, host "
                     "against reference: negated (100%25: 1 of 1 wrong cells)");
    assert_has(text, "%0Aagain: tracegate gate Select.main --seed 0x7 --actual host\n");
    assert_has(text, "::notice file=kernels/select.cu,title=Global.main differs%2C as is known::");
    // A property ends at a colon or comma, a message at a line break.
    assert_has(text, "::error title=dir/a<b>&\"'%25%2C%3A;%0A%3A%3Aerror ]]>?");
    assert_has(text, "::error file=kernels/select.cu,title=ExtAlu.main::known failure "
                     "passes; ExtAlu.main: known failure passes: ExtAlu.main/x <&; a known");
    free(text);
    tg_document_destroy(document);
    document = make_short(TG_VERDICT_NOTHING, TG_ERR_UNAVAILABLE);
    text = print(document, TG_DOCUMENT_GITHUB);
    ck_assert_str_eq(text, "::error title=tracegate::not available on this machine\n");
    free(text);
    tg_document_destroy(document);
    document = make_short(TG_VERDICT_MATCH, TG_OK);
    text = print(document, TG_DOCUMENT_GITHUB);
    ck_assert_str_eq(text, "");
    free(text);
    tg_document_destroy(document);
}
END_TEST

START_TEST(document_forms_sarif_has_a_result_for_each_key)
{
    tg_document *document = made_document(false);
    char *text = print(document, TG_DOCUMENT_SARIF);
    assert_has(text, "\"version\": \"2.1.0\"");
    assert_has(text, "\"id\": \"negated\"");
    assert_has(text, "\"id\": \"known-failure-passes\"");
    ck_assert_uint_eq(nb_of(text, "\"shortDescription\""), 3);
    // Four findings have a key each, and a known failure passes.
    ck_assert_uint_eq(nb_of(text, "\"ruleId\""), 5);
    assert_has(text, "\"occurrenceCount\": 1");
    assert_has(text, "\"artifactLocation\": {\"uri\": \"kernels/select.cu\", \"uriBaseId\": "
                     "\"%SRCROOT%\"}");
    assert_has(text, "\"fullyQualifiedName\": \"Select.main.vals.out2\"");
    assert_has(text, "\"executionSuccessful\": true");
    free(text);
    tg_document_destroy(document);
    document = make_short(TG_VERDICT_NOTHING, TG_ERR_UNAVAILABLE);
    text = print(document, TG_DOCUMENT_SARIF);
    assert_has(text, "\"executionSuccessful\": false");
    assert_has(text, "\"results\": []");
    free(text);
    tg_document_destroy(document);
}
END_TEST

/* A user's kernel, of which file and line are known, and whose trace is zeroed first. */
START_TEST(document_forms_point_at_users_kernels)
{
    static const char note[] = "Select.main: relies on the zeroing: 3 cells";
    char columns[][TG_NAME_BYTES] = {"vals.bit", "vals.<out1>"};
    const tg_document_zeroing zeroing = {.is_tried = true,
                                         .nb_cases = 2,
                                         .nb_words = 3,
                                         .nb_columns = 2,
                                         .columns = columns};
    const tg_recipe recipe = made_recipe(0, 0);
    static const char *const files[] = {"my dir/my,kernels.cu", "/home/me/k.cu"};
    for (size_t i = 0; i < 2; i++) {
        tg_document_trace row = made_row("Select.main", TG_VERDICT_MISMATCH);
        tg_document *document = NULL;
        row.kernel = files[i];
        row.kernel_line = 17;
        row.zeroing = &zeroing;
        tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
        tg_assert_ok(tg_document_add_trace(document, &row, tg_suite_error));
        tg_assert_ok(tg_document_add_note(document, note, tg_suite_error));
        tg_assert_ok(tg_document_end(document, TG_ERR_MISMATCH, 0, tg_suite_error));
        char *text = print(document, TG_DOCUMENT_GITHUB);
        assert_has(text, i == 0 ? "::error file=my dir/my%2Ckernels.cu,line=17,title=Select.main::"
                                : "::error file=/home/me/k.cu,line=17,title=Select.main::");
        free(text);
        text = print(document, TG_DOCUMENT_SARIF);
        assert_has(text, "\"region\": {\"startLine\": 17}");
        assert_has(text,
                   i == 0 ? "{\"uri\": \"my%20dir/my%2Ckernels.cu\", \"uriBaseId\": \"%SRCROOT%\"}"
                          : "{\"uri\": \"file:///home/me/k.cu\"}");
        free(text);
        text = print(document, TG_DOCUMENT_JSON);
        assert_has(text, "\"kernel_line\": 17");
        assert_has(text, "\"nb_words\": 3");
        assert_has(text, "\"vals.<out1>\"");
        free(text);
        tg_document_destroy(document);
    }
    tg_document_trace row = made_row("Select.main", TG_VERDICT_MATCH);
    tg_document *document = NULL;
    row.zeroing = &zeroing;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    tg_assert_ok(tg_document_add_trace(document, &row, tg_suite_error));
    tg_assert_ok(tg_document_add_note(document, note, tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_OK, 0, tg_suite_error));
    // A test case that passed says it, too.
    char *text = print(document, TG_DOCUMENT_JUNIT);
    assert_has(text, "not run\nSelect.main: relies on the zeroing: 3 cells</system-out>");
    free(text);
    tg_document_destroy(document);
}
END_TEST

START_TEST(document_forms_say_why_a_trace_without_finding_is_red)
{
    // Wrong conduct of the expected side, or a planted bug that was missed: no cells, only a note.
    static const char note[] = "Select.main: planted bug missed: swap, host";
    const tg_recipe recipe = made_recipe(0, 0);
    const tg_document_trace row = made_row("Select.main", TG_VERDICT_MISMATCH);
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    tg_assert_ok(tg_document_add_trace(document, &row, tg_suite_error));
    tg_assert_ok(tg_document_add_note(document, "Select.mainly: another's", tg_suite_error));
    tg_assert_ok(tg_document_add_note(document, note, tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_ERR_MISMATCH, 0, tg_suite_error));
    char *text = print(document, TG_DOCUMENT_JUNIT);
    assert_has(text, "<failure message=\"mismatch; Select.main: planted bug missed: swap, host\" "
                     "type=\"verdict\"/>");
    free(text);
    text = print(document, TG_DOCUMENT_GITHUB);
    ck_assert_str_eq(text, "::error file=kernels/select.cu,title=Select.main::mismatch; "
                           "Select.main: planted bug missed: swap, host\n");
    free(text);
    text = print(document, TG_DOCUMENT_SARIF);
    assert_has(text, "\"ruleId\": \"trace-without-finding\"");
    assert_has(text, "mismatch; Select.main: planted bug missed: swap, host");
    free(text);
    tg_document_destroy(document);
}
END_TEST

/* A source that does not compile is an error of its trace, with its reason wherever CI looks. */
START_TEST(document_forms_say_why_bad_input_was_not_run)
{
    static const char note[] =
        "Select.main: " TG_NOTE_REFUSED "the source does not compile (a.cu): mend it";
    const tg_recipe recipe = made_recipe(0, 0);
    const tg_document_trace row = made_row("Select.main", TG_VERDICT_NOT_RUN);
    const tg_document_trace other = made_row("ExtAlu.main", TG_VERDICT_NOT_RUN);
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    tg_assert_ok(tg_document_add_trace(document, &row, tg_suite_error));
    tg_assert_ok(tg_document_add_trace(document, &other, tg_suite_error));
    tg_assert_ok(tg_document_add_note(document, "ExtAlu.main: another note", tg_suite_error));
    tg_assert_ok(tg_document_add_note(document, "Select.main: another note", tg_suite_error));
    tg_assert_ok(tg_document_add_note(document, note, tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_ERR_FORMAT, 0, tg_suite_error));
    char *text = print(document, TG_DOCUMENT_JUNIT);
    assert_has(text, "<testsuites name=\"tracegate\" tests=\"2\" failures=\"0\" errors=\"1\" "
                     "skipped=\"1\">");
    assert_has(text, "<error message=\"not run: the source does not compile (a.cu): mend it\" "
                     "type=\"not run\"/>");
    assert_has(text, "<skipped message=\"not run\"/>");
    free(text);
    text = print(document, TG_DOCUMENT_GITHUB);
    ck_assert_str_eq(text, "::error file=kernels/select.cu,title=Select.main::not run: the source "
                           "does not compile (a.cu): mend it\n");
    free(text);
    text = print(document, TG_DOCUMENT_SARIF);
    assert_has(text, "\"ruleId\": \"trace-not-run\"");
    assert_has(text, "{\"text\": \"not run: the source does not compile (a.cu): mend it\"}");
    free(text);
    // It is no finding that could be run again.
    tg_json_value *traces = tg_json_member(tg_document_root(document), "traces");
    ck_assert(!tg_document_is_bare(document, tg_json_element(traces, 0)));
    tg_document_destroy(document);
}
END_TEST

START_TEST(document_forms_sarif_keeps_fingerprints)
{
    // Another run, other events, other times: the same key.
    made *one = made_select();
    tg_document *documents[2] = {NULL, NULL};
    char wanted[128];
    (void)snprintf(wanted, sizeof wanted, "\"partialFingerprints\": {\"tracegateKey/v1\": \"%s\"}",
                   one->key.id);
    for (int i = 0; i < 2; i++) {
        const tg_recipe recipe = made_recipe(0, 0);
        one->report.source = i == 0 ? "uniform, seed 0x7" : "boundary, seed 0x8";
        tg_assert_ok(tg_document_create(&documents[i], &recipe, i != 0, tg_suite_error));
        tg_finding finding = one->finding;
        finding.is_expected = i != 0;
        finding.ledger_why = i != 0 ? "known" : NULL;
        tg_assert_ok(tg_document_add_finding(documents[i], &finding, tg_suite_error));
        tg_assert_ok(tg_document_end(documents[i], TG_ERR_MISMATCH, i, tg_suite_error));
        char *text = print(documents[i], TG_DOCUMENT_SARIF);
        assert_has(text, wanted);
        ck_assert_uint_eq(nb_of(text, "\"suppressions\""), (size_t)i);
        free(text);
        tg_document_destroy(documents[i]);
    }
    made_destroy(one);
}
END_TEST

TG_SUITE("document_forms", document_forms_junit_has_a_case_for_each_trace,
         document_forms_junit_is_red_if_the_run_is, document_forms_junit_escapes,
         document_forms_tell_a_key_once, document_forms_github_is_a_line_each,
         document_forms_sarif_has_a_result_for_each_key, document_forms_point_at_users_kernels,
         document_forms_say_why_a_trace_without_finding_is_red,
         document_forms_say_why_bad_input_was_not_run, document_forms_sarif_keeps_fingerprints)

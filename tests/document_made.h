/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Documents for suites: of traces whose wrong cells a suite chooses, made from descriptions alone,
 * without backends. Everything in them is the same each time.
 */
#ifndef TRACEGATE_TESTS_DOCUMENT_MADE_H
#define TRACEGATE_TESTS_DOCUMENT_MADE_H

#include "harness/document.h"
#include "sample.h"
#include "suite.h"

#include <stdio.h>

#define TG_MADE __attribute__((unused)) static

/* Texts as a hostile file name or compiler could hold them. */
#define MADE_HOSTILE "a<b>&\"'%,:;\n::error ]]>\x01\x7f\xff\xc3(\xe2\x82\xac) --> </script>"

/* Two traces of one comparison, equal at first, with all that a finding takes. */
typedef struct made {
    tg_trace const *trace;
    size_t nb_events;
    size_t height;
    size_t width;
    void *events;
    uint32_t *expected;
    uint32_t *actual;
    tg_matrix matrices[2];
    tg_diff diff;
    tg_report report;
    tg_causes causes;
    tg_key key;
    tg_picture picture;
    tg_triage triage;
    char *text;
    tg_finding finding;
} made;

TG_MADE made *made_create(const char *name, size_t nb_events, size_t height, size_t max_cells)
{
    made *one = calloc(1, sizeof *one);
    ck_assert_ptr_nonnull(one);
    one->trace = sample_trace(name);
    one->nb_events = nb_events;
    one->height = height;
    one->width = tg_trace_width(one->trace);
    one->events = one->trace->event != NULL ? sample_events(one->trace, nb_events, 7) : NULL;
    one->expected = sample_cells(height * one->width, 1);
    one->actual = sample_cells(height * one->width, 1);
    one->matrices[0] = (tg_matrix){.cells = one->expected, .height = height, .width = one->width};
    one->matrices[1] = (tg_matrix){.cells = one->actual, .height = height, .width = one->width};
    tg_assert_ok(tg_diff_init(&one->diff, one->width, max_cells, tg_suite_error));
    return one;
}

TG_MADE void made_break(made *one, size_t row, size_t column, uint32_t word)
{
    one->actual[column * one->height + row] = word;
}

/* Compare, and fill all that follows. The smallest case is the whole one. */
TG_MADE const tg_finding *made_finish(made *one, const char *key)
{
    size_t length = 0;
    tg_picture_clear(&one->picture);
    free(one->text);
    tg_assert_ok(tg_diff_run(&one->diff, one->trace, one->nb_events, &one->matrices[0],
                             &one->matrices[1], tg_suite_error));
    one->report = (tg_report){.trace = one->trace,
                              .title = one->trace->name,
                              .expected = "reference",
                              .actual = "host",
                              .source = "uniform, seed 0x7",
                              .events = one->events,
                              .nb_events = one->nb_events,
                              .height = one->height,
                              .again = "tracegate gate Select.main --seed 0x7 --actual host"};
    one->causes = (tg_causes){
        .nb = 2,
        .list = {{.cause = TG_CAUSE_NEGATED, .confidence = 100, .evidence = "1 of 1 wrong cells"},
                 {.cause = TG_CAUSE_OTHER, .confidence = 1, .evidence = "nothing else"}}};
    ck_assert(tg_key_read(&one->key, key));
    tg_assert_ok(tg_picture_init(&one->picture, one->trace, one->nb_events, &one->matrices[0],
                                 &one->matrices[1], tg_suite_error));
    FILE *stream = open_memstream(&one->text, &length);
    ck_assert_ptr_nonnull(stream);
    tg_report_mismatch(stream, &one->report, &one->diff);
    ck_assert_int_eq(fclose(stream), 0);
    one->triage = (tg_triage){
        .prediction = {.property = "bit = 1", .nb_wrong = 2, .nb_wrong_with = 2, .nb_right = 5},
        .smallest_causes = one->causes,
        .nb_runs = 31,
        .seconds = 0.25,
        .result = {.height = one->height, .diff = one->diff}};
    one->triage.smallest.subject.trace = one->trace;
    one->triage.smallest.events = one->events;
    one->triage.smallest.nb_events = one->nb_events;
    one->finding = (tg_finding){.report = &one->report,
                                .diff = &one->diff,
                                .launch = {.grid = 3},
                                .backend = "host",
                                .causes = &one->causes,
                                .key = &one->key,
                                .triage = &one->triage,
                                .picture = &one->picture,
                                .case_folder = "cases/select-main-0123456789ab",
                                .text = one->text};
    return &one->finding;
}

TG_MADE void made_destroy(made *one)
{
    tg_diff_clear(&one->diff);
    tg_picture_clear(&one->picture);
    free(one->events);
    free(one->expected);
    free(one->actual);
    free(one->text);
    free(one);
}

/* One wrong cell of Select.main. */
TG_MADE made *made_select(void)
{
    made *one = made_create("Select.main", 3, 16, 3);
    made_break(one, 1, 2, 0x7f000005);
    (void)made_finish(one, "Select.main/eventful/negated/out2");
    return one;
}

/* The recipe of a gate; shard total 0: of a whole one. */
TG_MADE tg_recipe made_recipe(size_t index, size_t total)
{
    static const char *const actuals[] = {"host"};
    return (tg_recipe){.verb = "gate",
                       .command = total != 0 ? "TG_SHARD_INDEX=0 TG_SHARD_TOTAL=2 tracegate gate"
                                             : "tracegate gate",
                       .has_seed = true,
                       .seed = 0xdeadbeef,
                       .profile = "mixed",
                       .nb_events = 1000,
                       .expected = "reference",
                       .actuals = actuals,
                       .nb_actuals = 1,
                       .shard_index = index,
                       .shard_total = total};
}

/* Row of a trace. */
TG_MADE tg_document_trace made_row(const char *name, tg_verdict verdict)
{
    static const tg_document_side wrong_sides[] = {{"sum", 4, 56, 1}, {"count", 4, 4, 0}};
    static const tg_document_side right_sides[] = {{"sum", 4, 56, 0}, {"count", 4, 4, 0}};
    const bool has_run = verdict != TG_VERDICT_NOT_RUN && verdict != TG_VERDICT_NOTHING;
    return (tg_document_trace){.trace = sample_trace(name),
                               .verdict = verdict,
                               .nb_cases = 4,
                               .nb_golden = 1,
                               .nb_events = 3003,
                               .min_height = 16,
                               .max_height = 1024,
                               .nb_comparisons = has_run ? 4 : 0,
                               .nb_cells = has_run ? 12345678901 : 0,
                               .nb_mismatches = verdict == TG_VERDICT_MISMATCH,
                               .nb_expected = verdict == TG_VERDICT_EXPECTED,
                               .nb_not_run = verdict == TG_VERDICT_NOT_RUN,
                               .seconds = 1.5,
                               .nb_sides = has_run && strcmp(name, "Global.main") == 0 ? 2 : 0,
                               .sides = verdict == TG_VERDICT_MATCH ? right_sides : wrong_sides,
                               .kernel = "kernels/select.cu"};
}

/* A document with every kind of thing in it. */
TG_MADE tg_document *made_document(bool with_times)
{
    const tg_recipe recipe = made_recipe(0, 0);
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, with_times, tg_suite_error));
    static const char *const names[TG_NB_VERDICTS] = {
        [TG_VERDICT_MATCH] = "BaseAlu.main",       [TG_VERDICT_MISMATCH] = "Select.main",
        [TG_VERDICT_EXPECTED] = "Global.main",     [TG_VERDICT_FIXED] = "ExtAlu.main",
        [TG_VERDICT_NOT_RUN] = "MemoryConst.main", [TG_VERDICT_NOTHING] = "Select.preprocessed"};
    for (tg_verdict verdict = 0; verdict < TG_NB_VERDICTS; verdict++) {
        const tg_document_trace row = made_row(names[verdict], verdict);
        tg_assert_ok(tg_document_add_trace(document, &row, tg_suite_error));
    }
    made *one = made_select();
    tg_assert_ok(tg_document_add_finding(document, &one->finding, tg_suite_error));
    // A failure: no cells, and texts of other people.
    const tg_error why = {.status = TG_ERR_KERNEL, .what = MADE_HOSTILE, .how = "mend it"};
    tg_finding failed = one->finding;
    failed.diff = NULL;
    failed.picture = NULL;
    failed.triage = NULL;
    failed.failed = TG_ERR_KERNEL;
    failed.why = &why;
    failed.text = MADE_HOSTILE;
    failed.case_folder = NULL;
    tg_key key;
    ck_assert(tg_key_read(&key, "Select.main/failed/failed/the kernel under test failed"));
    failed.key = &key;
    tg_assert_ok(tg_document_add_finding(document, &failed, tg_suite_error));
    // A known failure of another trace.
    one->report.trace = sample_trace("Global.main");
    one->report.title = "Global.main";
    one->report.nb_events_is_unknown = true;
    tg_finding expected = one->finding;
    expected.triage = NULL;
    expected.is_expected = true;
    expected.ledger_why = "wait for " MADE_HOSTILE;
    expected.ledger_until = "2026-12-31";
    ck_assert(tg_key_read(&key, "Global.main/eventful/negated/shard"));
    expected.key = &key;
    tg_assert_ok(tg_document_add_finding(document, &expected, tg_suite_error));
    // Files: no chip, no events.
    one->report.trace = NULL;
    one->report.title = "dir/" MADE_HOSTILE ".npy";
    one->report.events = NULL;
    one->report.canonical = true;
    expected.is_expected = false;
    expected.ledger_why = NULL;
    expected.ledger_until = NULL;
    ck_assert(tg_key_read(&key, "traces/eventful/negated/column 2"));
    tg_assert_ok(tg_document_add_finding(document, &expected, tg_suite_error));
    made_destroy(one);
    tg_assert_ok(tg_document_add_note(document, "cuda: skipped, no GPU", tg_suite_error));
    tg_assert_ok(tg_document_add_note(document, MADE_HOSTILE, tg_suite_error));
    tg_assert_ok(tg_document_add_note(
        document, "ExtAlu.main: known failure passes: ExtAlu.main/x <&", tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_ERR_MISMATCH, 2.25, tg_suite_error));
    return document;
}

/* A document in one form, as text; to be freed. */
TG_MADE char *made_print(const tg_document *document, tg_document_form form, size_t *nb_bytes)
{
    char *text = NULL;
    FILE *stream = open_memstream(&text, nb_bytes);
    ck_assert_ptr_nonnull(stream);
    tg_assert_ok(tg_document_write(stream, document, form, tg_suite_error));
    ck_assert_int_eq(fclose(stream), 0);
    return text;
}

#endif

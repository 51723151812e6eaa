/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The document as JSON: what stands in it, the same bytes each time, its bounds. */
#include "document_made.h"
#include "files/json_tree.h"

#include <string.h>

static tg_json_value *member(tg_json_value *object, const char *key)
{
    tg_json_value *value = tg_json_member(object, key);
    ck_assert_msg(value != NULL, "no member %s", key);
    return value;
}

static tg_json_value *first_finding(const tg_document *document)
{
    return tg_json_element(member(tg_document_root(document), "findings"), 0);
}

static int64_t count(tg_json_value *object, const char *key)
{
    ck_assert_int_eq(tg_json_type_of(member(object, key)), TG_JSON_INTEGER);
    return tg_json_integer_of(member(object, key));
}

static void assert_text(tg_json_value *object, const char *key, const char *wanted)
{
    ck_assert_str_eq(tg_json_text_of(member(object, key)), wanted);
}

static void assert_null(tg_json_value *object, const char *key)
{
    ck_assert_int_eq(tg_json_type_of(member(object, key)), TG_JSON_NULL);
}

START_TEST(document_is_the_same_bytes)
{
    size_t nb_bytes[2];
    char *texts[2];
    for (size_t i = 0; i < 2; i++) {
        tg_document *document = made_document(false);
        texts[i] = made_print(document, TG_DOCUMENT_JSON, &nb_bytes[i]);
        tg_document_destroy(document);
    }
    ck_assert_uint_eq(nb_bytes[0], nb_bytes[1]);
    ck_assert_mem_eq(texts[0], texts[1], nb_bytes[0]);
    free(texts[0]);
    free(texts[1]);
}
END_TEST

START_TEST(document_tells_times_only_when_asked)
{
    tg_document *without = made_document(false);
    tg_document *with = made_document(true);
    tg_json_value *root = tg_document_root(without);
    assert_null(root, "seconds");
    assert_null(tg_json_element(member(root, "traces"), 0), "seconds");
    assert_null(member(first_finding(without), "smallest"), "seconds");
    ck_assert_uint_eq(tg_json_length(member(root, "machines")), 0);
    root = tg_document_root(with);
    ck_assert_double_eq(tg_json_real_of(member(root, "seconds")), 2.25);
    ck_assert_double_eq(
        tg_json_real_of(member(tg_json_element(member(root, "traces"), 0), "seconds")), 1.5);
    ck_assert_double_eq(tg_json_real_of(member(member(first_finding(with), "smallest"), "seconds")),
                        0.25);
    tg_json_value *machine = tg_json_element(member(root, "machines"), 0);
    ck_assert_str_ne(tg_json_text_of(member(machine, "cpu")), "");
    ck_assert_int_gt(count(machine, "nb_threads"), 0);
    tg_document_destroy(without);
    tg_document_destroy(with);
}
END_TEST

START_TEST(document_tells_the_recipe_and_the_sums)
{
    tg_document *document = made_document(false);
    tg_json_value *root = tg_document_root(document);
    tg_json_value *recipe = member(root, "recipe");
    assert_text(recipe, "verb", "gate");
    assert_text(recipe, "seed", "0xdeadbeef");
    assert_text(recipe, "profile", "mixed");
    ck_assert_int_eq(count(recipe, "nb_events"), 1000);
    assert_null(recipe, "launch");
    assert_null(recipe, "shard");
    tg_json_value *summary = member(root, "summary");
    ck_assert_int_eq(count(summary, "nb_traces"), 6);
    ck_assert_int_eq(count(summary, "nb_comparisons"), 16);
    ck_assert_int_eq(count(summary, "nb_cells"), 4 * INT64_C(12345678901));
    ck_assert_int_eq(count(summary, "nb_side_words"), 60);
    ck_assert_int_eq(count(summary, "nb_mismatches"), 1);
    ck_assert_int_eq(count(summary, "nb_expected"), 1);
    ck_assert_int_eq(count(summary, "nb_not_run"), 1);
    ck_assert_int_eq(count(summary, "nb_findings"), 4);
    ck_assert_int_eq(count(summary, "nb_findings_listed"), 4);
    assert_text(member(root, "verdict"), "status", "mismatch");
    ck_assert_int_eq(count(member(root, "verdict"), "exit_code"), 1);
    ck_assert_int_eq(tg_document_status(document), TG_ERR_MISMATCH);
    tg_document_destroy(document);
}
END_TEST

START_TEST(document_tells_a_cell_in_both_forms)
{
    tg_document *document = made_document(false);
    tg_json_value *finding = first_finding(document);
    assert_text(finding, "key", "Select.main/eventful/negated/out2");
    assert_text(finding, "part", "eventful");
    assert_text(finding, "backend", "host");
    ck_assert_uint_eq(tg_json_length(member(finding, "cells")), 1);
    tg_json_value *cell = tg_json_element(member(finding, "cells"), 0);
    ck_assert_int_eq(count(cell, "row"), 1);
    assert_text(cell, "name", "vals.out2");
    ck_assert_int_eq(count(cell, "event"), 1);
    ck_assert(tg_json_bool_of(member(cell, "eventful")));
    // Not below p: there is no residue.
    assert_text(member(cell, "actual"), "word", "0x7f000005");
    assert_null(member(cell, "actual"), "residue");
    made *one = made_select();
    const uint32_t word = one->expected[2 * one->height + 1];
    char text[16];
    (void)snprintf(text, sizeof text, "0x%08x", word);
    assert_text(member(cell, "expected"), "word", text);
    // The residue times 2^32 is the word, by definition.
    const uint64_t residue = (uint64_t)count(member(cell, "expected"), "residue");
    ck_assert_uint_eq((residue << 32) % TG_P, word);
    made_destroy(one);
    tg_json_value *event = tg_json_element(member(finding, "events"), 0);
    ck_assert_int_eq(count(event, "index"), 1);
    ck_assert(tg_json_bool_of(member(event, "is_whole")));
    ck_assert_uint_eq(tg_json_length(member(event, "fields")), 5);
    assert_text(tg_json_element(member(event, "fields"), 0), "name", "bit");
    tg_json_value *marks = member(member(finding, "picture"), "marks");
    ck_assert_uint_eq(tg_json_length(marks), 1);
    static const int64_t numbers[] = {1, 1, 2, 1, 1, 0};
    for (size_t i = 0; i < 6; i++) {
        ck_assert_int_eq(tg_json_integer_of(tg_json_element(tg_json_element(marks, 0), i)),
                         numbers[i]);
    }
    tg_json_value *totals = member(finding, "totals");
    ck_assert_int_eq(count(member(totals, "wrong"), "eventful"), 1);
    ck_assert_int_eq(count(totals, "nb_wrong_columns"), 1);
    ck_assert_int_eq(count(totals, "nb_not_reduced"), 1);
    ck_assert_uint_eq(tg_json_length(member(finding, "cut")), 0);
    tg_document_destroy(document);
}
END_TEST

START_TEST(document_picture_covers_every_wrong_cell)
{
    // Noise, which needs buckets put together, and a trace that is wrong everywhere, which is one
    // mark for each class.
    for (int is_noise = 0; is_noise < 2; is_noise++) {
        made *one = made_create("Poseidon2WideDeg3.main", 3000, 4096, 3);
        uint64_t state = 5;
        uint64_t nb_wrong = 0;
        for (size_t row = 0; row < one->height; row++) {
            for (size_t column = 0; column < one->width; column++) {
                if (is_noise && sample_next(&state) % 16 != 0) continue;
                made_break(one, row, column, 0xa5a5a5a5);
                nb_wrong++;
            }
        }
        const tg_recipe recipe = made_recipe(0, 0);
        tg_document *document = NULL;
        tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
        tg_assert_ok(tg_document_add_finding(
            document, made_finish(one, "Poseidon2WideDeg3.main/eventful/other/-"), tg_suite_error));
        tg_json_value *marks = member(member(first_finding(document), "picture"), "marks");
        const size_t nb = tg_json_length(marks);
        ck_assert_uint_le(nb, is_noise ? 320 : 4);
        uint64_t nb_marked = 0;
        for (size_t i = 0; i < nb; i++) {
            tg_json_value *mark = tg_json_element(marks, i);
            int64_t number[6];
            for (size_t j = 0; j < 6; j++) {
                number[j] = tg_json_integer_of(tg_json_element(mark, j));
            }
            ck_assert_int_le(number[0] + number[1], 4096);
            ck_assert_int_le(number[2] + number[3], (int64_t)one->width);
            ck_assert_int_le(number[4] + number[5], number[1] * number[3]);
            nb_marked += (uint64_t)(number[4] + number[5]);
        }
        ck_assert_uint_eq(nb_marked, nb_wrong);
        tg_document_destroy(document);
        made_destroy(one);
    }
}
END_TEST

/* A finding as long as anyone can make one: wrong cells in every column, a thousand of them listed,
 * texts of a MiB (to be freed) and of characters that take six bytes each. */
static char *make_long(made *one, tg_finding *finding)
{
    uint64_t state = 5;
    for (size_t i = 0; i < one->height * one->width; i++) {
        if (sample_next(&state) % 4 == 0) one->actual[i] = 0xffffffff;
    }
    *finding = *made_finish(one, "Poseidon2WideDeg3.main/eventful/other/-");
    char *text = malloc((1 << 20) + 1);
    ck_assert_ptr_nonnull(text);
    memset(text, '\x01', 1 << 20);
    text[1 << 20] = '\0';
    for (size_t i = 80; i < 1 << 20; i += 81) {
        text[i] = '\n';
    }
    finding->text = text;
    finding->case_folder = text;
    one->report.source = text;
    for (size_t i = 0; i < 6; i++) {
        tg_cause_found *found = &one->causes.list[i];
        found->cause = TG_CAUSE_OTHER;
        memset(found->evidence, '\x02', sizeof found->evidence - 1);
    }
    one->causes.nb = 6;
    one->triage.smallest_causes = one->causes;
    return text;
}

START_TEST(document_stays_short)
{
    made *one = made_create("Poseidon2WideDeg3.main", 3000, 4096, 1000);
    tg_finding finding;
    char *text = make_long(one, &finding);
    const tg_recipe recipe = made_recipe(0, 0);
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, true, tg_suite_error));
    for (size_t i = 0; i < 300; i++) {
        tg_assert_ok(tg_document_add_finding(document, &finding, tg_suite_error));
        tg_assert_ok(tg_document_add_note(document, text, tg_suite_error));
    }
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_document_trace row = made_row(tg_trace_at(i)->name, TG_VERDICT_MISMATCH);
        tg_assert_ok(tg_document_add_trace(document, &row, tg_suite_error));
    }
    tg_assert_ok(tg_document_end(document, TG_ERR_MISMATCH, 1, tg_suite_error));
    tg_json_value *root = tg_document_root(document);
    ck_assert_uint_eq(tg_json_length(member(root, "findings")), TG_DOCUMENT_MAX_FINDINGS);
    ck_assert_int_eq(count(member(root, "summary"), "nb_findings"), 300);
    ck_assert_int_eq(count(member(root, "summary"), "nb_notes"), 300);
    size_t nb_bytes = 0;
    char *json = made_print(document, TG_DOCUMENT_JSON, &nb_bytes);
    ck_assert_uint_lt(nb_bytes, 2 << 20);
    free(json);
    // The first has nearly all, the last still says what is wrong.
    tg_json_value *first = first_finding(document);
    ck_assert_uint_ge(tg_json_length(member(first, "cells")), 200);
    tg_json_value *last = tg_json_element(member(root, "findings"), TG_DOCUMENT_MAX_FINDINGS - 1);
    ck_assert_uint_ge(tg_json_length(member(last, "cells")), 1);
    ck_assert_uint_ge(tg_json_length(member(last, "causes")), 1);
    ck_assert_uint_ge(tg_json_length(member(last, "cut")), 3);
    assert_text(last, "again", one->report.again);
    free(text);
    tg_document_destroy(document);
    made_destroy(one);
}
END_TEST

START_TEST(document_lists_as_many_cells_as_are_asked_for)
{
    made *one = made_create("Select.main", 300, 320, 1000);
    for (size_t row = 0; row < 320; row++) {
        for (size_t column = 0; column < 4; column++) {
            made_break(one, row, column, 5);
        }
    }
    const tg_recipe recipe = made_recipe(0, 0);
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    tg_finding finding = *made_finish(one, "Select.main/eventful/constant/bit");
    finding.text = "short\n";
    finding.triage = NULL;
    tg_assert_ok(tg_document_add_finding(document, &finding, tg_suite_error));
    ck_assert_uint_eq(tg_json_length(member(first_finding(document), "cut")), 0);
    ck_assert_uint_eq(tg_json_length(member(first_finding(document), "cells")), 1000);
    tg_document_destroy(document);
    made_destroy(one);
}
END_TEST

TG_SUITE("document", document_is_the_same_bytes, document_tells_times_only_when_asked,
         document_tells_the_recipe_and_the_sums, document_tells_a_cell_in_both_forms,
         document_picture_covers_every_wrong_cell, document_stays_short,
         document_lists_as_many_cells_as_are_asked_for)

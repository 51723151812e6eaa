/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Documents of shards that are joined: the same as that of the whole gate, or refused. */
#include "document_made.h"

#include <string.h>

#define NB_TRACES 5

static const char *const names[NB_TRACES] = {"BaseAlu.main", "ExtAlu.main", "Select.main",
                                             "Global.main", "MemoryConst.main"};

/* The row of a trace such that a document of this status may have it. */
static tg_verdict verdict_of(const char *name, tg_status status)
{
    if (strcmp(name, "Select.main") == 0 && status == TG_ERR_MISMATCH) return TG_VERDICT_MISMATCH;
    return status == TG_ERR_UNAVAILABLE ? TG_VERDICT_NOT_RUN : TG_VERDICT_MATCH;
}

/* The gate of five traces, or one of its shards: the traces whose turn it is, Select's mismatch
 * with the one that has Select. */
static tg_document *make(tg_recipe recipe, tg_status status)
{
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    for (size_t i = 0; i < NB_TRACES; i++) {
        if (recipe.shard_total != 0 && i % recipe.shard_total != recipe.shard_index) continue;
        const tg_document_trace row = made_row(names[i], verdict_of(names[i], status));
        tg_assert_ok(tg_document_add_trace(document, &row, tg_suite_error));
        if (row.verdict != TG_VERDICT_MISMATCH) continue;
        made *one = made_select();
        tg_assert_ok(tg_document_add_finding(document, &one->finding, tg_suite_error));
        made_destroy(one);
    }
    tg_assert_ok(tg_document_add_note(document, "cuda: skipped, no GPU", tg_suite_error));
    tg_assert_ok(tg_document_end(document, status, 0, tg_suite_error));
    return document;
}

static const char *const paths[] = {"a.json", "b.json", "c.json", "d.json", "e.json"};

START_TEST(document_merge_is_the_whole_gate)
{
    tg_document *whole = make(made_recipe(0, 0), TG_ERR_MISMATCH);
    size_t nb_whole = 0;
    char *text = made_print(whole, TG_DOCUMENT_JSON, &nb_whole);
    // In any order; there are as many shards as traces at the most.
    for (size_t total = 1; total <= NB_TRACES; total++) {
        tg_document *parts[NB_TRACES];
        tg_document *joined = NULL;
        for (size_t i = 0; i < total; i++) {
            const size_t index = (i + 1) % total;
            parts[i] =
                make(made_recipe(index, total), 2 % total == index ? TG_ERR_MISMATCH : TG_OK);
        }
        tg_assert_ok(tg_document_merge(&joined, parts, paths, total, tg_suite_error));
        size_t nb_joined = 0;
        char *joined_text = made_print(joined, TG_DOCUMENT_JSON, &nb_joined);
        ck_assert_str_eq(joined_text, text);
        ck_assert_int_eq(tg_document_status(joined), TG_ERR_MISMATCH);
        free(joined_text);
        tg_document_destroy(joined);
        for (size_t i = 0; i < total; i++) {
            tg_document_destroy(parts[i]);
        }
    }
    free(text);
    tg_document_destroy(whole);
}
END_TEST

/* Join two parts, which are spent; the join must fail. */
static void assert_refused(tg_document *one, tg_document *other, const char *says)
{
    tg_document *const parts[] = {one, other};
    tg_document *joined = NULL;
    tg_assert_fails(
        TG_ERR_USAGE, says,
        tg_document_merge(&joined, parts, paths, other != NULL ? 2 : 1, tg_suite_error));
    ck_assert_ptr_null(joined);
    tg_document_destroy(one);
    tg_document_destroy(other);
}

START_TEST(document_merge_refuses_what_does_not_fit)
{
    const tg_recipe first = made_recipe(0, 2);
    const tg_recipe second = made_recipe(1, 2);
    assert_refused(make(made_recipe(0, 0), TG_OK), NULL, "a whole gate");
    assert_refused(make(first, TG_OK), make(made_recipe(0, 0), TG_OK), "b.json");
    assert_refused(make(first, TG_OK), NULL, "shard 1 of 2 is missing");
    assert_refused(make(second, TG_OK), NULL, "shard 0 of 2 is missing");
    assert_refused(make(made_recipe(0, 3), TG_OK), make(made_recipe(1, 3), TG_OK),
                   "shard 2 of 3 is missing");
    assert_refused(make(first, TG_OK), make(first, TG_OK), "shard 0 is there twice");
    assert_refused(make(first, TG_OK), make(made_recipe(1, 3), TG_OK), "one of 3 shards");
    assert_refused(make(first, TG_OK), make(made_recipe(5, 2), TG_OK), "no shard 5 of 2");
    tg_recipe foreign = second;
    foreign.seed = 8;
    assert_refused(make(first, TG_OK), make(foreign, TG_OK), "\"seed\"");
    foreign = second;
    foreign.profile = "uniform";
    assert_refused(make(first, TG_OK), make(foreign, TG_OK), "\"profile\"");
    // What the command line names is the gate, whatever the rest of the recipe says of it.
    foreign = second;
    foreign.command = "TG_SHARD_INDEX=1 TG_SHARD_TOTAL=2 tracegate gate Select.main --no-corpus";
    assert_refused(make(first, TG_OK), make(foreign, TG_OK),
                   "'tracegate gate Select.main --no-corpus' here, 'tracegate gate' there");
    tg_document *joined = NULL;
    tg_assert_fails(TG_ERR_USAGE, "nothing to join",
                    tg_document_merge(&joined, NULL, NULL, 0, tg_suite_error));
}
END_TEST

/* A shard with the traces that are named. */
static tg_document *make_of(size_t index, const char *one, const char *other)
{
    const tg_recipe recipe = made_recipe(index, 2);
    const char *const its_names[] = {one, other};
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    for (size_t i = 0; i < 2 && its_names[i] != NULL; i++) {
        const tg_document_trace row = made_row(its_names[i], TG_VERDICT_MATCH);
        tg_assert_ok(tg_document_add_trace(document, &row, tg_suite_error));
    }
    tg_assert_ok(tg_document_end(document, TG_OK, 0, tg_suite_error));
    return document;
}

START_TEST(document_merge_refuses_traces_of_other_shards)
{
    assert_refused(make_of(0, "BaseAlu.main", NULL), make_of(1, "BaseAlu.main", NULL),
                   "BaseAlu.main is in shard 0, too");
    assert_refused(make_of(0, "BaseAlu.main", NULL), make_of(1, "ExtAlu.main", "Select.main"),
                   "shard 0 has 1 trace, and of 3 in all it has to have 2");
}
END_TEST

START_TEST(document_merge_tells_the_worst)
{
    static const struct {
        tg_status one, other, joined;
    } rows[] = {
        {TG_OK, TG_OK, TG_OK},
        {TG_OK, TG_ERR_UNAVAILABLE, TG_ERR_UNAVAILABLE},
        {TG_ERR_MISMATCH, TG_ERR_UNAVAILABLE, TG_ERR_MISMATCH},
        {TG_ERR_MISMATCH, TG_ERR_FORMAT, TG_ERR_FORMAT},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tg_document *const parts[] = {make(made_recipe(0, 2), rows[i].one),
                                      make(made_recipe(1, 2), rows[i].other)};
        tg_document *joined = NULL;
        tg_assert_ok(tg_document_merge(&joined, parts, paths, 2, tg_suite_error));
        ck_assert_int_eq(tg_document_status(joined), rows[i].joined);
        tg_document_destroy(joined);
        tg_document_destroy(parts[0]);
        tg_document_destroy(parts[1]);
    }
}
END_TEST

/* A shard of one trace, whose counts are as large as they can be said. */
static tg_document *make_large(size_t index, size_t nb_cells)
{
    const tg_recipe recipe = made_recipe(index, 2);
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    tg_document_trace row = made_row(names[index], TG_VERDICT_MATCH);
    row.nb_cells = nb_cells;
    tg_assert_ok(tg_document_add_trace(document, &row, tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_OK, 0, tg_suite_error));
    return document;
}

START_TEST(document_merge_refuses_sums_that_are_no_numbers)
{
    tg_document *parts[] = {make_large(0, INT64_MAX - 1), make_large(1, 1)};
    tg_document *joined = NULL;
    tg_assert_ok(tg_document_merge(&joined, parts, paths, 2, tg_suite_error));
    tg_document_destroy(joined);
    tg_document_destroy(parts[1]);
    parts[1] = make_large(1, INT64_MAX);
    tg_assert_fails(TG_ERR_FORMAT, "nb_cells",
                    tg_document_merge(&joined, parts, paths, 2, tg_suite_error));
    ck_assert_ptr_null(joined);
    tg_document_destroy(parts[0]);
    tg_document_destroy(parts[1]);
}
END_TEST

START_TEST(document_merge_checks_what_it_joined)
{
    // Parts that say they passed, and whose rows say otherwise.
    tg_document *parts[] = {make_of(0, "BaseAlu.main", NULL), NULL};
    const tg_recipe recipe = made_recipe(1, 2);
    const tg_document_trace row = made_row("ExtAlu.main", TG_VERDICT_MISMATCH);
    tg_document *joined = NULL;
    tg_assert_ok(tg_document_create(&parts[1], &recipe, false, tg_suite_error));
    tg_assert_ok(tg_document_add_trace(parts[1], &row, tg_suite_error));
    tg_assert_ok(tg_document_end(parts[1], TG_OK, 0, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "verdict.status",
                    tg_document_merge(&joined, parts, paths, 2, tg_suite_error));
    tg_document_destroy(parts[0]);
    tg_document_destroy(parts[1]);
}
END_TEST

TG_SUITE("document_merge", document_merge_is_the_whole_gate,
         document_merge_refuses_what_does_not_fit, document_merge_refuses_traces_of_other_shards,
         document_merge_tells_the_worst, document_merge_refuses_sums_that_are_no_numbers,
         document_merge_checks_what_it_joined)

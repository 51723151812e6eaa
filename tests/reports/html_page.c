/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Writes a page for the test in a browser to the file that HTML_PAGE names in the environment:
 * pictures of a single cell, of padding, of everything. A suite, since what makes documents for
 * tests asserts as suites do.
 */
#include "document_made.h"

#include <stdlib.h>

static void add(tg_document *document, made *one, const char *key)
{
    tg_assert_ok(tg_document_add_finding(document, made_finish(one, key), tg_suite_error));
    made_destroy(one);
}

static tg_document *make(void)
{
    const tg_recipe recipe = made_recipe(0, 0);
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, true, tg_suite_error));
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_document_trace row =
            made_row(tg_trace_at(i)->name, i % 5 == 2 ? TG_VERDICT_MISMATCH : TG_VERDICT_MATCH);
        tg_assert_ok(tg_document_add_trace(document, &row, tg_suite_error));
    }
    add(document, made_select(), "Select.main/eventful/negated/out2");
    made *single = made_create("Global.main", 60000, 65536, 3);
    made_break(single, 34567, 200, 1);
    add(document, single, "Global.main/eventful/other/x");
    made *padding = made_create("MemoryVar.main", 201, 128, 40);
    for (size_t row = 101; row < 128; row++) {
        made_break(padding, row, row % 3, 1);
    }
    add(document, padding, "MemoryVar.main/padding/other/x");
    made *all = made_create("Poseidon2WideDeg3.main", 900, 1024, 100);
    for (size_t i = 0; i < all->height * all->width; i++) {
        all->actual[i] ^= 1;
    }
    add(document, all, "Poseidon2WideDeg3.main/eventful/other/x");
    tg_assert_ok(tg_document_add_note(document, MADE_HOSTILE, tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_ERR_MISMATCH, 2.25, tg_suite_error));
    return document;
}

START_TEST(html_page_is_written)
{
    const char *path = getenv("HTML_PAGE");
    ck_assert_msg(path != NULL, "HTML_PAGE names no file");
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    tg_document *document = make();
    tg_assert_ok(tg_document_write(file, document, TG_DOCUMENT_HTML, tg_suite_error));
    ck_assert_int_eq(fclose(file), 0);
    tg_document_destroy(document);
}
END_TEST

TG_SUITE("html_page", html_page_is_written)

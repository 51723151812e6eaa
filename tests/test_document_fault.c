/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Documents without memory, and on files that fail: each nth call fails once. */
#include "document_made.h"
#include "fault.h"
#include "test_files.h"

static char folder[256];
static char path[512];

/* Make a document of one trace, one note, one finding; *document is NULL after an error. */
static tg_status make(tg_document **document, made *one, size_t index, size_t total,
                      tg_error *error)
{
    const tg_recipe recipe = made_recipe(index, total);
    const tg_document_trace row =
        made_row(index == 0 ? "Select.main" : "ExtAlu.main", TG_VERDICT_MISMATCH);
    tg_status status = tg_document_create(document, &recipe, true, error);
    if (status != TG_OK) return status;
    if (status == TG_OK) status = tg_document_add_note(*document, "note", error);
    if (status == TG_OK) status = tg_document_add_trace(*document, &row, error);
    if (status == TG_OK) status = tg_document_add_finding(*document, &one->finding, error);
    if (status == TG_OK) status = tg_document_end(*document, TG_ERR_MISMATCH, 1, error);
    if (status == TG_OK) return status;
    tg_document_destroy(*document);
    *document = NULL;
    return status;
}

static tg_status make_and_write(made *one, tg_error *error)
{
    tg_document *document = NULL;
    tg_status status = make(&document, one, 0, 0, error);
    for (tg_document_form form = 0; form < TG_NB_DOCUMENT_FORMS && status == TG_OK; form++) {
        FILE *out = fopen("/dev/null", "w");
        if (out == NULL) return tg_io_error(error, "open", "/dev/null", 5);
        status = tg_document_write(out, document, form, error);
        (void)fclose(out);
    }
    tg_document_destroy(document);
    return status;
}

static tg_status read_it(made *one, tg_error *error)
{
    (void)one;
    tg_document *document = NULL;
    const tg_status status = tg_document_read(&document, path, error);
    tg_document_destroy(document);
    return status;
}

static tg_status join_it(made *one, tg_error *error)
{
    static const char *const paths[] = {"a.json", "b.json"};
    tg_document *parts[2] = {NULL, NULL};
    tg_document *joined = NULL;
    tg_status status = make(&parts[0], one, 0, 2, error);
    if (status == TG_OK) status = make(&parts[1], one, 1, 2, error);
    if (status == TG_OK) status = tg_document_merge(&joined, parts, paths, 2, error);
    tg_document_destroy(joined);
    tg_document_destroy(parts[0]);
    tg_document_destroy(parts[1]);
    return status;
}

/* Run with each nth call failing; the number of calls. */
static long run_with_faults(tg_fault_kind kind, tg_status (*work)(made *one, tg_error *error),
                            made *one)
{
    for (long nth = 1;; nth++) {
        tg_error error = {0};
        tg_fault_arm(kind, nth);
        const tg_status status = work(one, &error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            return nth - 1;
        }
        // A name of a processor that cannot be read, and files that were read: no loss.
        if (status == TG_OK && kind == TG_FAULT_IO) continue;
        ck_assert_int_eq(status, kind == TG_FAULT_MEMORY ? TG_ERR_MEMORY : TG_ERR_IO);
        ck_assert(error.what[0] != '\0' && error.how[0] != '\0');
    }
}

START_TEST(document_fault_ends_in_an_error)
{
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/report.json", folder);
    made *one = made_select();
    tg_document *document = NULL;
    size_t nb_bytes = 0;
    tg_assert_ok(make(&document, one, 0, 0, tg_suite_error));
    char *text = made_print(document, TG_DOCUMENT_JSON, &nb_bytes);
    write_file(path, text, nb_bytes);
    free(text);
    tg_document_destroy(document);
    ck_assert_int_ge(run_with_faults(TG_FAULT_MEMORY, make_and_write, one), 4);
    ck_assert_int_ge(run_with_faults(TG_FAULT_MEMORY, read_it, one), 3);
    ck_assert_int_ge(run_with_faults(TG_FAULT_IO, read_it, one), 3);
    ck_assert_int_ge(run_with_faults(TG_FAULT_MEMORY, join_it, one), 10);
    made_destroy(one);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(document_fault_tells_a_full_disk)
{
    tg_document *document = made_document(false);
    for (tg_document_form form = 0; form < TG_NB_DOCUMENT_FORMS; form++) {
        FILE *full = fopen("/dev/full", "w");
        ck_assert_ptr_nonnull(full);
        tg_assert_fails(TG_ERR_IO, tg_document_form_name(form),
                        tg_document_write(full, document, form, tg_suite_error));
        (void)fclose(full);
    }
    tg_document_destroy(document);
}
END_TEST

TG_SUITE("document_fault", document_fault_ends_in_an_error, document_fault_tells_a_full_disk)

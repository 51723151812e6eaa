/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Files of a report as a document with failing calls: each nth call fails once; no file is
 * half-written, and nothing is left beside them. */
#include "cli/document_files.h"
#include "fault.h"
#include "test_files.h"

#include <unistd.h>

static const tg_document_values values = {
    .paths = {[TG_DOCUMENT_JSON] = "a", [TG_DOCUMENT_SARIF] = "b"}};

static tg_document *make_document(void)
{
    const tg_recipe recipe = {.verb = "test"};
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_OK, 0.0, tg_suite_error));
    return document;
}

static tg_status open_and_write(const tg_document *document, tg_error *error)
{
    tg_document_files files;
    const tg_status status = tg_document_files_open(&files, &values, error);
    return status == TG_OK ? tg_document_files_write(&files, document, NULL, error) : status;
}

/* Fail each call of one kind; returns how many failures were told. */
static size_t fail_each(const tg_document *document, tg_fault_kind kind, tg_status expected)
{
    size_t nb_told = 0;
    for (long nth = 1;; nth++) {
        tg_error error = {0};
        write_file("a", "old", 3);
        tg_fault_arm(kind, nth);
        const tg_status status = open_and_write(document, &error);
        const bool has_failed = tg_fault_disarm();
        if (status == TG_OK) {
            ck_assert_uint_eq(nb_entries("."), 2);
            ck_assert_int_eq(unlink("b"), 0);
        } else {
            assert_says(expected, &error, "", "");
            // The last file of all comes last: it is not there, and so is nothing that was begun.
            ck_assert_uint_eq(nb_entries("."), 1);
            nb_told++;
        }
        if (!has_failed) return nb_told;
    }
}

static void try_all(tg_fault_kind kind, tg_status expected, size_t nb_least)
{
    char folder[256];
    tg_suite_make_folder(folder);
    ck_assert_int_eq(chdir(folder), 0);
    tg_document *document = make_document();
    ck_assert_uint_ge(fail_each(document, kind, expected), nb_least);
    tg_document_destroy(document);
    ck_assert_int_eq(chdir("/"), 0);
    tg_suite_remove_folder(folder);
}

START_TEST(document_files_fault_of_memory_is_an_error)
{
    try_all(TG_FAULT_MEMORY, TG_ERR_MEMORY, 1);
}
END_TEST

START_TEST(document_files_fault_of_output_is_an_error)
{
    // Two files: each is opened, looked up, flushed, brought onto the disk and renamed.
    try_all(TG_FAULT_IO, TG_ERR_IO, 10);
}
END_TEST

TG_SUITE("document_files_fault", document_files_fault_of_memory_is_an_error,
         document_files_fault_of_output_is_an_error)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Files of a report as a document: opened before the work, written together, or not at all. */
#include "cli/document_files.h"
#include "test_files.h"

#include <unistd.h>

typedef struct test_values {
    tg_document_values documents;
} test_values;

static const tg_option options[] = {TG_DOCUMENT_OPTIONS(test_values, documents)};

static char folder[256];

static void set_up(void)
{
    tg_suite_make_folder(folder);
    ck_assert_int_eq(chdir(folder), 0);
}

static void tear_down(void)
{
    ck_assert_int_eq(chdir("/"), 0);
    tg_suite_remove_folder(folder);
}

/* A document of one finding: a backend that failed. */
static tg_document *make_document(void)
{
    const tg_recipe recipe = {.verb = "test"};
    const tg_report report = {.title = "Select.main", .expected = "reference", .actual = "host"};
    const tg_causes causes = {.nb = 1, .list = {{.cause = TG_CAUSE_FAILED, .confidence = 100}}};
    const tg_error why = {.status = TG_ERR_KERNEL, .what = "it failed"};
    tg_key key;
    ck_assert(tg_key_read(&key, "Select.main/failed/failed/the kernel under test failed"));
    const tg_finding finding = {.report = &report,
                                .failed = TG_ERR_KERNEL,
                                .why = &why,
                                .backend = "host",
                                .causes = &causes,
                                .key = &key,
                                .text = "text"};
    tg_document *document = NULL;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    tg_assert_ok(tg_document_add_finding(document, &finding, tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_ERR_MISMATCH, 0.0, tg_suite_error));
    return document;
}

static void *value_of(tg_document_values *values, const char *option)
{
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (strcmp(options[i].name, option) == 0)
            return (unsigned char *)values + options[i].offset - offsetof(test_values, documents);
    }
    ck_abort_msg("no option --%s", option);
    return NULL;
}

START_TEST(document_files_have_an_option_for_each_form)
{
    tg_document_values values = {.github = false};
    for (size_t i = 0; i < TG_NB_DOCUMENT_FORMS; i++) {
        void *value = value_of(&values, tg_document_form_name((tg_document_form)i));
        ck_assert_ptr_eq(value, i == TG_DOCUMENT_GITHUB ? (void *)&values.github
                                                        : (void *)&values.paths[i]);
    }
    ck_assert_ptr_eq(value_of(&values, "no-times"), &values.no_times);
    ck_assert_uint_eq(sizeof options / sizeof options[0], (size_t)TG_NB_DOCUMENT_FORMS + 1);
}
END_TEST

START_TEST(document_files_are_wanted_or_not)
{
    tg_document_values values = {.no_times = true};
    ck_assert(!tg_document_files_wanted(&values));
    values.github = true;
    ck_assert(tg_document_files_wanted(&values));
    values.github = false;
    values.paths[TG_DOCUMENT_HTML] = "x";
    ck_assert(tg_document_files_wanted(&values));
}
END_TEST

START_TEST(document_files_appear_together)
{
    set_up();
    tg_document *document = make_document();
    const tg_document_values values = {.paths = {[TG_DOCUMENT_JSON] = "a",
                                                 [TG_DOCUMENT_JUNIT] = "b",
                                                 [TG_DOCUMENT_SARIF] = "c",
                                                 [TG_DOCUMENT_HTML] = "d"}};
    tg_document_files files;
    tg_assert_ok(tg_document_files_open(&files, &values, tg_suite_error));
    ck_assert_int_ne(access("a", F_OK), 0);
    tg_assert_ok(tg_document_files_write(&files, document, NULL, tg_suite_error));
    static const struct {
        const char *path;
        const char *text;
    } written[] = {{"a", "\"tracegate.report\""},
                   {"b", "<testsuites"},
                   {"c", "\"2.1.0\""},
                   {"d", "<html"}};
    for (size_t i = 0; i < sizeof written / sizeof written[0]; i++) {
        size_t length = 0;
        unsigned char *bytes = read_file(written[i].path, &length);
        bytes[length] = '\0';
        ck_assert_msg(strstr((char *)bytes, written[i].text) != NULL, "no %s in %s",
                      written[i].text, written[i].path);
        free(bytes);
    }
    ck_assert_uint_eq(nb_entries("."), 4);
    tg_document_destroy(document);
    tear_down();
}
END_TEST

START_TEST(document_files_can_be_standard_output)
{
    set_up();
    tg_document *document = make_document();
    const tg_document_values values = {.paths = {[TG_DOCUMENT_JSON] = "-"}, .no_times = true};
    tg_document_files files;
    // Into a file, and standard error into another one.
    (void)fflush(stdout);
    const int out = dup(STDOUT_FILENO);
    const int err = dup(STDERR_FILENO);
    ck_assert_ptr_nonnull(freopen("out", "w", stdout));
    ck_assert_ptr_nonnull(freopen("err", "w", stderr));
    tg_assert_ok(tg_document_files_open(&files, &values, tg_suite_error));
    (void)puts("for people");
    tg_assert_ok(tg_document_files_write(&files, document, stdout, tg_suite_error));
    (void)fflush(NULL);
    ck_assert_int_ge(dup2(out, STDOUT_FILENO), 0);
    ck_assert_int_ge(dup2(err, STDERR_FILENO), 0);
    size_t length = 0;
    unsigned char *bytes = read_file("out", &length);
    ck_assert_msg(length > 2 && bytes[0] == '{' && bytes[length - 2] == '}', "no document");
    free(bytes);
    bytes = read_file("err", &length);
    ck_assert_uint_eq(length, strlen("for people\n"));
    free(bytes);
    tg_document_destroy(document);
    tear_down();
}
END_TEST

START_TEST(document_files_are_as_they_were_when_discarded)
{
    set_up();
    write_file("a", "old", 3);
    const tg_document_values values = {
        .paths = {[TG_DOCUMENT_JSON] = "a", [TG_DOCUMENT_JUNIT] = "b"}};
    tg_document_files files;
    tg_assert_ok(tg_document_files_open(&files, &values, tg_suite_error));
    tg_document_files_discard(&files);
    assert_file_holds("a", "old");
    ck_assert_uint_eq(nb_entries("."), 1);
    tear_down();
}
END_TEST

/* Opening must fail with a text and leave nothing behind. */
static void refuse(const tg_document_values *values, tg_status status, const char *text)
{
    tg_document_files files;
    const size_t nb_before = nb_entries(".");
    tg_assert_fails(status, text, tg_document_files_open(&files, values, tg_suite_error));
    ck_assert_uint_eq(files.nb, 0);
    ck_assert_uint_eq(nb_entries("."), nb_before);
}

START_TEST(document_files_refuse_what_cannot_be_written)
{
    set_up();
    const tg_document_values unwritable = {
        .paths = {[TG_DOCUMENT_JSON] = "a", [TG_DOCUMENT_SARIF] = "nosuch/b"}};
    refuse(&unwritable, TG_ERR_IO, "--sarif");
    const tg_document_values same = {
        .paths = {[TG_DOCUMENT_JSON] = "a", [TG_DOCUMENT_HTML] = "./a"}};
    refuse(&same, TG_ERR_USAGE, "--json and --html have one path");
    const tg_document_values twice = {
        .paths = {[TG_DOCUMENT_JUNIT] = "-", [TG_DOCUMENT_HTML] = "-"}};
    refuse(&twice, TG_ERR_USAGE, "--junit and --html would both be on standard output");
    const tg_document_values both = {.paths = {[TG_DOCUMENT_JUNIT] = "-"}, .github = true};
    refuse(&both, TG_ERR_USAGE, "--github and --junit would both be on standard output");
    const tg_document_values no_times = {.no_times = true, .github = true};
    refuse(&no_times, TG_ERR_USAGE, "--no-times");
    tear_down();
}
END_TEST

START_TEST(document_files_keep_inputs)
{
    set_up();
    write_file("in.npy", "old", 3);
    ck_assert_int_eq(symlink("in.npy", "link"), 0);
    const tg_document_values values = {.paths = {[TG_DOCUMENT_HTML] = "link"}};
    tg_document_files files;
    tg_assert_ok(tg_document_files_open(&files, &values, tg_suite_error));
    tg_assert_ok(tg_document_files_keep(&files, NULL, tg_suite_error));
    tg_assert_ok(tg_document_files_keep(&files, "other", tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "--html would replace",
                    tg_document_files_keep(&files, "in.npy", tg_suite_error));
    tg_document_files_discard(&files);
    assert_file_holds("in.npy", "old");
    tear_down();
}
END_TEST

START_TEST(document_files_print_annotations)
{
    tg_document *document = make_document();
    const tg_document_values values = {.github = true};
    tg_document_files files;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(out);
    tg_assert_ok(tg_document_files_open(&files, &values, tg_suite_error));
    tg_assert_ok(tg_document_files_write(&files, document, out, tg_suite_error));
    ck_assert_int_eq(fclose(out), 0);
    ck_assert_msg(strncmp(text, "::error ", 8) == 0, "no annotation: %s", text);
    free(text);
    tg_document_destroy(document);
}
END_TEST

TG_SUITE("document_files", document_files_have_an_option_for_each_form,
         document_files_are_wanted_or_not, document_files_appear_together,
         document_files_can_be_standard_output, document_files_are_as_they_were_when_discarded,
         document_files_refuse_what_cannot_be_written, document_files_keep_inputs,
         document_files_print_annotations)

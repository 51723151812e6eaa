/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Documents that are read: what was written comes back the same; what was not is refused, with its
 * place. */
#include "document_made.h"
#include "test_files.h"

static char folder[256];
static char path[512];

static void begin(void)
{
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/report.json", folder);
}

/* Read bytes as a file. */
static tg_status read_bytes(tg_document **document, const char *bytes, size_t nb_bytes,
                            tg_error *error)
{
    write_file(path, bytes, nb_bytes);
    return tg_document_read(document, path, error);
}

START_TEST(document_read_gives_the_same_back)
{
    begin();
    for (int with_times = 0; with_times < 2; with_times++) {
        tg_document *document = made_document(with_times);
        tg_document *read = NULL;
        size_t nb_bytes = 0;
        size_t nb_again = 0;
        char *text = made_print(document, TG_DOCUMENT_JSON, &nb_bytes);
        tg_assert_ok(read_bytes(&read, text, nb_bytes, tg_suite_error));
        ck_assert_int_eq(tg_document_status(read), TG_ERR_MISMATCH);
        // In every form: what is read is as good as what is made.
        for (tg_document_form form = 0; form < TG_NB_DOCUMENT_FORMS; form++) {
            char *made_text = made_print(document, form, &nb_bytes);
            char *read_text = made_print(read, form, &nb_again);
            ck_assert_msg(nb_bytes == nb_again && memcmp(made_text, read_text, nb_bytes) == 0,
                          "%s differs", tg_document_form_name(form));
            free(made_text);
            free(read_text);
        }
        free(text);
        tg_document_destroy(document);
        tg_document_destroy(read);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

/* Replace the first `from` of a document's text; to be freed. */
static char *replace(const char *text, const char *from, const char *to)
{
    const char *at = strstr(text, from);
    ck_assert_msg(at != NULL, "no \"%s\" in the document", from);
    char *changed = malloc(strlen(text) + strlen(to) + 1);
    ck_assert_ptr_nonnull(changed);
    const size_t before = (size_t)(at - text);
    memcpy(changed, text, before);
    (void)strcpy(changed + before, to);
    (void)strcat(changed, at + strlen(from));
    return changed;
}

/* Changes of one place of a document, and what the reader says of them. */
static const struct {
    const char *from;
    const char *to;
    const char *says;
} changes[] = {
    {"\"version\": 1", "\"version\": 2", "of version 2, not 1"},
    {"\"version\": 1", "\"version\": 0", "of version 0, not 1"},
    {"\"schema\": \"tracegate.report\"", "\"schema\": \"other\"", "not a report"},
    {"\"schema\": \"tracegate.report\",", "", "not a report"},
    {"\"seconds\": null,", "", "seconds is missing"},
    {"\"seconds\": null,", "\"seconds\": null, \"more\": 1,", "more is no key"},
    {"\"seed\": \"0xdeadbeef\"", "\"seed\": \"deadbeef\"", "recipe.seed is not a hex"},
    {"\"seed\": \"0xdeadbeef\"", "\"seed\": 7", "recipe.seed is not a text"},
    {"\"nb_records\": 0", "\"nb_records\": -1", "recipe.nb_records is -1"},
    {"\"nb_records\": 0", "\"nb_records\": 0.5", "recipe.nb_records is not an integer"},
    {"\"nb_records\": 0", "\"nb_records\": null", "recipe.nb_records is not an integer"},
    {"\"actuals\": [\"host\"]", "\"actuals\": \"host\"", "recipe.actuals is not an array"},
    {"\"actuals\": [\"host\"]", "\"actuals\": [1]", "recipe.actuals[0] is not a text"},
    {"\"verdict\": \"match\"", "\"verdict\": \"fine\"", "traces[0].verdict is none of"},
    {"\"status\": \"mismatch\", \"exit_code\": 1", "\"status\": \"ok\", \"exit_code\": 1",
     "verdict.exit_code"},
    {"\"exit_code\": 1", "\"exit_code\": 4", "verdict.exit_code is 4, not 0 to 3"},
    {"\"status\": \"mismatch\", \"exit_code\": 1", "\"status\": \"ok\", \"exit_code\": 0",
     "verdict.status is \"ok\", but something differs"},
    {"\"status\": \"mismatch\", \"exit_code\": 1",
     "\"status\": \"not available on this machine\", \"exit_code\": 3", "something differs"},
    {"\"verdict\": \"mismatch\"", "\"verdict\": \"match\"", "traces[1].verdict is \"match\""},
    {"\"verdict\": \"expected failure\"", "\"verdict\": \"match\"", "traces[2].verdict"},
    {"\"verdict\": \"not run\"", "\"verdict\": \"match\"", "traces[4].verdict"},
    {"\"verdict\": \"nothing compared\"", "\"verdict\": \"match\"", "traces[5].verdict"},
    {"\"verdict\": \"match\"", "\"verdict\": \"mismatch\"", "traces[0].verdict"},
    {"\"key\": \"Select.main/eventful/negated/out2\"", "\"key\": \"\\u001b[2J/eventful/negated/x\"",
     "findings[0].key is no key"},
    {"\"key\": \"Select.main/eventful/negated/out2\"", "\"key\": \"Select.main\"",
     "findings[0].key is no key"},
    {"\"key\": \"Select.main/eventful/negated/out2\"",
     "\"key\": \"Select.main/eventful/negated/out1\"", "findings[0].key_id"},
    {"\"nb_cells\": 12345678901", "\"nb_cells\": 9223372036854775807", "nb_cells: the sum"},
    {"\"nb_comparisons\": 16", "\"nb_comparisons\": 17", "nb_comparisons is 17"},
    {"\"nb_side_words\": 60", "\"nb_side_words\": 61", "nb_side_words is 61"},
    {"\"nb_findings_listed\": 4", "\"nb_findings_listed\": 3", "nb_findings_listed is 3"},
    {"\"nb_findings\": 4", "\"nb_findings\": 3", "nb_findings is 3"},
    {"\"confidence\": 100", "\"confidence\": 101", "findings[0].causes[0].confidence is 101"},
    {"\"id\": \"negated\"", "\"id\": \"cursed\"", "findings[0].causes[0].id is none of"},
    {"\"word\": \"0x7f000005\"", "\"word\": \"0x7F000005\"",
     "findings[0].cells[0].actual.word is not a hex"},
    {"\"marks\": [[1, 1, 2, 1, 1, 0]]", "\"marks\": [[1, 1, 2, 1, 1]]",
     "findings[0].picture.marks[0] has 5 elements"},
    {"\"canonical\": false", "\"canonical\": 0", "canonical is neither true nor false"},
    {"\"picture\": {", "\"picture\": [], \"x\": {", "findings[0].picture is not an object"},
};

START_TEST(document_read_refuses_what_does_not_belong)
{
    begin();
    tg_document *document = made_document(false);
    size_t nb_bytes = 0;
    char *text = made_print(document, TG_DOCUMENT_JSON, &nb_bytes);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        tg_document *read = NULL;
        tg_error error = {0};
        char *changed = replace(text, changes[i].from, changes[i].to);
        ck_assert_int_eq(read_bytes(&read, changed, strlen(changed), &error), TG_ERR_FORMAT);
        assert_says(TG_ERR_FORMAT, &error, changes[i].says, path);
        ck_assert_ptr_null(read);
        free(changed);
    }
    free(text);
    tg_document_destroy(document);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Write a gate of one matching trace, then what is changed in it. */
static tg_status read_changed(const char *from, const char *to, tg_error *error)
{
    const tg_recipe recipe = made_recipe(0, 0);
    const tg_document_trace row = made_row("Select.main", TG_VERDICT_MATCH);
    tg_document *document = NULL;
    tg_document *read = NULL;
    size_t nb_bytes = 0;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    tg_assert_ok(tg_document_add_trace(document, &row, tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_OK, 0, tg_suite_error));
    char *text = made_print(document, TG_DOCUMENT_JSON, &nb_bytes);
    char *changed = replace(text, from, to);
    const tg_status status = read_bytes(&read, changed, strlen(changed), error);
    tg_document_destroy(read);
    tg_document_destroy(document);
    free(text);
    free(changed);
    return status;
}

START_TEST(document_read_derives_the_verdict)
{
    begin();
    tg_error error = {0};
    const char *ok = "\"status\": \"ok\", \"exit_code\": 0";
    ck_assert_int_eq(read_changed(ok, ok, &error), TG_OK);
    // Red without anything that is.
    ck_assert_int_eq(read_changed(ok, "\"status\": \"mismatch\", \"exit_code\": 1", &error),
                     TG_ERR_FORMAT);
    assert_says(TG_ERR_FORMAT, &error, "nothing differs", path);
    // A gate that lists no trace has not passed.
    const tg_recipe recipe = made_recipe(0, 0);
    tg_document *document = NULL;
    tg_document *read = NULL;
    size_t nb_bytes = 0;
    tg_assert_ok(tg_document_create(&document, &recipe, false, tg_suite_error));
    tg_assert_ok(tg_document_end(document, TG_OK, 0, tg_suite_error));
    char *text = made_print(document, TG_DOCUMENT_JSON, &nb_bytes);
    tg_assert_fails(TG_ERR_FORMAT, "nothing was compared",
                    read_bytes(&read, text, nb_bytes, tg_suite_error));
    free(text);
    tg_document_destroy(document);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(document_read_knows_what_is_bare)
{
    tg_document *document = made_document(false);
    tg_json_value *traces = tg_json_member(tg_document_root(document), "traces");
    size_t nb_bare = 0;
    for (size_t i = 0; i < tg_json_length(traces); i++) {
        tg_json_value *trace = tg_json_element(traces, i);
        if (!tg_document_is_bare(document, trace)) continue;
        nb_bare++;
        size_t index = 0;
        ck_assert_str_eq(tg_document_next_note(document, trace, &index),
                         "ExtAlu.main: known failure passes: ExtAlu.main/x <&");
        ck_assert_ptr_null(tg_document_next_note(document, trace, &index));
    }
    ck_assert_uint_eq(nb_bare, 1);
    tg_document_destroy(document);
}
END_TEST

/* What can be read must be a document: it prints, and what it prints reads back as the same. */
static void assert_sound(tg_document *read)
{
    size_t nb_bytes = 0;
    size_t nb_again = 0;
    char *text = made_print(read, TG_DOCUMENT_JSON, &nb_bytes);
    tg_document_destroy(read);
    tg_document *again = NULL;
    tg_assert_ok(read_bytes(&again, text, nb_bytes, tg_suite_error));
    for (tg_document_form form = 0; form < TG_NB_DOCUMENT_FORMS; form++) {
        char *printed = made_print(again, form, &nb_again);
        if (form == TG_DOCUMENT_JSON)
            ck_assert(nb_bytes == nb_again && memcmp(text, printed, nb_bytes) == 0);
        free(printed);
    }
    free(text);
    tg_document_destroy(again);
}

START_TEST(document_read_takes_no_half)
{
    begin();
    tg_document *document = made_document(true);
    size_t nb_bytes = 0;
    char *text = made_print(document, TG_DOCUMENT_JSON, &nb_bytes);
    for (size_t length = 0; length + 2 < nb_bytes; length += 1 + length % 97) {
        tg_document *read = NULL;
        tg_error error = {0};
        ck_assert_int_eq(read_bytes(&read, text, length, &error), TG_ERR_FORMAT);
        ck_assert(error.how[0] != '\0' && strstr(error.where, path) != NULL);
    }
    free(text);
    tg_document_destroy(document);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(document_read_survives_changed_bytes)
{
    begin();
    tg_document *document = made_document(true);
    size_t nb_bytes = 0;
    size_t nb_read = 0;
    size_t nb_refused = 0;
    uint64_t state = 11;
    char *text = made_print(document, TG_DOCUMENT_JSON, &nb_bytes);
    for (size_t round = 0; round < 2000; round++) {
        tg_document *read = NULL;
        tg_error error = {0};
        const size_t at = sample_next(&state) % nb_bytes;
        const char before = text[at];
        // Half of them characters that mean something to JSON.
        text[at] = round % 2 == 0 ? "{}[]\",:0-\\"[sample_next(&state) % 10]
                                  : (char)(sample_next(&state) & 0xff);
        const tg_status status = read_bytes(&read, text, nb_bytes, &error);
        text[at] = before;
        nb_read += status == TG_OK;
        nb_refused += status != TG_OK;
        if (status == TG_OK) {
            assert_sound(read);
        } else {
            ck_assert_int_eq(status, TG_ERR_FORMAT);
            ck_assert(error.what[0] != '\0' && error.how[0] != '\0');
        }
    }
    ck_assert_uint_gt(nb_read, 50);
    ck_assert_uint_gt(nb_refused, 500);
    free(text);
    tg_document_destroy(document);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(document_read_refuses_other_files)
{
    begin();
    tg_document *read = NULL;
    tg_assert_fails(TG_ERR_IO, "No such file", tg_document_read(&read, path, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "folder", tg_document_read(&read, folder, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "not a report", read_bytes(&read, "{}", 2, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "no object", read_bytes(&read, "[]", 2, tg_suite_error));
    char *deep = malloc(1 << 20);
    ck_assert_ptr_nonnull(deep);
    memset(deep, '[', 1 << 20);
    tg_assert_fails(TG_ERR_FORMAT, "malformed", read_bytes(&read, deep, 1 << 20, tg_suite_error));
    free(deep);
    char *long_file = calloc(5, 1 << 20);
    ck_assert_ptr_nonnull(long_file);
    tg_assert_fails(TG_ERR_SIZE, "at most", read_bytes(&read, long_file, 5 << 20, tg_suite_error));
    free(long_file);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("document_read", document_read_gives_the_same_back,
         document_read_refuses_what_does_not_belong, document_read_takes_no_half,
         document_read_derives_the_verdict, document_read_knows_what_is_bare,
         document_read_survives_changed_bytes, document_read_refuses_other_files)

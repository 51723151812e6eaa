/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Beginning a chip: the file that it is made from, and the files that are made. That they build and
 * work is tests/cli/test_new_chip.sh's. */
#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "cli/new_chip_internal.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file of columns in the folder. */
static void write_file(char path[300], const char *folder, const char *text)
{
    (void)snprintf(path, 300, "%s/columns.json", folder);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

#define TRACE(rest) "{\"version\": 1, \"traces\": [{\"kind\": \"main\", " rest "}]}"
#define FIELDS(fields) TRACE("\"columns\": [\"a\"], \"event\": [" fields "]")
#define COLUMNS(columns) TRACE("\"columns\": [" columns "]")

START_TEST(new_chip_reads_all_that_there_is)
{
    static const char text[] =
        TRACE("\"event\": [{\"name\": \"op\", \"type\": \"enum\", \"values\": [\"Add\", \"Sub\"]},"
              " {\"name\": \"state.words[3]\", \"dims\": [8, 16]},"
              " {\"name\": \"limb\", \"type\": \"byte\", \"below\": 16}],"
              " \"columns\": [\"a\", {\"name\": \"double\", \"dims\": [2]}],"
              " \"rows_per_event\": 3, \"max_events\": 7, \"padding\": \"zero event\","
              " \"height\": \"always 16\", \"reference\": \"whole trace\"");
    char folder[256];
    char path[300];
    new_chip chip;
    tg_suite_make_folder(folder);
    write_file(path, folder, text);
    tg_assert_ok(new_chip_read(&chip, "MyChip9", path, tg_suite_error));
    const new_trace *trace = &chip.traces[0];
    ck_assert_str_eq(chip.id, "mychip9");
    ck_assert_uint_eq(chip.nb_traces, 1);
    ck_assert_uint_eq(trace->nb_fields, 3);
    ck_assert_str_eq(trace->fields[0].values[1], "Sub");
    ck_assert_str_eq(trace->fields[1].member, "state_words_3");
    ck_assert_str_eq(trace->fields[1].dims, "[8][16]");
    ck_assert_str_eq(trace->fields[1].type->form, "TRACEGATE_FELT");
    ck_assert_uint_eq(trace->fields[2].below, 16);
    ck_assert_str_eq(trace->columns[1].name, "double");
    ck_assert_str_eq(trace->columns[1].member, "double_");
    ck_assert_uint_eq(trace->rows_per_event, 3);
    ck_assert_uint_eq(trace->max_events, 7);
    ck_assert_str_eq(trace->padding, "TRACEGATE_PADDING_ZERO_EVENT");
    ck_assert_str_eq(trace->height, "TRACEGATE_HEIGHT_ALWAYS_16");
    ck_assert(trace->is_whole);
    new_chip_clear(&chip);
    tg_suite_remove_folder(folder);
}
END_TEST

static const struct {
    const char *text;
    const char *what;
} wrong[] = {
    {"{", "malformed"},
    {"{}", "version"},
    {"{\"version\": 2, \"traces\": []}", "version"},
    {"{\"version\": 1}", "traces"},
    {"{\"version\": 1, \"trace\": []}", "there is no key \"trace\""},
    {"{\"version\": 1, \"trace\": []}", "did you mean traces"},
    {"{\"version\": 1, \"zzzzzz\": []}", "leave it out"},
    {"{\"version\": 1, \"traces\": []}", "a chip has one or two traces"},
    {"{\"version\": 1, \"traces\": [1]}", "this is no object (traces[0]"},
    {"{\"version\": 1, \"traces\": [{\"kind\": \"side\"}]}", "this is none: \"side\""},
    {"{\"version\": 1, \"traces\": [{\"kind\": 3}]}", "(traces[0]"},
    {"{\"version\": 1, \"traces\": [{\"columns\": [\"a\"]}, {\"columns\": [\"a\"]}]}",
     "two traces are of one kind: \"main\" (traces[1]"},
    {TRACE("\"colums\": [\"a\"]"), "did you mean columns"},
    {TRACE("\"event\": [{\"name\": \"a\"}]"), "columns"},
    {COLUMNS(""), "too few or too many: \"columns\""},
    {COLUMNS("1"), "this is no object (traces[0].columns[0]"},
    {COLUMNS("\"a b\""), "this is no name: \"a b\""},
    {COLUMNS("\"1a\""), "this is no name"},
    {COLUMNS("\"a.b\", \"a_b\""), "two would be one member in C: \"a_b\" (traces[0].columns[1]"},
    {COLUMNS("{\"dims\": [1]}"), "name"},
    {COLUMNS("{\"name\": \"a\", \"type\": \"felt\"}"), "there is no key \"type\""},
    {COLUMNS("{\"name\": \"a\", \"dims\": []}"), "dims has none or too many numbers"},
    {COLUMNS("{\"name\": \"a\", \"dims\": [1, 1, 1, 1, 2]}"), "too many numbers"},
    {COLUMNS("{\"name\": \"a\", \"dims\": [0]}"), "dims"},
    {COLUMNS("{\"name\": \"a\", \"dims\": 2}"), "dims"},
    {FIELDS("\"a\""), "this is no object (traces[0].event[0]"},
    {FIELDS("{\"name\": \"a\", \"type\": \"feltt\"}"), "this is none: \"feltt\""},
    {FIELDS("{\"name\": \"a\", \"values\": [\"A\"]}"), "an enum has values, and nothing else has"},
    {FIELDS("{\"name\": \"a\", \"type\": \"enum\"}"), "an enum has values"},
    {FIELDS("{\"name\": \"a\", \"type\": \"enum\", \"values\": []}"), "an enum has values"},
    {FIELDS("{\"name\": \"a\", \"type\": \"enum\", \"values\": [\"x y\"]}"),
     "this is no name of a value: \"x y\""},
    {FIELDS("{\"name\": \"a\", \"below\": 3}"), "\"below\" is for bytes"},
    {FIELDS("{\"name\": \"a\", \"type\": \"byte\", \"below\": 257}"), "below"},
    {TRACE("\"columns\": [\"a\"], \"events_per_row\": 2, \"rows_per_event\": 2"),
     "exclude each other"},
    {TRACE("\"columns\": [\"a\"], \"events_per_row\": 0"), "events_per_row"},
    {TRACE("\"columns\": [\"a\"], \"padding\": \"one\""), "padding is one of \"zero\","},
    {TRACE("\"columns\": [\"a\"], \"padding\": \"constant\""),
     "constant padding needs a reference of the whole trace"},
};

START_TEST(new_chip_refuses_what_is_wrong)
{
    char folder[256];
    char path[300];
    tg_suite_make_folder(folder);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        new_chip chip;
        tg_error error = {.status = TG_OK};
        write_file(path, folder, wrong[i].text);
        tg_assert_fails(TG_ERR_FORMAT, wrong[i].what,
                        new_chip_read(&chip, "MyChip", path, tg_suite_error));
        new_chip_clear(&chip);
        ck_assert_int_ne(new_chip_read(&chip, "MyChip", path, &error), TG_OK);
        ck_assert_msg(strstr(error.where, path) != NULL, "%s: %s", wrong[i].text, error.where);
        new_chip_clear(&chip);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(new_chip_refuses_names)
{
    static const char *const names[] = {
        "", "9a", "my chip", "My.main",
        "a234567890123456789012345678901234567890123456789012345678901234567890"};
    new_chip chip;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        tg_assert_fails(TG_ERR_USAGE, "is no name of a chip",
                        new_chip_read(&chip, names[i], "none.json", tg_suite_error));
        new_chip_clear(&chip);
    }
    tg_assert_fails(TG_ERR_USAGE, "there is a chip",
                    new_chip_read(&chip, tg_chip_at(0)->name, "none.json", tg_suite_error));
    new_chip_clear(&chip);
    tg_assert_fails(TG_ERR_IO, "none.json",
                    new_chip_read(&chip, "MyChip", "none.json", tg_suite_error));
    new_chip_clear(&chip);
}
END_TEST

START_TEST(new_chip_writes_nothing_over)
{
    char folder[256];
    char path[300];
    char there[300];
    new_chip chip;
    tg_suite_make_folder(folder);
    write_file(path, folder, COLUMNS("\"a\""));
    tg_assert_ok(new_chip_read(&chip, "MyChip", path, tg_suite_error));
    // A link that leads nowhere is there, too.
    (void)snprintf(there, sizeof there, "%s/reference.c", folder);
    ck_assert_int_eq(symlink("nowhere", there), 0);
    tg_assert_fails(TG_ERR_USAGE, "reference.c)", new_chip_write(&chip, folder, tg_suite_error));
    (void)snprintf(path, sizeof path, "%s/mychip.h", folder);
    ck_assert_int_ne(access(path, F_OK), 0);
    ck_assert_int_eq(unlink(there), 0);
    tg_assert_ok(new_chip_write(&chip, folder, tg_suite_error));
    ck_assert_int_eq(access(path, R_OK), 0);
    tg_assert_fails(TG_ERR_USAGE, "there is a file already",
                    new_chip_write(&chip, folder, tg_suite_error));
    (void)snprintf(path, sizeof path, "%s/none/inside", folder);
    tg_assert_fails(TG_ERR_IO, "the folder cannot be made",
                    new_chip_write(&chip, path, tg_suite_error));
    new_chip_clear(&chip);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(new_chip_templates_know_their_names)
{
    // Every condition of the templates once: an event and none, a row and a whole trace.
    static const char text[] =
        "{\"version\": 1, \"traces\": ["
        "{\"kind\": \"preprocessed\", \"columns\": [\"a\"], \"reference\": \"whole trace\"},"
        "{\"kind\": \"main\", \"columns\": [\"a\", {\"name\": \"b\", \"dims\": [2]}],"
        " \"events_per_row\": 2, \"event\": [{\"name\": \"op\", \"type\": \"enum\", \"values\":"
        " [\"A\"]}, {\"name\": \"limb\", \"type\": \"byte\"}]}]}";
    char folder[256];
    char path[300];
    new_chip chip;
    tg_suite_make_folder(folder);
    write_file(path, folder, text);
    tg_assert_ok(new_chip_read(&chip, "MyChip", path, tg_suite_error));
    const tg_scope scope = new_chip_scope(&chip);
    ck_assert_uint_eq(new_nb_files(), 8);
    for (size_t i = 0; i < new_nb_files(); i++) {
        char *made = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&made, &length);
        ck_assert_ptr_nonnull(out);
        tg_assert_ok(
            tg_template_print(out, new_files[i].name, new_files[i].text, &scope, tg_suite_error));
        ck_assert_int_eq(fclose(out), 0);
        ck_assert_uint_gt(length, 100);
        ck_assert_ptr_null(strchr(made, '@'));
        free(made);
    }
    new_chip_clear(&chip);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("new_chip", new_chip_reads_all_that_there_is, new_chip_refuses_what_is_wrong,
         new_chip_refuses_names, new_chip_writes_nothing_over, new_chip_templates_know_their_names)

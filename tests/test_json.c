/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* JSON: syntax errors with their place, typed and bounded values. */
#include "files/json.h"
#include "test_files.h"

static char folder[256];
static char path[512];

static void setup_path(void)
{
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/x.json", folder);
}

static void open_text(tg_json *json, const char *text)
{
    write_file(path, text, strlen(text));
    tg_assert_ok(tg_json_open(json, path, tg_suite_error));
}

START_TEST(json_reads_values)
{
    setup_path();
    tg_json json;
    size_t size = 0;
    char text[8] = "";
    tg_json_value *array = NULL;
    open_text(
        &json,
        "{\"n\": 9007199254740993, \"t\": \"\\u00e9\", \"a\": [{\"n\": 2}, 3], \"z\": null}\n");
    tg_assert_ok(tg_json_get_size(&size, json.root, "n", 0, SIZE_MAX, tg_suite_error));
    ck_assert_uint_eq(size, 9007199254740993u);
    tg_assert_ok(tg_json_get_text(text, sizeof text, json.root, "t", tg_suite_error));
    ck_assert_str_eq(text, "\xc3\xa9");
    tg_assert_ok(tg_json_get_array(&array, &size, json.root, "a", tg_suite_error));
    ck_assert_uint_eq(size, 2);
    tg_assert_ok(tg_json_get_size(&size, tg_json_element(array, 0), "n", 2, 2, tg_suite_error));
    ck_assert_uint_eq(size, 2);
    ck_assert(tg_json_has(json.root, "n") && !tg_json_has(json.root, "z") &&
              !tg_json_has(json.root, "absent"));
    tg_json_close(&json);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(json_refuses_values_that_do_not_fit)
{
    setup_path();
    tg_json json;
    size_t size = 77;
    char text[4] = "old";
    tg_json_value *array = NULL;
    open_text(
        &json,
        "{\"n\": 5, \"m\": -1, \"r\": 1.0, \"t\": \"four\", \"a\": [7], \"z\": null, \"b\": true}");
    tg_assert_fails(TG_ERR_FORMAT, "\"n\" is 5",
                    tg_json_get_size(&size, json.root, "n", 0, 4, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "integer from 6 to 9",
                    tg_json_get_size(&size, json.root, "n", 6, 9, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "\"m\" is -1",
                    tg_json_get_size(&size, json.root, "m", 0, SIZE_MAX, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "not an integer",
                    tg_json_get_size(&size, json.root, "r", 0, 9, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "not an integer",
                    tg_json_get_size(&size, json.root, "t", 0, 9, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "not an integer",
                    tg_json_get_size(&size, json.root, "b", 0, 9, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "missing",
                    tg_json_get_size(&size, json.root, "absent", 0, 9, tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "4 bytes",
                    tg_json_get_text(text, sizeof text, json.root, "t", tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "not a string",
                    tg_json_get_text(text, sizeof text, json.root, "n", tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "not a string",
                    tg_json_get_prose(text, sizeof text, json.root, "z", tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "not an array",
                    tg_json_get_array(&array, &size, json.root, "n", tg_suite_error));
    ck_assert_uint_eq(size, 77);
    ck_assert_str_eq(text, "old");
    tg_assert_ok(tg_json_get_array(&array, &size, json.root, "a", tg_suite_error));
    tg_assert_fails(TG_ERR_FORMAT, "not an object",
                    tg_json_get_size(&size, tg_json_element(array, 0), "n", 0, 9, tg_suite_error));
    tg_json_close(&json);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(json_cuts_prose_between_characters)
{
    setup_path();
    tg_json json;
    char text[6];
    open_text(
        &json,
        "{\"a\": \"abcd\\u00e9\", \"b\": \"abc\\u00e9x\", \"c\": \"a\\u001bb\\n\", \"d\": \"\"}");
    tg_assert_ok(tg_json_get_prose(text, sizeof text, json.root, "a", tg_suite_error));
    ck_assert_str_eq(text, "abcd");
    tg_assert_ok(tg_json_get_prose(text, sizeof text, json.root, "b", tg_suite_error));
    ck_assert_str_eq(text, "abc\xc3\xa9");
    tg_assert_ok(tg_json_get_prose(text, sizeof text, json.root, "c", tg_suite_error));
    ck_assert_str_eq(text, "a?b?");
    tg_assert_ok(tg_json_get_prose(text, sizeof text, json.root, "d", tg_suite_error));
    ck_assert_str_eq(text, "");
    tg_json_close(&json);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(json_refuses_malformed_files_with_their_place)
{
    static const struct {
        const char *text;
        size_t length; /* 0: strlen */
        const char *words;
    } files[] = {
        {"", 0, "line 1, column 0"},
        {"{", 0, "line 1, column 1"},
        {"[]", 0, "no object"},
        {"3", 0, "malformed JSON"},
        {"{\n  \"a\": 1,\n  \"b\" 2\n}", 0, "line 3, column 7"},
        {"{\"a\": 1, \"a\": 2}", 0, "duplicate"},
        {"{\"a\": 1} {}", 0, "end of file expected"},
        {"{\"a\": 1,}", 0, "malformed JSON"},
        {"{\"a\": 01}", 0, "malformed JSON"},
        {"{'a': 1}", 0, "malformed JSON"},
        {"{\"a\": NaN}", 0, "malformed JSON"},
        {"{\"a\": 99999999999999999999}", 0, "too big integer"},
        {"{\"a\": 1e999}", 0, "real number overflow"},
        {"{\"a\": \"\\u0000\"}", 0, "\\u0000"},
        {"{\"a\": \"\xff\"}", 0, "unable to decode byte 0xff"},
        {"{\"a\": \"x\0\"}", 11, "malformed JSON"},
        {"{\n\"a\": 7\0}", 10, "malformed JSON: a NUL"},
        {"{\"a\": \"\x1b[2J\"}", 0, "malformed JSON: control character 0x1b"},
        {"\xef\xbb\xbf{}", 0, "malformed JSON"},
        {"{} \x1b[31m\n", 0, "malformed JSON"},
    };
    setup_path();
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        tg_json json;
        write_file(path, files[i].text,
                   files[i].length != 0 ? files[i].length : strlen(files[i].text));
        tg_error error = {0};
        ck_assert_int_eq(tg_json_open(&json, path, &error), TG_ERR_FORMAT);
        assert_says(TG_ERR_FORMAT, &error, files[i].words, path);
        assert_says(TG_ERR_FORMAT, &error, "line ", "column ");
    }
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(json_refuses_depth_and_length_without_bound)
{
    setup_path();
    tg_json json;
    const size_t length = (size_t)TG_JSON_MAX_BYTES + 1;
    char *text = malloc(length);
    memset(text, '[', length);
    write_file(path, text, length - 1);
    tg_assert_fails(TG_ERR_FORMAT, "maximum parsing depth",
                    tg_json_open(&json, path, tg_suite_error));
    write_file(path, text, length);
    tg_assert_fails(TG_ERR_SIZE, "4194305 bytes", tg_json_open(&json, path, tg_suite_error));
    // One string that needs an arena of its own.
    memset(text, 'x', length - 1);
    memcpy(text, "{\"a\": \"", 7);
    memcpy(text + length - 3, "\"}", 2);
    write_file(path, text, length - 1);
    tg_assert_ok(tg_json_open(&json, path, tg_suite_error));
    char prose[16];
    tg_assert_ok(tg_json_get_prose(prose, sizeof prose, json.root, "a", tg_suite_error));
    ck_assert_str_eq(prose, "xxxxxxxxxxxxxxx");
    tg_json_close(&json);
    free(text);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(json_survives_every_truncation_and_changed_byte)
{
    static const char text[] =
        "{\"a\": [1, -2.5e3, \"x\\n\\u00e9\"], \"b\": {\"c\": null, \"d\": true}}";
    setup_path();
    tg_json json;
    for (size_t length = 0; length < strlen(text); length++) {
        write_file(path, text, length);
        tg_assert_fails(TG_ERR_FORMAT, path, tg_json_open(&json, path, tg_suite_error));
    }
    char changed[sizeof text];
    memcpy(changed, text, sizeof text);
    for (size_t at = 0; at < strlen(text); at++) {
        for (unsigned byte = 0; byte < 256; byte += 5) {
            changed[at] = (char)byte;
            write_file(path, changed, strlen(text));
            tg_error error = {0};
            const tg_status status = tg_json_open(&json, path, &error);
            ck_assert(status == TG_OK || status == TG_ERR_FORMAT);
            if (status == TG_OK) tg_json_close(&json);
        }
        changed[at] = text[at];
    }
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(json_cleans_controls)
{
    // One byte each, and two: U+0080, U+009B, U+009F; U+00A0 and others stay.
    char text[] = "a\x1b[2J\x7f\tb\xc2\x80\xc2\x9b\xc2\x9f\xc2\xa0\xc3\xa9\xe2\x82\xac";
    tg_json_clean(text);
    ck_assert_str_eq(text, "a?[2J??b???\xc2\xa0\xc3\xa9\xe2\x82\xac");
    char empty[] = "";
    tg_json_clean(empty);
    ck_assert_str_eq(empty, "");
}
END_TEST

TG_SUITE("json", json_cleans_controls, json_reads_values, json_refuses_values_that_do_not_fit,
         json_cuts_prose_between_characters, json_refuses_malformed_files_with_their_place,
         json_refuses_depth_and_length_without_bound,
         json_survives_every_truncation_and_changed_byte)

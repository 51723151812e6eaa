/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* JSON that is made: bytes, order, escapes, copies. */
#include "files/json_tree.h"
#include "test_files.h"

/* What a tree prints; to be freed. */
static char *print(tg_json_value *value)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(stream);
    tg_json_print(stream, value);
    ck_assert_int_eq(fclose(stream), 0);
    ck_assert_uint_eq(tg_json_printed_bytes(value, 0) + 1, length);
    ck_assert(!tg_json_is_longer(value, 0, length - 1));
    ck_assert(tg_json_is_longer(value, 0, length - 2));
    for (size_t most = 0; most < length - 1; most += length / 256 + 1) {
        ck_assert(tg_json_is_longer(value, 0, most));
    }
    return text;
}

static void assert_prints(tg_json_value *value, const char *wanted)
{
    char *text = print(value);
    ck_assert_str_eq(text, wanted);
    free(text);
}

START_TEST(json_tree_prints_in_order)
{
    tg_json_tree tree;
    tg_assert_ok(tg_json_tree_init(&tree, tg_suite_error));
    assert_prints(tree.root, "{}\n");
    tg_json_put_null(&tree, tree.root, "z");
    tg_json_put_count(&tree, tree.root, "a", INT64_MAX);
    tg_json_put_real(&tree, tree.root, "r", 1.0 / 3.0);
    tg_json_put_real(&tree, tree.root, "i", 1.0 / 0.0);
    tg_json_put_bool(&tree, tree.root, "t", true);
    tg_json_node *list = tg_json_put_array(&tree, tree.root, "list");
    tg_json_put_bool(&tree, list, NULL, false);
    tg_json_node *item = tg_json_put_object(&tree, list, NULL);
    tg_json_put_text(&tree, item, "k", "v");
    // What replaces a value stands where that stood.
    tg_json_put_text(&tree, tree.root, "z", "last");
    tg_assert_ok(tg_json_tree_status(&tree, tg_suite_error));
    assert_prints(tree.root, "{\n \"z\": \"last\",\n \"a\": 9223372036854775807,\n"
                             " \"r\": 0.333333,\n \"i\": null,\n \"t\": true,\n"
                             " \"list\": [false, {\"k\": \"v\"}]\n}\n");
    tg_json_tree_clear(&tree);
}
END_TEST

START_TEST(json_tree_escapes_and_mends_text)
{
    static const struct {
        const char *text;
        const char *printed;
    } texts[] = {
        {"", "\"\""},
        {"\"\\/\b\f\n\r\t\x01\x1f\x7f", "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\\u007f\""},
        {"\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xe2\x82\xac\xf0\x9f\x98\x80\""},
        // Lone continuation, cut character, overlong form, surrogate, above U+10FFFF.
        {"a\x80z", "\"a\xef\xbf\xbdz\""},
        {"\xe2\x82", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xe0\x80\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xf4\x90\x80\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xff", "\"\xef\xbf\xbd\""},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        tg_json_tree tree;
        char wanted[256];
        (void)snprintf(wanted, sizeof wanted, "{\n \"t\": %s\n}\n", texts[i].printed);
        tg_assert_ok(tg_json_tree_init(&tree, tg_suite_error));
        tg_json_put_text(&tree, tree.root, "t", texts[i].text);
        tg_assert_ok(tg_json_tree_status(&tree, tg_suite_error));
        assert_prints(tree.root, wanted);
        tg_json_tree_clear(&tree);
    }
}
END_TEST

START_TEST(json_tree_breaks_long_lines)
{
    tg_json_tree tree;
    tg_assert_ok(tg_json_tree_init(&tree, tg_suite_error));
    tg_json_node *list = tg_json_put_array(&tree, tree.root, "list");
    char word[121];
    memset(word, 'x', 120);
    word[120] = '\0';
    tg_json_put_text(&tree, list, NULL, word);
    tg_json_put_text(&tree, list, NULL, word);
    char wanted[512];
    (void)snprintf(wanted, sizeof wanted, "{\n \"list\": [\n  \"%s\",\n  \"%s\"\n ]\n}\n", word,
                   word);
    assert_prints(tree.root, wanted);
    tg_json_tree_clear(&tree);
}
END_TEST

START_TEST(json_tree_reads_back_what_it_prints)
{
    char folder[256];
    char path[512];
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/x.json", folder);
    tg_json_tree tree;
    tg_json_tree copy;
    tg_json json;
    tg_assert_ok(tg_json_tree_init(&tree, tg_suite_error));
    tg_json_node *items = tg_json_put_array(&tree, tree.root, "items");
    for (size_t i = 0; i < 500; i++) {
        tg_json_node *item = tg_json_put_object(&tree, items, NULL);
        tg_json_put_count(&tree, item, "i", i);
        tg_json_put_real(&tree, item, "r", (double)i / 7);
        tg_json_put_text(&tree, item, "t", i % 3 == 0 ? "\x01\"\\\n\xe2\x82\xac" : NULL);
        tg_json_put_array(&tree, item, "none");
    }
    char *printed = print(tree.root);
    write_file(path, printed, strlen(printed));
    tg_assert_ok(tg_json_open(&json, path, tg_suite_error));
    // A copy outlives what it is of.
    tg_assert_ok(tg_json_tree_init(&copy, tg_suite_error));
    tg_json_put_copy(&copy, copy.root, "items", tg_json_member(json.root, "items"));
    tg_json_close(&json);
    tg_json_tree_clear(&tree);
    tg_assert_ok(tg_json_tree_status(&copy, tg_suite_error));
    assert_prints(copy.root, printed);
    free(printed);
    tg_json_tree_clear(&copy);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(json_tree_cuts_arrays)
{
    tg_json_tree tree;
    tg_assert_ok(tg_json_tree_init(&tree, tg_suite_error));
    tg_json_node *list = tg_json_put_array(&tree, tree.root, "list");
    for (size_t i = 0; i < 100; i++) {
        tg_json_put_text(&tree, tg_json_put_object(&tree, list, NULL), "name", "value");
    }
    tg_json_cut_array(&tree, list, 200);
    ck_assert_uint_eq(tg_json_length(list), 100);
    tg_json_cut_array(&tree, list, 1);
    ck_assert_uint_eq(tg_json_length(list), 1);
    tg_json_put_count(&tree, list, NULL, 7);
    assert_prints(tree.root, "{\n \"list\": [{\"name\": \"value\"}, 7]\n}\n");
    tg_json_tree_clear(&tree);
}
END_TEST

START_TEST(json_tree_tells_types_and_keys)
{
    tg_json_tree tree;
    tg_assert_ok(tg_json_tree_init(&tree, tg_suite_error));
    tg_json_put_text(&tree, tree.root, "text", "t");
    tg_json_put_count(&tree, tree.root, "count", 5);
    tg_json_put_real(&tree, tree.root, "real", 0.5);
    tg_json_put_bool(&tree, tree.root, "bool", true);
    tg_json_put_null(&tree, tree.root, "null");
    tg_json_put_array(&tree, tree.root, "array");
    tg_json_put_object(&tree, tree.root, "object");
    static const tg_json_type types[] = {TG_JSON_TEXT, TG_JSON_INTEGER, TG_JSON_REAL,  TG_JSON_BOOL,
                                         TG_JSON_NULL, TG_JSON_ARRAY,   TG_JSON_OBJECT};
    static const char *const keys[] = {"text", "count", "real", "bool", "null", "array", "object"};
    const char *key = NULL;
    for (size_t i = 0; i < 7; i++) {
        key = tg_json_next_key(tree.root, key);
        ck_assert_str_eq(key, keys[i]);
        ck_assert_int_eq(tg_json_type_of(tg_json_member(tree.root, key)), types[i]);
    }
    ck_assert_ptr_null(tg_json_next_key(tree.root, key));
    ck_assert_int_eq(tg_json_type_of(NULL), TG_JSON_NULL);
    ck_assert_str_eq(tg_json_text_of(tg_json_member(tree.root, "count")), "");
    ck_assert_int_eq(tg_json_integer_of(tg_json_member(tree.root, "count")), 5);
    ck_assert_int_eq(tg_json_integer_of(tg_json_member(tree.root, "text")), 0);
    ck_assert_double_eq(tg_json_real_of(tg_json_member(tree.root, "count")), 5);
    ck_assert_double_eq(tg_json_real_of(tg_json_member(tree.root, "real")), 0.5);
    ck_assert(tg_json_bool_of(tg_json_member(tree.root, "bool")));
    ck_assert(!tg_json_bool_of(tg_json_member(tree.root, "null")));
    ck_assert(tg_json_is_equal(tree.root, tree.root) && !tg_json_is_equal(tree.root, NULL));
    ck_assert(
        !tg_json_is_equal(tg_json_member(tree.root, "array"), tg_json_member(tree.root, "object")));
    tg_json_tree_clear(&tree);
}
END_TEST

TG_SUITE("json_tree", json_tree_prints_in_order, json_tree_escapes_and_mends_text,
         json_tree_breaks_long_lines, json_tree_reads_back_what_it_prints, json_tree_cuts_arrays,
         json_tree_tells_types_and_keys)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* JSON as it is written: nesting, commas, escapes, numbers that JSON has not. */
#include "cli/json_out.h"
#include "suite.h"

#include <math.h>
#include <stdlib.h>

START_TEST(json_out_writes_nested_values)
{
    char *text = NULL;
    size_t size = 0;
    tg_json_out json = {.out = open_memstream(&text, &size)};
    ck_assert_ptr_nonnull(json.out);
    tg_json_begin(&json, NULL, '{');
    tg_json_text(&json, "text", "a \"b\" \\ \n\x01 \xc3\xa9");
    tg_json_text(&json, "none", NULL);
    tg_json_count(&json, "count", UINT64_MAX);
    tg_json_begin(&json, "list", '[');
    tg_json_begin(&json, NULL, '[');
    tg_json_end(&json);
    tg_json_bool(&json, NULL, true);
    tg_json_real(&json, NULL, 0.25);
    tg_json_real(&json, NULL, (double)INFINITY);
    tg_json_real(&json, NULL, (double)NAN);
    tg_json_end(&json);
    tg_json_bool(&json, "last", false);
    tg_json_end(&json);
    ck_assert_int_eq(fclose(json.out), 0);
    ck_assert_str_eq(text, "{\n"
                           "  \"text\": \"a \\\"b\\\" \\\\ \\u000a\\u0001 \xc3\xa9\",\n"
                           "  \"none\": null,\n"
                           "  \"count\": 18446744073709551615,\n"
                           "  \"list\": [\n"
                           "    [],\n"
                           "    true,\n"
                           "    0.25,\n"
                           "    null,\n"
                           "    null\n"
                           "  ],\n"
                           "  \"last\": false\n"
                           "}\n");
    free(text);
}
END_TEST

TG_SUITE("json_out", json_out_writes_nested_values)

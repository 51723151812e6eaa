/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* JSON on a stream as it is made, indented by nesting: results are written once, in order, and
 * never read back here.
 *
 *   tg_json_out json = {.out = stdout};
 *   tg_json_begin(&json, NULL, '{');
 *   tg_json_text(&json, "name", "Select.main");
 *   tg_json_end(&json);
 */
#ifndef TRACEGATE_CLI_JSON_OUT_H
#define TRACEGATE_CLI_JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Nesting that a writer can take. */
#define TG_JSON_DEPTH 8

/* A writer; all zero but out to begin with. */
typedef struct tg_json_out {
    FILE *out;
    size_t depth;
    char close[TG_JSON_DEPTH]; /* what ends each open object or array */
    bool has_items[TG_JSON_DEPTH + 1];
} tg_json_out;

/* Begin an object ('{') or array ('['), and end the innermost one. name: the member's in an
 * object, NULL in an array. */
void tg_json_begin(tg_json_out *json, const char *name, char open);
void tg_json_end(tg_json_out *json);

/* One member of an object, or one item of an array (name NULL). text: UTF-8; NULL writes null. */
void tg_json_text(tg_json_out *json, const char *name, const char *text);
void tg_json_count(tg_json_out *json, const char *name, uint64_t count);
void tg_json_real(tg_json_out *json, const char *name, double value); /* not finite: null */
void tg_json_bool(tg_json_out *json, const char *name, bool value);

#endif

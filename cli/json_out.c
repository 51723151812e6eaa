/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* JSON on a stream. */
#include "cli/json_out.h"

#include "model/status.h"

#include <inttypes.h>
#include <math.h>

static void print_text(FILE *out, const char *text)
{
    (void)fputc('"', out);
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\') {
            (void)fprintf(out, "\\%c", *at);
        } else if (*at < 0x20) {
            (void)fprintf(out, "\\u%04x", *at);
        } else {
            (void)fputc(*at, out);
        }
    }
    (void)fputc('"', out);
}

static void new_line(const tg_json_out *json)
{
    (void)fprintf(json->out, "\n%*s", (int)(2 * json->depth), "");
}

/* What stands before each value: comma, line, name. */
static void print_start(tg_json_out *json, const char *name)
{
    if (json->has_items[json->depth]) (void)fputc(',', json->out);
    json->has_items[json->depth] = true;
    if (json->depth != 0) new_line(json);
    if (name == NULL) return;
    print_text(json->out, name);
    (void)fputs(": ", json->out);
}

void tg_json_begin(tg_json_out *json, const char *name, char open)
{
    TG_VERIFY_CHECK(json->depth < TG_JSON_DEPTH);
    print_start(json, name);
    (void)fputc(open, json->out);
    json->close[json->depth++] = open == '{' ? '}' : ']';
    json->has_items[json->depth] = false;
}

void tg_json_end(tg_json_out *json)
{
    TG_VERIFY_CHECK(json->depth > 0);
    const bool has_items = json->has_items[json->depth];
    json->depth--;
    if (has_items) new_line(json);
    (void)fputc(json->close[json->depth], json->out);
    if (json->depth == 0) (void)fputc('\n', json->out);
}

void tg_json_text(tg_json_out *json, const char *name, const char *text)
{
    print_start(json, name);
    if (text == NULL) {
        (void)fputs("null", json->out);
    } else {
        print_text(json->out, text);
    }
}

void tg_json_count(tg_json_out *json, const char *name, uint64_t count)
{
    print_start(json, name);
    (void)fprintf(json->out, "%" PRIu64, count);
}

void tg_json_real(tg_json_out *json, const char *name, double value)
{
    print_start(json, name);
    if (isfinite(value)) {
        (void)fprintf(json->out, "%.6g", value);
    } else {
        (void)fputs("null", json->out);
    }
}

void tg_json_bool(tg_json_out *json, const char *name, bool value)
{
    print_start(json, name);
    (void)fputs(value ? "true" : "false", json->out);
}

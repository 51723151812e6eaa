/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Printing of JSON: what fits into a line of the width below stands in one, everything else has a
 * line for each of its values. */
#include "files/json_tree.h"

#include <inttypes.h>
#include <string.h>

/* Columns of a line that holds a whole array or object: a wrong cell of a report is one. */
#define MAX_COLUMNS ((size_t)240)

/* Columns that each level of nesting is indented by. */
#define INDENT ((size_t)1)

/* Where bytes go: they are counted, and printed if there is a stream. */
typedef struct printer {
    FILE *out;
    size_t nb_bytes;
    size_t most; /* there is nothing to print or count beyond so many */
} printer;

static bool is_full(const printer *to) { return to->nb_bytes > to->most; }

static void print_bytes(printer *to, const char *bytes, size_t nb_bytes)
{
    if (to->out != NULL) (void)fwrite(bytes, 1, nb_bytes, to->out);
    to->nb_bytes += nb_bytes;
}

static void print_string(printer *to, const char *text) { print_bytes(to, text, strlen(text)); }

static bool is_escaped(unsigned char byte)
{
    return byte < 0x20 || byte == '"' || byte == '\\' || byte == 0x7f;
}

static void print_escape(printer *to, unsigned char byte)
{
    // Those that JSON has a letter for; all others by number, DEL too: it is for terminals.
    static const char letters[] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r',
                                   ['\t'] = 't', ['"'] = '"',  ['\\'] = '\\'};
    char text[8];
    if (byte < sizeof letters && letters[byte] != '\0') {
        (void)snprintf(text, sizeof text, "\\%c", letters[byte]);
    } else {
        (void)snprintf(text, sizeof text, "\\u%04x", byte);
    }
    print_string(to, text);
}

static void print_text(printer *to, const char *text)
{
    print_string(to, "\"");
    const char *start = text;
    for (; *text != '\0' && !is_full(to); text++) {
        // U+0080 to U+009F are two bytes, the second of which is the number.
        const bool is_of_two = (unsigned char)*text == 0xc2 && tg_json_is_control(text);
        if (!is_of_two && !is_escaped((unsigned char)*text)) continue;
        print_bytes(to, start, (size_t)(text - start));
        if (is_of_two) text++;
        print_escape(to, (unsigned char)*text);
        start = text + 1;
    }
    print_bytes(to, start, (size_t)(text - start));
    print_string(to, "\"");
}

static void print_scalar(printer *to, tg_json_value *value)
{
    char text[48];
    switch (tg_json_type_of(value)) {
    case TG_JSON_TEXT:
        print_text(to, tg_json_text_of(value));
        return;
    case TG_JSON_BOOL:
        print_string(to, tg_json_bool_of(value) ? "true" : "false");
        return;
    case TG_JSON_INTEGER:
        (void)snprintf(text, sizeof text, "%" PRId64, tg_json_integer_of(value));
        break;
    case TG_JSON_REAL:
        (void)snprintf(text, sizeof text, "%.6g", tg_json_real_of(value));
        break;
    default:
        (void)snprintf(text, sizeof text, "null");
        break;
    }
    print_string(to, text);
}

static void print_value(printer *to, tg_json_value *value, size_t depth);

/* What stands before a value: comma, line. In a line (depth SIZE_MAX) a space. */
static void print_start(printer *to, bool is_first, size_t depth)
{
    if (!is_first) print_string(to, ",");
    if (depth == SIZE_MAX) {
        if (!is_first) print_string(to, " ");
        return;
    }
    print_string(to, "\n");
    for (size_t i = 0; i < depth * INDENT; i++) {
        print_string(to, " ");
    }
}

/* Print an array or object, its values nested at this depth. */
static void print_container(printer *to, tg_json_value *value, size_t depth)
{
    const bool is_array = tg_json_type_of(value) == TG_JSON_ARRAY;
    const size_t inner = depth == SIZE_MAX ? SIZE_MAX : depth + 1;
    bool is_empty = true;
    print_string(to, is_array ? "[" : "{");
    if (is_array) {
        for (size_t i = 0; i < tg_json_length(value) && !is_full(to); i++) {
            print_start(to, is_empty, inner);
            print_value(to, tg_json_element(value, i), inner);
            is_empty = false;
        }
    } else {
        for (const char *key = tg_json_next_key(value, NULL); key != NULL && !is_full(to);
             key = tg_json_next_key(value, key)) {
            print_start(to, is_empty, inner);
            print_text(to, key);
            print_string(to, ": ");
            print_value(to, tg_json_member(value, key), inner);
            is_empty = false;
        }
    }
    if (!is_empty && depth != SIZE_MAX) print_start(to, true, depth);
    print_string(to, is_array ? "]" : "}");
}

/* Whether an array or object has so few values that it is worth measuring: each level measures
 * what is below it again. */
static bool is_small(tg_json_value *value)
{
    return tg_json_length(value) + tg_json_nb_keys(value) <= MAX_COLUMNS / 4;
}

static void print_value(printer *to, tg_json_value *value, size_t depth)
{
    const tg_json_type type = tg_json_type_of(value);
    if (type != TG_JSON_ARRAY && type != TG_JSON_OBJECT) {
        print_scalar(to, value);
        return;
    }
    size_t inner = depth;
    // The root is never one line.
    if (depth != SIZE_MAX && depth != 0 && is_small(value)) {
        printer measure = {.most = MAX_COLUMNS};
        print_container(&measure, value, SIZE_MAX);
        if (measure.nb_bytes + depth * INDENT <= MAX_COLUMNS) inner = SIZE_MAX;
    }
    print_container(to, value, inner);
}

void tg_json_print(FILE *out, tg_json_value *value)
{
    printer to = {.out = out, .most = SIZE_MAX};
    print_value(&to, value, 0);
    print_string(&to, "\n");
}

size_t tg_json_printed_bytes(tg_json_value *value, size_t depth)
{
    printer to = {.most = SIZE_MAX};
    print_value(&to, value, depth);
    return to.nb_bytes;
}

bool tg_json_is_longer(tg_json_value *value, size_t depth, size_t most)
{
    printer to = {.most = most};
    print_value(&to, value, depth);
    return is_full(&to);
}

void tg_json_print_text(FILE *out, const char *text)
{
    printer to = {.out = out, .most = SIZE_MAX};
    print_text(&to, text);
}

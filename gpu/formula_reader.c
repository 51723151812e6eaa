/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The text of a formula as it is read. */
#include "gpu/formula_reader_internal.h"

#include <ctype.h>
#include <string.h>

/* Characters of a text that messages show. */
#define SHOWN_TEXT 100

/* ---- errors and text ---- */

tg_status reader_place(reader *of, tg_status status, const char *at)
{
    const reader_source *from = of->from;
    char shown[SHOWN_TEXT + 1];
    size_t length = strnlen(from->text, SHOWN_TEXT);
    // Texts may hold anything, and only ASCII means something in a formula.
    for (size_t i = 0; i < length; i++) {
        shown[i] = isprint((unsigned char)from->text[i]) && (unsigned char)from->text[i] < 0x80
                       ? from->text[i]
                       : '?';
    }
    shown[length] = '\0';
    if (from->name != NULL) {
        tg_error_where(of->error, "character %zu of %.*s, \"%s\"", (size_t)(at - from->text) + 1,
                       READER_SHOWN_NAME, from->name, shown);
    } else {
        tg_error_where(of->error, "character %zu of \"%s\"", (size_t)(at - from->text) + 1, shown);
    }
    return status;
}

static tg_status say_syntax(reader *of, const char *at)
{
    tg_error_how(of->error, "write numbers, names, ( ), + - * / %%, ceil_div(a, b), "
                            "min(a, b), max(a, b), pow(a, b), ceil_log(a, b)");
    return reader_place(of, TG_ERR_FORMAT, at);
}

tg_status reader_unexpected(reader *of, const char *needed)
{
    const char *at = of->from->at;
    const unsigned char found = (unsigned char)*at;
    if (found == '\0') {
        tg_error_set(of->error, TG_ERR_FORMAT, "the formula ends where %s is needed", needed);
    } else if (found < 0x80 && isprint(found)) {
        tg_error_set(of->error, TG_ERR_FORMAT, "'%c' stands where %s is needed", found, needed);
    } else {
        tg_error_set(of->error, TG_ERR_FORMAT, "byte 0x%02x stands where %s is needed", found,
                     needed);
    }
    return say_syntax(of, at);
}

void reader_skip_spaces(reader *of) { of->from->at += strspn(of->from->at, " \t\r\n"); }

bool reader_takes(reader *of, char character)
{
    reader_skip_spaces(of);
    if (*of->from->at != character) return false;
    of->from->at++;
    return true;
}

bool reader_is_name_start(char c) { return isalpha((unsigned char)c) || c == '_'; }
bool reader_is_name_part(char c) { return isalnum((unsigned char)c) || c == '_'; }

tg_status reader_add(reader *of, tg_formula_operation operation, uint64_t value)
{
    if (of->nb_nodes == TG_FORMULA_MAX_NODES) {
        tg_error_set(of->error, TG_ERR_FORMAT,
                     "the formula has more than %zu parts, its named values in their places",
                     TG_FORMULA_MAX_NODES);
        tg_error_how(of->error, "write a shorter one");
        return reader_place(of, TG_ERR_FORMAT, of->from->at);
    }
    of->nodes[of->nb_nodes++] =
        (tg_formula_node){.operation = operation, .name = 0, .value = value};
    return TG_OK;
}

tg_status reader_enter(reader *of)
{
    if (of->depth < TG_FORMULA_MAX_DEPTH) {
        of->depth++;
        return TG_OK;
    }
    tg_error_set(of->error, TG_ERR_FORMAT,
                 "brackets, functions and named values lie more than %d deep in each other",
                 TG_FORMULA_MAX_DEPTH);
    tg_error_how(of->error, "write a flatter formula");
    return reader_place(of, TG_ERR_FORMAT, of->from->at);
}

/* ---- numbers ---- */

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return 16;
}

tg_status reader_number(reader *of)
{
    const char *start = of->from->at;
    const bool is_hex = start[0] == '0' && (start[1] == 'x' || start[1] == 'X');
    const uint64_t base = is_hex ? 16 : 10;
    const char *at = is_hex ? start + 2 : start;
    const char *first = at;
    uint64_t value = 0;
    for (; digit_value(*at) < (int)base; at++) {
        if (__builtin_mul_overflow(value, base, &value) ||
            __builtin_add_overflow(value, (uint64_t)digit_value(*at), &value)) {
            tg_error_set(of->error, TG_ERR_SIZE, "a number is above 2^64 - 1");
            tg_error_how(of->error, "write one that has 64 bits");
            return reader_place(of, TG_ERR_SIZE, start);
        }
    }
    // 010 is 8 in C and 10 elsewhere: neither is guessed.
    const bool is_octal = !is_hex && at - first > 1 && *first == '0';
    if (at == first || is_octal || reader_is_name_part(*at)) {
        tg_error_set(of->error, TG_ERR_FORMAT,
                     is_octal ? "a number begins with 0" : "this is neither number nor name");
        tg_error_how(of->error, "write decimal numbers without leading zeros, or 0x and "
                                "hexadecimal digits; names begin with a letter");
        return reader_place(of, TG_ERR_FORMAT, start);
    }
    of->from->at = at;
    return reader_add(of, TG_FORMULA_NUMBER, value);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Parser of .npy header texts. The grammar is what np.save writes, with blanks anywhere between
 * tokens:
 *   header = "{" entry { "," entry } [ "," ] "}" blanks newline
 *   entry  = string ":" value        value = string | "True" | "False" | shape
 *   shape  = "(" ")" | "(" number "," { number "," } [ number ] ")"
 * Nothing nests, so that a hostile header can't use up the stack.
 */
#include "files/npy_internal.h"

#include <string.h>

typedef struct cursor {
    const char *text;
    size_t length;
    size_t at;
    tg_error *error;
} cursor;

static tg_status malformed(const cursor *in, const char *what)
{
    tg_error_set(in->error, TG_ERR_FORMAT, "malformed .npy header: %s at byte %zu of its text",
                 what, in->at);
    tg_error_how(in->error, TG_NPY_HOW_REWRITE);
    return TG_ERR_FORMAT;
}

/* The next byte that is no blank, not taken; 0 at the end, which no valid text holds. */
static char peek(cursor *in)
{
    while (in->at < in->length && (in->text[in->at] == ' ' || in->text[in->at] == '\t')) {
        in->at++;
    }
    return in->at < in->length ? in->text[in->at] : '\0';
}

static bool take(cursor *in, char expected)
{
    if (peek(in) != expected) return false;
    in->at++;
    return true;
}

/* A word such as True; what follows it is the next token's business. */
static bool take_word(cursor *in, const char *word)
{
    (void)peek(in);
    const size_t length = strlen(word);
    if (in->length - in->at < length || memcmp(in->text + in->at, word, length) != 0) return false;
    in->at += length;
    return true;
}

/* A string of printable ASCII without escapes; no key and no type needs more. */
static tg_status take_string(char *string, size_t size, cursor *in)
{
    const char quote = peek(in);
    if (quote != '\'' && quote != '"') return malformed(in, "a string was expected");
    in->at++;
    size_t used = 0;
    for (;; in->at++) {
        const char byte = in->at < in->length ? in->text[in->at] : '\0';
        if (byte == quote) break;
        if (byte < ' ' || byte > '~' || byte == '\\')
            return malformed(in, "a string holds or ends in a byte it can't hold");
        if (used + 1 == size) return malformed(in, "a string is too long");
        string[used++] = byte;
    }
    in->at++;
    string[used] = '\0';
    return TG_OK;
}

static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

static tg_status take_number(size_t *number, cursor *in)
{
    const char first = peek(in);
    if (first == '-') return malformed(in, "a negative dimension");
    if (!is_digit(first)) return malformed(in, "a dimension was expected");
    const size_t start = in->at;
    size_t value = 0;
    for (; in->at < in->length && is_digit(in->text[in->at]); in->at++) {
        const size_t digit = (size_t)(in->text[in->at] - '0');
        if (value > (SIZE_MAX - digit) / 10) {
            tg_error_set(in->error, TG_ERR_SIZE,
                         "a dimension at byte %zu of the .npy header is above %zu", start,
                         SIZE_MAX);
            tg_error_how(in->error, TG_NPY_HOW_REWRITE);
            return TG_ERR_SIZE;
        }
        value = value * 10 + digit;
    }
    if (first == '0' && in->at - start > 1)
        return malformed(in, "a dimension with a leading 0 ends");
    *number = value;
    return TG_OK;
}

static tg_status take_shape(tg_npy_header *header, cursor *in)
{
    if (!take(in, '(')) return malformed(in, "the shape's \"(\" was expected");
    header->nb_dims = 0;
    bool after_comma = true;
    while (!take(in, ')')) {
        if (!after_comma) return malformed(in, "\",\" or \")\" was expected in the shape");
        size_t number = 0;
        const tg_status status = take_number(&number, in);
        if (status != TG_OK) return status;
        if (header->nb_dims < 2) header->shape[header->nb_dims] = number;
        header->nb_dims++;
        after_comma = take(in, ',');
    }
    // Python reads (5) as a number.
    if (header->nb_dims == 1 && !after_comma)
        return malformed(in, "a shape of one dimension without a \",\" ends");
    return TG_OK;
}

static tg_status take_order(tg_npy_header *header, cursor *in)
{
    header->fortran_order = take_word(in, "True");
    if (!header->fortran_order && !take_word(in, "False"))
        return malformed(in, "True or False was expected");
    return TG_OK;
}

static tg_status take_type(tg_npy_header *header, cursor *in)
{
    if (peek(in) == '[' || peek(in) == '(')
        return malformed(in, "the type is a structure, not a plain type,");
    return take_string(header->type, sizeof header->type, in);
}

/* Keys in the order of bits in a set of keys. */
static const struct {
    const char *key;
    tg_status (*take_value)(tg_npy_header *header, cursor *in);
} entries[] = {
    {.key = "descr", .take_value = take_type},
    {.key = "fortran_order", .take_value = take_order},
    {.key = "shape", .take_value = take_shape},
};

#define NB_ENTRIES (sizeof entries / sizeof entries[0])

static tg_status take_entry(tg_npy_header *header, unsigned *seen, cursor *in)
{
    char key[32];
    const tg_status status = take_string(key, sizeof key, in);
    if (status != TG_OK) return status;
    size_t index = 0;
    while (index < NB_ENTRIES && strcmp(entries[index].key, key) != 0) {
        index++;
    }
    if (index == NB_ENTRIES)
        return malformed(in, "a key that is not descr, fortran_order or shape ends");
    if ((*seen >> index & 1u) != 0) return malformed(in, "a key that came before ends");
    *seen |= 1u << index;
    if (!take(in, ':')) return malformed(in, "\":\" was expected");
    return entries[index].take_value(header, in);
}

tg_status tg_npy_header_parse(tg_npy_header *header, const char *text, size_t length,
                              tg_error *error)
{
    cursor in = {.text = text, .length = length, .at = 0, .error = error};
    *header = (tg_npy_header){.nb_dims = 0};
    unsigned seen = 0;
    if (!take(&in, '{')) return malformed(&in, "\"{\" was expected");
    bool after_comma = true;
    while (!take(&in, '}')) {
        if (!after_comma) return malformed(&in, "\",\" or \"}\" was expected");
        const tg_status status = take_entry(header, &seen, &in);
        if (status != TG_OK) return status;
        after_comma = take(&in, ',');
    }
    if (seen != (1u << NB_ENTRIES) - 1)
        return malformed(&in, "a key is missing: descr, fortran_order, shape are needed; it ends");
    if (!take(&in, '\n') || in.at != in.length)
        return malformed(&in, "blanks and one newline at the end were expected");
    return TG_OK;
}

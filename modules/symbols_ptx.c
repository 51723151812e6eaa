/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Entries of PTX (PTX ISA, "Syntax", "Kernel and Function Directives"): `.entry NAME`. */
#include "modules/symbols_internal.h"

#include <string.h>

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r' || byte == '\v' ||
           byte == '\f';
}

/* Part of a name or of a directive. */
static bool is_part(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || byte == '$' || byte == '%' || byte == '.';
}

/* Behind blanks and comments; the length of the file if nothing else comes. */
static size_t skip_blanks(const text *file, size_t at)
{
    while (at < file->length) {
        const char *byte = file->bytes + at;
        const size_t left = file->length - at;
        if (is_blank(*byte)) {
            at++;
        } else if (left >= 2 && byte[0] == '/' && byte[1] == '/') {
            while (at < file->length && file->bytes[at] != '\n') at++;
        } else if (left >= 2 && byte[0] == '/' && byte[1] == '*') {
            at += 2;
            while (at < file->length && !(file->bytes[at - 1] == '*' && file->bytes[at] == '/' &&
                                          file->bytes + at - 1 > byte + 1))
                at++;
            if (at < file->length) at++;
        } else {
            break;
        }
    }
    return at;
}

static size_t word_end(const text *file, size_t at)
{
    while (at < file->length && is_part(file->bytes[at])) at++;
    return at;
}

static bool is_word(const text *file, size_t at, size_t end, const char *word)
{
    return end - at == strlen(word) && memcmp(file->bytes + at, word, end - at) == 0;
}

bool is_ptx(const text *file)
{
    const size_t at = skip_blanks(file, 0);
    return is_word(file, at, word_end(file, at), ".version");
}

static tg_status ptx_error(tg_error *error, const char *what, size_t offset)
{
    tg_error_set(error, TG_ERR_FORMAT, "the PTX %s", what);
    tg_error_where(error, "byte %zu", offset);
    tg_error_how(error, "build it again: nvcc -ptx");
    return TG_ERR_FORMAT;
}

/* Behind a text in quotes; the length of the file if it does not end. */
static size_t quote_end(const text *file, size_t at)
{
    for (at++; at < file->length && file->bytes[at] != '"'; at++) {
        if (file->bytes[at] == '\\' && at + 1 < file->length) at++;
    }
    return at < file->length ? at + 1 : at;
}

/* Names, found; a zero may be put behind them only when all have been read. */
static tg_status find_names(text *names, const text *file, tg_error *error)
{
    size_t depth = 0;
    bool has_target = false;
    size_t at = skip_blanks(file, 0);
    while (at < file->length) {
        const char byte = file->bytes[at];
        const size_t end = word_end(file, at);
        if (byte == '\0') return ptx_error(error, "has bytes that are no text", at);
        if (is_word(file, at, end, ".target")) has_target = true;
        if (is_word(file, at, end, ".entry")) {
            const size_t name = skip_blanks(file, end);
            at = word_end(file, name);
            if (at == name || at == file->length)
                return ptx_error(error, "is truncated in a kernel's name", name);
            names_add(names, name);
        } else if (end != at) {
            at = end;
        } else if (byte == '"') {
            at = quote_end(file, at);
        } else {
            if (byte == '{') depth++;
            if (byte == '}' && depth-- == 0) return ptx_error(error, "closes what is not open", at);
            at++;
        }
        at = skip_blanks(file, at);
    }
    if (depth != 0) return ptx_error(error, "is truncated: a function is not closed", at);
    if (!has_target) return ptx_error(error, "is truncated: it has no .target", at);
    return TG_OK;
}

tg_status ptx_names(text *names, text *file, tg_error *error)
{
    // The driver's loader takes a text that ends at a zero.
    while (file->length != 0 && file->bytes[file->length - 1] == '\0') file->length--;
    const tg_status status = find_names(names, file, error);
    if (status != TG_OK) return status;
    for (size_t i = 0; i < names->length / sizeof(uint64_t); i++) {
        uint64_t offset = 0;
        memcpy(&offset, names->bytes + i * sizeof offset, sizeof offset);
        file->bytes[word_end(file, offset)] = '\0';
    }
    return TG_OK;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Following #include through text. */
#define _GNU_SOURCE /* realpath, memmem */
#include "modules/includes_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Files and bytes that are read, at the most; beyond them nothing is sure. */
#define MAX_FILES 2048
#define MAX_BYTES ((size_t)64 << 20)

/* Where files are looked for. */
typedef struct search {
    const char *const *folders;
    size_t nb_folders;
    const char *known;
} search;

/* ---- text ---- */

static bool is_name_part(char byte) { return isalnum((unsigned char)byte) != 0 || byte == '_'; }

/* End of a literal that begins at `at`: behind its quote, or at the end of its line. */
static size_t literal_end(const text *from, size_t at)
{
    const char quote = from->bytes[at];
    for (at++; at < from->length && from->bytes[at] != '\n'; at++) {
        if (from->bytes[at] == quote) return at + 1;
        if (from->bytes[at] == '\\' && at + 1 < from->length) at++;
    }
    return at < from->length ? at : from->length;
}

static size_t comment_end(const text *from, size_t at)
{
    const bool is_line = from->bytes[at + 1] == '/';
    for (at += 2; at < from->length; at++) {
        if (is_line && from->bytes[at] == '\n') return at;
        if (!is_line && from->bytes[at] == '/' && from->bytes[at - 1] == '*') return at + 1;
    }
    return at;
}

/* A name or a number, in which an apostrophe begins no literal. */
static size_t word_end(const text *from, size_t at)
{
    const bool is_number = isdigit((unsigned char)from->bytes[at]) != 0;
    while (at < from->length && (is_name_part(from->bytes[at]) ||
                                 (is_number && from->bytes[at] == '\'' && at + 1 < from->length &&
                                  is_name_part(from->bytes[at + 1]))))
        at++;
    return at;
}

/* Join lines that end with a backslash. */
static void splice(text *to, const char *bytes, size_t length)
{
    size_t first = 0;
    for (size_t i = 0; i + 1 < length; i++) {
        const size_t end =
            bytes[i + 1] == '\r' && i + 2 < length && bytes[i + 2] == '\n' ? i + 2 : i + 1;
        if (bytes[i] != '\\' || bytes[end] != '\n') continue;
        text_append(to, bytes + first, i - first);
        first = end + 1;
        i = end;
    }
    if (first < length) text_append(to, bytes + first, length - first);
}

/* Append a text without its comments. */
static void clean(text *to, const text *from, bool *is_sure)
{
    for (size_t i = 0; i < from->length;) {
        const char byte = from->bytes[i];
        size_t end = i + 1;
        if (byte == '/' && end < from->length &&
            (from->bytes[end] == '/' || from->bytes[end] == '*')) {
            text_append(to, " ", 1);
            i = comment_end(from, i);
            continue;
        }
        if (byte == '"' || byte == '\'') {
            // What looks like a comment in a raw literal is none.
            if (byte == '"' && i != 0 && from->bytes[i - 1] == 'R') *is_sure = false;
            end = literal_end(from, i);
        } else if (is_name_part(byte)) {
            end = word_end(from, i);
        }
        text_append(to, from->bytes + i, end - i);
        i = end;
    }
}

/* ---- files ---- */

static bool has_path(const includes *of, const char *path)
{
    const char *at = of->paths.bytes;
    for (size_t i = 0; i < of->nb_files; i++) {
        if (strcmp(at, path) == 0) return true;
        at += strlen(at) + 1;
    }
    return false;
}

static const char *path_at(const includes *of, size_t index)
{
    const char *at = of->paths.bytes;
    while (index-- > 0) at += strlen(at) + 1;
    return at;
}

/* Take a file into the list if there is one at that path. Its folder's path is made plain, its name
 * stays: what it includes is looked for beside the name, not beside what a link leads to. */
static void add_file(includes *of, const search *where, const char *path)
{
    struct stat info;
    char folder[TG_PATH_BYTES];
    char real[TG_PATH_BYTES];
    char file[TG_PATH_BYTES];
    const char *slash = strrchr(path, '/');
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode)) return;
    if (slash == NULL || slash == path) {
        (void)snprintf(folder, sizeof folder, "%s", slash == NULL ? "." : "/");
    } else if (tg_path_format(folder, NULL, "%.*s", (int)(slash - path), path) != TG_OK) {
        of->is_sure = false;
        return;
    }
    if (realpath(folder, real) == NULL ||
        tg_path_format(file, NULL, "%s/%s", real, slash == NULL ? path : slash + 1) != TG_OK) {
        of->is_sure = false;
        return;
    }
    const size_t nb_known = where->known != NULL ? strlen(where->known) : 0;
    if (nb_known != 0 && strncmp(file, where->known, nb_known) == 0 && file[nb_known] == '/')
        return;
    if (has_path(of, file)) return;
    if (of->nb_files == MAX_FILES) {
        of->is_sure = false;
        return;
    }
    text_append(&of->paths, file, strlen(file) + 1);
    if (of->paths.status == TG_OK) of->nb_files++;
}

/* All files that a name may mean. */
static void add_named(includes *of, const search *where, const char *from, const char *name,
                      size_t length)
{
    char path[TG_PATH_BYTES];
    const char *slash = strrchr(from, '/');
    const int nb = (int)length;
    if (length == 0 || length >= TG_PATH_BYTES) {
        of->is_sure = false;
        return;
    }
    if (name[0] == '/') {
        if (tg_path_format(path, NULL, "%.*s", nb, name) == TG_OK) add_file(of, where, path);
        return;
    }
    if (tg_path_format(path, NULL, "%.*s/%.*s", (int)(slash - from), from, nb, name) == TG_OK)
        add_file(of, where, path);
    for (size_t i = 0; i < where->nb_folders; i++) {
        if (tg_path_format(path, NULL, "%s/%.*s", where->folders[i], nb, name) == TG_OK)
            add_file(of, where, path);
    }
}

/* ---- directives ---- */

static size_t skip_blanks(const char *line, size_t at, size_t end)
{
    while (at < end && (line[at] == ' ' || line[at] == '\t' || line[at] == '\r' ||
                        line[at] == '\v' || line[at] == '\f'))
        at++;
    return at;
}

static void read_line(includes *of, const search *where, const char *from, const char *line,
                      size_t length)
{
    static const char *const words[] = {"include", "include_next", "import", "embed"};
    size_t at = skip_blanks(line, 0, length);
    if (at < length && line[at] == '#') {
        at++;
    } else if (at + 1 < length && line[at] == '%' && line[at + 1] == ':') {
        at += 2;
    } else {
        return;
    }
    at = skip_blanks(line, at, length);
    const size_t first = at;
    while (at < length && is_name_part(line[at])) at++;
    bool is_include = false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i]) == at - first && memcmp(line + first, words[i], at - first) == 0)
            is_include = true;
    }
    if (memmem(line, length, "__has_", 6) != NULL &&
        (memmem(line, length, "__has_include", 13) != NULL ||
         memmem(line, length, "__has_embed", 11) != NULL))
        of->is_sure = false;
    if (!is_include) return;
    at = skip_blanks(line, at, length);
    const char close = at < length && line[at] == '<' ? '>' : '"';
    const char *end = at < length && (line[at] == '<' || line[at] == '"')
                          ? memchr(line + at + 1, close, length - at - 1)
                          : NULL;
    if (end == NULL) {
        of->is_sure = false;
        return;
    }
    add_named(of, where, from, line + at + 1, (size_t)(end - (line + at + 1)));
}

static void read_lines(includes *of, const search *where, const char *from, size_t first)
{
    // The path moves when the list grows.
    char own[TG_PATH_BYTES];
    (void)snprintf(own, sizeof own, "%s", from);
    const text *cleaned = &of->cleaned;
    while (first < cleaned->length) {
        const char *line = cleaned->bytes + first;
        const char *end = memchr(line, '\n', cleaned->length - first);
        const size_t length = end != NULL ? (size_t)(end - line) : cleaned->length - first;
        read_line(of, where, own, line, length);
        first += length + 1;
    }
}

static tg_status read_file(includes *of, const search *where, size_t index, tg_error *error)
{
    text bytes = {.bytes = NULL};
    text joined = {.bytes = NULL};
    const char *path = path_at(of, index);
    tg_status status = text_read(&bytes, path, error);
    if (status == TG_OK) {
        const size_t first = of->cleaned.length;
        text_print(&of->content, "%s %zu\n", path, bytes.length);
        text_append(&of->content, bytes.bytes, bytes.length);
        splice(&joined, bytes.bytes, bytes.length);
        clean(&of->cleaned, &joined, &of->is_sure);
        text_append(&of->cleaned, "\n", 1);
        status = text_status(&joined, error);
        if (status == TG_OK) status = text_status(&of->cleaned, error);
        if (status == TG_OK) read_lines(of, where, path, first);
    }
    if (status == TG_OK && index == 0) {
        text_append(&of->source, bytes.bytes, bytes.length);
        text_append(&of->source, "", 1);
        status = text_status(&of->source, error);
    }
    text_clear(&bytes);
    text_clear(&joined);
    return status;
}

static tg_status check_zeros(const includes *of, const char *source, tg_error *error)
{
    const size_t length = strlen(of->source.bytes);
    if (length + 1 == of->source.length) return TG_OK;
    tg_error_set(error, TG_ERR_FORMAT, "this is no source: byte %zu is a zero", length);
    tg_error_where(error, "%s", source);
    tg_error_how(error, "name a file of CUDA C or C++; a compiled one ends with .ptx, .cubin, "
                        ".fatbin or .so");
    return TG_ERR_FORMAT;
}

tg_status includes_read(includes *of, const char *source, const char *const *folders,
                        size_t nb_folders, const char *known, tg_error *error)
{
    const search where = {.folders = folders, .nb_folders = nb_folders, .known = known};
    const search all = {.nb_folders = 0};
    *of = (includes){.is_sure = true};
    add_file(of, &all, source);
    tg_status status = text_status(&of->paths, error);
    // What cannot be looked up cannot be opened either, and that says why.
    if (status == TG_OK && of->nb_files == 0) status = text_read(&of->content, source, error);
    if (status == TG_OK && of->nb_files == 0) status = tg_io_error(error, "read", source, 0);
    for (size_t i = 0; i < of->nb_files && status == TG_OK; i++) {
        if (of->content.length > MAX_BYTES) of->is_sure = false;
        if (i != 0 && !of->is_sure) break;
        status = read_file(of, &where, i, error);
        if (status == TG_OK) status = text_status(&of->paths, error);
        if (status == TG_OK) status = text_status(&of->content, error);
    }
    return status == TG_OK ? check_zeros(of, source, error) : status;
}

void includes_clear(includes *of)
{
    text_clear(&of->paths);
    text_clear(&of->content);
    text_clear(&of->cleaned);
    text_clear(&of->source);
}

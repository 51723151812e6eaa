/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where a kernel stands in its source, for reports that point at it. The text is read as it is,
 * without a compiler: macros are not followed. */
#include "modules/kernel_line_internal.h"

#include "modules/host_entries_internal.h"
#include "modules/text_internal.h"

#include <ctype.h>
#include <string.h>

/* Words behind __global__ and before the kernel's name, at the most: void, __launch_bounds__(...)
 * and the like. */
#define MAX_WORDS 64

static bool is_letter(char byte) { return isalnum((unsigned char)byte) != 0 || byte == '_'; }

/* Put spaces in the place of comments and literals; ends of lines stay. */
static void blank(text *of)
{
    char *at = of->bytes;
    const char *end = at + of->length;
    while (at < end) {
        const bool has_next = at + 1 < end;
        const char *close = NULL;
        char *from = at;
        if (has_next && at[0] == '/' && at[1] == '/') {
            close = memchr(at, '\n', (size_t)(end - at));
            at = close != NULL ? from + (close - from) : from + (end - from);
        } else if (has_next && at[0] == '/' && at[1] == '*') {
            for (at += 2; at < end && !(at[-1] == '*' && at[0] == '/' && at > from + 2);) at++;
            at += at < end;
        } else if (*at == '"') {
            for (at++; at < end && *at != '"' && *at != '\n';)
                at += *at == '\\' && at + 1 < end ? 2 : 1;
            at += at < end && *at == '"';
        } else {
            at++;
            continue;
        }
        for (; from < at && from < end; from++) {
            if (*from != '\n') *from = ' ';
        }
    }
}

/* Where the kernel's name stands behind a __global__ at `at`; NULL: this is another kernel's. */
static const char *name_behind(const char *at, const char *end, const char *name)
{
    const size_t length = strlen(name);
    for (size_t i = 0; i < MAX_WORDS && at < end; i++) {
        while (at < end && !is_letter(*at)) {
            if (*at == ';' || *at == '{') return NULL;
            at++;
        }
        const char *word = at;
        while (at < end && is_letter(*at)) at++;
        if ((size_t)(at - word) == length && memcmp(word, name, length) == 0) return word;
    }
    return NULL;
}

static const char *find(const text *in, const char *name)
{
    static const char mark[] = "__global__";
    const size_t nb = sizeof mark - 1;
    const char *end = in->bytes + in->length;
    for (const char *at = in->bytes; at + nb < end; at++) {
        if (*at != '_' || memcmp(at, mark, nb) != 0) continue;
        if ((at > in->bytes && is_letter(at[-1])) || is_letter(at[nb])) continue;
        const char *found = name_behind(at + nb, end, name);
        if (found != NULL) return found;
    }
    return NULL;
}

tg_status kernel_line(size_t *line, const char *source, const char *kernel, tg_error *error)
{
    char name[NAME_BYTES];
    text in = {.bytes = NULL};
    *line = 0;
    entries_base_name(name, kernel);
    const tg_status status = text_read(&in, source, error);
    if (status == TG_OK && in.length != 0) {
        blank(&in);
        const char *found = find(&in, name);
        if (found != NULL) *line = 1;
        for (const char *at = in.bytes; found != NULL && at < found; at++) *line += *at == '\n';
    }
    text_clear(&in);
    return status;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Texts as roff and shells take them. */
#include "pages/pages.h"

#include <string.h>

void pages_put_roff(FILE *out, const char *text, size_t nb_bytes)
{
    // Behind a line's start these begin a request.
    if (nb_bytes != 0 && (text[0] == '.' || text[0] == '\'')) (void)fputs("\\&", out);
    for (size_t i = 0; i < nb_bytes && text[i] != '\0'; i++) {
        switch (text[i]) {
        case '\\':
            (void)fputs("\\e", out);
            break;
        case '-':
            (void)fputs("\\-", out);
            break;
        case '\'':
            (void)fputs("\\(aq", out);
            break;
        case '"':
            (void)fputs("\\(dq", out);
            break;
        case '^':
            (void)fputs("\\(ha", out);
            break;
        case '~':
            (void)fputs("\\(ti", out);
            break;
        case '`':
            (void)fputs("\\(ga", out);
            break;
        default:
            (void)fputc(text[i], out);
        }
    }
}

void pages_put_quoted(FILE *out, const char *text, const char *more)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\'') {
            (void)fputs("'\\''", out);
            continue;
        }
        if (strchr(more, *at) != NULL) (void)fputc('\\', out);
        (void)fputc(*at, out);
    }
}

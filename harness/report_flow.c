/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Lines that are broken where they are full. */
#include "harness/report.h"

#include <string.h>

tg_flow tg_flow_begin(FILE *out, const char *start)
{
    const size_t length = strlen(start);
    (void)fputs(start, out);
    return (tg_flow){.out = out, .indent = length, .column = length};
}

/* Print an item of so many bytes. */
static void put(tg_flow *line, const char *item, size_t length)
{
    if (line->column != line->indent && line->column + 1 + length > TG_REPORT_WIDTH) {
        (void)fprintf(line->out, "\n%*s", (int)line->indent, "");
        line->column = line->indent;
    } else if (line->column != line->indent) {
        (void)fputc(' ', line->out);
        line->column++;
    }
    (void)fwrite(item, 1, length, line->out);
    line->column += length;
}

void tg_flow_put(tg_flow *line, const char *item) { put(line, item, strlen(item)); }

/* Bytes of a quotation that text begins with, its end included; 0: it begins with none. */
static size_t quotation_length(const char *text)
{
    if (text[0] != '\'' && text[0] != '"') return 0;
    const char *end = strchr(text + 1, text[0]);
    return end != NULL ? (size_t)(end + 1 - text) : 0;
}

/* Bytes of the next item: up to a blank that is in no quotation. A quotation begins where a word
 * does, or behind a bracket: elsewhere the sign is an apostrophe. */
static size_t item_length(const char *text)
{
    size_t length = text[0] == '(';
    length += quotation_length(text + length);
    return length + strcspn(text + length, " ");
}

void tg_flow_put_words(tg_flow *line, const char *text)
{
    while (*text != '\0') {
        const size_t length = item_length(text);
        if (length != 0) put(line, text, length);
        text += length;
        if (*text == ' ') text++;
    }
}

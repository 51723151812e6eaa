/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the files of the page share: writing of markup and of text, which is always escaped, and
 * how much of it there may be.
 */
#ifndef TRACEGATE_HARNESS_DOCUMENT_HTML_INTERNAL_H
#define TRACEGATE_HARNESS_DOCUMENT_HTML_INTERNAL_H

#include "harness/document_internal.h"

/* Bytes of a page: above them a page is slow to open on a phone. What findings may fill; the rest
 * is left to head, traces and notes, which are bounded, too. */
#define HTML_MAX_BYTES ((size_t)2 << 20)
#define HTML_FINDINGS_BYTES ((size_t)1536 << 10)

/* Bytes of a name, and of a sentence, as they stand in the page. */
#define HTML_NAME_BYTES ((size_t)200)
#define HTML_LINE_BYTES ((size_t)1200)

/* Style and script of the page: document_html.css and document_html.js, which the build puts in. */
extern const char html_style[];
extern const char html_script[];

typedef struct html_page {
    FILE *out;
    size_t nb_bytes; /* written so far */
} html_page;

/* Write markup as it is; the same with numbers, never with texts from elsewhere. */
void html_put(html_page *page, const char *markup);
void html_putf(html_page *page, const char *format, ...) TG_PRINTF(2, 3);

/* Write a text, escaped for content and for attributes in quotes. What would take more than `most`
 * bytes in the page is cut between characters, and ends in an ellipsis. Control characters, and
 * those that turn the direction of text, become U+FFFD; newlines stay. */
void html_text(html_page *page, const char *text, size_t most);

/* The same between two pieces of markup. */
void html_wrap(html_page *page, const char *before, const char *text, const char *after,
               size_t most);

/* Write a number for people: 1 048 576, with spaces that break no line. */
void html_count(html_page *page, uint64_t count);

/* Write "1 cell", "2 cells". */
void html_counted(html_page *page, uint64_t count, const char *noun);

/* Write "12.3 ms"; below a microsecond "0 s". */
void html_seconds(html_page *page, double seconds);

/* Write a command line that can be copied. */
void html_command(html_page *page, const char *command);

/* How much of one finding fits: limits of its lists, from the bytes that are left for it. */
typedef struct html_limits {
    bool is_short; /* a heading, its words and the line that makes it again: no more */
    size_t nb_marks;
    size_t nb_columns;
    size_t nb_cells;
    size_t nb_events;
    size_t nb_side_words;
    size_t text_bytes;
} html_limits;

html_limits html_limits_of(size_t nb_bytes);

/* A finding as the page's parts look at it. */
typedef struct html_finding {
    tg_json_value *value;
    size_t index;          /* its number in the report, from 0: "finding-1" is the first one's id */
    size_t nb_alike;       /* findings with its key, for all of which it stands */
    const tg_trace *trace; /* NULL: unknown to this program */
    bool knows_events;     /* eventful and padding cells can be told apart */
    size_t nb_events;
    html_limits limits;
} html_finding;

/* A finding of the document, and the name of one of its columns: name: TG_NAME_BYTES bytes;
 * returns name. */
html_finding html_finding_of(tg_json_value *root, size_t index);
const char *html_column_name(char *name, const html_finding *finding, size_t column);

/* Whether a column's name says more than its number does: "column 7" stands where it has none. */
bool html_is_name(const char *name);

/* Write a finding, whole or short.  Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status html_write_finding(html_page *page, const html_finding *finding,
                                          tg_error *error);

/* Parts of it; each writes its own heading, and nothing if there is nothing. */
TG_NODISCARD tg_status html_write_picture(html_page *page, const html_finding *finding,
                                          tg_error *error);
void html_write_columns(html_page *page, const html_finding *finding);
void html_write_cells(html_page *page, tg_json_value *cells, size_t most, uint64_t nb_all,
                      bool canonical);
void html_write_events(html_page *page, tg_json_value *events, size_t most);
void html_write_sides(html_page *page, tg_json_value *sides, size_t most);
void html_write_smallest(html_page *page, const html_finding *finding);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the two files of the picture share: the marks are drawn in one, what stands around them in
 * the other. */
#ifndef TRACEGATE_HARNESS_DOCUMENT_HTML_PLOT_INTERNAL_H
#define TRACEGATE_HARNESS_DOCUMENT_HTML_PLOT_INTERNAL_H

#include "harness/document_html_internal.h"

/* A rectangle of the trace with what is wrong in it. */
typedef struct html_mark {
    size_t row, nb_rows;
    size_t column, nb_columns;
    uint64_t eventful;
    uint64_t padding;
} html_mark;

typedef struct html_plot {
    html_page *page;
    const html_finding *finding;
    size_t height, width;       /* of the trace */
    size_t nb_rows, nb_columns; /* of buckets */
    size_t pixels;              /* height of the picture */
    size_t edge; /* first row without an event; SIZE_MAX: unknown, or there is none */
    size_t nb_marks;
    html_mark *marks;   /* [nb_marks] owned */
    size_t nb_left_out; /* marks behind these, which do not fit */
} html_plot;

/* In pixels: the widest that one column gets, and the width of the picture on an ordinary
 * screen. */
#define HTML_COLUMN_PIXELS ((size_t)52)
#define HTML_PLOT_PIXELS 960.0

/* Read the marks of a picture, as many as fit; all->marks is to be destroyed.
 * Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status html_read_marks(html_plot *all, tg_json_value *values, tg_error *error);

/* Write the picture itself. */
void html_put_svg(const html_plot *all);

/* Write "rows 3 to 5, column 7 in2: 12 eventful cells wrong". */
void html_put_mark_text(const html_plot *all, const html_mark *one);

#endif

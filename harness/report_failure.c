/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Failures as text. */
#include "harness/report.h"

#include <string.h>

/* Print a part of an error, if it has that, without what a terminal would obey. */
static void print_part(FILE *out, const char *label, const char *text)
{
    tg_error part = {.status = TG_OK};
    char start[32];
    char words[sizeof part];
    if (text[0] == '\0') return;
    (void)snprintf(part.what, sizeof part.what, "%s", text);
    (void)snprintf(start, sizeof start, "  %-12s ", label);
    tg_flow line = tg_flow_begin(out, start);
    tg_flow_put_words(&line, tg_error_line(words, sizeof words, &part));
    (void)fputc('\n', out);
}

void tg_report_failure(FILE *out, const char *label, const tg_error *error)
{
    print_part(out, label, error->what);
    print_part(out, "where", error->where);
    print_part(out, "next", error->how);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The page of a verb, in man(7). */
#include "pages/pages.h"

#include <ctype.h>
#include <string.h>

/* Help is wrapped by hand up to about this width: a line that ends a sentence before ends a
 * paragraph. */
#define FULL_COLUMNS 90

static void put(FILE *out, const char *text) { pages_put_roff(out, text, strlen(text)); }

/* Lines of help as paragraphs. */
static void put_paragraphs(FILE *out, const char *text)
{
    while (*text != '\0') {
        const size_t length = strcspn(text, "\n");
        pages_put_roff(out, text, length);
        (void)fputc('\n', out);
        const bool ends = length != 0 && strchr(".:", text[length - 1]) != NULL;
        text += length + (text[length] == '\n' ? 1 : 0);
        if (ends && length < FULL_COLUMNS && *text != '\0') (void)fputs(".PP\n", out);
    }
}

void pages_put_examples(FILE *out, const char *text)
{
    (void)fputs(".EX\n", out);
    while (*text != '\0') {
        while (*text == ' ') text++;
        const size_t length = strcspn(text, "\n");
        pages_put_roff(out, text, length);
        (void)fputc('\n', out);
        text += length + (text[length] == '\n' ? 1 : 0);
    }
    (void)fputs(".EE\n", out);
}

static bool is_listed_before(const tg_verb *verb, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (verb->options[i].names == verb->options[index].names) return true;
    }
    return false;
}

/* What can be given to an option, below it. */
static void put_choices(FILE *out, const tg_names *names)
{
    (void)fputs(".RS\n", out);
    for (size_t i = 0; i < names->nb_names(); i++) {
        (void)fputs(".TP\n.B ", out);
        put(out, names->name_at(i));
        (void)fputc('\n', out);
        put(out, names->text_at(i));
        (void)fputc('\n', out);
    }
    (void)fputs(".RE\n", out);
}

static void put_option(FILE *out, const tg_verb *verb, size_t index)
{
    const tg_option *option = &verb->options[index];
    const char *fallback = tg_option_fallback(option);
    (void)fputs(".TP\n", out);
    if (option->letter != '\0') (void)fprintf(out, "\\fB\\-%c\\fR, ", option->letter);
    (void)fputs("\\fB\\-\\-", out);
    put(out, option->name);
    (void)fputs("\\fR", out);
    if (option->value_name != NULL) {
        (void)fputs(" \\fI", out);
        put(out, option->value_name);
        (void)fputs("\\fR", out);
    }
    (void)fputc('\n', out);
    put(out, option->text);
    if (option->required) (void)fputs(" (has to be given)", out);
    if (fallback != NULL) {
        (void)fputs(" (default: ", out);
        put(out, fallback);
        (void)fputc(')', out);
    }
    (void)fputc('\n', out);
    if (option->names != NULL && !is_listed_before(verb, index)) put_choices(out, option->names);
}

void pages_put_verb(FILE *out, const tg_verb *verb)
{
    char usage[256];
    char title[64];
    const char *call = tg_verb_usage(usage, sizeof usage, verb);
    (void)snprintf(title, sizeof title, "TRACEGATE-%s", verb->name);
    for (char *at = title; *at != '\0'; at++) *at = (char)toupper((unsigned char)*at);
    (void)fprintf(out,
                  ".\\\" Made from the program's tables of options: not to be edited.\n"
                  ".TH %s 1 \"\" \"tracegate " TG_VERSION "\" \"tracegate\"\n"
                  ".SH NAME\ntracegate\\-",
                  title);
    put(out, verb->name);
    (void)fputs(" \\- ", out);
    put(out, verb->summary);
    (void)fputs("\n.SH SYNOPSIS\n.nh\n.ad l\n", out);
    put(out, call + strlen("usage: "));
    (void)fputs("\n.ad b\n.hy\n.SH DESCRIPTION\n", out);
    put_paragraphs(out, verb->text);
    (void)fputs(".SH OPTIONS\n", out);
    for (size_t i = 0; i < verb->nb_options; i++) put_option(out, verb, i);
    (void)fputs(".TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nthis text\n.SH EXAMPLES\n", out);
    pages_put_examples(out, verb->examples);
    (void)fputs(".SH SEE ALSO\n.BR tracegate (1),\nwhich has exit codes and environment\n", out);
}

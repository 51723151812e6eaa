/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Help of a verb, from its table. */
#include "cli/options.h"

#include <string.h>

/* Columns of the names of options in help: the longest fits. */
#define NAME_COLUMNS 24

/* Write an option as usage shows it, by its letter if it has one. */
static void print_usage_option(FILE *out, const tg_option *option)
{
    if (option->letter != '\0') {
        (void)fprintf(out, "-%c", option->letter);
    } else {
        (void)fprintf(out, "--%s", option->name);
    }
    if (option->value_name != NULL) (void)fprintf(out, " %s", option->value_name);
}

static void print_usage(FILE *out, const tg_verb *verb)
{
    (void)fprintf(out, "usage: tracegate %s", verb->name);
    if (verb->operands[0] != '\0') (void)fprintf(out, " %s", verb->operands);
    const char *between = " (";
    bool has_optional = false;
    for (size_t i = 0; i < verb->nb_options; i++) {
        const tg_option *option = &verb->options[i];
        has_optional = has_optional || !(option->rival || option->required);
        if (!option->rival) continue;
        (void)fputs(between, out);
        print_usage_option(out, option);
        between = " | ";
    }
    if (between[1] == '|') (void)fputc(')', out);
    for (size_t i = 0; i < verb->nb_options; i++) {
        if (!verb->options[i].required) continue;
        (void)fputc(' ', out);
        print_usage_option(out, &verb->options[i]);
    }
    (void)fprintf(out, "%s\n", has_optional ? " [options]" : "");
}

static void print_option(FILE *out, char letter, const char *name, const char *value_name,
                         const char *text, const char *fallback)
{
    char left[64];
    (void)snprintf(left, sizeof left, "%c%c%s--%s%s%s", letter != '\0' ? '-' : ' ',
                   letter != '\0' ? letter : ' ', letter != '\0' ? ", " : "  ", name,
                   value_name != NULL ? " " : "", value_name != NULL ? value_name : "");
    (void)fprintf(out, "  %-*s  %s", NAME_COLUMNS, left, text);
    if (fallback != NULL) (void)fprintf(out, " (default: %s)", fallback);
    (void)fputc('\n', out);
}

/* Whether an option before this one has the same names. */
static bool is_listed_before(const tg_verb *verb, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (verb->options[i].names == verb->options[index].names) return true;
    }
    return false;
}

/* Write below an option what can be given. */
static void print_names(FILE *out, const tg_names *names)
{
    for (size_t i = 0; i < names->nb_names(); i++) {
        (void)fprintf(out, "  %-*s    %s: %s\n", NAME_COLUMNS, "", names->name_at(i),
                      names->text_at(i));
    }
}

void tg_verb_print_help(FILE *out, const tg_verb *verb)
{
    print_usage(out, verb);
    (void)fprintf(out, "\n%s\noptions:\n", verb->text);
    for (size_t i = 0; i < verb->nb_options; i++) {
        const tg_option *option = &verb->options[i];
        print_option(out, option->letter, option->name, option->value_name, option->text,
                     tg_option_fallback(option));
        if (option->names != NULL && !is_listed_before(verb, i)) print_names(out, option->names);
    }
    print_option(out, 'h', "help", NULL, "this text", NULL);
    (void)fprintf(out, "\nexamples:\n%s", verb->examples);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Help of a verb, from its table. */
#include "cli/options.h"

#include <stdarg.h>

/* Columns of the names of options in help: the longest fits. */
#define NAME_COLUMNS 24

/* A line of usage in the making. */
typedef struct usage {
    char *text;
    size_t size;
    size_t length;
} usage;

TG_PRINTF(2, 3) static void add(usage *line, const char *format, ...)
{
    va_list arguments;
    if (line->length + 1 >= line->size) return;
    va_start(arguments, format);
    const int nb =
        vsnprintf(line->text + line->length, line->size - line->length, format, arguments);
    va_end(arguments);
    line->length += nb > 0 ? (size_t)nb : 0;
}

/* Add an option as usage shows it, by its letter if it has one. */
static void add_option(usage *line, const tg_option *option)
{
    if (option->letter != '\0') {
        add(line, "-%c", option->letter);
    } else {
        add(line, "--%s", option->name);
    }
    if (option->value_name != NULL) add(line, " %s", option->value_name);
}

const char *tg_verb_usage(char *text, size_t size, const tg_verb *verb)
{
    usage line = {.text = text, .size = size};
    add(&line, "usage: tracegate %s", verb->name);
    if (verb->operands[0] != '\0') add(&line, " %s", verb->operands);
    const char *between = " (";
    bool has_optional = false;
    for (size_t i = 0; i < verb->nb_options; i++) {
        const tg_option *option = &verb->options[i];
        has_optional = has_optional || !(option->rival || option->required);
        if (!option->rival) continue;
        add(&line, "%s", between);
        add_option(&line, option);
        between = " | ";
    }
    if (between[1] == '|') add(&line, ")");
    for (size_t i = 0; i < verb->nb_options; i++) {
        if (!verb->options[i].required) continue;
        add(&line, " ");
        add_option(&line, &verb->options[i]);
    }
    if (has_optional) add(&line, " [options]");
    return text;
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
    char line[256];
    (void)fprintf(out, "%s\n\n%s\noptions:\n", tg_verb_usage(line, sizeof line, verb), verb->text);
    for (size_t i = 0; i < verb->nb_options; i++) {
        const tg_option *option = &verb->options[i];
        print_option(out, option->letter, option->name, option->value_name, option->text,
                     tg_option_fallback(option));
        if (option->names != NULL && !is_listed_before(verb, i)) print_names(out, option->names);
    }
    print_option(out, 'h', "help", NULL, "this text", NULL);
    (void)fprintf(out, "\nexamples:\n%s", verb->examples);
}

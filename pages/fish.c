/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Completions for fish. */
#include "pages/pages.h"

/* A text between quotes, where fish, unlike other shells, takes backslashes. */
static void put_text(FILE *out, const char *text)
{
    (void)fputc('\'', out);
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\'' || *at == '\\') (void)fputc('\\', out);
        (void)fputc(*at, out);
    }
    (void)fputc('\'', out);
}

/* What completes a value, as arguments of complete. */
static void put_value(FILE *out, const tg_option *option)
{
    switch (pages_value_of(option)) {
    case PAGES_NAMES:
        (void)fputs(" -xa '", out);
        pages_put_names(out, option->names);
        (void)fputs("'", out);
        break;
    case PAGES_FILE:
        (void)fputs(" -rF", out);
        break;
    case PAGES_FOLDER:
        (void)fputs(" -xa '(__fish_complete_directories)'", out);
        break;
    case PAGES_TRACES:
        (void)fputs(" -xa \"$_tracegate_traces\"", out);
        break;
    case PAGES_MACHINES:
        (void)fputs(" -xa '", out);
        pages_put_machines(out);
        (void)fputs("'", out);
        break;
    case PAGES_TEXT:
        (void)fputs(" -x", out);
        break;
    }
}

static void put_verb(FILE *out, const tg_verb *verb)
{
    const char *name = verb->name;
    (void)fprintf(out, "complete -c tracegate -n __fish_use_subcommand -a %s -d ", name);
    put_text(out, verb->summary);
    (void)fputc('\n', out);
    for (size_t i = 0; i < verb->nb_options; i++) {
        const tg_option *option = &verb->options[i];
        (void)fprintf(out, "complete -c tracegate -n '__fish_seen_subcommand_from %s' -l %s", name,
                      option->name);
        if (option->letter != '\0') (void)fprintf(out, " -s %c", option->letter);
        if (option->value_name != NULL) put_value(out, option);
        (void)fputs(" -d ", out);
        put_text(out, option->text);
        (void)fputc('\n', out);
    }
    const pages_value operand = pages_operand_of(verb);
    if (operand == PAGES_TRACES)
        (void)fprintf(out,
                      "complete -c tracegate -n '__fish_seen_subcommand_from %s' -a "
                      "\"$_tracegate_traces\"\n",
                      name);
    if (operand == PAGES_FILE)
        (void)fprintf(out, "complete -c tracegate -n '__fish_seen_subcommand_from %s' -F\n", name);
}

void pages_put_fish(FILE *out)
{
    (void)fputs("# Completions of tracegate for fish. Made from the program's tables of options: "
                "not to be edited.\nset -l _tracegate_traces '",
                out);
    pages_put_traces(out);
    (void)fputs("'\ncomplete -c tracegate -f\n"
                "complete -c tracegate -n __fish_use_subcommand -l version -d 'the version'\n"
                "complete -c tracegate -s h -l help -d 'the help of the verb'\n"
                "complete -c tracegate -n __fish_use_subcommand -a help -d 'explain a verb'\n"
                "complete -c tracegate -n '__fish_seen_subcommand_from help' -a '",
                out);
    for (size_t i = 0; i < PAGES_NB_VERBS; i++)
        (void)fprintf(out, "%s%s", i != 0 ? " " : "", pages_verb_at(i)->name);
    (void)fputs("'\n", out);
    for (size_t i = 0; i < PAGES_NB_VERBS; i++) put_verb(out, pages_verb_at(i));
}

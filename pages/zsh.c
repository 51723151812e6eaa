/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Completions for zsh. */
#include "pages/pages.h"

/* Characters that mean something to _arguments inside of a text. */
#define SPECIAL "[]:\\"

static const char begin[] =
    "_tracegate() {\n"
    "    local context state line\n"
    "    typeset -A opt_args\n"
    "    _arguments -C '(-h --help)'{-h,--help}'[the verbs]' '--version[the version]' \\\n"
    "        '1:verb:->verb' '*::words:->words'\n"
    "    case $state in\n"
    "        verb) _describe verb _tracegate_verbs ;;\n"
    "        words)\n"
    "            case $words[1] in\n"
    "                help) _describe verb _tracegate_verbs ;;\n";

static const char end[] = "            esac\n"
                          "            ;;\n"
                          "    esac\n"
                          "}\n"
                          "_tracegate \"$@\"\n";

/* What completes a value, behind its name. */
static void put_action(FILE *out, pages_value value, const tg_names *names)
{
    switch (value) {
    case PAGES_NAMES:
        (void)fputs("(", out);
        pages_put_names(out, names);
        (void)fputs(")", out);
        break;
    case PAGES_FILE:
        (void)fputs("_files", out);
        break;
    case PAGES_FOLDER:
        (void)fputs("_files -/", out);
        break;
    case PAGES_TRACES:
        (void)fputs("_tracegate_trace", out);
        break;
    case PAGES_MACHINES:
        (void)fputs("(", out);
        pages_put_machines(out);
        (void)fputs(")", out);
        break;
    case PAGES_TEXT:
        (void)fputs(" ", out);
        break;
    }
}

/* One spelling of an option, as _arguments takes it. */
static void put_spelling(FILE *out, const tg_option *option, bool is_letter)
{
    (void)fputs(" \\\n                        '", out);
    if (option->type == TG_OPTION_WORDS) (void)fputc('*', out);
    if (is_letter) {
        (void)fprintf(out, "-%c", option->letter);
    } else {
        (void)fprintf(out, "--%s%s", option->name, option->value_name != NULL ? "=" : "");
    }
    (void)fputs("[", out);
    pages_put_quoted(out, option->text, SPECIAL);
    (void)fputs("]", out);
    if (option->value_name != NULL) {
        (void)fputs(":", out);
        pages_put_quoted(out, option->value_name, SPECIAL);
        (void)fputs(":", out);
        put_action(out, pages_value_of(option), option->names);
    }
    (void)fputs("'", out);
}

static void put_verb(FILE *out, const tg_verb *verb)
{
    (void)fprintf(out, "                %s)\n                    _arguments -s", verb->name);
    for (size_t i = 0; i < verb->nb_options; i++) {
        put_spelling(out, &verb->options[i], false);
        if (verb->options[i].letter != '\0') put_spelling(out, &verb->options[i], true);
    }
    (void)fputs(" \\\n                        '(-h --help)'{-h,--help}'[the help of the verb]'",
                out);
    if (verb->operands[0] != '\0') {
        (void)fputs(" \\\n                        '*:", out);
        pages_put_quoted(out, verb->operands, SPECIAL);
        (void)fputs(":", out);
        put_action(out, pages_operand_of(verb), NULL);
        (void)fputs("'", out);
    }
    (void)fputs("\n                    ;;\n", out);
}

void pages_put_zsh(FILE *out)
{
    (void)fputs("#compdef tracegate\n# Completions of tracegate for zsh. Made from the program's "
                "tables of options: not to be edited.\n_tracegate_verbs=(\n",
                out);
    for (size_t i = 0; i < PAGES_NB_VERBS; i++) {
        (void)fprintf(out, "    '%s:", pages_verb_at(i)->name);
        pages_put_quoted(out, pages_verb_at(i)->summary, ":\\");
        (void)fputs("'\n", out);
    }
    (void)fputs(")\n_tracegate_trace() {\n    local -a names=(", out);
    pages_put_traces(out);
    (void)fputs(")\n    _describe trace names || _files\n}\n", out);
    (void)fputs(begin, out);
    for (size_t i = 0; i < PAGES_NB_VERBS; i++) put_verb(out, pages_verb_at(i));
    (void)fputs(end, out);
}

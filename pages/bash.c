/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Completions for bash. They take nothing from the package bash-completion: bash alone is enough.
 */
#include "pages/pages.h"

static const char head[] =
    "# Completions of tracegate for bash. Made from the program's tables of options: not to be "
    "edited.\n"
    "# shellcheck shell=bash\n"
    "_tracegate_words() {\n"
    "    mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\")\n"
    "}\n"
    "_tracegate_files() { # _tracegate_files -f|-d\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$cur\")\n"
    "}\n";

static const char begin[] =
    "_tracegate() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    local verb=${COMP_WORDS[1]} options='' operands=''\n"
    "    COMPREPLY=()\n"
    "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
    "        _tracegate_words \"$_tracegate_verbs help --help --version\"\n"
    "        return\n"
    "    fi\n"
    "    # --option=VALUE comes in three words.\n"
    "    if [ \"$before\" = = ]; then\n"
    "        before=${COMP_WORDS[COMP_CWORD - 2]}\n"
    "    elif [ \"$cur\" = = ]; then\n"
    "        cur=\n"
    "    fi\n"
    "    case $verb in\n"
    "        help)\n"
    "            _tracegate_words \"$_tracegate_verbs\"\n"
    "            return\n"
    "            ;;\n";

static const char end[] =
    "    esac\n"
    "    case $cur in\n"
    "        -*) _tracegate_words \"$options --help\" ;;\n"
    "        *)\n"
    "            case $operands in\n"
    "                traces) _tracegate_words \"$_tracegate_traces\" ;;\n"
    "                machines) _tracegate_words \"$_tracegate_machines\" ;;\n"
    "            esac\n"
    "            case $operands in\n"
    "                files) _tracegate_files -f ;;\n"
    "                traces) [ ${#COMPREPLY[@]} -ne 0 ] || _tracegate_files -f ;;\n"
    "            esac\n"
    "            ;;\n"
    "    esac\n"
    "}\n"
    "complete -F _tracegate tracegate\n";

/* What completes a value, as a command. */
static void put_command(FILE *out, const tg_option *option)
{
    switch (pages_value_of(option)) {
    case PAGES_NAMES:
        (void)fputs("_tracegate_words '", out);
        pages_put_names(out, option->names);
        (void)fputs("'", out);
        break;
    case PAGES_FILE:
        (void)fputs("_tracegate_files -f", out);
        break;
    case PAGES_FOLDER:
        (void)fputs("_tracegate_files -d", out);
        break;
    case PAGES_TRACES:
        (void)fputs("_tracegate_words \"$_tracegate_traces\"", out);
        break;
    case PAGES_MACHINES:
        (void)fputs("_tracegate_words \"$_tracegate_machines\"", out);
        break;
    case PAGES_TEXT:
        (void)fputs(":", out);
        break;
    }
}

/* The verb's options that take a value, and what completes it. */
static void put_values(FILE *out, const tg_verb *verb)
{
    bool has_values = false;
    for (size_t i = 0; i < verb->nb_options; i++) {
        const tg_option *option = &verb->options[i];
        if (option->value_name == NULL) continue;
        if (!has_values) (void)fputs("            case $before in\n", out);
        has_values = true;
        (void)fputs("                ", out);
        if (option->letter != '\0') (void)fprintf(out, "-%c | ", option->letter);
        (void)fprintf(out, "--%s)\n                    ", option->name);
        put_command(out, option);
        (void)fputs("\n                    return\n                    ;;\n", out);
    }
    if (has_values) (void)fputs("            esac\n", out);
}

static void put_verb(FILE *out, const tg_verb *verb)
{
    const pages_value operand = pages_operand_of(verb);
    (void)fprintf(out, "        %s)\n", verb->name);
    put_values(out, verb);
    (void)fputs("            options='", out);
    for (size_t i = 0; i < verb->nb_options; i++)
        (void)fprintf(out, "%s--%s", i != 0 ? " " : "", verb->options[i].name);
    (void)fprintf(out, "'\n            operands=%s\n            ;;\n",
                  operand == PAGES_TRACES ? "traces"
                  : operand == PAGES_FILE ? "files"
                                          : "''");
}

void pages_put_bash(FILE *out)
{
    (void)fputs(head, out);
    (void)fputs("_tracegate_verbs='", out);
    for (size_t i = 0; i < PAGES_NB_VERBS; i++)
        (void)fprintf(out, "%s%s", i != 0 ? " " : "", pages_verb_at(i)->name);
    (void)fputs("'\n_tracegate_traces='", out);
    pages_put_traces(out);
    (void)fputs("'\n_tracegate_machines='", out);
    pages_put_machines(out);
    (void)fputs("'\n", out);
    (void)fputs(begin, out);
    for (size_t i = 0; i < PAGES_NB_VERBS; i++) put_verb(out, pages_verb_at(i));
    (void)fputs(end, out);
}

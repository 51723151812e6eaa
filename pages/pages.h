/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Man pages and completions of the program, from the tables of its verbs: what `tracegate VERB
 * --help` says, in other forms.
 */
#ifndef TRACEGATE_PAGES_PAGES_H
#define TRACEGATE_PAGES_PAGES_H

#include "cli/verbs.h"

/* All verbs, in the order of `tracegate --help`. */
#define PAGES_NB_VERBS ((size_t)(0 TG_VERB_LIST(PAGES_ONE_VERB)))
#define PAGES_ONE_VERB(name) +1
const tg_verb *pages_verb_at(size_t index);

/* ---- what can be given ---- */

/* What completes a value of an option, or an operand. */
typedef enum pages_value {
    PAGES_TEXT,     /* nothing that could be listed */
    PAGES_NAMES,    /* the names of the option */
    PAGES_FILE,     /* a file */
    PAGES_FOLDER,   /* a folder */
    PAGES_TRACES,   /* CHIP and CHIP.KIND */
    PAGES_MACHINES, /* IDs of machines */
} pages_value;

/* What completes the value of an option; flags have none. */
pages_value pages_value_of(const tg_option *option);

/* What completes an operand of a verb: PAGES_TRACES, PAGES_FILE or, for one without any,
 * PAGES_TEXT. */
pages_value pages_operand_of(const tg_verb *verb);

/* Write names with a blank between: chips and traces, machines, the names of an option. */
void pages_put_traces(FILE *out);
void pages_put_machines(FILE *out);
void pages_put_names(FILE *out, const tg_names *names);

/* ---- writing ---- */

/* Write a text as roff takes it: its dashes are the ASCII ones, no line of it is a request.
 * nb_bytes  at the most */
void pages_put_roff(FILE *out, const char *text, size_t nb_bytes);

/* Write a text between a shell's single quotes, without them; characters of `more` get a backslash.
 */
void pages_put_quoted(FILE *out, const char *text, const char *more);

/* Write commands as they are typed, a line each. */
void pages_put_examples(FILE *out, const char *text);

/* Write a page of a verb, and that of the program. */
void pages_put_verb(FILE *out, const tg_verb *verb);
void pages_put_program(FILE *out);

/* Write a script of completions. */
void pages_put_bash(FILE *out);
void pages_put_zsh(FILE *out);
void pages_put_fish(FILE *out);

#endif

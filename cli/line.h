/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Command lines that reports print, run again in this process. No shell reads them, and only verbs
 * that make and compare traces are taken.
 */
#ifndef TRACEGATE_CLI_LINE_H
#define TRACEGATE_CLI_LINE_H

#include "cli/options.h"
#include "harness/command.h"

/* Options that are added to a line, at the most, and bytes of each. */
#define TG_LINE_MAX_ADDED 8
#define TG_LINE_OPTION_BYTES 4224 /* a path, and an option's name */

typedef struct tg_line {
    const tg_verb *verb;
    tg_command_words text;
    size_t nb_words; /* behind the verb */
    char *words[TG_COMMAND_MAX_WORDS + TG_LINE_MAX_ADDED];
    size_t nb_added;
    char added[TG_LINE_MAX_ADDED][TG_LINE_OPTION_BYTES];
} tg_line;

/* Read a line: `tracegate VERB ...` with one of the verbs gate, fuzz, diff, replay and triage, and
 * perhaps the "again: " that reports print in front of it.
 * Errors  TG_ERR_USAGE */
TG_NODISCARD tg_status tg_line_read(tg_line *line, const char *text, tg_error *error);

/* The same of a line out of a file, which anyone may have written: only options that choose what is
 * made and compared are taken, none that writes anything; the traces of gate and fuzz are names of
 * traces, and fuzz runs one batch. Whatever replays or triages is the caller's to refuse: it could
 * name the file that it stands in.
 * trace   what the line must be about, and nothing else: gate, fuzz and diff have to name it
 * Errors  TG_ERR_USAGE, TG_ERR_FORMAT */
TG_NODISCARD tg_status tg_line_read_found(tg_line *line, const char *text, const char *trace,
                                          tg_error *error);

/* Whether the line gives an option, by its full name. */
bool tg_line_has(const tg_line *line, const char *option);

/* The first value that the line gives an option, by its full name; NULL: none. "" where a value is
 * missing. */
const char *tg_line_value(const tg_line *line, const char *option);

/* Give an option a value instead of those that the line gives it; NULL leaves the line as it is.
 * Errors  TG_ERR_USAGE: the verb has no such option, or there is no room */
TG_NODISCARD tg_status tg_line_set(tg_line *line, const char *option, const char *value,
                                   tg_error *error);

/* Give a flag that the line does not give. Errors  as tg_line_set's */
TG_NODISCARD tg_status tg_line_set_flag(tg_line *line, const char *option, tg_error *error);

/* Add words in front of the line's own. They stay the caller's and must outlive it.
 * Errors  TG_ERR_USAGE: there is no room */
TG_NODISCARD tg_status tg_line_add(tg_line *line, const char *const *words, size_t nb_words,
                                   tg_error *error);

/* Take an option, or a flag, out of the line. */
void tg_line_drop(tg_line *line, const char *option, bool has_value);

/* Parse its words; a line that asks for help does nothing, and is refused.
 * parsed  to be cleared after success only; its texts are the line's
 * Errors  TG_ERR_USAGE, TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_line_parse(tg_command_line *parsed, const tg_line *line, tg_error *error);

/* A line without the "again: " that may stand in front of it. */
const char *tg_line_bare(const char *text);

/* Print a text of others: control characters become '?'. */
void tg_line_print(FILE *out, const char *text);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A command line as text that a POSIX shell reads back word for word: what a report says to run
 * again; and back.
 *
 *   tg_command again;
 *   tg_command_begin(&again);
 *   tg_command_add(&again, "tracegate");
 *   tg_command_add_option(&again, "record", "%s", record->path);
 *   puts(again.text);
 */
#ifndef TRACEGATE_HARNESS_COMMAND_H
#define TRACEGATE_HARNESS_COMMAND_H

#include "model/status.h"

#include <stdbool.h>
#include <stddef.h>

/* Bytes of a command line: room for several paths as long as systems take them. */
#define TG_COMMAND_BYTES 16384

/* Ends a command line that had no room for all of its words; a comment to the shell. */
#define TG_COMMAND_CUT "  # cut: too long"

typedef struct tg_command {
    char text[TG_COMMAND_BYTES]; /* a string at any time */
    size_t nb_used;
    bool is_cut; /* text lacks words and ends in TG_COMMAND_CUT */
} tg_command;

/* Begin an empty command line. */
void tg_command_begin(tg_command *command);

/* Append one word, quoted where a shell would not take it for itself alone. A word that doesn't fit
 * is left out whole, with everything after it, and the text is marked as cut. */
void tg_command_add(tg_command *command, const char *word);

/* Append words. */
void tg_command_add_words(tg_command *command, const char *const *words, size_t nb_words);

/* Append `--name` and its value, which is formatted. Both fit, or both are left out. */
void tg_command_add_option(tg_command *command, const char *name, const char *format, ...)
    TG_PRINTF(3, 4);

/* A path as a line shows it: one that lies in the folder that the program runs in is given from
 * there. Returns a part of path, or path. */
const char *tg_command_path(const char *path);

/* The words of a command line. */
#define TG_COMMAND_MAX_WORDS 256
typedef struct tg_command_words {
    char memory[TG_COMMAND_BYTES];
    size_t nb_words;
    char *words[TG_COMMAND_MAX_WORDS + 1]; /* NULL behind the last one, as in argv */
} tg_command_words;

/* Split a command line into its words as a POSIX shell does: quotes and backslashes, and what a
 * report prints is read back word for word. There is no shell behind it: what one would do more
 * than that - variables, patterns, pipes, several commands - is refused.
 * Errors  TG_ERR_USAGE, also for one that was cut, or is too long */
TG_NODISCARD tg_status tg_command_split(tg_command_words *words, const char *line, tg_error *error);

#endif

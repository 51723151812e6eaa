/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Command lines with quotes where a shell needs them. */
#include "harness/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What every shell takes for itself wherever it stands in a word. */
#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./,:+@%"

/* Bytes that words may fill: the mark behind them always fits. */
#define WORDS_BYTES (TG_COMMAND_BYTES - sizeof TG_COMMAND_CUT)

const char *tg_command_path(const char *path)
{
    char here[4096];
    if (path[0] != '/' || getcwd(here, sizeof here) == NULL) return path;
    const size_t length = strlen(here);
    const char *rest = path + length;
    if (strncmp(path, here, length) != 0 || *rest != '/') return path;
    while (*rest == '/') {
        rest++;
    }
    // What would be an option, or nothing, is no path.
    return *rest != '\0' && *rest != '-' ? rest : path;
}

void tg_command_begin(tg_command *command)
{
    command->text[0] = '\0';
    command->nb_used = 0;
    command->is_cut = false;
}

/* Append text; false, with nothing certain about the end of the command, if it does not fit. */
static bool append(tg_command *command, const char *text, size_t length)
{
    if (length > WORDS_BYTES - command->nb_used) return false;
    memcpy(command->text + command->nb_used, text, length);
    command->nb_used += length;
    return true;
}

static bool append_quoted(tg_command *command, const char *word)
{
    bool fits = append(command, "'", 1);
    while (fits && *word != '\0') {
        // A single quote ends the quotes, stands for itself behind a backslash, and begins them
        // again.
        const size_t length = strcspn(word, "'");
        fits = append(command, word, length);
        word += length;
        if (fits && *word == '\'') {
            fits = append(command, "'\\''", 4);
            word++;
        }
    }
    return fits && append(command, "'", 1);
}

static bool append_word(tg_command *command, const char *word)
{
    if (command->nb_used != 0 && !append(command, " ", 1)) return false;
    const size_t length = strlen(word);
    if (length != 0 && strspn(word, PLAIN) == length) return append(command, word, length);
    return append_quoted(command, word);
}

/* Append up to two words, or none of them. second: may be NULL */
static void append_words(tg_command *command, const char *first, const char *second)
{
    if (command->is_cut) return;
    const size_t nb_used = command->nb_used;
    if (append_word(command, first) && (second == NULL || append_word(command, second))) {
        command->text[command->nb_used] = '\0';
        return;
    }
    command->is_cut = true;
    memcpy(command->text + nb_used, TG_COMMAND_CUT, sizeof TG_COMMAND_CUT);
    command->nb_used = nb_used + sizeof TG_COMMAND_CUT - 1;
}

void tg_command_add(tg_command *command, const char *word) { append_words(command, word, NULL); }

void tg_command_add_words(tg_command *command, const char *const *words, size_t nb_words)
{
    for (size_t i = 0; i < nb_words; i++) tg_command_add(command, words[i]);
}

void tg_command_add_option(tg_command *command, const char *name, const char *format, ...)
{
    char option[2 * TG_COMMAND_BYTES];
    char value[TG_COMMAND_BYTES];
    va_list arguments;
    va_start(arguments, format);
    // A value that is cut here is too long for a command as well: it never shows.
    (void)vsnprintf(value, sizeof value, format, arguments);
    va_end(arguments);
    if (value[0] == '-') {
        // Behind a space it would look like an option of its own.
        (void)snprintf(option, sizeof option, "--%s=%s", name, value);
        append_words(command, option, NULL);
    } else {
        (void)snprintf(option, sizeof option, "--%s", name);
        append_words(command, option, value);
    }
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Command lines back into words. */
#include "harness/command.h"

#include <string.h>

/* What a shell takes for more than itself where no quotes are around it. A '#' begins a comment at
 * the start of a word, and a '~' a home folder. */
#define SPECIAL "$`|&;<>()*?[]{}!\n"
#define SPECIAL_AT_START "#~"
#define BLANK " \t"

/* A line that is being read. */
typedef struct splitter {
    tg_command_words *words;
    const char *at;
    size_t nb_used; /* of words->memory */
    tg_error *error;
} splitter;

static tg_status refuse(splitter *state, const char *what, const char *how)
{
    tg_error_set(state->error, TG_ERR_USAGE, "this is no command line: %s", what);
    tg_error_how(state->error, "%s", how);
    return TG_ERR_USAGE;
}

/* Keep one letter; the words never take more memory than the line, whose length was checked. */
static void put(splitter *state, char letter) { state->words->memory[state->nb_used++] = letter; }

/* Read up to the quote that ends what was begun with one. Between double ones a backslash takes the
 * next letter as it is, if that is one that would mean something there. */
static tg_status take_quoted(splitter *state, char quote)
{
    for (; *state->at != quote; state->at++) {
        if (*state->at == '\0')
            return refuse(state, "a quotation has no end", "give the line as the report prints it");
        if (quote == '"' && strchr("$`", *state->at) != NULL)
            return refuse(state, "it has variables or commands in it",
                          "write what they stand for: no shell reads the line");
        if (quote == '"' && *state->at == '\\' && state->at[1] != '\0' &&
            strchr("$`\"\\", state->at[1]) != NULL)
            state->at++;
        put(state, *state->at);
    }
    state->at++;
    return TG_OK;
}

/* Read one word, which begins here. */
static tg_status take_word(splitter *state)
{
    tg_status status = TG_OK;
    if (strchr(SPECIAL_AT_START, *state->at) != NULL)
        return refuse(state, "it was cut, or has a comment or a home folder in it",
                      "give the whole line; '--record' and the like with their full paths");
    while (status == TG_OK && *state->at != '\0' && strchr(BLANK, *state->at) == NULL) {
        const char letter = *state->at++;
        if (letter == '\'' || letter == '"') {
            status = take_quoted(state, letter);
        } else if (letter == '\\' && *state->at != '\0') {
            put(state, *state->at++);
        } else if (letter == '\\' || strchr(SPECIAL, letter) != NULL) {
            status = refuse(state, "it has signs that only a shell understands",
                            "give one command, with quotes around such signs in names");
        } else {
            put(state, letter);
        }
    }
    put(state, '\0');
    return status;
}

tg_status tg_command_split(tg_command_words *words, const char *line, tg_error *error)
{
    splitter state = {.words = words, .at = line, .error = error};
    tg_status status = TG_OK;
    words->nb_words = 0;
    // One more byte for the end of the last word.
    if (strlen(line) >= sizeof words->memory)
        return refuse(&state, "it is too long", "give a line that a report printed");
    while (status == TG_OK) {
        state.at += strspn(state.at, BLANK);
        if (*state.at == '\0') break;
        if (words->nb_words == TG_COMMAND_MAX_WORDS)
            return refuse(&state, "it has too many words", "give a line that a report printed");
        words->words[words->nb_words++] = words->memory + state.nb_used;
        status = take_word(&state);
    }
    words->words[words->nb_words] = NULL;
    return status;
}

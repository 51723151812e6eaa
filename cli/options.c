/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The one engine that parses the command lines of all verbs. */
#include "cli/options.h"

#include "model/memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What parsing has seen so far. */
typedef struct parser {
    tg_command_line *line;
    const tg_verb *verb;
    int nb_words;
    char *const *words;
    int next;               /* index of the next word */
    bool *given;            /* [nb_options] */
    const tg_option *rival; /* the rival that was given */
    tg_error *error;
} parser;

/* Start an error about the word number index. */
static tg_status usage_error(const parser *state, int index, const char *what, const char *subject)
{
    tg_error_set(state->error, TG_ERR_USAGE, what, subject);
    tg_error_where(state->error, "word %d behind the verb", index + 1);
    return TG_ERR_USAGE;
}

/* Say how the verb is called. */
static void say_usage(const parser *state)
{
    char line[sizeof state->error->how];
    tg_error_how(state->error, "%s", tg_verb_usage(line, sizeof line, state->verb));
}

static void *value_place(const parser *state, const tg_option *option)
{
    return (unsigned char *)state->line->values + option->offset;
}

static const char *option_name_at(const void *context, size_t index)
{
    const tg_verb *verb = context;
    return index < verb->nb_options ? verb->options[index].name : "help";
}

static tg_status unknown_option(const parser *state, int index, const char *name, const char *word)
{
    usage_error(state, index, "there is no option %s", word);
    const char *nearest =
        tg_nearest_name(name, state->verb->nb_options + 1, option_name_at, state->verb);
    if (nearest != NULL) {
        tg_error_how(state->error, "did you mean --%s? 'tracegate %s --help' lists the options",
                     nearest, state->verb->name);
    } else {
        tg_error_how(state->error, "'tracegate %s --help' lists the options", state->verb->name);
    }
    return TG_ERR_USAGE;
}

/* Parse a number without sign; false if text is none or does not fit. */
static bool parse_number(uint64_t *value, const char *text)
{
    const bool hexadecimal = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *digits = hexadecimal ? text + 2 : text;
    if (digits[0] == '\0' ||
        digits[strspn(digits, hexadecimal ? "0123456789abcdefABCDEF" : "0123456789")] != '\0')
        return false;
    errno = 0;
    const unsigned long long parsed = strtoull(digits, NULL, hexadecimal ? 16 : 10);
    *value = parsed;
    return errno == 0;
}

/* Whether a text looks like a number below 0, which no option takes. */
static bool is_negative(const char *text)
{
    return text[0] == '-' && text[1] >= '0' && text[1] <= '9';
}

/* Whether a text is a number with a fraction. */
static bool is_fraction(const char *text)
{
    static const char digits[] = "0123456789";
    const size_t length = strspn(text, digits);
    const char *rest = text + length;
    return *rest == '.' && length + strlen(rest) > 1 && rest[1 + strspn(rest + 1, digits)] == '\0';
}

/* Say how to mend a number that an option does not take. */
static void say_number(const parser *state, const tg_option *option, const char *text)
{
    uint64_t value = 0;
    const bool is_number = parse_number(&value, text);
    if (is_negative(text)) {
        tg_error_how(state->error, "--%s must not be negative", option->name);
    } else if (is_number && value < option->min) {
        tg_error_how(state->error, "give --%s at least %" PRIu64, option->name, option->min);
    } else if (is_number || value != 0) {
        // One that does not fit into 64 bits leaves the largest that does.
        tg_error_how(state->error, "give --%s %" PRIu64 " at the most", option->name, option->max);
    } else if (is_fraction(text)) {
        tg_error_how(state->error, "give --%s a whole number", option->name);
    } else {
        tg_error_how(state->error,
                     "give --%s %s as decimal digits, or as 0x and hexadecimal digits",
                     option->name, option->value_name);
    }
}

static tg_status store_number(const parser *state, int index, const tg_option *option,
                              const char *text, bool given)
{
    uint64_t value = 0;
    if (!parse_number(&value, text) || value < option->min || value > option->max) {
        tg_error_set(state->error, TG_ERR_USAGE, "'%s' is no number from %" PRIu64 " to %" PRIu64,
                     text, option->min, option->max);
        tg_error_where(state->error, "--%s, word %d behind the verb", option->name, index + 1);
        say_number(state, option, text);
        return TG_ERR_USAGE;
    }
    *(tg_number *)value_place(state, option) = (tg_number){.given = given, .value = value};
    return TG_OK;
}

/* Add a word to a list, whose memory is for as many words as the command line has. */
static tg_status append_word(const parser *state, tg_words *list, const char *word)
{
    if (list->words == NULL) {
        void *buffer = NULL;
        const tg_status status =
            tg_buffer_create(&buffer, (size_t)state->nb_words, sizeof *list->words, state->error);
        if (status != TG_OK) return status;
        list->words = buffer;
        state->line->lists[state->line->nb_lists++] = list->words;
    }
    list->words[list->nb_words++] = word;
    return TG_OK;
}

static tg_status store_value(const parser *state, int index, const tg_option *option,
                             const char *text, bool given)
{
    switch (option->type) {
    case TG_OPTION_FLAG:
        *(bool *)value_place(state, option) = true;
        return TG_OK;
    case TG_OPTION_TEXT:
        *(const char **)value_place(state, option) = text;
        return TG_OK;
    case TG_OPTION_NUMBER:
        return store_number(state, index, option, text, given);
    case TG_OPTION_CHOICE:
        *(tg_choice *)value_place(state, option) = (tg_choice){.given = given, .name = text};
        return TG_OK;
    case TG_OPTION_WORDS:
        return append_word(state, value_place(state, option), text);
    }
    return TG_OK;
}

static tg_status check_allowed(parser *state, int index, const tg_option *option)
{
    bool *given = &state->given[option - state->verb->options];
    if (*given && option->type != TG_OPTION_WORDS) {
        usage_error(state, index, "--%s is given twice", option->name);
        tg_error_how(state->error, "give it once");
        return TG_ERR_USAGE;
    }
    *given = true;
    if (option->rival && state->rival != NULL && state->rival != option) {
        tg_error_set(state->error, TG_ERR_USAGE, "--%s and --%s exclude each other",
                     state->rival->name, option->name);
        tg_error_where(state->error, "word %d behind the verb", index + 1);
        tg_error_how(state->error, "give one of them");
        return TG_ERR_USAGE;
    }
    if (option->rival) state->rival = option;
    return TG_OK;
}

/* Take an option whose word number index gives value, or NULL if the value would be the next
 * word. */
static tg_status take_option(parser *state, int index, const tg_option *option, const char *value)
{
    tg_status status = check_allowed(state, index, option);
    if (status != TG_OK) return status;
    if (option->type == TG_OPTION_FLAG) {
        if (value == NULL) return store_value(state, index, option, NULL, true);
        usage_error(state, index, "--%s takes no value", option->name);
        tg_error_how(state->error, "write --%s alone", option->name);
        return TG_ERR_USAGE;
    }
    if (value == NULL && state->next < state->nb_words) {
        // A word that looks like an option is not a value: a forgotten value must not swallow the
        // next option.
        const char *next = state->words[state->next];
        if (next[0] != '-' || next[1] == '\0' ||
            (option->type == TG_OPTION_NUMBER && is_negative(next))) {
            value = next;
            state->next++;
        }
    }
    if (value == NULL || value[0] == '\0') {
        usage_error(state, index, "--%s has no value", option->name);
        tg_error_how(state->error, "write --%s %s, or --%s=%s if the value begins with a dash",
                     option->name, option->value_name, option->name, option->value_name);
        return TG_ERR_USAGE;
    }
    return store_value(state, index, option, value, true);
}

static tg_status take_long(parser *state, int index)
{
    const char *word = state->words[index];
    const char *name = word + 2;
    const char *equals = strchr(name, '=');
    const size_t length = equals != NULL ? (size_t)(equals - name) : strlen(name);
    if (strcmp(name, "help") == 0) {
        state->line->wants_help = true;
        return TG_OK;
    }
    for (size_t i = 0; i < state->verb->nb_options; i++) {
        const tg_option *option = &state->verb->options[i];
        if (strlen(option->name) == length && strncmp(option->name, name, length) == 0) {
            return take_option(state, index, option, equals != NULL ? equals + 1 : NULL);
        }
    }
    char cut[64];
    (void)snprintf(cut, sizeof cut, "%.*s", (int)(length < sizeof cut ? length : sizeof cut - 1),
                   name);
    return unknown_option(state, index, cut, word);
}

static tg_status take_short(parser *state, int index)
{
    const char *word = state->words[index];
    if (strcmp(word, "-h") == 0) {
        state->line->wants_help = true;
        return TG_OK;
    }
    for (size_t i = 0; i < state->verb->nb_options; i++) {
        const tg_option *option = &state->verb->options[i];
        if (option->letter == word[1])
            return take_option(state, index, option, word[2] != '\0' ? word + 2 : NULL);
    }
    return unknown_option(state, index, word + 1, word);
}

static tg_status take_words(parser *state)
{
    bool options_end = false;
    while (state->next < state->nb_words && !state->line->wants_help) {
        const int index = state->next++;
        const char *word = state->words[index];
        tg_status status = TG_OK;
        if (options_end || word[0] != '-' || word[1] == '\0') {
            if (state->line->operands.nb_words == state->verb->max_operands) {
                usage_error(state, index, "'%s' is one word too many", word);
                say_usage(state);
                return TG_ERR_USAGE;
            }
            status = append_word(state, &state->line->operands, word);
        } else if (strcmp(word, "--") == 0) {
            options_end = true;
        } else {
            status = word[1] == '-' ? take_long(state, index) : take_short(state, index);
        }
        if (status != TG_OK) return status;
    }
    return TG_OK;
}

const char *tg_option_fallback(const tg_option *option)
{
    if (option->type != TG_OPTION_CHOICE) return option->fallback;
    return option->names->name_at(option->names->fallback);
}

/* Fallbacks for what was not given; errors for what is required. */
static tg_status complete(const parser *state)
{
    const tg_verb *verb = state->verb;
    if (state->line->operands.nb_words < verb->min_operands) {
        tg_error_set(state->error, TG_ERR_USAGE, "%s is missing", verb->operands);
        say_usage(state);
        return TG_ERR_USAGE;
    }
    for (size_t i = 0; i < verb->nb_options; i++) {
        const tg_option *option = &verb->options[i];
        if (state->given[i]) continue;
        if (option->required) {
            tg_error_set(state->error, TG_ERR_USAGE, "--%s %s is missing", option->name,
                         option->value_name);
            say_usage(state);
            return TG_ERR_USAGE;
        }
        const char *fallback = tg_option_fallback(option);
        if (fallback == NULL) continue;
        const tg_status status = store_value(state, 0, option, fallback, false);
        if (status != TG_OK) return status;
    }
    return TG_OK;
}

tg_status tg_command_line_parse(tg_command_line *line, const tg_verb *verb, int nb_words,
                                char *const *words, tg_error *error)
{
    *line = (tg_command_line){0};
    parser state = {.line = line,
                    .verb = verb,
                    .nb_words = nb_words,
                    .words = words,
                    .error = error};
    void *lists = calloc(verb->nb_options + 1, sizeof *line->lists);
    line->lists = lists;
    line->values = calloc(1, verb->values_size + 1);
    state.given = calloc(verb->nb_options + 1, sizeof *state.given);
    tg_status status = TG_OK;
    if (line->lists == NULL || line->values == NULL || state.given == NULL) {
        status = tg_error_set(error, TG_ERR_MEMORY, "no memory for the command line");
        tg_error_how(error, "free some memory");
        goto cleanup;
    }
    status = take_words(&state);
    if (status == TG_OK && !line->wants_help) status = complete(&state);
cleanup:
    free(state.given);
    if (status != TG_OK) tg_command_line_clear(line);
    return status;
}

void tg_command_line_clear(tg_command_line *line)
{
    for (size_t i = 0; i < line->nb_lists; i++) {
        tg_buffer_destroy(line->lists[i]);
    }
    free(line->lists);
    free(line->values);
    *line = (tg_command_line){0};
}

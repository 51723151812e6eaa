/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Command lines of reports. */
#include "cli/line.h"

#include "cli/verbs.h"
#include "harness/subject.h"

#include <stdio.h>
#include <string.h>

/* Verbs whose lines are taken: what reports print. */
static const tg_verb *const verbs[] = {&tg_verb_gate, &tg_verb_fuzz, &tg_verb_diff, &tg_verb_replay,
                                       &tg_verb_triage};

/* Options of lines that stand in files: what is made of what, and how it is compared. */
static const char *const harmless[] = {
    "seed",           "profile",   "nb-events", "height",    "record",   "grid",   "block",
    "max-candidates", "expected",  "actual",    "batch",     "chip",     "events", "canonical",
    "corpus",         "max-cells", "cases",     "no-corpus", "self-test"};

static tg_status refuse(const char *what, const char *text, tg_error *error)
{
    tg_error_set(error, TG_ERR_USAGE, "%s", what);
    tg_error_where(error, "%s", text);
    tg_error_how(error, "give a line that a report printed: 'tracegate gate ...', or one of fuzz, "
                        "diff, replay or triage");
    return TG_ERR_USAGE;
}

/* Whether a word calls this program, by any path. */
static bool is_program(const char *word)
{
    const char *slash = strrchr(word, '/');
    return strcmp(slash != NULL ? slash + 1 : word, "tracegate") == 0;
}

tg_status tg_line_read(tg_line *line, const char *text, tg_error *error)
{
    line->verb = NULL;
    line->nb_words = 0;
    line->nb_added = 0;
    const tg_status status = tg_command_split(&line->text, text, error);
    if (status != TG_OK) {
        tg_error_where(error, "%s", text);
        return status;
    }
    char *const *words = line->text.words;
    if (line->text.nb_words < 2 || !is_program(words[0]))
        return refuse("this is no command line of tracegate", text, error);
    for (size_t i = 0; i < TG_NB_ELEMENTS(verbs); i++) {
        if (strcmp(verbs[i]->name, words[1]) == 0) line->verb = verbs[i];
    }
    if (line->verb == NULL) return refuse("lines with this verb are not run again", text, error);
    for (size_t i = 2; i < line->text.nb_words; i++) {
        line->words[line->nb_words++] = words[i];
    }
    return TG_OK;
}

/* ---- lines of files ---- */

static tg_status refuse_found(const char *what, const char *word, tg_error *error)
{
    tg_error_set(error, TG_ERR_FORMAT, "a line out of a file is not run: %s '%.80s'", what, word);
    tg_error_how(error, "if you trust it, give the line itself: tracegate replay 'LINE'");
    return TG_ERR_FORMAT;
}

static const tg_option *find_harmless(const tg_verb *verb, const char *name, size_t length)
{
    bool is_harmless = false;
    for (size_t i = 0; i < TG_NB_ELEMENTS(harmless); i++) {
        is_harmless = is_harmless ||
                      (strlen(harmless[i]) == length && strncmp(harmless[i], name, length) == 0);
    }
    for (size_t i = 0; i < verb->nb_options && is_harmless; i++) {
        const char *option = verb->options[i].name;
        if (strlen(option) == length && strncmp(option, name, length) == 0)
            return &verb->options[i];
    }
    return NULL;
}

/* Check a word of a line, and how many it takes with its value. */
static tg_status check_word(const tg_line *line, size_t index, bool are_operands, size_t *nb_taken,
                            tg_error *error)
{
    const char *word = line->words[index];
    *nb_taken = 1;
    if (are_operands || word[0] != '-' || word[1] == '\0') {
        size_t indices[TG_NB_KINDS];
        size_t nb = 0;
        if (line->verb != &tg_verb_gate && line->verb != &tg_verb_fuzz) return TG_OK;
        return tg_subject_find(indices, &nb, word, NULL) == TG_OK
                   ? TG_OK
                   : refuse_found("no trace is called", word, error);
    }
    const size_t length = strncmp(word, "--", 2) == 0 ? strcspn(word + 2, "=") : 0;
    const tg_option *option = find_harmless(line->verb, word + 2, length);
    if (option == NULL) return refuse_found("it has the option", word, error);
    if (option->type != TG_OPTION_FLAG && word[2 + length] == '\0') *nb_taken = 2;
    return TG_OK;
}

tg_status tg_line_read_found(tg_line *line, const char *text, tg_error *error)
{
    tg_status status = tg_line_read(line, text, error);
    bool are_operands = false;
    size_t nb_taken = 1;
    for (size_t i = 0; i < line->nb_words && status == TG_OK; i += nb_taken) {
        nb_taken = 1;
        if (!are_operands && strcmp(line->words[i], "--") == 0) {
            are_operands = true;
        } else {
            status = check_word(line, i, are_operands, &nb_taken, error);
        }
    }
    if (status == TG_OK && line->verb == &tg_verb_fuzz && !tg_line_has(line, "batch"))
        status = refuse_found("it has no --batch and is a whole campaign:", text, error);
    return status;
}

void tg_line_print(FILE *out, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    for (; *at != '\0'; at++) {
        // U+0080 to U+009F are control characters, too.
        const bool is_high = at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0;
        (void)fputc(is_high || *at < ' ' || *at == 0x7f ? '?' : *at, out);
        at += is_high;
    }
}

/* ---- options ---- */

/* Words that an option takes at a place: 0 it is another word, 1 "--name=value" or a flag, 2
 * "--name" and the value behind it. */
static size_t nb_words_of(const tg_line *line, size_t index, const char *option, bool has_value)
{
    const char *word = line->words[index];
    const size_t length = strlen(option);
    if (strncmp(word, "--", 2) != 0 || strncmp(word + 2, option, length) != 0) return 0;
    if (word[2 + length] == '=') return 1;
    if (word[2 + length] != '\0') return 0;
    return has_value && index + 1 < line->nb_words ? 2 : 1;
}

bool tg_line_has(const tg_line *line, const char *option)
{
    for (size_t i = 0; i < line->nb_words && strcmp(line->words[i], "--") != 0; i++) {
        if (nb_words_of(line, i, option, false) != 0) return true;
    }
    return false;
}

static bool has_option(const tg_verb *verb, const char *option)
{
    for (size_t i = 0; i < verb->nb_options; i++) {
        if (strcmp(verb->options[i].name, option) == 0) return true;
    }
    return false;
}

/* Take an option out wherever it stands in front of a "--". */
static void remove_option(tg_line *line, const char *option, bool has_value)
{
    size_t nb_kept = 0;
    bool are_operands = false;
    for (size_t i = 0; i < line->nb_words;) {
        are_operands = are_operands || strcmp(line->words[i], "--") == 0;
        const size_t nb = are_operands ? 0 : nb_words_of(line, i, option, has_value);
        if (nb == 0) line->words[nb_kept++] = line->words[i];
        i += nb != 0 ? nb : 1;
    }
    line->nb_words = nb_kept;
}

/* Put an option, "--name" or "--name=value", in the place of those of its name. */
static tg_status put_option(tg_line *line, const char *option, const char *value, tg_error *error)
{
    if (!has_option(line->verb, option)) {
        tg_error_set(error, TG_ERR_USAGE, "'tracegate %s' has no --%s", line->verb->name, option);
        tg_error_how(error, "leave --%s away", option);
        return TG_ERR_USAGE;
    }
    char *added = line->added[line->nb_added % TG_LINE_MAX_ADDED];
    if (line->nb_added == TG_LINE_MAX_ADDED ||
        snprintf(added, TG_LINE_OPTION_BYTES, "--%s%s%s", option, value != NULL ? "=" : "",
                 value != NULL ? value : "") >= TG_LINE_OPTION_BYTES)
        return refuse("there is no room for another option", option, error);
    remove_option(line, option, value != NULL);
    // In front: behind a "--" there are no options.
    memmove(&line->words[1], &line->words[0], line->nb_words * sizeof line->words[0]);
    line->words[0] = added;
    line->nb_words++;
    line->nb_added++;
    return TG_OK;
}

tg_status tg_line_set(tg_line *line, const char *option, const char *value, tg_error *error)
{
    return value != NULL ? put_option(line, option, value, error) : TG_OK;
}

tg_status tg_line_set_flag(tg_line *line, const char *option, tg_error *error)
{
    return put_option(line, option, NULL, error);
}

/* ---- running ---- */

tg_status tg_line_parse(tg_command_line *parsed, const tg_line *line, tg_error *error)
{
    *parsed = (tg_command_line){0};
    const tg_status status =
        tg_command_line_parse(parsed, line->verb, (int)line->nb_words, line->words, error);
    if (status != TG_OK || !parsed->wants_help) return status;
    tg_command_line_clear(parsed);
    tg_error_set(error, TG_ERR_USAGE, "the line asks for help: there is nothing to run again");
    tg_error_how(error, "leave --help away, or call 'tracegate help %s'", line->verb->name);
    return TG_ERR_USAGE;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Command lines of reports. */
#include "cli/line.h"

#include "cli/chip_library.h"
#include "cli/verbs.h"
#include "files/json.h"
#include "harness/subject.h"

#include <stdio.h>
#include <string.h>

/* Verbs whose lines are taken: what reports print. */
static const tg_verb *const verbs[] = {&tg_verb_gate, &tg_verb_fuzz, &tg_verb_diff, &tg_verb_replay,
                                       &tg_verb_triage};

/* Options of lines that stand in files: what is made of what, and how it is compared. */
static const char *const harmless[] = {
    "seed", "profile", "nb-events", "height", "record", "grid", "block", "max-candidates",
    "expected", "actual", "batch", "chip", "events", "canonical", "corpus", "max-cells", "cases",
    "no-corpus", "self-test", "repeat", "sweep", "isolate", "max-run-seconds",
    // Whoever runs the line takes them out, and gives those of the user's own command line.
    "kernel", "kernels", "host", "no-sanitize", "poison", "std", "event-struct", "include",
    "define", "flag", "warnings", TG_CHIP_LIBRARY};

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

/* A line as it is copied out of a report, where "again: " stands in front of it. */
const char *tg_line_bare(const char *text)
{
    static const char prefix[] = "again:";
    const char *start = text + strspn(text, " ");
    if (strncmp(start, prefix, strlen(prefix)) != 0) return text;
    start += strlen(prefix);
    return start + strspn(start, " ");
}

tg_status tg_line_read(tg_line *line, const char *text, tg_error *error)
{
    line->verb = NULL;
    line->nb_words = 0;
    line->nb_added = 0;
    text = tg_line_bare(text);
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

/* A line of a file on its way through the checks. */
typedef struct check {
    const tg_line *line;
    const char *trace; /* that it has to be about */
    bool are_operands; /* a "--" was met */
    bool is_named;     /* the trace was met */
} check;

static tg_status refuse_trace(const check *at, const char *word, tg_error *error)
{
    tg_error_set(error, TG_ERR_FORMAT,
                 "a line out of a file is not run: the finding is of %.80s, the line of '%.80s'",
                 at->trace, word);
    tg_error_how(error, "the file was changed after it was written: make the report again");
    return TG_ERR_FORMAT;
}

/* An operand: of gate and fuzz, the trace by its name, or its chip's if that has no other. */
static tg_status check_operand(check *at, const char *word, tg_error *error)
{
    size_t indices[TG_NB_KINDS];
    size_t nb = 0;
    if (at->line->verb != &tg_verb_gate && at->line->verb != &tg_verb_fuzz) return TG_OK;
    if (tg_subject_find(indices, &nb, word, NULL) != TG_OK)
        return refuse_found("no trace is called", word, error);
    if (nb != 1 || strcmp(tg_trace_at(indices[0])->name, at->trace) != 0)
        return refuse_trace(at, word, error);
    at->is_named = true;
    return TG_OK;
}

/* What diff compares: the trace, its chip, or a side output of it. */
static tg_status check_chip(check *at, const char *name, tg_error *error)
{
    const size_t nb_name = strlen(name);
    const size_t nb_trace = strlen(at->trace);
    const size_t nb = nb_name < nb_trace ? nb_name : nb_trace;
    const char *rest = nb_name < nb_trace ? at->trace + nb : name + nb;
    if (strncmp(name, at->trace, nb) != 0 || (*rest != '.' && *rest != '\0'))
        return refuse_trace(at, name, error);
    at->is_named = true;
    return TG_OK;
}

/* Check a word of a line, and how many it takes with its value. */
static tg_status check_word(check *at, size_t index, size_t *nb_taken, tg_error *error)
{
    const tg_line *line = at->line;
    const char *word = line->words[index];
    *nb_taken = 1;
    if (at->are_operands || word[0] != '-' || word[1] == '\0')
        return check_operand(at, word, error);
    const size_t length = strncmp(word, "--", 2) == 0 ? strcspn(word + 2, "=") : 0;
    const tg_option *option = find_harmless(line->verb, word + 2, length);
    if (option == NULL) return refuse_found("it has the option", word, error);
    const bool is_apart = option->type != TG_OPTION_FLAG && word[2 + length] == '\0';
    if (is_apart) *nb_taken = 2;
    if (strcmp(option->name, "chip") != 0) return TG_OK;
    const char *next = index + 1 < line->nb_words ? line->words[index + 1] : "";
    return check_chip(at, is_apart ? next : word + 2 + length + 1, error);
}

/* Check what the words together say. */
static tg_status check_whole(const check *at, const char *text, tg_error *error)
{
    const tg_verb *verb = at->line->verb;
    if (verb == &tg_verb_fuzz && !tg_line_has(at->line, "batch"))
        return refuse_found("it has no --batch and is a whole campaign:", text, error);
    if (at->is_named || (verb != &tg_verb_gate && verb != &tg_verb_fuzz)) return TG_OK;
    return refuse_trace(at, "every trace", error);
}

tg_status tg_line_read_found(tg_line *line, const char *text, const char *trace, tg_error *error)
{
    check at = {.line = line, .trace = trace};
    tg_status status = tg_line_read(line, text, error);
    size_t nb_taken = 1;
    for (size_t i = 0; i < line->nb_words && status == TG_OK; i += nb_taken) {
        nb_taken = 1;
        if (!at.are_operands && strcmp(line->words[i], "--") == 0) {
            at.are_operands = true;
        } else {
            status = check_word(&at, i, &nb_taken, error);
        }
    }
    return status == TG_OK ? check_whole(&at, text, error) : status;
}

void tg_line_print(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        const bool is_control = tg_json_is_control(text);
        (void)fputc(is_control ? '?' : *text, out);
        text += is_control && (unsigned char)*text == 0xc2; // of two bytes
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

const char *tg_line_value(const tg_line *line, const char *option)
{
    for (size_t i = 0; i < line->nb_words && strcmp(line->words[i], "--") != 0; i++) {
        const size_t nb = nb_words_of(line, i, option, true);
        if (nb == 2) return line->words[i + 1];
        const char *value = line->words[i] + strcspn(line->words[i], "=");
        if (nb == 1) return *value == '=' ? value + 1 : value;
    }
    return NULL;
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

/* Wherever it stands in front of a "--". */
void tg_line_drop(tg_line *line, const char *option, bool has_value)
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
        tg_error_how(error, "leave out --%s", option);
        return TG_ERR_USAGE;
    }
    char *added = line->added[line->nb_added % TG_LINE_MAX_ADDED];
    if (line->nb_added == TG_LINE_MAX_ADDED ||
        snprintf(added, TG_LINE_OPTION_BYTES, "--%s%s%s", option, value != NULL ? "=" : "",
                 value != NULL ? value : "") >= TG_LINE_OPTION_BYTES)
        return refuse("there is no room for another option", option, error);
    tg_line_drop(line, option, value != NULL);
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

tg_status tg_line_add(tg_line *line, const char *const *words, size_t nb_words, tg_error *error)
{
    if (line->nb_words + nb_words > TG_NB_ELEMENTS(line->words))
        return refuse("there is no room for another option", words[0], error);
    memmove(&line->words[nb_words], &line->words[0], line->nb_words * sizeof line->words[0]);
    // They are parsed and not written to, as argv is.
    for (size_t i = 0; i < nb_words; i++) line->words[i] = (char *)(uintptr_t)words[i];
    line->nb_words += nb_words;
    return TG_OK;
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
    tg_error_how(error, "leave out --help, or call 'tracegate help %s'", line->verb->name);
    return TG_ERR_USAGE;
}

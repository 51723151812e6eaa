/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The command line of a verb, from one table: parsing, help and errors all come from it.
 *
 * GNU long options, `--name VALUE` and `--name=VALUE`; some have a letter, `-o VALUE` and
 * `-oVALUE`; `--` ends the options. `-h` and `--help` belong to every verb. Values land in the
 * verb's own struct, at the table's offsets.
 */
#ifndef TRACEGATE_CLI_OPTIONS_H
#define TRACEGATE_CLI_OPTIONS_H

#include "harness/command.h"
#include "model/names.h"
#include "model/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A number on the command line, decimal or 0x and hexadecimal digits. */
typedef struct tg_number {
    bool given; /* by the user; false: value is the table's fallback, or 0 */
    uint64_t value;
} tg_number;

/* One of the names of a list. */
typedef struct tg_choice {
    bool given; /* by the user; false: name is the list's fallback */
    const char *name;
} tg_choice;

/* A list of names, each with an explanation, for help and fallbacks. The verb itself looks up the
 * name that it is given. */
typedef struct tg_names {
    size_t (*nb_names)(void);
    const char *(*name_at)(size_t index);
    const char *(*text_at)(size_t index);
    size_t fallback; /* index of the name taken where a choice is not given */
} tg_names;

/* Values of a repeatable option, or the operands, in the order that they were given in. */
typedef struct tg_words {
    size_t nb_words;
    const char **words;
} tg_words;

typedef enum tg_option_type {
    TG_OPTION_FLAG,   /* bool */
    TG_OPTION_TEXT,   /* const char *, NULL if not given and without a fallback */
    TG_OPTION_NUMBER, /* tg_number */
    TG_OPTION_CHOICE, /* tg_choice */
    TG_OPTION_WORDS,  /* tg_words; the only repeatable type */
} tg_option_type;

typedef struct tg_option {
    const char *name; /* without the dashes */
    char letter;      /* 0: none */
    tg_option_type type;
    const char *value_name; /* as help shows it: "N"; NULL for flags */
    const char *text;       /* one line of help */
    const char *fallback;   /* taken where the option is not given; NULL: none, or a choice's */
    const tg_names *names;  /* choices, and words that are names: what can be given */
    uint64_t min, max;      /* numbers: the range */
    bool required;
    bool rival; /* at most one of the verb's rivals may be given; help shows them as alternatives */
    size_t offset; /* of the value in the verb's struct */
} tg_option;

/* A constant as text: the number behind a macro's name. */
#define TG_TEXT_OF(constant) TG_TEXT_OF_(constant)
#define TG_TEXT_OF_(constant) #constant

/* One entry of a table of options, whose value lands in a member of the struct VALUES. Behind
 * the value's name come the text and, where needed, more members of tg_option:
 *   TG_OPTION(gen_values, output, TEXT, "output", "FILE", "the file to write", .letter = 'o',
 *   .required = true) */
#define TG_OPTION(VALUES, member, TYPE, name_, value_name_, ...)                \
    {                                                                           \
        .name = (name_), .type = TG_OPTION_##TYPE, .value_name = (value_name_), \
        .offset = offsetof(VALUES, member), .text = __VA_ARGS__                 \
    }

typedef struct tg_verb {
    const char *name;
    const char *summary;  /* one line of `tracegate --help` */
    const char *operands; /* as help shows them: "CHIP.KIND"; "" without any */
    size_t min_operands, max_operands;
    const char *text;     /* what the verb does; lines of help */
    const char *examples; /* lines of help, commands with a comment each */
    size_t nb_options;
    const tg_option *options;
    size_t values_size; /* bytes of the verb's struct */
    /* Do it. Results go to stdout, everything else to stderr.
     * values  the verb's struct, filled
     * Returns a status whose exit code ends the program; the error's line is printed unless what
     * is "" */
    tg_status (*run)(const void *values, const tg_words *operands, tg_error *error);
} tg_verb;

/* A parsed command line. */
typedef struct tg_command_line {
    bool wants_help; /* the rest is then incomplete */
    void *values;    /* the verb's struct */
    tg_words operands;
    size_t nb_lists;
    const char ***lists; /* memory of all tg_words */
} tg_command_line;

/* Parse the words behind the verb. The texts stay the caller's and must outlive line.
 * line  caller's; to be cleared by tg_command_line_clear after success only
 * Errors  TG_ERR_USAGE (unknown options, with the nearest name; missing, malformed or surplus
 *         values; numbers out of range; repetition; a missing required option; too few or too many
 *         operands), TG_ERR_MEMORY
 */
TG_NODISCARD tg_status tg_command_line_parse(tg_command_line *line, const tg_verb *verb,
                                             int nb_words, char *const *words, tg_error *error);
void tg_command_line_clear(tg_command_line *line);

/* What is taken where an option is not given; NULL: nothing. */
const char *tg_option_fallback(const tg_option *option);

/* Write the command line that values and operands are of: options that say no more than their
 * fallback are left away, and operands come first. */
void tg_verb_command(tg_command *command, const tg_verb *verb, const void *values,
                     const tg_words *operands);

/* Refuse options and operands that have no effect with a mode of the verb, or without it.
 * rest   a struct of values that has only those; the others have their fallbacks, or nothing
 * names  such operands
 * mode   the mode's option, without the dashes
 * with   whether it is given
 * Errors TG_ERR_USAGE with all of them */
TG_NODISCARD tg_status tg_verb_check_rest(const tg_verb *verb, const void *rest,
                                          const tg_words *names, const char *mode, bool with,
                                          tg_error *error);

/* Write how a verb is called, in one line: what has to be given, and that there are options.
 * text  [size] bytes, caller's; cut if they are too few
 * Returns text */
const char *tg_verb_usage(char *text, size_t size, const tg_verb *verb);

/* Write a verb's help. */
void tg_verb_print_help(FILE *out, const tg_verb *verb);

#endif

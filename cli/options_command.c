/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A verb's values as a command line again. */
#include "cli/options.h"

#include <inttypes.h>
#include <string.h>

static void add_words(tg_command *command, const tg_option *option, const tg_words *words)
{
    for (size_t i = 0; i < words->nb_words; i++) {
        tg_command_add_option(command, option->name, "%s", words->words[i]);
    }
}

static void add_option(tg_command *command, const tg_option *option, const void *value)
{
    const char *const *text = value;
    const tg_number *number = value;
    const tg_choice *choice = value;
    const char *fallback = tg_option_fallback(option);
    switch (option->type) {
    case TG_OPTION_FLAG:
        if (*(const bool *)value) {
            char flag[64];
            (void)snprintf(flag, sizeof flag, "--%s", option->name);
            tg_command_add(command, flag);
        }
        break;
    case TG_OPTION_TEXT:
        if (*text != NULL && (fallback == NULL || strcmp(*text, fallback) != 0))
            tg_command_add_option(command, option->name, "%s", *text);
        break;
    case TG_OPTION_NUMBER:
        // Seeds are written as everywhere else.
        if (number->given)
            tg_command_add_option(command, option->name,
                                  option->max == UINT64_MAX ? "0x%" PRIx64 : "%" PRIu64,
                                  number->value);
        break;
    case TG_OPTION_CHOICE:
        if (choice->given) tg_command_add_option(command, option->name, "%s", choice->name);
        break;
    case TG_OPTION_WORDS:
        add_words(command, option, value);
        break;
    }
}

tg_status tg_verb_check_rest(const tg_verb *verb, const void *rest, const tg_words *names,
                             const char *mode, bool with, tg_error *error)
{
    tg_command command;
    tg_verb_command(&command, verb, rest, names);
    const char *more = command.text + strlen("tracegate ") + strlen(verb->name);
    if (*more == '\0') return TG_OK;
    tg_error_set(error, TG_ERR_USAGE, "these have no effect %s --%s:%s", with ? "with" : "without",
                 mode, more);
    tg_error_how(error, "leave them out; 'tracegate %s --help' explains --%s", verb->name, mode);
    return TG_ERR_USAGE;
}

void tg_verb_command(tg_command *command, const tg_verb *verb, const void *values,
                     const tg_words *operands)
{
    tg_command_begin(command);
    tg_command_add(command, "tracegate");
    tg_command_add(command, verb->name);
    for (size_t i = 0; i < operands->nb_words; i++) {
        tg_command_add(command, operands->words[i]);
    }
    for (size_t i = 0; i < verb->nb_options; i++) {
        add_option(command, &verb->options[i],
                   (const unsigned char *)values + verb->options[i].offset);
    }
}

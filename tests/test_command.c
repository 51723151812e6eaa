/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Command lines: what a shell reads back is what was added. */
#include "harness/command.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static tg_command command;

/* Assert that a shell splits a command line into words: it prints each with an end of its own. */
static void assert_reads_back(const char *const *words, size_t nb_words)
{
    char script[TG_COMMAND_BYTES + 64];
    (void)snprintf(script, sizeof script, "printf '%%s\\036' %s", command.text);
    FILE *shell = popen(script, "r");
    ck_assert_ptr_nonnull(shell);
    char text[TG_COMMAND_BYTES];
    const size_t length = fread(text, 1, sizeof text - 1, shell);
    text[length] = '\0';
    ck_assert_int_eq(pclose(shell), 0);
    const char *at = text;
    for (size_t i = 0; i < nb_words; i++) {
        const char *end = strchr(at, '\036');
        ck_assert_ptr_nonnull(end);
        ck_assert_msg((size_t)(end - at) == strlen(words[i]) &&
                          memcmp(at, words[i], strlen(words[i])) == 0,
                      "word %zu is '%.*s' and was '%s'", i, (int)(end - at), at, words[i]);
        at = end + 1;
    }
    ck_assert_str_eq(at, "");
}

START_TEST(command_leaves_plain_words_alone)
{
    tg_command_begin(&command);
    ck_assert_str_eq(command.text, "");
    tg_command_add(&command, "tracegate");
    tg_command_add(&command, "corpus/records/a-b_c.npy");
    tg_command_add_option(&command, "nb-events", "%d", 17);
    tg_command_add_option(&command, "seed", "0x%x", 0xabcu);
    ck_assert_str_eq(command.text, "tracegate corpus/records/a-b_c.npy --nb-events 17 --seed "
                                   "0xabc");
    ck_assert_uint_eq(command.nb_used, strlen(command.text));
    ck_assert(!command.is_cut);
}
END_TEST

START_TEST(command_quotes_what_a_shell_would_take_apart)
{
    const char *const words[] = {
        "my folder/a.npy", "it's",    "''",  "two\nlines",  "",        "$(echo no)", "`echo no`",
        "a\"b\\c",         "~",       "#no", "*.npy",       "a;b&c|d", "{a,b}",      "a=b",
        "!$HOME",          "tab\tto", "\n",  "gr\xc3\xbcn", "<in>out", "'",          "[a-z]",
    };
    tg_command_begin(&command);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        tg_command_add(&command, words[i]);
    }
    ck_assert(!command.is_cut);
    assert_reads_back(words, sizeof words / sizeof words[0]);
}
END_TEST

START_TEST(command_formats_options)
{
    const char *const words[] = {"--record", "it's a/folder", "--corpus=-dash it", "--max=-1"};
    tg_command_begin(&command);
    tg_command_add_option(&command, "record", "%s/%s", "it's a", "folder");
    tg_command_add_option(&command, "corpus", "%s", "-dash it");
    tg_command_add_option(&command, "max", "%d", -1);
    assert_reads_back(words, sizeof words / sizeof words[0]);
}
END_TEST

/* Words of this many letters are too long or not, by their number: every border is met. */
START_TEST(command_marks_what_is_cut)
{
    static char word[2 * TG_COMMAND_BYTES];
    const size_t room = TG_COMMAND_BYTES - sizeof TG_COMMAND_CUT;
    for (size_t length = room - 20; length <= room + 20; length++) {
        memset(word, 'a', length);
        word[length] = '\0';
        tg_command_begin(&command);
        tg_command_add(&command, "x");
        tg_command_add(&command, word);
        const bool fits = strlen("x ") + length <= room;
        ck_assert_int_eq(command.is_cut, !fits);
        ck_assert_uint_eq(strlen(command.text), command.nb_used);
        if (fits) {
            ck_assert_str_eq(command.text + 2, word);
        } else {
            ck_assert_str_eq(command.text, "x" TG_COMMAND_CUT);
        }
        // Nothing comes behind a cut: the line would lack a word in its middle.
        if (!fits) tg_command_add(&command, "y");
        if (!fits) ck_assert_str_eq(command.text, "x" TG_COMMAND_CUT);
    }
}
END_TEST

START_TEST(command_cuts_options_whole)
{
    static char word[3 * TG_COMMAND_BYTES];
    for (size_t i = 0; i < sizeof word - 1; i++) {
        word[i] = i % 2 == 0 ? '\'' : ' ';
    }
    tg_command_begin(&command);
    tg_command_add(&command, "tracegate");
    tg_command_add_option(&command, "record", "%s", word);
    ck_assert_str_eq(command.text, "tracegate" TG_COMMAND_CUT);
    word[0] = '-';
    tg_command_begin(&command);
    tg_command_add_option(&command, "record", "%s", word);
    ck_assert_str_eq(command.text, TG_COMMAND_CUT);
    // Quotes make a word longer than it is.
    memset(word, '\'', TG_COMMAND_BYTES / 2);
    word[TG_COMMAND_BYTES / 2] = '\0';
    tg_command_begin(&command);
    tg_command_add(&command, word);
    ck_assert_str_eq(command.text, TG_COMMAND_CUT);
    const char *const nothing[] = {""};
    tg_command_begin(&command);
    tg_command_add(&command, word);
    assert_reads_back(nothing, 1); // the mark is a comment: printf prints no word, once
}
END_TEST

TG_SUITE("command", command_leaves_plain_words_alone, command_quotes_what_a_shell_would_take_apart,
         command_formats_options, command_marks_what_is_cut, command_cuts_options_whole)

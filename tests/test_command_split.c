/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Command lines back into words: what is added is read back, and what takes a shell is refused. */
#include "harness/command.h"
#include "suite.h"

#include <string.h>

static tg_command command;
static tg_command_words words;

START_TEST(command_split_reads_back_what_was_added)
{
    const char *const added[] = {
        "tracegate", "my folder/a.npy", "it's", "''",      "two\nlines", "",      "$(echo no)",
        "`echo no`", "a\"b\\c",         "~",    "#no",     "*.npy",      "a;b",   "{a,b}",
        "a=b",       "!$HOME",          "\t",   "<in>out", "'",          "[a-z]", "gr\xc3\xbcn",
    };
    const size_t nb = sizeof added / sizeof added[0];
    tg_command_begin(&command);
    for (size_t i = 0; i < nb; i++) tg_command_add(&command, added[i]);
    tg_command_add_option(&command, "corpus", "%s", "-dash it");
    tg_assert_ok(tg_command_split(&words, command.text, tg_suite_error));
    ck_assert_uint_eq(words.nb_words, nb + 1);
    for (size_t i = 0; i < nb; i++) ck_assert_str_eq(words.words[i], added[i]);
    ck_assert_str_eq(words.words[nb], "--corpus=-dash it");
    ck_assert_ptr_null(words.words[nb + 1]);
}
END_TEST

START_TEST(command_split_takes_quotes_and_backslashes)
{
    static const struct {
        const char *line;
        const char *words[4];
    } lines[] = {
        {"", {NULL}},
        {" \t ", {NULL}},
        {"  a  b\t", {"a", "b"}},
        {"a\\ b c", {"a b", "c"}},
        {"'a b'c\"d e\"", {"a bcd e"}},
        {"'' \"\" x", {"", "", "x"}},
        {"\"a\\\"b\\\\c\\d\"", {"a\"b\\c\\d"}},
        {"'$x' \"a;b\" \\$y", {"$x", "a;b", "$y"}},
        {"a#b a~", {"a#b", "a~"}},
        {"--x='y z'", {"--x=y z"}},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        tg_assert_ok(tg_command_split(&words, lines[i].line, tg_suite_error));
        size_t nb = 0;
        for (; lines[i].words[nb] != NULL; nb++) {
            ck_assert_uint_lt(nb, words.nb_words);
            ck_assert_str_eq(words.words[nb], lines[i].words[nb]);
        }
        ck_assert_uint_eq(words.nb_words, nb);
    }
}
END_TEST

START_TEST(command_split_refuses_what_takes_a_shell)
{
    static const char *const lines[] = {
        "a; b",     "a | b",  "a && b", "a > b",  "a < b",   "$x",  "a$(b)", "`a`",
        "a *.json", "a ?",    "[a]",    "{a,b}",  "!!",      "(a)", "a &",   "~/x",
        "# no",     "a # no", "a\nb",   "\"$x\"", "\"`a`\"", "'a",  "\"a",   "a\\",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        tg_assert_fails(TG_ERR_USAGE, "no command line",
                        tg_command_split(&words, lines[i], tg_suite_error));
    }
}
END_TEST

/* A line that was cut is not run without its end. */
START_TEST(command_split_refuses_cut_and_long_lines)
{
    static char line[2 * TG_COMMAND_BYTES];
    memset(line, 'x', sizeof line - 1);
    tg_command_begin(&command);
    tg_command_add(&command, "tracegate");
    tg_command_add(&command, line);
    ck_assert(command.is_cut);
    tg_assert_fails(TG_ERR_USAGE, "cut", tg_command_split(&words, command.text, tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, "too long", tg_command_split(&words, line, tg_suite_error));
    // The longest that there can be.
    line[TG_COMMAND_BYTES - 1] = '\0';
    tg_assert_ok(tg_command_split(&words, line, tg_suite_error));
    ck_assert_uint_eq(strlen(words.words[0]), TG_COMMAND_BYTES - 1);
    for (size_t i = 0; i < TG_COMMAND_BYTES - 1; i++) line[i] = i % 2 == 0 ? 'x' : ' ';
    tg_assert_fails(TG_ERR_USAGE, "too many words", tg_command_split(&words, line, tg_suite_error));
    line[2 * TG_COMMAND_MAX_WORDS - 1] = '\0';
    tg_assert_ok(tg_command_split(&words, line, tg_suite_error));
    ck_assert_uint_eq(words.nb_words, TG_COMMAND_MAX_WORDS);
}
END_TEST

TG_SUITE("command_split", command_split_reads_back_what_was_added,
         command_split_takes_quotes_and_backslashes, command_split_refuses_what_takes_a_shell,
         command_split_refuses_cut_and_long_lines)

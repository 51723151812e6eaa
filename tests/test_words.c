/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Numbers of things in words: one is one. */
#include "harness/words.h"
#include "suite.h"

START_TEST(words_count_things)
{
    char text[TG_WORDS_BYTES];
    ck_assert_str_eq(tg_counted(text, 1, "word", "differ"), "1 word differs");
    ck_assert_str_eq(tg_counted(text, 12, "word", "differ"), "12 words differ");
    ck_assert_str_eq(tg_counted(text, 0, "word", "were"), "0 words were");
    ck_assert_str_eq(tg_counted(text, 1, "wrong cell", NULL), "1 wrong cell");
}
END_TEST

START_TEST(words_say_all_and_shares)
{
    char text[TG_WORDS_BYTES];
    ck_assert_str_eq(tg_all(text, 1, "wrong row", "are"), "the one wrong row is");
    ck_assert_str_eq(tg_all(text, 2, "wrong row", "are"), "all 2 wrong rows are");
    ck_assert_str_eq(tg_share(text, 1, 1, "wrong cell", "hold"), "the one wrong cell holds");
    ck_assert_str_eq(tg_share(text, 1, 3, "wrong cell", "have"), "1 of 3 wrong cells has");
    ck_assert_str_eq(tg_share(text, 3, 3, "wrong cell", "hold"), "3 of 3 wrong cells hold");
}
END_TEST

TG_SUITE("words", words_count_things, words_say_all_and_shares)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Options of users' kernels as words: all of them, and values that look like options. */
#include "harness/user_words.h"
#include "model/memory.h"
#include "suite.h"

#include <string.h>

static void assert_words(const char *const *wanted, size_t nb_wanted,
                         const tg_user_options *options, bool is_host, const char *const *libraries,
                         size_t nb_libraries)
{
    const char **words = NULL;
    size_t nb = 0;
    tg_assert_ok(tg_user_words_create(&words, &nb, options, is_host, libraries, nb_libraries,
                                      tg_suite_error));
    ck_assert_uint_eq(nb, nb_wanted);
    for (size_t i = 0; i < nb; i++) ck_assert_str_eq(words[i], wanted[i]);
    tg_buffer_destroy(words);
}

START_TEST(user_words_are_all_that_is_given)
{
    static const char *const includes[] = {"a b", "-c"};
    static const char *const defines[] = {"A=1", "B"};
    static const char *const flags[] = {"-O3", "plain", "-"};
    static const char *const libraries[] = {"chip.so", "-chip.so"};
    static const char *const words[] = {"--kernel=-my.cu:k",
                                        "--kernels",
                                        "m.json",
                                        "--std",
                                        "c++17",
                                        "--event-struct",
                                        "Event",
                                        "--include",
                                        "a b",
                                        "--include=-c",
                                        "--define",
                                        "A=1",
                                        "--define",
                                        "B",
                                        "--flag=-O3",
                                        "--flag",
                                        "plain",
                                        "--flag=-",
                                        "--chip-library",
                                        "chip.so",
                                        "--chip-library=-chip.so",
                                        "--host",
                                        "--no-sanitize",
                                        "--poison"};
    const tg_user_options options = {.kernel = "-my.cu:k",
                                     .manifest = "m.json",
                                     .event_struct = "Event",
                                     .poisons = true,
                                     .build = {.standard = "c++17",
                                               .nb_includes = 2,
                                               .includes = includes,
                                               .nb_defines = 2,
                                               .defines = defines,
                                               .nb_flags = 3,
                                               .flags = flags}};
    assert_words(words, sizeof words / sizeof words[0], &options, true, libraries, 2);
}
END_TEST

START_TEST(user_words_are_none_where_nothing_is_given)
{
    const tg_user_options options = {.sanitizes = true};
    assert_words(NULL, 0, &options, false, NULL, 0);
}
END_TEST

TG_SUITE("user_words", user_words_are_all_that_is_given, user_words_are_none_where_nothing_is_given)

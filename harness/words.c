/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Numbers of things in words. */
#include "harness/words.h"

#include <stdio.h>
#include <string.h>

/* Longest noun and verb. */
#define MAX_NOUN 40

/* Put a verb behind what it says something of so many things. */
static void add_verb(char text[TG_WORDS_BYTES], size_t nb, const char *verb)
{
    static const char *const irregular[][2] = {{"are", "is"}, {"were", "was"}, {"have", "has"}};
    const size_t length = strlen(text);
    const char *one = NULL;
    if (verb == NULL) return;
    for (size_t i = 0; i < sizeof irregular / sizeof irregular[0]; i++) {
        if (strcmp(verb, irregular[i][0]) == 0) one = irregular[i][1];
    }
    (void)snprintf(text + length, TG_WORDS_BYTES - length, " %.*s%s", MAX_NOUN,
                   nb == 1 && one != NULL ? one : verb, nb == 1 && one == NULL ? "s" : "");
}

const char *tg_counted(char text[TG_WORDS_BYTES], size_t nb, const char *noun, const char *verb)
{
    (void)snprintf(text, TG_WORDS_BYTES, "%zu %.*s%s", nb, MAX_NOUN, noun, tg_plural(nb));
    add_verb(text, nb, verb);
    return text;
}

const char *tg_all(char text[TG_WORDS_BYTES], size_t nb, const char *noun, const char *verb)
{
    if (nb != 1) {
        (void)snprintf(text, TG_WORDS_BYTES, "all %zu %.*ss", nb, MAX_NOUN, noun);
    } else {
        (void)snprintf(text, TG_WORDS_BYTES, "the one %.*s", MAX_NOUN, noun);
    }
    add_verb(text, nb, verb);
    return text;
}

const char *tg_share(char text[TG_WORDS_BYTES], size_t nb, size_t whole, const char *noun,
                     const char *verb)
{
    if (nb == 1 && whole == 1) return tg_all(text, 1, noun, verb);
    (void)snprintf(text, TG_WORDS_BYTES, "%zu of %zu %.*s%s", nb, whole, MAX_NOUN, noun,
                   tg_plural(whole));
    add_verb(text, nb, verb);
    return text;
}

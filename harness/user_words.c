/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Options of users' kernels as words. They are gone through twice: counted, then written. */
#include "harness/user_words.h"

#include "model/memory.h"

#include <stdio.h>
#include <string.h>

/* Words, and the texts of those that are made here. */
typedef struct listing {
    const char **words; /* [nb_words] NULL while they are counted */
    char *texts;        /* [nb_bytes] */
    size_t nb_words;
    size_t nb_bytes;
} listing;

static void add_word(listing *of, const char *word)
{
    if (of->words != NULL) of->words[of->nb_words] = word;
    of->nb_words++;
}

/* value  NULL: it is not given */
static void add_value(listing *of, const char *option, const char *value)
{
    if (value == NULL) return;
    if (value[0] != '-') {
        add_word(of, option);
        add_word(of, value);
        return;
    }
    // Behind a space it would look like an option of its own.
    const size_t size = strlen(option) + strlen(value) + 2;
    char *text = NULL;
    if (of->words != NULL) {
        text = of->texts + of->nb_bytes;
        (void)snprintf(text, size, "%s=%s", option, value);
    }
    add_word(of, text);
    of->nb_bytes += size;
}

static void add_values(listing *of, const char *option, const char *const *values, size_t nb)
{
    for (size_t i = 0; i < nb; i++) add_value(of, option, values[i]);
}

static void list(listing *of, const tg_user_options *options, bool is_host,
                 const char *const *libraries, size_t nb_libraries)
{
    const tg_build_options *build = &options->build;
    add_value(of, "--kernel", options->kernel);
    add_value(of, "--kernels", options->manifest);
    add_value(of, "--std", build->standard);
    add_value(of, "--event-struct", options->event_struct);
    add_values(of, "--include", build->includes, build->nb_includes);
    add_values(of, "--define", build->defines, build->nb_defines);
    add_values(of, "--flag", build->flags, build->nb_flags);
    add_values(of, "--chip-library", libraries, nb_libraries);
    if (is_host) add_word(of, "--host");
    if (!options->sanitizes) add_word(of, "--no-sanitize");
    if (options->poisons) add_word(of, "--poison");
}

tg_status tg_user_words_create(const char ***words, size_t *nb_words,
                               const tg_user_options *options, bool is_host,
                               const char *const *libraries, size_t nb_libraries, tg_error *error)
{
    listing counted = {.words = NULL};
    void *memory = NULL;
    list(&counted, options, is_host, libraries, nb_libraries);
    const size_t word_bytes = counted.nb_words * sizeof(char *);
    // One byte more: a buffer of nothing is none.
    const tg_status status = tg_buffer_create(&memory, word_bytes + counted.nb_bytes + 1, 1, error);
    if (status != TG_OK) return status;
    listing made = {.words = memory, .texts = (char *)memory + word_bytes};
    list(&made, options, is_host, libraries, nb_libraries);
    *words = made.words;
    *nb_words = made.nb_words;
    return TG_OK;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Writes all pages: tracegate_pages FOLDER, which has a folder man1. Exits 0, or 1 if a file cannot
 * be written. */
#include "pages/pages.h"

#include <errno.h>
#include <string.h>

/* Open a file of the folder; says what is wrong. */
static FILE *open_page(const char *folder, const char *name)
{
    char path[4096];
    const int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = length > 0 && (size_t)length < sizeof path ? fopen(path, "w") : NULL;
    if (out == NULL) (void)fprintf(stderr, "tracegate_pages: %s: %s\n", path, strerror(errno));
    return out;
}

static bool close_page(FILE *out, const char *name)
{
    const bool is_whole = !ferror(out);
    if (fclose(out) == 0 && is_whole) return true;
    (void)fprintf(stderr, "tracegate_pages: %s: %s\n", name, strerror(errno));
    return false;
}

static bool write_one(const char *folder, const char *name, void (*put)(FILE *out))
{
    FILE *out = open_page(folder, name);
    if (out == NULL) return false;
    put(out);
    return close_page(out, name);
}

static bool write_verb(const char *folder, const tg_verb *verb)
{
    char name[64];
    (void)snprintf(name, sizeof name, "man1/tracegate-%s.1", verb->name);
    FILE *out = open_page(folder, name);
    if (out == NULL) return false;
    pages_put_verb(out, verb);
    return close_page(out, name);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        (void)fputs("usage: tracegate_pages FOLDER\n", stderr);
        return 2;
    }
    bool is_good = write_one(argv[1], "man1/tracegate.1", pages_put_program) &&
                   write_one(argv[1], "tracegate.bash", pages_put_bash) &&
                   write_one(argv[1], "_tracegate", pages_put_zsh) &&
                   write_one(argv[1], "tracegate.fish", pages_put_fish);
    for (size_t i = 0; i < PAGES_NB_VERBS; i++) {
        is_good = is_good && write_verb(argv[1], pages_verb_at(i));
    }
    return is_good ? 0 : 1;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Which files a source includes, as far as its text tells: all that may be meant, and never fewer
 * without saying that it is not sure. */
#define _GNU_SOURCE /* realpath */
#include "suite.h"
#include "test_files.h"

// Behind those, whose parameters have names that are types here.
#include "modules/includes_internal.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#define NB(array) (sizeof(array) / sizeof(array)[0])

static char folder[256];

static const char *within(const char *name)
{
    static char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_named(const char *name, const char *content)
{
    write_file(within(name), content, strlen(content));
}

static void set_up(void)
{
    tg_suite_make_folder(folder);
    write_named("b.h", "// nothing\n");
    ck_assert_int_eq(mkdir(within("known"), 0700), 0);
    ck_assert_int_eq(mkdir(within("other"), 0700), 0);
    write_named("known/c.h", "");
    write_named("other/c.h", "");
    write_named("other/d.h", "#include \"c.h\"\n");
}

/* Files that a text leads to; 0 if it cannot be told. */
static size_t nb_included(const char *content, const char *known)
{
    const char *folders[] = {NULL, "."};
    char source[512];
    char other[512];
    includes found;
    write_named("k.cu", content);
    (void)snprintf(source, sizeof source, "%s", within("k.cu"));
    (void)snprintf(other, sizeof other, "%s", within("other"));
    folders[0] = other;
    tg_assert_ok(includes_read(&found, source, folders, NB(folders), known, tg_suite_error));
    const size_t nb = found.is_sure ? found.nb_files : 0;
    includes_clear(&found);
    return nb;
}

START_TEST(includes_are_read_as_compilers_do)
{
    static const struct {
        const char *content;
        size_t nb;
    } all[] = {
        {"#include \"b.h\"", 2},
        {"#include \"b.h\"\r\n", 2},
        {"#\v\finclude\t\"b.h\"\n", 2},
        {"#include_next <d.h>\n", 3},
        {"#import <c.h>\n", 2},
        {"#embed \"b.h\"\n", 2},
        {"#inc\\\r\nlude \"b.h\"\n", 2},
        {"#include \"b.\\\nh\"\n", 2},
        {"int x = 1'000'000; // '\n#include \"b.h\"\n", 2},
        {"int x = 1'; #include \"c.h\"\n#include \"b.h\"\n", 2},
        {"char c = '\\''; char d = '\"';\n#include \"b.h\"\n", 2},
        {"char *s = \"\\\"/*\"; int y = 4 / 2;\n#include \"b.h\"\n", 2},
        {"char *s = \"open\\\n", 1},
        {"char *s = \"open\\", 1},
        {"char *s = \"open", 1},
        {"/* open\n#include \"b.h\"\n", 1},
        {"/* a / * b **/ /**/\n#include \"b.h\"\n", 2},
        {"// last", 1},
        {"/", 1},
        {"\\", 1},
        {"\\\r", 1},
        {"%", 1},
        {"%:", 1},
        {"#", 1},
        {"# 7 includes \"b.h\"\n", 1},
        {"#define __has_x 1\n", 1},
        {"#include \"/\"\n#include \"known\"\n#include \"nowhere/b.h\"\n", 1},
        // What only a compiler can tell.
        {"#include", 0},
        {"#include <\n", 0},
        {"#include \"\"\n", 0},
        {"#if __has_embed(\"b.h\")\n", 0},
        {"\"a\"; R\"(x)\"", 0},
    };
    set_up();
    for (size_t i = 0; i < NB(all); i++)
        ck_assert_msg(nb_included(all[i].content, NULL) == all[i].nb, "%s: %zu, not %zu",
                      all[i].content, nb_included(all[i].content, NULL), all[i].nb);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Files of a folder that is known as a whole are passed over, those of one that begins alike are
 * not. */
START_TEST(includes_pass_over_what_is_known)
{
    char content[2 * PATH_MAX];
    char known[PATH_MAX];
    set_up();
    ck_assert_ptr_nonnull(realpath(within("known"), known));
    ck_assert_int_eq(mkdir(within("known2"), 0700), 0);
    write_named("known2/e.h", "");
    (void)snprintf(content, sizeof content,
                   "#include \"known/c.h\"\n#include \"%s/c.h\"\n#include \"known2/e.h\"\n", known);
    ck_assert_uint_eq(nb_included(content, NULL), 3);
    ck_assert_uint_eq(nb_included(content, known), 2);
    ck_assert_uint_eq(nb_included(content, ""), 3);
    ck_assert_uint_eq(nb_included(content, "/nowhere"), 3);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Names that no path has room for, and more files than are read. */
START_TEST(includes_say_where_they_end)
{
    static char content[3 * TG_PATH_BYTES];
    static char many[64 * 2100];
    set_up();
    memset(content, 'x', sizeof content);
    memcpy(content, "#include \"", 10);
    memcpy(content + sizeof content - 3, "\"\n", 3);
    ck_assert_uint_eq(nb_included(content, NULL), 0);
    // One that has room by itself, and none behind a folder: there cannot be such a file.
    memcpy(content + TG_PATH_BYTES, "\"\n", 3);
    ck_assert_uint_eq(nb_included(content, NULL), 1);
    content[10] = '/';
    ck_assert_uint_eq(nb_included(content, NULL), 1);
    for (size_t i = 0; i < 2100; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "f%zu.h", i);
        write_named(name, "");
        (void)snprintf(many + strlen(many), sizeof many - strlen(many), "#include \"%s\"\n", name);
    }
    ck_assert_uint_eq(nb_included(many, NULL), 0);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(includes_of_the_current_folder)
{
    includes found;
    set_up();
    ck_assert_int_eq(chdir(folder), 0);
    write_file("k.cu", "#include \"b.h\"\n", 15);
    tg_assert_ok(includes_read(&found, "k.cu", NULL, 0, NULL, tg_suite_error));
    ck_assert(found.is_sure);
    ck_assert_uint_eq(found.nb_files, 2);
    ck_assert_str_eq(found.source.bytes, "#include \"b.h\"\n");
    includes_clear(&found);
    tg_assert_fails(TG_ERR_IO, "/",
                    includes_read(&found, "/none.cu", NULL, 0, NULL, tg_suite_error));
    includes_clear(&found);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("includes", includes_are_read_as_compilers_do, includes_pass_over_what_is_known,
         includes_say_where_they_end, includes_of_the_current_folder)

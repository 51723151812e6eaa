/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Finding records below a folder: order, depth, links. */
#include "files/record.h"
#include "test_files.h"

#include <sys/stat.h>
#include <unistd.h>

static char folder[256];

/* Make a folder inside the test's, with a record.json or without. */
static void make_folder(const char *name, bool with_record)
{
    char path[600];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    ck_assert_int_eq(mkdir(path, 0755), 0);
    (void)snprintf(path, sizeof path, "%s/%s/record.json", folder, name);
    if (with_record) write_file(path, "{}", 2);
}

START_TEST(record_list_is_sorted)
{
    tg_suite_make_folder(folder);
    char **paths = NULL;
    size_t nb_paths = 0;
    tg_assert_ok(tg_record_list(&paths, &nb_paths, folder, tg_suite_error));
    ck_assert_uint_eq(nb_paths, 0);
    tg_record_list_clear(paths, nb_paths);
    make_folder("b", true);
    make_folder("b/y", false);
    make_folder("b/y/deep", true);
    make_folder("a", false);
    make_folder("a/10", true);
    make_folder("a/9", true);
    make_folder("B", true);
    make_folder(".hidden", true);
    make_folder("c", false);
    make_folder("c/record.json", false);
    tg_assert_ok(tg_record_list(&paths, &nb_paths, folder, tg_suite_error));
    static const char *const expected[] = {"B", "a/10", "a/9", "b", "b/y/deep"};
    ck_assert_uint_eq(nb_paths, 5);
    for (size_t i = 0; i < nb_paths; i++) {
        ck_assert_str_eq(paths[i] + strlen(folder) + 1, expected[i]);
    }
    tg_record_list_clear(paths, nb_paths);
    // A record itself is found too.
    char path[512];
    (void)snprintf(path, sizeof path, "%s/record.json", folder);
    write_file(path, "{}", 2);
    tg_assert_ok(tg_record_list(&paths, &nb_paths, folder, tg_suite_error));
    ck_assert_uint_eq(nb_paths, 6);
    ck_assert_str_eq(paths[0], folder);
    tg_record_list_clear(paths, nb_paths);
    tg_suite_remove_folder(folder);
    tg_assert_fails(TG_ERR_IO, folder, tg_record_list(&paths, &nb_paths, folder, tg_suite_error));
}
END_TEST

START_TEST(record_list_searches_eight_levels)
{
    tg_suite_make_folder(folder);
    static const char *const names[] = {
        "1",           "1/2",           "1/2/3",           "1/2/3/4",          "1/2/3/4/5",
        "1/2/3/4/5/6", "1/2/3/4/5/6/7", "1/2/3/4/5/6/7/8", "1/2/3/4/5/6/7/8/9"};
    char **paths = NULL;
    size_t nb_paths = 0;
    for (size_t i = 0; i < TG_RECORD_DEPTH; i++) {
        make_folder(names[i], true);
        tg_assert_ok(tg_record_list(&paths, &nb_paths, folder, tg_suite_error));
        ck_assert_uint_eq(nb_paths, i + 1);
        ck_assert_str_eq(paths[i] + strlen(folder) + 1, names[i]);
        tg_record_list_clear(paths, nb_paths);
    }
    // What is too deep is not passed over.
    make_folder(names[TG_RECORD_DEPTH], false);
    tg_assert_fails(TG_ERR_IO, "8 levels deep",
                    tg_record_list(&paths, &nb_paths, folder, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

/* Make a symbolic link inside the test's folder. */
static void make_link(const char *target, const char *name)
{
    char path[600];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    ck_assert_int_eq(symlink(target, path), 0);
}

START_TEST(record_list_does_not_search_behind_links)
{
    tg_suite_make_folder(folder);
    make_folder("top", false);
    make_folder("top/a", false);
    make_folder("elsewhere", true);
    make_folder("elsewhere/inner", true);
    make_link("..", "top/a/up");
    make_link(".", "top/a/here");
    make_link("itself", "top/a/itself");
    make_link("nowhere", "top/a/broken");
    make_link("/dev/null", "top/a/device");
    make_link("../../elsewhere", "top/a/record");
    make_link("top", "linked-top");
    char path[600];
    for (int linked = 0; linked < 2; linked++) {
        char **paths = NULL;
        size_t nb_paths = 0;
        (void)snprintf(path, sizeof path, "%s/%stop", folder, linked ? "linked-" : "");
        tg_assert_ok(tg_record_list(&paths, &nb_paths, path, tg_suite_error));
        ck_assert_uint_eq(nb_paths, 1);
        ck_assert_str_eq(paths[0] + strlen(path), "/a/record");
        tg_record_list_clear(paths, nb_paths);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("record_list", record_list_is_sorted, record_list_searches_eight_levels,
         record_list_does_not_search_behind_links)

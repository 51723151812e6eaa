/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Folders of results: what is left behind is said. */
#include "cli/out_folder.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool rmdir_fails;

/* Stands before the C library's. */
int rmdir(const char *path)
{
    if (!rmdir_fails) return unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
    errno = EBUSY;
    return -1;
}

/* What commit, or discard, of a second folder of results says; text: size bytes. */
static void say(char *text, size_t size, bool fails, bool commits)
{
    char folder[256];
    char path[TG_PATH_BYTES];
    tg_out_folder out;
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/said", folder);
    ck_assert_ptr_nonnull(freopen(path, "w+", stderr));
    (void)snprintf(path, sizeof path, "%s/out", folder);
    for (int i = 0; i < 2; i++) {
        char file[TG_PATH_BYTES];
        tg_assert_ok(tg_out_folder_open(&out, path, "marker.json", true, tg_suite_error));
        tg_assert_ok(tg_out_folder_path(file, &out, tg_suite_error, "marker.json"));
        FILE *marker = fopen(file, "w");
        ck_assert_ptr_nonnull(marker);
        ck_assert_int_eq(fclose(marker), 0);
        rmdir_fails = fails && i == 1;
        if (i == 0 || commits) {
            tg_assert_ok(tg_out_folder_commit(&out, tg_suite_error));
        } else {
            tg_out_folder_discard(&out);
        }
        rmdir_fails = false;
    }
    (void)fflush(stderr);
    rewind(stderr);
    text[fread(text, 1, size - 1, stderr)] = '\0';
    tg_suite_remove_folder(folder);
}

START_TEST(out_folder_says_what_it_cannot_remove)
{
    char text[2048];
    for (int commits = 0; commits < 2; commits++) {
        say(text, sizeof text, true, commits == 1);
        ck_assert_ptr_nonnull(strstr(text, "a folder that is of no use is left: cannot remove"));
        ck_assert_ptr_nonnull(strstr(text, "/.out."));
        ck_assert((strstr(text, ".old") != NULL) == (commits == 1));
        say(text, sizeof text, false, commits == 1);
        ck_assert_str_eq(text, "");
    }
}
END_TEST

TG_SUITE("out_folder", out_folder_says_what_it_cannot_remove)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Folders of results: what is left behind is said, and nothing is left by a program that is killed.
 */
#include "cli/out_folder.h"
#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static bool rmdir_fails;
static bool rename_fails;

/* These stand before the C library's. */
int rename(const char *from, const char *to)
{
    if (!rename_fails) return renameat(AT_FDCWD, from, AT_FDCWD, to);
    errno = EBUSY;
    return -1;
}

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

/* Put a folder of results at a path. */
static void make_results(const char *path)
{
    char marker[TG_PATH_BYTES + 16];
    ck_assert_int_eq(mkdir(path, 0777), 0);
    (void)snprintf(marker, sizeof marker, "%s/marker.json", path);
    const int file = creat(marker, 0666);
    ck_assert_int_ge(file, 0);
    (void)close(file);
}

/* Wait until a path is there, or is not, for a minute at the most. */
static bool comes_to(const char *path, bool is_there)
{
    const struct timespec turn = {.tv_nsec = 10000000};
    struct stat info;
    for (int i = 0; i < 6000; i++) {
        if ((lstat(path, &info) == 0) == is_there) return true;
        (void)nanosleep(&turn, NULL);
    }
    return false;
}

/* Start to write a folder in a process that is killed at once, or, with results at the target, in
 * the middle of replacing them. Returns the folder as that process had it. */
static tg_out_folder open_and_die(const char *path, bool replaces)
{
    tg_out_folder folder;
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    const pid_t pid = fork();
    if (pid == 0) {
        char old[TG_PATH_BYTES + 8];
        char file[TG_PATH_BYTES];
        if (tg_out_folder_open(&folder, path, "marker.json", true, NULL) != TG_OK ||
            tg_out_folder_path(file, &folder, NULL, "a.npy") != TG_OK || creat(file, 0666) < 0)
            _exit(1);
        (void)snprintf(old, sizeof old, "%s.old", folder.temporary);
        rename_fails = false;
        if (replaces && rename(folder.target, old) != 0) _exit(1);
        if (write(ends[1], &folder, sizeof folder) != (ssize_t)sizeof folder) _exit(1);
        (void)kill(getpid(), SIGKILL);
    }
    (void)close(ends[1]);
    ck_assert_int_eq(read(ends[0], &folder, sizeof folder), (ssize_t)sizeof folder);
    (void)close(ends[0]);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    return folder;
}

START_TEST(out_folder_is_cleaned_up_behind_a_program_that_is_killed)
{
    char folder[256];
    char path[TG_PATH_BYTES];
    char marker[TG_PATH_BYTES + 16];
    char old[TG_PATH_BYTES + 8];
    struct stat info;
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/out", folder);
    tg_out_folder killed = open_and_die(path, false);
    ck_assert(comes_to(killed.temporary, false));
    ck_assert(lstat(path, &info) != 0);
    // Results that were about to be replaced are back.
    make_results(path);
    (void)snprintf(marker, sizeof marker, "%s/marker.json", path);
    killed = open_and_die(path, true);
    (void)snprintf(old, sizeof old, "%s.old", killed.temporary);
    ck_assert(comes_to(killed.temporary, false));
    ck_assert(comes_to(marker, true));
    ck_assert(comes_to(old, false));
    tg_suite_remove_folder(folder);
}
END_TEST

/* A folder opened, whose keeper is killed at once. */
static tg_out_folder open_without_keeper(const char *path)
{
    tg_out_folder folder;
    siginfo_t info;
    tg_assert_ok(tg_out_folder_open(&folder, path, "marker.json", true, tg_suite_error));
    ck_assert_int_gt(folder.keeper, 0);
    ck_assert_int_eq(kill((pid_t)folder.keeper, SIGKILL), 0);
    ck_assert_int_eq(waitid(P_PID, (id_t)folder.keeper, &info, WEXITED | WNOWAIT), 0);
    return folder;
}

/* SIGPIPE would end this process. */
START_TEST(out_folder_outlives_its_keeper)
{
    char folder[256];
    char path[TG_PATH_BYTES];
    struct stat info;
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/out", folder);
    tg_out_folder out = open_without_keeper(path);
    tg_out_folder_discard(&out);
    ck_assert(lstat(path, &info) != 0 && lstat(out.temporary, &info) != 0);
    out = open_without_keeper(path);
    tg_assert_ok(tg_out_folder_commit(&out, tg_suite_error));
    ck_assert_int_eq(lstat(path, &info), 0);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Put a marker into a folder that is being written. */
static void mark(const tg_out_folder *out)
{
    char file[TG_PATH_BYTES];
    tg_assert_ok(tg_out_folder_path(file, out, tg_suite_error, "marker.json"));
    const int number = creat(file, 0666);
    ck_assert_int_ge(number, 0);
    (void)close(number);
}

START_TEST(out_folder_is_not_taken_from_another_run)
{
    char folder[256];
    char path[TG_PATH_BYTES];
    tg_out_folder runs[2];
    tg_error error = {.status = TG_OK};
    struct stat info;
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/out", folder);
    for (int i = 0; i < 2; i++) {
        tg_assert_ok(tg_out_folder_open(&runs[i], path, "marker.json", false, tg_suite_error));
        mark(&runs[i]);
    }
    tg_assert_ok(tg_out_folder_commit(&runs[0], tg_suite_error));
    ck_assert_int_eq(tg_out_folder_commit(&runs[1], &error), TG_ERR_USAGE);
    ck_assert_str_eq(error.what, "another run wrote the output folder meanwhile");
    ck_assert(strstr(error.how, "--force") != NULL);
    ck_assert(lstat(runs[1].temporary, &info) != 0);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(out_folder_leaves_results_that_cannot_be_put_back)
{
    char folder[256];
    char path[TG_PATH_BYTES];
    char kept[2 * TG_PATH_BYTES];
    struct stat info;
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/out", folder);
    make_results(path);
    // Its keeper has it from the beginning, and the process that is killed gives it up.
    rename_fails = true;
    const tg_out_folder killed = open_and_die(path, true);
    rename_fails = false;
    ck_assert(comes_to(killed.temporary, false));
    (void)snprintf(kept, sizeof kept, "%s.old/marker.json", killed.temporary);
    ck_assert_int_eq(lstat(kept, &info), 0);
    ck_assert_int_ne(lstat(path, &info), 0);
    (void)snprintf(kept, sizeof kept, "%s.old", killed.temporary);
    ck_assert_int_eq(rename(kept, path), 0);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("out_folder", out_folder_outlives_its_keeper, out_folder_is_not_taken_from_another_run,
         out_folder_says_what_it_cannot_remove,
         out_folder_is_cleaned_up_behind_a_program_that_is_killed,
         out_folder_leaves_results_that_cannot_be_put_back)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Outputs: whole or not at all, whatever is in the way. */
#define _XOPEN_SOURCE 700 /* symlink, and SIGXFSZ */
#include "files/output.h"
#include "test_files.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[256];
static char path[512];

static void setup_path(void)
{
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/out", folder);
}

static void write_text(const char *target, const char *text)
{
    tg_output output;
    tg_assert_ok(tg_output_open(&output, target, tg_suite_error));
    tg_assert_ok(tg_output_write(&output, text, strlen(text), tg_suite_error));
    tg_assert_ok(tg_output_commit(&output, tg_suite_error));
}

START_TEST(output_appears_at_commit_only)
{
    setup_path();
    tg_output output;
    tg_assert_ok(tg_output_open(&output, path, tg_suite_error));
    tg_assert_ok(tg_output_write(&output, "first", 5, tg_suite_error));
    ck_assert_int_ne(access(path, F_OK), 0);
    tg_assert_ok(tg_output_commit(&output, tg_suite_error));
    assert_file_holds(path, "first");
    tg_assert_ok(tg_output_open(&output, path, tg_suite_error));
    tg_assert_ok(tg_output_write(&output, "second", 6, tg_suite_error));
    (void)fflush(output.stream);
    assert_file_holds(path, "first");
    tg_assert_ok(tg_output_commit(&output, tg_suite_error));
    assert_file_holds(path, "second");
    ck_assert_uint_eq(nb_entries(folder), 1);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(output_discarded_leaves_nothing)
{
    setup_path();
    write_text(path, "kept");
    tg_output output;
    tg_assert_ok(tg_output_open(&output, path, tg_suite_error));
    tg_assert_ok(tg_output_write(&output, "lost", 4, tg_suite_error));
    tg_output_discard(&output);
    assert_file_holds(path, "kept");
    ck_assert_uint_eq(nb_entries(folder), 1);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(output_takes_two_writers_of_one_file)
{
    setup_path();
    tg_output one;
    tg_output two;
    tg_assert_ok(tg_output_open(&one, path, tg_suite_error));
    tg_assert_ok(tg_output_open(&two, path, tg_suite_error));
    tg_assert_ok(tg_output_write(&one, "one", 3, tg_suite_error));
    tg_assert_ok(tg_output_write(&two, "two", 3, tg_suite_error));
    tg_assert_ok(tg_output_commit(&two, tg_suite_error));
    assert_file_holds(path, "two");
    tg_assert_ok(tg_output_commit(&one, tg_suite_error));
    assert_file_holds(path, "one");
    ck_assert_uint_eq(nb_entries(folder), 1);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(output_keeps_permissions)
{
    setup_path();
    struct stat info;
    const mode_t mask = umask(022);
    write_text(path, "a");
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_uint_eq(info.st_mode & 0777, 0644);
    ck_assert_int_eq(chmod(path, 0600), 0);
    write_text(path, "b");
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_uint_eq(info.st_mode & 0777, 0600);
    (void)umask(mask);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(output_follows_symbolic_links)
{
    setup_path();
    char link[600];
    (void)snprintf(link, sizeof link, "%s/link", folder);
    ck_assert_int_eq(symlink("out", link), 0);
    tg_output output;
    tg_assert_fails(TG_ERR_IO, "symbolic link", tg_output_open(&output, link, tg_suite_error));
    write_text(path, "before");
    write_text(link, "after");
    assert_file_holds(path, "after");
    struct stat info;
    ck_assert_int_eq(lstat(link, &info), 0);
    ck_assert(S_ISLNK(info.st_mode));
    ck_assert_uint_eq(nb_entries(folder), 2);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(output_refuses_what_can_not_be_replaced)
{
    setup_path();
    tg_output output;
    tg_assert_fails(TG_ERR_IO, "a folder", tg_output_open(&output, folder, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "a pipe or device",
                    tg_output_open(&output, "/dev/full", tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "names no file", tg_output_open(&output, "", tg_suite_error));
    char other[600];
    (void)snprintf(other, sizeof other, "%s/missing/", folder);
    tg_assert_fails(TG_ERR_IO, "names no file", tg_output_open(&output, other, tg_suite_error));
    (void)snprintf(other, sizeof other, "%s/missing/out", folder);
    tg_assert_fails(TG_ERR_IO, "No such file", tg_output_open(&output, other, tg_suite_error));
    // A link to what has no name, as /dev/stdout is in a pipeline.
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    (void)snprintf(other, sizeof other, "/proc/self/fd/%d", ends[1]);
    tg_assert_fails(TG_ERR_IO, "a pipe or device", tg_output_open(&output, other, tg_suite_error));
    ck_assert(close(ends[0]) == 0 && close(ends[1]) == 0);
    write_text(path, "a file");
    (void)snprintf(other, sizeof other, "%s/out", path);
    tg_assert_fails(TG_ERR_IO, "Not a directory", tg_output_open(&output, other, tg_suite_error));
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    tg_assert_fails(TG_ERR_IO, "a pipe or device", tg_output_open(&output, path, tg_suite_error));
    char long_path[TG_PATH_BYTES + 10];
    memset(long_path, 'a', sizeof long_path);
    long_path[sizeof long_path - 1] = '\0';
    tg_assert_fails(TG_ERR_IO, "too long", tg_output_open(&output, long_path, tg_suite_error));
    ck_assert_uint_eq(nb_entries(folder), 1);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(output_takes_the_longest_name)
{
    // 255 bytes are the longest name on Linux's file systems: the temporary name must not be longer
    // than the target's.
    setup_path();
    char name[256];
    memset(name, 'n', 255);
    name[255] = '\0';
    char target[600];
    (void)snprintf(target, sizeof target, "%s/%s", folder, name);
    write_text(target, "long");
    assert_file_holds(target, "long");
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(output_refuses_a_protected_folder_or_file)
{
    setup_path();
    write_text(path, "kept");
    ck_assert_int_eq(chmod(path, 0444), 0);
    ck_assert_int_eq(chmod(folder, 0777), 0);
    // Root may write everywhere: be nobody (65534 on Linux) for the calls, in both ids, since
    // access asks for the real one.
    const bool is_root = geteuid() == 0;
    if (is_root) ck_assert(setreuid(65534, 0) == 0 && seteuid(65534) == 0);
    tg_output output;
    tg_assert_fails(TG_ERR_IO, "Permission denied", tg_output_open(&output, path, tg_suite_error));
    if (is_root) ck_assert(seteuid(0) == 0 && setreuid(0, 0) == 0);
    ck_assert_int_eq(chmod(folder, 0555), 0);
    char other[600];
    (void)snprintf(other, sizeof other, "%s/other", folder);
    if (is_root) ck_assert_int_eq(seteuid(65534), 0);
    tg_assert_fails(TG_ERR_IO, "Permission denied", tg_output_open(&output, other, tg_suite_error));
    if (is_root) ck_assert_int_eq(seteuid(0), 0);
    assert_file_holds(path, "kept");
    ck_assert_uint_eq(nb_entries(folder), 1);
    ck_assert_int_eq(chmod(folder, 0755), 0);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(output_refuses_a_full_disk)
{
    // A limit on the file's size stands for a full disk: write fails after some bytes. Large enough
    // for the buffer to spill.
    setup_path();
    write_text(path, "kept");
    ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    struct rlimit limit;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
    const struct rlimit full = {.rlim_cur = 100000, .rlim_max = limit.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &full), 0);
    static const char bytes[200000];
    tg_output output;
    tg_assert_ok(tg_output_open(&output, path, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "File too large",
                    tg_output_write(&output, bytes, sizeof bytes, tg_suite_error));
    // Even if the caller went on, a file with a hole in it is not brought into place.
    tg_assert_fails(TG_ERR_IO, path, tg_output_commit(&output, tg_suite_error));
    // Bytes that wait in the buffer fail at commit.
    tg_assert_ok(tg_output_open(&output, path, tg_suite_error));
    tg_assert_ok(tg_output_write(&output, bytes, 99000, tg_suite_error));
    tg_assert_ok(tg_output_write(&output, bytes, 1500, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "File too large", tg_output_commit(&output, tg_suite_error));
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_file_holds(path, "kept");
    ck_assert_uint_eq(nb_entries(folder), 1);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Try to open an output while one of the process's streams goes to a file. */
static tg_status open_printed_to(const char *target, int stream, const char *printed,
                                 tg_error *error)
{
    const int kept = dup(stream);
    const int file = open(printed, O_WRONLY | O_CREAT, 0600);
    ck_assert(kept >= 0 && file >= 0 && dup2(file, stream) == stream);
    tg_output output;
    const tg_status status = tg_output_open(&output, target, error);
    const bool is_back = dup2(kept, stream) == stream;
    if (status == TG_OK) tg_output_discard(&output);
    ck_assert(is_back && close(kept) == 0 && close(file) == 0);
    return status;
}

START_TEST(output_refuses_what_is_printed_to)
{
    setup_path();
    char other[600];
    (void)snprintf(other, sizeof other, "%s/other", folder);
    write_text(path, "printed");
    tg_assert_fails(TG_ERR_IO, "standard output goes to this file",
                    open_printed_to(path, STDOUT_FILENO, path, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "standard error goes to this file",
                    open_printed_to(path, STDERR_FILENO, path, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "standard output goes to this file",
                    open_printed_to("/dev/stdout", STDOUT_FILENO, path, tg_suite_error));
    tg_assert_ok(open_printed_to(path, STDOUT_FILENO, other, tg_suite_error));
    assert_file_holds(path, "printed");
    // Nothing is printed where there is no such stream.
    const int kept = dup(STDERR_FILENO);
    ck_assert(kept >= 0 && close(STDERR_FILENO) == 0);
    tg_output output;
    tg_error error = {0};
    const tg_status status = tg_output_open(&output, path, &error);
    ck_assert_int_eq(dup2(kept, STDERR_FILENO), STDERR_FILENO);
    ck_assert_int_eq(status, TG_OK);
    tg_output_discard(&output);
    ck_assert_int_eq(close(kept), 0);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(output_finished_is_published_or_discarded)
{
    setup_path();
    write_text(path, "kept");
    tg_output output;
    tg_assert_ok(tg_output_open(&output, path, tg_suite_error));
    tg_assert_ok(tg_output_write(&output, "first", 5, tg_suite_error));
    tg_assert_ok(tg_output_finish(&output, tg_suite_error));
    assert_file_holds(path, "kept");
    tg_output_discard(&output);
    assert_file_holds(path, "kept");
    ck_assert_uint_eq(nb_entries(folder), 1);
    tg_assert_ok(tg_output_open(&output, path, tg_suite_error));
    tg_assert_ok(tg_output_write(&output, "second", 6, tg_suite_error));
    tg_assert_ok(tg_output_finish(&output, tg_suite_error));
    tg_assert_ok(tg_output_publish(&output, tg_suite_error));
    assert_file_holds(path, "second");
    // A folder that came into the way meanwhile.
    tg_assert_ok(tg_output_open(&output, path, tg_suite_error));
    tg_assert_ok(tg_output_finish(&output, tg_suite_error));
    ck_assert(unlink(path) == 0 && mkdir(path, 0700) == 0);
    tg_assert_fails(TG_ERR_IO, path, tg_output_publish(&output, tg_suite_error));
    ck_assert_uint_eq(nb_entries(folder), 1);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Open two outputs and tell whether they have one target. */
static bool have_same_target(const char *one_path, const char *other_path)
{
    tg_output one;
    tg_output other;
    tg_assert_ok(tg_output_open(&one, one_path, tg_suite_error));
    tg_assert_ok(tg_output_open(&other, other_path, tg_suite_error));
    const bool is_same = tg_output_has_same_target(&one, &other);
    ck_assert_int_eq(tg_output_has_same_target(&other, &one), is_same);
    tg_output_discard(&one);
    tg_output_discard(&other);
    return is_same;
}

START_TEST(output_knows_its_target_by_any_path)
{
    setup_path();
    char other[600];
    char inner[600];
    tg_output output;
    (void)snprintf(other, sizeof other, "%s/./out", folder);
    ck_assert(have_same_target(path, other));
    (void)snprintf(other, sizeof other, "%s/out2", folder);
    ck_assert(!have_same_target(path, other));
    (void)snprintf(inner, sizeof inner, "%s/inner", folder);
    ck_assert_int_eq(mkdir(inner, 0700), 0);
    (void)snprintf(inner, sizeof inner, "%s/inner/out", folder);
    ck_assert(!have_same_target(path, inner));
    (void)snprintf(inner, sizeof inner, "%s/inner/../out", folder);
    ck_assert(have_same_target(path, inner));
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert(have_same_target(path, "out"));
    // Also behind a link to the file; and what is replaced is there before.
    write_text(path, "old");
    ck_assert_int_eq(symlink("out", other), 0);
    ck_assert(have_same_target(path, other));
    tg_assert_ok(tg_output_open(&output, "out", tg_suite_error));
    ck_assert(tg_output_replaces(&output, path) && tg_output_replaces(&output, other));
    ck_assert(!tg_output_replaces(&output, folder) && !tg_output_replaces(&output, "absent"));
    tg_output_discard(&output);
    ck_assert_int_eq(chdir("/"), 0);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(output_new_replaces_nothing)
{
    setup_path();
    tg_output output;
    tg_assert_ok(tg_output_open(&output, path, tg_suite_error));
    tg_assert_ok(tg_output_write(&output, "new", 3, tg_suite_error));
    tg_assert_ok(tg_output_finish(&output, tg_suite_error));
    tg_assert_ok(tg_output_publish_new(&output, tg_suite_error));
    assert_file_holds(path, "new");
    ck_assert_uint_eq(nb_entries(folder), 1);
    // A file that came into the way meanwhile.
    ck_assert_int_eq(unlink(path), 0);
    tg_assert_ok(tg_output_open(&output, path, tg_suite_error));
    tg_assert_ok(tg_output_finish(&output, tg_suite_error));
    write_text(path, "another's");
    tg_assert_fails(TG_ERR_IO, path, tg_output_publish_new(&output, tg_suite_error));
    assert_file_holds(path, "another's");
    ck_assert_uint_eq(nb_entries(folder), 1);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("output", output_new_replaces_nothing, output_refuses_what_is_printed_to,
         output_finished_is_published_or_discarded, output_knows_its_target_by_any_path,
         output_appears_at_commit_only, output_discarded_leaves_nothing,
         output_takes_two_writers_of_one_file, output_keeps_permissions,
         output_follows_symbolic_links, output_refuses_what_can_not_be_replaced,
         output_takes_the_longest_name, output_refuses_a_protected_folder_or_file,
         output_refuses_a_full_disk)

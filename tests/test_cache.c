/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The folder of what was built: where it is, where it is not, whom it belongs to; builds of the
 * same source at the same time, and files of it that something has changed. */
#define _GNU_SOURCE /* realpath */
#include "modules/cache.h"

#include "kernels/host_user.h"
#include "modules/host_build.h"
#include "suite.h"
#include "test_files.h"

// Behind that, whose parameters have names that are types here.
#include "modules/host_port_internal.h"
#include "modules/text_internal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NB(array) (sizeof(array) / sizeof(array)[0])
#define SOURCE TG_SOURCE_DIR "/tests/user/port/ends.cu"

static char folder[256];

static void set(const char *name, const char *value)
{
    ck_assert_int_eq(value != NULL ? setenv(name, value, 1) : unsetenv(name), 0);
}

/* A folder that TMPDIR names, and none of the other variables. */
static void set_up(void)
{
    tg_suite_make_folder(folder);
    set("TRACEGATE_CACHE", NULL);
    set("XDG_CACHE_HOME", NULL);
    set("HOME", NULL);
    set("TMPDIR", folder);
}

static const char *within(const char *name)
{
    static char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* The name of the folder that stands in for the usual one. */
static const char *own_name(void)
{
    static char name[64];
    (void)snprintf(name, sizeof name, "tracegate-%lu", (unsigned long)geteuid());
    return name;
}

static void assert_folder_is(const char *expected)
{
    char path[TG_PATH_BYTES];
    char real[TG_PATH_BYTES];
    struct stat info;
    tg_assert_ok(tg_cache_folder(path, tg_suite_error));
    ck_assert_ptr_nonnull(realpath(within(expected), real));
    ck_assert_str_eq(path, real);
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_int_eq(info.st_mode & 077, 0);
}

START_TEST(cache_is_where_variables_say)
{
    tg_error why;
    set_up();
    set("HOME", within("home"));
    assert_folder_is("home/.cache/tracegate");
    set("XDG_CACHE_HOME", within("general"));
    assert_folder_is("general/tracegate");
    set("TRACEGATE_CACHE", within("own/a/b"));
    assert_folder_is("own/a/b");
    ck_assert(!tg_cache_is_replaced(&why));
    set("TRACEGATE_CACHE", "");
    assert_folder_is("general/tracegate");
    ck_assert(!tg_cache_is_replaced(&why));
    tg_suite_remove_folder(folder);
}
END_TEST

/* One that is asked for and cannot be had is an error, and nothing else is taken. */
START_TEST(cache_that_is_asked_for_must_be_there)
{
    char path[TG_PATH_BYTES];
    char name[TG_PATH_BYTES + 10];
    set_up();
    write_file(within("file"), "", 0);
    set("TRACEGATE_CACHE", within("file"));
    tg_assert_fails(TG_ERR_IO, "file", tg_cache_folder(path, tg_suite_error));
    set("TRACEGATE_CACHE", within("file/below"));
    tg_assert_fails(TG_ERR_IO, "file", tg_cache_folder(path, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "file", tg_cache_work_folder(path, tg_suite_error));
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    set("TRACEGATE_CACHE", name);
    tg_assert_fails(TG_ERR_IO, "set TRACEGATE_CACHE", tg_cache_folder(path, tg_suite_error));
    ck_assert_uint_eq(nb_entries(folder), 1);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(cache_is_replaced_where_the_usual_one_cannot_be_written)
{
    static const char *const homes[] = {NULL, "file", "file/below"};
    set_up();
    write_file(within("file"), "", 0);
    for (size_t i = 0; i < NB(homes); i++) {
        tg_error why = {.status = TG_OK};
        set("HOME", homes[i] != NULL ? within(homes[i]) : NULL);
        assert_folder_is(own_name());
        ck_assert(tg_cache_is_replaced(&why));
        assert_says(TG_ERR_IO, &why, homes[i] != NULL ? "file" : "HOME", own_name());
        ck_assert_ptr_nonnull(strstr(why.how, "TRACEGATE_CACHE"));
    }
    set("XDG_CACHE_HOME", within("file"));
    assert_folder_is(own_name());
    tg_suite_remove_folder(folder);
}
END_TEST

/* What lies there is run: a folder that others may have made, or may write to, is not used. */
START_TEST(cache_trusts_no_folder_of_others)
{
    char path[TG_PATH_BYTES];
    char own[512];
    tg_error why;
    set_up();
    (void)snprintf(own, sizeof own, "%s", within(own_name()));
    ck_assert_int_eq(mkdir(own, 0700), 0);
    ck_assert_int_eq(chmod(own, 0720), 0);
    tg_assert_fails(TG_ERR_IO, "cannot trust the folder", tg_cache_folder(path, tg_suite_error));
    ck_assert(!tg_cache_is_replaced(&why));
    ck_assert_int_eq(rmdir(own), 0);
    ck_assert_int_eq(mkdir(within("real"), 0700), 0);
    ck_assert_int_eq(symlink(within("real"), own), 0);
    tg_assert_fails(TG_ERR_IO, "cannot trust the folder", tg_cache_folder(path, tg_suite_error));
    ck_assert_int_eq(unlink(own), 0);
    write_file(own, "", 0);
    tg_assert_fails(TG_ERR_IO, "cannot trust the folder", tg_cache_folder(path, tg_suite_error));
    set("TMPDIR", own);
    tg_assert_fails(TG_ERR_IO, "set TRACEGATE_CACHE", tg_cache_folder(path, tg_suite_error));
    tg_suite_remove_folder(folder);
}
END_TEST

/* What lies there is run, wherever it is: the folders that variables name are no others' either. */
START_TEST(cache_trusts_no_folder_that_others_may_write)
{
    char path[TG_PATH_BYTES];
    char own[512];
    tg_error why;
    set_up();
    (void)snprintf(own, sizeof own, "%s", within("open"));
    ck_assert_int_eq(mkdir(own, 0700), 0);
    ck_assert_int_eq(chmod(own, 0770), 0);
    set("TRACEGATE_CACHE", own);
    tg_assert_fails(TG_ERR_IO, "cannot trust the folder", tg_cache_folder(path, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "nobody else", tg_cache_folder(path, tg_suite_error));
    ck_assert_int_eq(chmod(own, 0702), 0);
    tg_assert_fails(TG_ERR_IO, "cannot trust the folder", tg_cache_folder(path, tg_suite_error));
    // That others may read is no harm.
    ck_assert_int_eq(chmod(own, 0755), 0);
    tg_assert_ok(tg_cache_folder(path, tg_suite_error));
    if (geteuid() == 0) {
        ck_assert_int_eq(chown(own, 1, 1), 0);
        tg_assert_fails(TG_ERR_IO, "cannot trust", tg_cache_folder(path, tg_suite_error));
    }
    // In the place of the usual one another is taken, and that is said.
    set("TRACEGATE_CACHE", NULL);
    set("XDG_CACHE_HOME", folder);
    ck_assert_int_eq(mkdir(within("tracegate"), 0700), 0);
    ck_assert_int_eq(chmod(within("tracegate"), 0777), 0);
    assert_folder_is(own_name());
    ck_assert(tg_cache_is_replaced(&why));
    assert_says(TG_ERR_IO, &why, "cannot trust", own_name());
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(cache_ignores_relative_folders)
{
    set_up();
    set("HOME", within("home"));
    set("XDG_CACHE_HOME", "relative");
    assert_folder_is("home/.cache/tracegate");
    ck_assert_int_ne(access("relative", F_OK), 0);
    tg_suite_remove_folder(folder);
}
END_TEST

/* ---- trimming ---- */

/* A file of the cache, or one that is none, which was used so long ago. */
static void make_used(const char *name, size_t nb_bytes, time_t ago_s)
{
    static const char bytes[4096];
    write_file(within(name), bytes, nb_bytes);
    const struct timespec then = {.tv_sec = time(NULL) - ago_s};
    const struct timespec times[] = {then, then};
    ck_assert_int_eq(utimensat(AT_FDCWD, within(name), times, 0), 0);
}

static bool is_there(const char *name) { return access(within(name), F_OK) == 0; }

#define DIGITS(digit) #digit "123456789abcdef0123456789abcdef"
#define DAY_S ((time_t)24 * 3600)

START_TEST(cache_drops_what_is_not_used)
{
    set_up();
    make_used(DIGITS(0) ".so", 10, (TG_CACHE_MAX_DAYS + 1) * DAY_S);
    make_used(DIGITS(1) ".so", 10, (TG_CACHE_MAX_DAYS - 1) * DAY_S);
    make_used(DIGITS(2) ".so", 10, (TG_CACHE_MAX_DAYS + 1) * DAY_S);
    make_used("failed-" DIGITS(0) ".log", 10, (TG_CACHE_MAX_DAYS + 1) * DAY_S);
    make_used("notes.so", 10, 1000 * DAY_S);
    make_used(DIGITS(0) ".txt", 10, 1000 * DAY_S);
    tg_cache_used(within(DIGITS(2) ".so"));
    ck_assert_int_eq(mkdir(within("port-" DIGITS(0)), 0700), 0);
    make_used("port-" DIGITS(0) "/cuda.h", 10, 0);
    const struct timespec times[] = {{.tv_sec = 1}, {.tv_sec = 1}};
    ck_assert_int_eq(utimensat(AT_FDCWD, within("port-" DIGITS(0)), times, 0), 0);
    tg_cache_trim(folder, UINT64_MAX);
    ck_assert(!is_there(DIGITS(0) ".so"));
    ck_assert(!is_there("failed-" DIGITS(0) ".log"));
    ck_assert(!is_there("port-" DIGITS(0)));
    ck_assert(is_there(DIGITS(1) ".so"));
    ck_assert(is_there(DIGITS(2) ".so"));
    // What no build has made is nobody's business here.
    ck_assert(is_there("notes.so"));
    ck_assert(is_there(DIGITS(0) ".txt"));
    tg_cache_trim(within("nowhere"), 0);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(cache_drops_the_oldest_above_a_size)
{
    set_up();
    make_used(DIGITS(0) ".so", 4000, 2 * DAY_S);
    make_used(DIGITS(1) ".so", 4000, 3 * DAY_S);
    make_used(DIGITS(2) ".so", 4000, 60);
    tg_cache_trim(folder, 12000);
    ck_assert_uint_eq(nb_entries(folder), 3);
    tg_cache_trim(folder, 11999);
    ck_assert(!is_there(DIGITS(1) ".so"));
    ck_assert_uint_eq(nb_entries(folder), 2);
    // One that may be in use stays, even if there is no room for it.
    tg_cache_trim(folder, 0);
    ck_assert_uint_eq(nb_entries(folder), 1);
    ck_assert(is_there(DIGITS(2) ".so"));
    tg_suite_remove_folder(folder);
}
END_TEST

/* A process that was killed leaves its work folder: the next build removes it. */
START_TEST(cache_drops_work_that_was_left)
{
    char work[TG_PATH_BYTES];
    char left[64];
    char fresh[64];
    char living[64];
    set_up();
    set("TRACEGATE_CACHE", folder);
    const pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) _exit(0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    (void)snprintf(left, sizeof left, "work-%ld-aaaaaa", (long)pid);
    (void)snprintf(fresh, sizeof fresh, "work-%ld-bbbbbb", (long)pid);
    (void)snprintf(living, sizeof living, "work-%ld-cccccc", (long)getpid());
    const char *names[] = {left, fresh, living};
    for (size_t i = 0; i < NB(names); i++) {
        const struct timespec times[] = {{.tv_sec = 1}, {.tv_sec = 1}};
        ck_assert_int_eq(mkdir(within(names[i]), 0700), 0);
        if (i != 1) ck_assert_int_eq(utimensat(AT_FDCWD, within(names[i]), times, 0), 0);
    }
    tg_assert_ok(tg_cache_work_folder(work, tg_suite_error));
    ck_assert(!is_there(left));
    ck_assert(is_there(fresh));
    ck_assert(is_there(living));
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(cache_removes_work_with_its_files)
{
    char work[TG_PATH_BYTES];
    char file[TG_PATH_BYTES + 8];
    set_up();
    tg_assert_ok(tg_cache_work_folder(work, tg_suite_error));
    (void)snprintf(file, sizeof file, "%s/log", work);
    write_file(file, "x", 1);
    tg_cache_remove_work(work);
    ck_assert_int_ne(access(work, F_OK), 0);
    // One that is gone is no error.
    tg_cache_remove_work(work);
    // Of a process that was ended all go, of another none.
    char other[TG_PATH_BYTES];
    tg_assert_ok(tg_cache_work_folder(work, tg_suite_error));
    tg_assert_ok(tg_cache_work_folder(other, tg_suite_error));
    tg_cache_remove_work_of((long)getpid() + 1);
    ck_assert_uint_eq(nb_entries(within(own_name())), 2);
    tg_cache_remove_work_of((long)getpid());
    ck_assert_uint_eq(nb_entries(within(own_name())), 0);
    set("TRACEGATE_CACHE", "/dev/null");
    tg_cache_remove_work_of((long)getpid());
    tg_suite_remove_folder(folder);
}
END_TEST

/* ---- builds ---- */

static tg_status build(char path[TG_PATH_BYTES], tg_error *error)
{
    static char log[TG_PATH_BYTES];
    static const char *const kernels[] = {"traps"};
    const tg_host_build asked = {.source = SOURCE, .nb_kernels = 1, .kernels = kernels};
    return tg_host_build_run(path, log, &asked, error);
}

static void assert_opens(const char *path)
{
    tg_host_user *user = NULL;
    tg_assert_ok(tg_host_user_open(&user, path, tg_suite_error));
    tg_host_user_close(user);
}

/* Processes that build the same at the same time all have it, and nothing else stays. */
START_TEST(cache_takes_builds_at_the_same_time)
{
    enum { NB_PROCESSES = 6 };
    char path[TG_PATH_BYTES];
    pid_t processes[NB_PROCESSES];
    set_up();
    for (size_t i = 0; i < NB_PROCESSES; i++) {
        processes[i] = fork();
        ck_assert_int_ge(processes[i], 0);
        if (processes[i] == 0) {
            tg_host_user *user = NULL;
            _exit(build(path, NULL) == TG_OK && tg_host_user_open(&user, path, NULL) == TG_OK ? 0
                                                                                              : 1);
        }
    }
    for (size_t i = 0; i < NB_PROCESSES; i++) {
        int status = 0;
        ck_assert_int_eq(waitpid(processes[i], &status, 0), processes[i]);
        ck_assert_int_eq(status, 0);
    }
    // The object and the headers.
    ck_assert_uint_eq(nb_entries(within(own_name())), 2);
    tg_assert_ok(build(path, tg_suite_error));
    ck_assert(text_is_sealed(path));
    tg_suite_remove_folder(folder);
}
END_TEST

/* One that others could have written is built again, and none is made so. */
START_TEST(cache_builds_objects_of_others_again)
{
    char path[TG_PATH_BYTES];
    struct stat info;
    set_up();
    (void)umask(0);
    tg_assert_ok(build(path, tg_suite_error));
    ck_assert_int_eq(stat(path, &info), 0);
    ck_assert_int_eq(info.st_mode & 0777, 0600);
    ck_assert_int_eq(chmod(path, 0620), 0);
    ck_assert(!text_is_sealed(path));
    tg_assert_ok(build(path, tg_suite_error));
    ck_assert(text_is_sealed(path));
    tg_suite_remove_folder(folder);
}
END_TEST

/* Headers that are not as they should be are written again. */
START_TEST(cache_mends_headers)
{
    char path[TG_PATH_BYTES];
    char header[TG_PATH_BYTES];
    set_up();
    tg_assert_ok(port_folder(path, tg_suite_error));
    (void)snprintf(header, sizeof header, "%.200s/tracegate_port.h", path);
    write_file(header, "#error", 6);
    tg_assert_ok(build(path, tg_suite_error));
    ck_assert(!text_is_in("#error", header));
    tg_suite_remove_folder(folder);
}
END_TEST

/* An object that was emptied, cut, changed in the middle or replaced is built again. */
START_TEST(cache_builds_damaged_objects_again)
{
    char path[TG_PATH_BYTES];
    size_t nb_bytes = 0;
    set_up();
    tg_assert_ok(build(path, tg_suite_error));
    assert_opens(path);
    unsigned char *bytes = read_file(path, &nb_bytes);
    ck_assert_uint_gt(nb_bytes, 1000);
    const size_t lengths[] = {0, 31, nb_bytes / 2, nb_bytes - 1, nb_bytes, nb_bytes};
    for (size_t i = 0; i < NB(lengths); i++) {
        if (i >= 4) bytes[nb_bytes / 2 * (i - 4)] ^= 0x10;
        write_file(path, bytes, lengths[i]);
        if (i >= 4) bytes[nb_bytes / 2 * (i - 4)] ^= 0x10;
        ck_assert(!text_is_sealed(path));
        tg_assert_ok(build(path, tg_suite_error));
        ck_assert(text_is_sealed(path));
        assert_opens(path);
    }
    free(bytes);
    ck_assert(!text_is_sealed(within("nowhere")));
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("cache", cache_is_where_variables_say, cache_that_is_asked_for_must_be_there,
         cache_is_replaced_where_the_usual_one_cannot_be_written, cache_trusts_no_folder_of_others,
         cache_trusts_no_folder_that_others_may_write, cache_ignores_relative_folders,
         cache_drops_what_is_not_used, cache_drops_the_oldest_above_a_size,
         cache_drops_work_that_was_left, cache_removes_work_with_its_files,
         cache_takes_builds_at_the_same_time, cache_builds_objects_of_others_again,
         cache_mends_headers, cache_builds_damaged_objects_again)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Outputs with failing calls: the target stays, and nothing stays beside it. */
#define _XOPEN_SOURCE 700 /* symlink */
#include "fault.h"
#include "files/output.h"
#include "test_files.h"

#include <dirent.h>
#include <unistd.h>

static tg_status write_once(const char *path, tg_error *error)
{
    tg_output output;
    tg_status status = tg_output_open(&output, path, error);
    if (status != TG_OK) return status;
    status = tg_output_write(&output, "one ", 4, error);
    if (status == TG_OK) status = tg_output_write(&output, "two", 3, error);
    if (status == TG_OK) return tg_output_commit(&output, error);
    tg_output_discard(&output);
    return status;
}

/* Write with each nth call failing. before: content of the target; NULL: there is none. The
 * number of calls. */
static long write_with_faults(tg_fault_kind kind, const char *folder, const char *path,
                              const char *before)
{
    const size_t nb_before = nb_entries(folder);
    for (long nth = 1;; nth++) {
        tg_error error = {0};
        tg_fault_arm(kind, nth);
        const tg_status status = write_once(path, &error);
        const bool has_failed = tg_fault_disarm();
        if (!has_failed) {
            ck_assert_int_eq(status, TG_OK);
            assert_file_holds(path, "one two");
            return nth - 1;
        }
        ck_assert_int_eq(status, TG_ERR_IO);
        ck_assert(error.what[0] != '\0' && error.how[0] != '\0' && error.where[0] != '\0');
        ck_assert_uint_eq(nb_entries(folder), nb_before);
        if (before != NULL) assert_file_holds(path, before);
    }
}

/* Systems on which the file gets its name at the end, and from the start. */
static const struct {
    tg_fault_lack lack;
    long nb_calls;
} systems[] = {
    // lstat, stat, open, fdopen, two fwrite, fflush, fsync, linkat, fclose, rename.
    {TG_FAULT_LACK_NOTHING, 11},
    // Another open instead of linkat.
    {TG_FAULT_LACK_UNNAMED_FILES, 11},
    {TG_FAULT_LACK_PROC, 11},
};

START_TEST(output_fault_leaves_no_file)
{
    char folder[256];
    char path[512];
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++) {
        tg_suite_make_folder(folder);
        (void)snprintf(path, sizeof path, "%s/out", folder);
        tg_fault_take_away(systems[i].lack);
        ck_assert_int_eq(write_with_faults(TG_FAULT_IO, folder, path, NULL), systems[i].nb_calls);
        ck_assert_uint_eq(nb_entries(folder), 1);
        tg_suite_remove_folder(folder);
    }
}
END_TEST

START_TEST(output_fault_leaves_the_old_file)
{
    char folder[256];
    char path[512];
    char link[600];
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/out", folder);
    (void)snprintf(link, sizeof link, "%s/link", folder);
    ck_assert_int_eq(symlink("out", link), 0);
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++) {
        tg_fault_take_away(systems[i].lack);
        write_file(path, "old", 3);
        // access comes to the calls above, and fstat of standard output and standard error.
        ck_assert_int_eq(write_with_faults(TG_FAULT_IO, folder, path, "old"),
                         systems[i].nb_calls + 3);
        write_file(path, "old", 3);
        // realpath too.
        ck_assert_int_eq(write_with_faults(TG_FAULT_IO, folder, link, "old"),
                         systems[i].nb_calls + 4);
        ck_assert_uint_eq(nb_entries(folder), 2);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

/* The one entry of a folder; "": none. */
static void only_entry(char name[256], const char *folder)
{
    name[0] = '\0';
    DIR *entries = opendir(folder);
    ck_assert_ptr_nonnull(entries);
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            (void)snprintf(name, 256, "%s", entry->d_name);
    }
    (void)closedir(entries);
}

START_TEST(output_fault_has_a_name_from_the_start_only_where_it_must)
{
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++) {
        char folder[256];
        char path[700];
        char name[256];
        tg_suite_make_folder(folder);
        // 63 bytes and one letter of two bytes: the temporary name keeps whole letters.
        (void)snprintf(path, sizeof path, "%s/%063d\xc3\xa9", folder, 7);
        tg_fault_take_away(systems[i].lack);
        tg_output output;
        tg_assert_ok(tg_output_open(&output, path, tg_suite_error));
        only_entry(name, folder);
        if (systems[i].lack == TG_FAULT_LACK_NOTHING) {
            ck_assert_str_eq(name, "");
        } else {
            char start[128];
            (void)snprintf(start, sizeof start, ".%063d.tracegate-", 7);
            ck_assert_msg(strncmp(name, start, strlen(start)) == 0, "%s", name);
        }
        tg_output_discard(&output);
        ck_assert_uint_eq(nb_entries(folder), 0);
        tg_suite_remove_folder(folder);
    }
}
END_TEST

TG_SUITE("output_fault", output_fault_leaves_no_file, output_fault_leaves_the_old_file,
         output_fault_has_a_name_from_the_start_only_where_it_must)

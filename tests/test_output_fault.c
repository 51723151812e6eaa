/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Outputs with failing calls: the target stays, and nothing stays beside it. */
#define _XOPEN_SOURCE 700 /* symlink */
#include "fault.h"
#include "files/output.h"
#include "test_files.h"

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

START_TEST(output_fault_leaves_no_file)
{
    char folder[256];
    char path[512];
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/out", folder);
    // lstat, stat, open, fdopen, two fwrite, fflush, fsync, fclose, rename.
    ck_assert_int_eq(write_with_faults(TG_FAULT_IO, folder, path, NULL), 10);
    ck_assert_uint_eq(nb_entries(folder), 1);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(output_fault_leaves_the_old_file)
{
    char folder[256];
    char path[512];
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/out", folder);
    write_file(path, "old", 3);
    // access comes to the calls above.
    ck_assert_int_eq(write_with_faults(TG_FAULT_IO, folder, path, "old"), 11);
    write_file(path, "old", 3);
    char link[600];
    (void)snprintf(link, sizeof link, "%s/link", folder);
    ck_assert_int_eq(symlink("out", link), 0);
    // realpath too.
    ck_assert_int_eq(write_with_faults(TG_FAULT_IO, folder, link, "old"), 12);
    ck_assert_uint_eq(nb_entries(folder), 2);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("output_fault", output_fault_leaves_no_file, output_fault_leaves_the_old_file)

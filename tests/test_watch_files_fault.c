/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Files that are watched, with failing calls: each nth call fails once. */
#include "fault.h"
#include "watch_made.h"

/* Want of memory is an error, and the next update is whole. */
START_TEST(watch_files_fault_of_memory_is_an_error)
{
    made where;
    long nth = 1;
    made_init(&where);
    for (;; nth++) {
        tg_watch_files files;
        tg_error error = {0};
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        tg_status status = tg_watch_files_open(&files, &error);
        if (status == TG_OK)
            status = tg_watch_files_update(&files, &where.options, NULL, 0, &error);
        const bool has_failed = tg_fault_disarm();
        ck_assert(has_failed == (status != TG_OK));
        if (status != TG_OK) {
            ck_assert(status == TG_ERR_MEMORY || status == TG_ERR_UNAVAILABLE);
            ck_assert_int_eq(error.status, status);
            ck_assert_str_ne(error.how, "");
        }
        if (files.inotify >= 0) {
            tg_assert_ok(tg_watch_files_update(&files, &where.options, NULL, 0, tg_suite_error));
            ck_assert_uint_eq(files.nb_files, 3);
        }
        tg_watch_files_close(&files);
        if (!has_failed) break;
    }
    ck_assert_int_ge(nth, 10);
    tg_suite_remove_folder(where.folder);
}
END_TEST

/* A file that cannot be read is the build's affair: it is waited for all the same. */
START_TEST(watch_files_fault_of_reading_leaves_the_list_open)
{
    made where;
    made_init(&where);
    for (long nth = 1;; nth++) {
        tg_watch_files files;
        tg_assert_ok(tg_watch_files_open(&files, tg_suite_error));
        tg_fault_arm(TG_FAULT_IO, nth);
        tg_error error = {0};
        const tg_status status = tg_watch_files_update(&files, &where.options, NULL, 0, &error);
        const bool has_failed = tg_fault_disarm();
        ck_assert_int_eq(status, TG_OK);
        ck_assert_uint_ge(files.nb_files, 1);
        ck_assert(has_failed || files.nb_files == 3);
        tg_watch_files_close(&files);
        if (!has_failed) break;
    }
    tg_suite_remove_folder(where.folder);
}
END_TEST

TG_SUITE("watch_files_fault", watch_files_fault_of_memory_is_an_error,
         watch_files_fault_of_reading_leaves_the_list_open)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Builds while memory, or calls on files and folders, fail: a clean error each time, and no half of
 * anything left where the next build would take it for whole. */
#include "fault.h"
#include "kernels/host_user.h"
#include "modules/host_build.h"
#include "modules/host_port_internal.h"
#include "suite.h"
#include "test_files.h"

#define SOURCE TG_SOURCE_DIR "/tests/user/port/ends.cu"

static char folder[256];

static tg_status build(char path[TG_PATH_BYTES], tg_error *error)
{
    static char log[TG_PATH_BYTES];
    static const char *const kernels[] = {"traps"};
    const tg_host_build asked = {.source = SOURCE, .nb_kernels = 1, .kernels = kernels};
    return tg_host_build_run(path, log, &asked, error);
}

static void set_up(void)
{
    tg_suite_make_folder(folder);
    ck_assert_int_eq(setenv("TRACEGATE_CACHE", folder, 1), 0);
}

/* Calls that looking through headers takes that are all there. */
static long nb_calls_of_headers(tg_fault_kind kind)
{
    char path[TG_PATH_BYTES];
    for (long nth = 1;; nth++) {
        tg_fault_arm(kind, nth);
        const tg_status status = port_folder(path, NULL);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            return nth - 1;
        }
    }
}

/* Fail call after call of building a source whose headers are there; of those for headers, of which
 * hundreds are alike, one in 47. */
static void fail_each(tg_fault_kind kind, tg_status expected)
{
    enum { NB_BEFORE = 20 };
    char path[TG_PATH_BYTES];
    long nb_failed = 0;
    tg_assert_ok(build(path, tg_suite_error));
    const long nb_headers = nb_calls_of_headers(kind);
    for (long nth = 1;; nth += nth > NB_BEFORE && nth + 47 < nb_headers ? 47 : 1) {
        tg_error error = {.status = TG_OK};
        tg_fault_arm(kind, nth);
        const tg_status status = build(path, &error);
        if (!tg_fault_disarm()) break;
        // Some calls may fail unseen: folders that are tidied up.
        if (status == TG_OK) continue;
        ck_assert_msg(status == expected, "call %ld: %s", nth, error.what);
        ck_assert_str_eq(path, "");
        ck_assert_str_ne(error.how, "");
        nb_failed++;
    }
    ck_assert_int_ge(nb_failed, 3);
    tg_assert_ok(build(path, tg_suite_error));
}

START_TEST(host_build_fault_memory)
{
    set_up();
    fail_each(TG_FAULT_MEMORY, TG_ERR_MEMORY);
    tg_suite_remove_folder(folder);
}
END_TEST

START_TEST(host_build_fault_files)
{
    set_up();
    fail_each(TG_FAULT_IO, TG_ERR_IO);
    tg_suite_remove_folder(folder);
}
END_TEST

/* Headers that are written one by one are complete when the folder is taken for whole, wherever the
 * first try stopped: one call in 29 is tried, of hundreds that are alike. */
START_TEST(host_build_fault_headers)
{
    char path[TG_PATH_BYTES];
    long nb_failed = 0;
    bool has_failed = true;
    for (long nth = 1; has_failed; nth += 29) {
        tg_error error = {.status = TG_OK};
        set_up();
        tg_fault_arm(TG_FAULT_IO, nth);
        const tg_status status = port_folder(path, &error);
        has_failed = tg_fault_disarm();
        ck_assert(status == TG_OK || status == TG_ERR_IO);
        if (status != TG_OK) {
            nb_failed++;
            tg_assert_ok(port_folder(path, tg_suite_error));
        }
        tg_assert_ok(build(path, tg_suite_error));
        tg_suite_remove_folder(folder);
    }
    ck_assert_int_ge(nb_failed, 10);
}
END_TEST

START_TEST(host_build_fault_opening)
{
    char path[TG_PATH_BYTES];
    set_up();
    tg_assert_ok(build(path, tg_suite_error));
    for (long nth = 1;; nth++) {
        tg_host_user *user = NULL;
        tg_error error = {.status = TG_OK};
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = tg_host_user_open(&user, path, &error);
        const bool has_failed = tg_fault_disarm();
        tg_host_user_close(user);
        if (!has_failed) break;
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert_ptr_null(user);
    }
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("host_build_fault", host_build_fault_memory, host_build_fault_files,
         host_build_fault_headers, host_build_fault_opening)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What every suite needs around Check: its main, assertions on statuses, a temporary folder.
 *
 * A suite defines its cases with START_TEST and lists them:
 *   TG_SUITE("npy", npy_reads_version_2, npy_refuses_fortran_order)
 */
#ifndef TRACEGATE_TESTS_SUITE_H
#define TRACEGATE_TESTS_SUITE_H

#include "model/status.h"

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Check writes every assertion that holds to a file, so that a case that crashes can be told with
 * the last of them. In loops that takes longer than all else, most of all under sanitizers: here
 * each place writes once a case, or thread of it, and a crash is told with the newest place. */
#undef ck_assert_msg
#define ck_assert_msg(expr, ...)                                                                \
    do {                                                                                        \
        static _Thread_local bool tg_is_marked_;                                                \
        if (!(expr)) {                                                                          \
            _ck_assert_failed(__FILE__, __LINE__, "Assertion '" #expr "' failed", __VA_ARGS__); \
        } else if (!tg_is_marked_) {                                                            \
            tg_is_marked_ = true;                                                               \
            _mark_point(__FILE__, __LINE__);                                                    \
        }                                                                                       \
    } while (0)

/* Run cases and return the exit code of the program: 0, or 1 if a case failed or there is none. */
int tg_suite_run(const char *name, const TTest *const *cases, size_t nb_cases);

#define TG_SUITE(name, ...)                                               \
    int main(void)                                                        \
    {                                                                     \
        const TTest *const cases[] = {__VA_ARGS__};                       \
        return tg_suite_run(name, cases, sizeof cases / sizeof cases[0]); \
    }

/* Assert that a call succeeds; shows its error. */
#define tg_assert_ok(call)                                         \
    do {                                                           \
        tg_error tg_assert_error_ = {0};                           \
        tg_suite_error = &tg_assert_error_;                        \
        const tg_status tg_assert_status_ = (call);                \
        ck_assert_msg(tg_assert_status_ == TG_OK, "%s: %s", #call, \
                      tg_suite_error_line(tg_assert_status_));     \
    } while (0)

/* Assert that a call with the error `error` fails with a status, that its line has the text, and
 * says how to mend it. */
#define tg_assert_fails(expected_status, text, call)                            \
    do {                                                                        \
        tg_error tg_assert_error_ = {0};                                        \
        tg_suite_error = &tg_assert_error_;                                     \
        const tg_status tg_assert_status_ = (call);                             \
        ck_assert_int_eq(tg_assert_status_, expected_status);                   \
        ck_assert_int_eq(tg_assert_error_.status, expected_status);             \
        ck_assert_msg(tg_suite_line_has(text), "no \"%s\" in: %s", text,        \
                      tg_suite_error_line(tg_assert_status_));                  \
        ck_assert_msg(tg_assert_error_.how[0] != '\0', "no way to mend it: %s", \
                      tg_suite_error_line(tg_assert_status_));                  \
    } while (0)

/* The error that the call inside tg_assert_ok and tg_assert_fails is to fill: pass it as the
 * call's error argument. */
extern tg_error *tg_suite_error;
const char *tg_suite_error_line(tg_status status);
bool tg_suite_line_has(const char *text);

/* A fresh temporary folder; the caller removes it with tg_suite_remove_folder. path: 256 bytes. */
void tg_suite_make_folder(char path[256]);
void tg_suite_remove_folder(const char *path);

#endif

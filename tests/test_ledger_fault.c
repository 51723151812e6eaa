/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The ledger with failing calls: each nth call fails once. */
#include "fault.h"
#include "harness/ledger.h"
#include "test_files.h"

static const char text[] =
    "{\"version\": 1, \"failures\": [{\"chip\": \"Select\", \"kind\": \"main\", "
    "\"key\": \"Select.main/eventful/negated/vals.out1\", \"until\": \"9999-12-31\", "
    "\"why\": \"x\"}]}";

/* Read with each nth call failing; returns the number of calls. That the file cannot be closed
 * after it was read whole is no error. */
static long fail_each(tg_fault_kind kind, const char *path, tg_status expected)
{
    long nb_harmless = 0;
    for (long nth = 1;; nth++) {
        tg_ledger ledger;
        tg_error error = {0};
        tg_fault_arm(kind, nth);
        const tg_status status = tg_ledger_read(&ledger, path, &error);
        const bool has_failed = tg_fault_disarm();
        if (status == TG_OK) {
            ck_assert_uint_eq(ledger.nb_entries, 1);
            tg_ledger_clear(&ledger);
            nb_harmless += has_failed;
            ck_assert_int_le(nb_harmless, 1);
        } else {
            ck_assert_int_eq(status, expected);
            assert_says(expected, &error, path, "");
            ck_assert_ptr_null(ledger.entries);
        }
        if (!has_failed) return nth - 1;
    }
}

START_TEST(ledger_fault_is_an_error)
{
    char folder[256];
    char path[512];
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/known-failures.json", folder);
    write_file(path, text, strlen(text));
    ck_assert_int_ge(fail_each(TG_FAULT_MEMORY, path, TG_ERR_MEMORY), 3);
    ck_assert_int_ge(fail_each(TG_FAULT_IO, path, TG_ERR_IO), 3);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("ledger_fault", ledger_fault_is_an_error)

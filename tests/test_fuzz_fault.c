/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Findings with failing calls: each nth call fails once. */
#include "fault.h"
#include "fuzz/target.h"
#include "test_files.h"

#include <unistd.h>

static char folder[256];

/* Report what a target found in some bytes, and return what it says; to be freed. */
static char *report(const char *name, long nth, bool *has_failed)
{
    static const uint8_t bytes[] = {1, 0, 0, 0, 0, 0, 3};
    const tg_fuzz_options options = {.findings = folder};
    tg_fuzz_target target;
    char *text = NULL;
    size_t nb_text = 0;
    tg_assert_ok(tg_fuzz_target_open(&target, name, &options, tg_suite_error));
    FILE *out = open_memstream(&text, &nb_text);
    ck_assert_ptr_nonnull(out);
    tg_fault_arm(TG_FAULT_IO, nth);
    target.kind->report(&target, out, bytes, sizeof bytes, false);
    *has_failed = tg_fault_disarm();
    ck_assert_int_eq(fclose(out), 0);
    tg_fuzz_target_close(&target);
    return text;
}

/* Report with each nth call failing. Returns how often the finding was not saved, which is always
 * said. */
static size_t nb_not_saved(const char *name, bool has_reserve)
{
    size_t nb = 0;
    bool has_failed = true;
    for (long nth = 1; has_failed; nth++) {
        char reserve[300];
        tg_suite_make_folder(folder);
        (void)snprintf(reserve, sizeof reserve, "%s/%s", folder, TG_FUZZ_RESERVE);
        if (has_reserve) write_file(reserve, "room", 4);
        char *text = report(name, nth, &has_failed);
        const size_t nb_left = has_reserve && access(reserve, F_OK) == 0;
        const bool is_lost = strstr(text, "not saved") != NULL;
        ck_assert_uint_eq(nb_entries(folder), nb_left + (is_lost ? 0 : 1));
        ck_assert(is_lost || strstr(text, "again: ") != NULL);
        nb += is_lost;
        free(text);
        tg_suite_remove_folder(folder);
        ck_assert_int_lt(nth, 1000);
    }
    return nb;
}

START_TEST(fuzz_fault_findings_take_the_reserve)
{
    static const char *const names[] = {"Select.main", "npy"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        // Without it, calls that fail lose the finding.
        ck_assert_uint_ge(nb_not_saved(names[i], false), 3);
        ck_assert_uint_eq(nb_not_saved(names[i], true), 0);
    }
}
END_TEST

TG_SUITE("fuzz_fault", fuzz_fault_findings_take_the_reserve)

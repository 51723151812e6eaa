/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Supervision where the system has no memory or no process for it: said, and nothing is run. */
#include "cli/supervise.h"

#include "fault.h"
#include "suite.h"

#include <unistd.h>

static int ends(void *context, tg_supervised *notes)
{
    (void)context;
    (void)notes;
    return 0;
}

START_TEST(supervise_fault_has_no_child)
{
    static const tg_fault_kind kinds[] = {TG_FAULT_MEMORY, TG_FAULT_PROCESS};
    const tg_supervise_job job = {.verb = "test", .work = ends, .max_call_s = 60};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        tg_fault_arm(kinds[i], 1);
        const int exit_code = tg_supervise(&job);
        ck_assert(tg_fault_disarm());
        ck_assert_int_eq(exit_code, 3);
    }
    ck_assert_int_eq(tg_supervise(&job), 0);
}
END_TEST

START_TEST(supervise_fault_without_proc)
{
    tg_fault_take_away(TG_FAULT_LACK_PROC);
    ck_assert(!tg_supervise_is_watched());
    tg_fault_take_away(TG_FAULT_LACK_NOTHING);
}
END_TEST

TG_SUITE("supervise_fault", supervise_fault_has_no_child, supervise_fault_without_proc)

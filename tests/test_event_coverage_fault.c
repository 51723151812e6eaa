/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Event coverage without memory: each allocation in turn. */
#include "fault.h"
#include "harness/event_coverage.h"
#include "suite.h"

START_TEST(event_coverage_fault_every_allocation)
{
    for (size_t index = 0; index < tg_nb_traces(); index++) {
        long nth = 1;
        for (;; nth++) {
            tg_event_coverage *coverage = NULL;
            tg_error error = {0};
            tg_fault_arm(TG_FAULT_MEMORY, nth);
            const tg_status status =
                tg_event_coverage_create(&coverage, tg_trace_at(index), &error);
            const bool has_failed = tg_fault_disarm();
            ck_assert_int_eq(status, has_failed ? TG_ERR_MEMORY : TG_OK);
            ck_assert_int_eq(coverage == NULL, has_failed);
            ck_assert_int_eq(error.how[0] != '\0', has_failed);
            tg_event_coverage_destroy(coverage);
            if (!has_failed) break;
        }
        ck_assert_int_ge(nth, 5);
    }
}
END_TEST

TG_SUITE("event_coverage_fault", event_coverage_fault_every_allocation)

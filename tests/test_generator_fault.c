/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory that fails while events are drawn: a clean error, nothing leaked (the sanitizers look),
 * and the next call works. */
#include "fault.h"
#include "harness/generator.h"
#include "model/memory.h"
#include "suite.h"

#define NB_EVENTS 600

/* Fail every allocation of one fill in turn; returns the number of failures. */
static long fail_each_allocation(void *events, const tg_subject *subject, tg_profile profile)
{
    // Threads start here, before anything may fail: the OpenMP runtime ends the process if it gets
    // no memory.
    tg_assert_ok(tg_generator_fill(events, subject, profile, 1, 0, NB_EVENTS, tg_suite_error));
    for (long nth = 1;; nth++) {
        tg_error error = {0};
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status =
            tg_generator_fill(events, subject, profile, 1, 0, NB_EVENTS, &error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            return nth - 1;
        }
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert_int_eq(error.status, TG_ERR_MEMORY);
        ck_assert(error.how[0] != '\0');
        tg_assert_ok(tg_generator_fill(events, subject, profile, 1, 0, NB_EVENTS, tg_suite_error));
    }
}

START_TEST(generator_fault_of_memory_is_an_error)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        if (subject.trace->event == NULL) continue;
        void *events = NULL;
        tg_assert_ok(tg_buffer_create(&events, NB_EVENTS, tg_trace_event_size(subject.trace),
                                      tg_suite_error));
        for (tg_profile profile = TG_PROFILE_UPSTREAM; profile < TG_NB_PROFILES; profile++) {
            if (!tg_generator_has_profile(&subject, profile)) continue;
            ck_assert_int_gt(fail_each_allocation(events, &subject, profile), 0);
        }
        tg_buffer_destroy(events);
    }
}
END_TEST

TG_SUITE("generator_fault", generator_fault_of_memory_is_an_error)

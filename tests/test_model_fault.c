/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The model without memory: each allocation fails in turn. */
#include "fault.h"
#include "model/memory.h"
#include "model/trace.h"
#include "sample.h"
#include "suite.h"

#include <stdlib.h>

START_TEST(model_fault_checks_on_events)
{
    size_t nb_failures = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        void *events = sample_events(trace, 2, i);
        for (long nth = 1;; nth++) {
            tg_error error = {0};
            tg_fault_arm(TG_FAULT_MEMORY, nth);
            const tg_status status = tg_trace_check_events(trace, events, 2, &error);
            if (!tg_fault_disarm()) {
                ck_assert_int_eq(status, TG_OK);
                break;
            }
            nb_failures++;
            ck_assert_int_eq(status, TG_ERR_MEMORY);
            ck_assert_int_eq(error.status, TG_ERR_MEMORY);
            ck_assert_int_ne(error.how[0], '\0');
        }
        free(events);
    }
    ck_assert_uint_gt(nb_failures, 0);
}
END_TEST

START_TEST(model_fault_buffers)
{
    int something = 0;
    void *buffer = &something;
    tg_fault_arm(TG_FAULT_MEMORY, 1);
    tg_error error = {0};
    const tg_status status = tg_buffer_create(&buffer, 10, 10, &error);
    ck_assert(tg_fault_disarm());
    ck_assert_int_eq(status, TG_ERR_MEMORY);
    ck_assert_ptr_null(buffer);
    ck_assert_str_eq(error.what, "no memory for 100 bytes");
}
END_TEST

TG_SUITE("model_fault", model_fault_checks_on_events, model_fault_buffers)

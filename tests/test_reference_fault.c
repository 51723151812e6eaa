/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The reference without memory: each allocation fails in turn. */
#include "fault.h"
#include "reference/reference.h"
#include "sample.h"
#include "suite.h"

#include <stdlib.h>

#define FIXED_HEIGHT ((size_t)256)

/* Fail each allocation of one trace, until none is left to fail. */
static void fail_every_allocation(size_t index, const tg_product *out, const tg_request *request)
{
    // OpenMP starts its threads at the first parallel region; without memory for them libgomp ends
    // the process.
    tg_assert_ok(tg_ref_make(out, tg_ref_at(index), request, tg_suite_error));
    long nth = 1;
    for (;; nth++) {
        tg_error error = {0};
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = tg_ref_make(out, tg_ref_at(index), request, &error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            break;
        }
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert_int_eq(error.status, TG_ERR_MEMORY);
        ck_assert_int_ne(error.how[0], '\0');
    }
    ck_assert_int_gt(nth, 1);
}

START_TEST(reference_fault_every_allocation)
{
    for (size_t t = 0; t < tg_nb_traces(); t++) {
        const tg_trace *trace = tg_trace_at(t);
        // Drawn events of a trace that checks them would be refused: padding alone does there.
        const size_t nb_events = tg_ref_at(t)->checks_ignored ? 0 : 100;
        void *events = sample_events(trace, nb_events, t);
        tg_request request = {.trace = trace, .events = events, .nb_events = nb_events};
        tg_product out;
        tg_assert_ok(
            tg_trace_height(trace, nb_events, FIXED_HEIGHT, &request.height, tg_suite_error));
        tg_assert_ok(tg_product_create(&out, trace, request.height, tg_suite_error));
        fail_every_allocation(t, &out, &request);
        tg_product_destroy(&out);
        free(events);
    }
}
END_TEST

TG_SUITE("reference_fault", reference_fault_every_allocation)

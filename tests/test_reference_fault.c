/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The reference without memory: each allocation fails in turn. */
#include "fault.h"
#include "reference/reference.h"
#include "sample.h"
#include "suite.h"

#include <stdlib.h>

#define HEIGHT ((size_t)256)

/* Fail each allocation of one trace, until none is left to fail. */
static void fail_every_allocation(size_t index, uint32_t *cells, const void *events,
                                  size_t nb_events)
{
    const tg_trace *trace = tg_trace_at(index);
    const size_t height = trace->height_rule == TG_HEIGHT_ALWAYS_16 ? 16 : HEIGHT;
    // OpenMP starts its threads at the first parallel region; without memory for them libgomp ends
    // the process.
    tg_assert_ok(
        tg_ref_make(cells, tg_ref_at(index), trace, height, events, nb_events, tg_suite_error));
    long nth = 1;
    for (;; nth++) {
        tg_error error = {0};
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status =
            tg_ref_make(cells, tg_ref_at(index), trace, height, events, nb_events, &error);
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
    uint32_t *cells = malloc(HEIGHT * 179 * sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    for (size_t t = 0; t < tg_nb_traces(); t++) {
        const tg_trace *trace = tg_trace_at(t);
        ck_assert_uint_le(tg_trace_width(trace), 179);
        // Drawn events of a trace that checks them would be refused: padding alone does there.
        const size_t nb_events = tg_ref_at(t)->checks_ignored ? 0 : 100;
        void *events = sample_events(trace, nb_events, t);
        fail_every_allocation(t, cells, events, nb_events);
        free(events);
    }
    free(cells);
}
END_TEST

TG_SUITE("reference_fault", reference_fault_every_allocation)

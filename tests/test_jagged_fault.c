/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The jagged layout without memory: each nth call fails once, and the layout is as it was. */
#include "fault.h"
#include "pipeline/jagged.h"
#include "suite.h"

static const tg_jagged_shape shape = {3, 4, 64};
static const tg_jagged_chip chips[] = {{"A", 4, 3}, {"B", 0, 2}};
static const tg_jagged_synthetic_chip synthetic = {"A", 4, 3, 2};

/* One of three calls, by number. */
static tg_status lay_out(tg_jagged_layout *layout, int call, tg_error *error)
{
    if (call == 0) return tg_jagged_begin(layout, &shape, chips, 2, error);
    if (call == 1) return tg_jagged_append_main(layout, chips, 2, error);
    return tg_jagged_synthesize(layout, &shape, &synthetic, 1, error);
}

START_TEST(jagged_fault_leaves_the_layout)
{
    for (int call = 0; call < 3; call++) {
        long nth = 1;
        for (;; nth++) {
            tg_jagged_layout layout = {.nb_columns = 0};
            tg_assert_ok(tg_jagged_begin(&layout, &shape, chips, 1, tg_suite_error));
            const uint32_t *starts = layout.start_indices;
            tg_error error = {0};
            tg_fault_arm(TG_FAULT_MEMORY, nth);
            const tg_status status = lay_out(&layout, call, &error);
            const bool has_failed = tg_fault_disarm();
            if (has_failed) {
                ck_assert_int_eq(status, TG_ERR_MEMORY);
                ck_assert(error.what[0] != '\0' && error.how[0] != '\0');
                ck_assert_ptr_eq(layout.start_indices, starts);
                ck_assert_uint_eq(layout.nb_columns, 4);
            }
            tg_jagged_clear(&layout);
            if (has_failed) continue;
            ck_assert_int_eq(status, TG_OK);
            break;
        }
        ck_assert_int_gt(nth, 3);
    }
}
END_TEST

TG_SUITE("jagged_fault", jagged_fault_leaves_the_layout)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The picture without memory: each allocation fails in turn. */
#include "fault.h"
#include "harness/picture.h"
#include "sample.h"
#include "suite.h"

#include <omp.h>
#include <stdlib.h>

START_TEST(picture_fault_every_allocation)
{
    uint32_t *cells = sample_cells(300 * 5, 1);
    const tg_matrix matrix = {.cells = cells, .height = 300, .width = 5};
    // As for the comparison: libgomp takes its own memory at the first parallel region.
    omp_set_num_threads(1);
    tg_picture picture;
    tg_assert_ok(tg_picture_init(&picture, sample_trace("Select.main"), 10, &matrix, &matrix,
                                 tg_suite_error));
    tg_picture_clear(&picture);
    long nth = 1;
    for (;; nth++) {
        tg_error error = {0};
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status =
            tg_picture_init(&picture, sample_trace("Select.main"), 10, &matrix, &matrix, &error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            tg_picture_clear(&picture);
            break;
        }
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert_int_ne(error.how[0], '\0');
        ck_assert_ptr_null(picture.buckets);
    }
    ck_assert_int_gt(nth, 1);
    free(cells);
}
END_TEST

TG_SUITE("picture_fault", picture_fault_every_allocation)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The comparison without memory: each allocation fails in turn. */
#include "fault.h"
#include "harness/diff.h"
#include "sample.h"
#include "suite.h"

#include <omp.h>
#include <stdlib.h>

static tg_status compare_once(bool *is_match, const tg_matrix *expected, const tg_matrix *actual,
                              tg_error *error)
{
    tg_diff diff;
    *is_match = false;
    tg_status status = tg_diff_init(&diff, 5, 3, error);
    if (status != TG_OK) return status;
    status = tg_diff_run(&diff, sample_trace("Select.main"), 10, expected, actual, error);
    *is_match = tg_diff_is_match(&diff);
    tg_diff_clear(&diff);
    return status;
}

START_TEST(diff_fault_every_allocation)
{
    uint32_t *cells = sample_cells(32 * 5, 1);
    const tg_matrix matrix = {.cells = cells, .height = 32, .width = 5};
    // libgomp ends the process when it has no memory for its own; it takes that at the first
    // parallel region.
    omp_set_num_threads(1);
    bool is_match = false;
    tg_assert_ok(compare_once(&is_match, &matrix, &matrix, tg_suite_error));
    long nth = 1;
    for (;; nth++) {
        tg_error error = {0};
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = compare_once(&is_match, &matrix, &matrix, &error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            ck_assert(is_match);
            break;
        }
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert(!is_match);
        ck_assert_int_eq(error.status, TG_ERR_MEMORY);
        ck_assert_int_ne(error.how[0], '\0');
    }
    ck_assert_int_gt(nth, 4);
    free(cells);
}
END_TEST

TG_SUITE("diff_fault", diff_fault_every_allocation)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory that runs out while causes and properties are looked for. */
#include "cause_made.h"
#include "fault.h"
#include "harness/prediction.h"

/* Look for causes with the nth allocation failing, for every n. */
static void check_faults(cause_made *made)
{
    for (long nth = 1;; nth++) {
        tg_error error = {0};
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = tg_causes_find(&made->causes, &made->mismatch, &error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            ck_assert_int_gt(nth, 3);
            return;
        }
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert_int_eq(error.status, TG_ERR_MEMORY);
        ck_assert_int_ne(error.how[0], '\0');
    }
}

START_TEST(cause_fault_of_cells)
{
    cause_made made;
    cause_create(&made, "Select.preprocessed", TG_PROFILE_MIXED, 100);
    for (size_t row = 10; row < 100; row += 3)
        *cause_actual(&made, row, 2) = 1000000 + (uint32_t)row;
    cause_compare(&made);
    check_faults(&made);
    cause_destroy(&made);
}
END_TEST

START_TEST(cause_fault_of_side_outputs)
{
    cause_made made;
    cause_create(&made, "Global.main", TG_PROFILE_UNIFORM, 5);
    made.actual.sides[0][2] ^= 4;
    cause_compare(&made);
    check_faults(&made);
    cause_destroy(&made);
}
END_TEST

START_TEST(cause_fault_of_prediction)
{
    cause_made made;
    cause_create(&made, "Select.preprocessed", TG_PROFILE_MIXED, 100);
    bool is_wrong[100] = {false};
    is_wrong[7] = true;
    is_wrong[70] = true;
    for (long nth = 1;; nth++) {
        tg_error error = {0};
        tg_prediction prediction;
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status =
            tg_predict(&prediction, made.subject.trace, made.events, 100, is_wrong, 32, &error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            ck_assert_int_gt(nth, 2);
            break;
        }
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert_int_ne(error.how[0], '\0');
    }
    cause_destroy(&made);
}
END_TEST

TG_SUITE("cause_fault", cause_fault_of_cells, cause_fault_of_side_outputs,
         cause_fault_of_prediction)

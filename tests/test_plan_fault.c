/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory that fails while a plan of several steps runs on the host grid: a clean error, nothing
 * leaked (the sanitizers look). */
#include "chain.h"
#include "fault.h"
#include "suite.h"

#include <omp.h>

START_TEST(plan_fault_of_scratch_is_an_error)
{
    static const uint32_t numbers[50] = {1, 2, 3};
    static chain_result result;
    const tg_product out = chain_product(&result);
    const tg_request request = {.trace = &chain_trace,
                                .height = 64,
                                .events = numbers,
                                .nb_events = 50};
    // Threads start here, before anything may fail: the OpenMP runtime ends the process if it gets
    // no memory. One thread keeps it from changing the team.
    tg_error error = {0};
    omp_set_num_threads(1);
    ck_assert_int_eq(tg_plan_run_host(&chain_plan, NULL, &out, &request, &error), TG_OK);
    long nth = 1;
    for (;; nth++) {
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = tg_plan_run_host(&chain_plan, NULL, &out, &request, &error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            break;
        }
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert_int_eq(error.status, TG_ERR_MEMORY);
        ck_assert(error.how[0] != '\0');
    }
    // Two scratch buffers at the least.
    ck_assert_int_gt(nth, 2);
}
END_TEST

TG_SUITE("plan_fault", plan_fault_of_scratch_is_an_error)

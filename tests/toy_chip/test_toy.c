/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The toy chips' own suite: their launch plans are the ones that run. */
#include "gpu/plan.h"
#include "suite.h"

#include <string.h>

START_TEST(toy_has_its_own_block)
{
    size_t nb_toys = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_plan *plan = tg_plan_at(i);
        const bool is_toy = strcmp(tg_trace_at(i)->name, "Toy.main") == 0;
        nb_toys += is_toy;
        for (size_t k = 0; k < plan->nb_steps; k++)
            ck_assert_int_eq(tg_step_launch(&plan->steps[k], NULL, 1000, 1000).block == 480,
                             is_toy);
    }
    ck_assert_uint_eq(nb_toys, 1);
}
END_TEST

START_TEST(toy_has_steps_and_scratch)
{
    size_t nb_tallies = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (strcmp(tg_trace_at(i)->name, "Tally.main") != 0) continue;
        const tg_plan *plan = tg_plan_at(i);
        nb_tallies++;
        ck_assert_uint_eq(plan->nb_steps, 3);
        ck_assert_str_eq(plan->steps[0].name, "tally_parts");
        ck_assert_str_eq(plan->steps[1].phase, "rows");
        ck_assert(!plan->steps[1].is_side && plan->steps[2].is_side);
        ck_assert_uint_eq(tg_plan_scratch_bytes(plan, 100, 96), 4 * sizeof(uint32_t));
        ck_assert_uint_eq(tg_step_launch(&plan->steps[1], NULL, 129, 0).grid, 3);
        ck_assert_uint_eq(tg_step_launch(&plan->steps[2], NULL, 129, 0).grid, 1);
    }
    ck_assert_uint_eq(nb_tallies, 1);
}
END_TEST

TG_SUITE("toy", toy_has_its_own_block, toy_has_steps_and_scratch)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Toy's own suite: its launch plan is the one that runs. */
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
            ck_assert_int_eq(tg_step_launch(&plan->steps[k], NULL, 1000).block == 480, is_toy);
    }
    ck_assert_uint_eq(nb_toys, 1);
}
END_TEST

TG_SUITE("toy", toy_has_its_own_block)

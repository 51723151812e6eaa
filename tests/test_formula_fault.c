/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Formulas without memory. */
#include "fault.h"
#include "gpu/formula.h"
#include "test_files.h"

START_TEST(formula_fault_is_an_error)
{
    static const char *const variables[] = {"height"};
    static const tg_formula_definition definitions[] = {{"twice", "height * 2"}};
    const tg_formula_names names = {.nb_variables = 1,
                                    .variables = variables,
                                    .nb_definitions = 1,
                                    .definitions = definitions};
    for (long nth = 1;; nth++) {
        tg_formula *formula = NULL;
        tg_error error = {0};
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = tg_formula_parse(&formula, "twice + 1", &names, &error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            tg_formula_destroy(formula);
            ck_assert_int_ge(nth, 2);
            return;
        }
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert_ptr_null(formula);
        assert_says(TG_ERR_MEMORY, &error, "", "");
    }
}
END_TEST

TG_SUITE("formula_fault", formula_fault_is_an_error)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For the files self_test*.c only. */
#ifndef TRACEGATE_HARNESS_SELF_TEST_INTERNAL_H
#define TRACEGATE_HARNESS_SELF_TEST_INTERNAL_H

#include "harness/report.h"
#include "harness/self_test.h"

/* A word to plant in place of a right one, below p where that is. */
static inline uint32_t tg_self_test_another_word(uint32_t word)
{
    return word == TG_P - 1 ? 0 : word + 1;
}

/* The report of a comparison as text, to be freed.
 * Errors  TG_ERR_MEMORY; *text is then NULL */
TG_NODISCARD tg_status tg_self_test_report(char **text, const tg_report *report,
                                           const tg_diff *diff, tg_error *error);

/* Plant every sort of bug in side outputs, as tg_self_test_run does. */
TG_NODISCARD tg_status tg_self_test_sides(tg_plant_tally tallies[TG_NB_PLANTS],
                                          const tg_trace *trace, size_t nb_events,
                                          const tg_product *right, size_t height, tg_error *error);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The comparison of two traces where they lie: what harness/diff.h says of the same cells, to the
 * byte. */
#ifndef TRACEGATE_HARNESS_DIFF_DEVICE_H
#define TRACEGATE_HARNESS_DIFF_DEVICE_H

#include "gpu/diff.h"
#include "harness/diff.h"

/* Compare as tg_diff_run does.
 * expected, actual  cells at the place
 * Errors            those of the place; TG_ERR_MEMORY, TG_ERR_SIZE; tg_diff_is_match is then
 *                   false */
TG_NODISCARD tg_status tg_diff_run_at(tg_diff *diff, const tg_diff_place *place, void *at,
                                      const tg_trace *trace, size_t nb_events,
                                      const tg_matrix *expected, const tg_matrix *actual,
                                      tg_error *error);

#endif

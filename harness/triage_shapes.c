/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Triage: whether a case depends on the launch shape. */
#include "harness/triage_internal.h"

#include <stdio.h>

/* Say that only the launch shape makes it wrong. */
static void put_shapes(tg_triage *triage, const char *shapes, const tg_backend *actual)
{
    tg_mismatch mismatch;
    tg_causes_put_shape(&triage->causes, shapes);
    tg_causes_put_shape(&triage->smallest_causes, shapes);
    tg_triage_mismatch(&mismatch, &triage->smallest, &triage->result, &triage->expected,
                       &triage->actual, actual);
    triage_set_key(triage, &mismatch);
}

/* Whether to run a case in its plan's shape. */
static bool is_to_try(const tg_case *work, const tg_triage_options *options)
{
    tg_cause cause = TG_CAUSE_OTHER;
    const bool has_shape = work->launch.grid != 0 || work->launch.block != 0;
    return has_shape && options->actual->ops->takes_launch &&
           (options->tries_plan || (tg_key_cause(&cause, work->why) && cause == TG_CAUSE_SHAPE));
}

tg_status triage_find_shape(tg_triage *triage, const tg_case *work,
                            const tg_triage_options *options, tg_error *error)
{
    // Of a case that differs between runs nobody knows what it depends on.
    if (triage->is_unstable) return TG_OK;
    if (options->shapes != NULL) {
        put_shapes(triage, options->shapes, options->actual);
        return TG_OK;
    }
    if (!is_to_try(work, options)) return TG_OK;
    triage_run run;
    tg_case plain = *work;
    plain.launch = (tg_launch){0};
    const tg_status status = triage_run_case(&run, &plain, options, error);
    if (status != TG_OK) return status;
    const bool is_right = run.result.is_match;
    triage_run_clear(&run);
    if (!is_right) return TG_OK;
    char text[TG_EVIDENCE_BYTES];
    char grid[32] = "";
    char block[32] = "";
    if (work->launch.grid != 0)
        (void)snprintf(grid, sizeof grid, " grid %lu", (unsigned long)work->launch.grid);
    if (work->launch.block != 0)
        (void)snprintf(block, sizeof block, " block %lu", (unsigned long)work->launch.block);
    (void)snprintf(text, sizeof text, "right in the plan's shape; wrong in%s%s%s", grid,
                   grid[0] != '\0' && block[0] != '\0' ? " with" : "", block);
    put_shapes(triage, text, options->actual);
    return TG_OK;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a triage ends with: the smallest case with all that it shows. */
#include "harness/triage_internal.h"

#include <stdio.h>
#include <string.h>

void triage_set_key(tg_triage *triage, const tg_mismatch *mismatch)
{
    tg_case *smallest = &triage->smallest;
    tg_key_make(&triage->key, mismatch, &triage->smallest_causes);
    // Cut where it is longer than a case's text.
    (void)snprintf(smallest->why, sizeof smallest->why, "%.*s", (int)sizeof smallest->why - 1,
                   triage->key.text);
}

/* Take over what a run of the smallest case gave, with its causes and its key. */
static tg_status take_run(tg_triage *triage, triage_run *run, tg_error *error)
{
    const tg_status status = tg_causes_find(&triage->smallest_causes, &run->mismatch, error);
    if (status != TG_OK) return status;
    triage_set_key(triage, &run->mismatch);
    triage->result = run->result;
    triage->expected = run->expected;
    triage->actual = run->actual;
    memset(run, 0, sizeof *run);
    return TG_OK;
}

tg_status triage_run_smallest(tg_triage *triage, const tg_triage_options *options, tg_error *error)
{
    triage_run run;
    tg_status status = triage_run_case(&run, &triage->smallest, options, error);
    if (status != TG_OK) return status;
    triage->is_unstable = triage->is_unstable || run.result.is_match;
    status = take_run(triage, &run, error);
    triage_run_clear(&run);
    return status;
}

static tg_status copy_diff(tg_diff *copy, const tg_diff *diff, tg_error *error)
{
    const size_t width =
        diff->expected_width < diff->actual_width ? diff->expected_width : diff->actual_width;
    tg_diff own;
    const tg_status status = tg_diff_init(&own, width, diff->nb_cells, error);
    if (status != TG_OK) return status;
    *copy = *diff;
    copy->columns = own.columns;
    copy->column_cells = own.column_cells;
    copy->cells = own.cells;
    copy->max_cells = own.max_cells;
    memcpy(copy->columns, diff->columns, width * sizeof *diff->columns);
    memcpy(copy->column_cells, diff->column_cells, width * sizeof *diff->column_cells);
    if (diff->nb_cells != 0) memcpy(copy->cells, diff->cells, diff->nb_cells * sizeof *diff->cells);
    return TG_OK;
}

static tg_status copy_sides(tg_sides_diff *copy, const tg_sides_diff *sides, tg_error *error)
{
    const tg_status status = tg_sides_diff_init(copy, sides->trace, sides->max_listed, error);
    for (size_t i = 0; i < sides->trace->nb_sides && status == TG_OK; i++) {
        const tg_side_diff *side = &sides->sides[i];
        tg_side_word *listed = copy->sides[i].listed;
        copy->sides[i] = *side;
        copy->sides[i].listed = listed;
        if (side->nb_listed != 0) memcpy(listed, side->listed, side->nb_listed * sizeof *listed);
    }
    return status;
}

/* Set the result to what the caller knows of the whole, without products. */
static tg_status take_known(tg_triage *triage, const tg_mismatch *whole, tg_error *error)
{
    tg_case_result *result = &triage->result;
    tg_status status = TG_OK;
    *result = (tg_case_result){.status = whole->failed};
    status = tg_trace_height(whole->trace, triage->smallest.nb_events,
                             triage->smallest.fixed_height, &result->height, error);
    if (whole->why != NULL) result->error = *whole->why;
    if (whole->conduct != NULL) result->conduct = *whole->conduct;
    if (status == TG_OK && whole->diff != NULL)
        status = copy_diff(&result->diff, whole->diff, error);
    if (status == TG_OK && whole->sides != NULL)
        status = copy_sides(&result->sides, whole->sides, error);
    if (status != TG_OK) return status;
    triage->smallest_causes = triage->causes;
    triage_set_key(triage, whole);
    return TG_OK;
}

tg_status triage_keep_whole(tg_triage *triage, const tg_case *work, triage_run *run,
                            const tg_triage_options *options, tg_error *error)
{
    tg_status status = triage_copy_case(&triage->smallest, work, error);
    if (status != TG_OK) return status;
    if (run == NULL) {
        tg_error why = {.status = TG_OK};
        status = triage_run_smallest(triage, options, &why);
        // The caller holds both traces of it: for two more there may be no memory.
        if (status == TG_ERR_MEMORY) return take_known(triage, options->whole, error);
        if (status != TG_OK && error != NULL) *error = why;
        return status;
    }
    run->mismatch.events = triage->smallest.events;
    triage->smallest_causes = triage->causes;
    triage_set_key(triage, &run->mismatch);
    triage->result = run->result;
    triage->expected = run->expected;
    triage->actual = run->actual;
    memset(run, 0, sizeof *run);
    return TG_OK;
}

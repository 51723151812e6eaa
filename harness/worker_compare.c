/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Comparing in a worker, where the results are: only what differs comes back. */
#include "harness/worker_internal.h"

#include <string.h>

/* Take what the worker's diff says; its arrays lie in the area, and the caller's are his. */
static void take_diff(tg_diff *diff, const tg_diff *found, const unsigned char *bytes,
                      const worker_places *places, size_t width)
{
    tg_diff taken = *found;
    taken.columns = diff->columns;
    taken.column_cells = diff->column_cells;
    taken.max_cells = diff->max_cells;
    taken.cells = diff->cells;
    // What a kernel did to its process may be seen here, but may not do the same to this one.
    if (taken.nb_cells > taken.max_cells) taken.nb_cells = taken.max_cells;
    *diff = taken;
    memcpy(diff->columns, bytes + places->columns, width * sizeof *diff->columns);
    memcpy(diff->column_cells, bytes + places->column_cells, width * sizeof *diff->column_cells);
    if (diff->nb_cells != 0)
        memcpy(diff->cells, bytes + places->cells, diff->nb_cells * sizeof *diff->cells);
}

static void take_sides(tg_sides_diff *sides, const tg_sides_diff *found, const unsigned char *bytes,
                       const worker_places *places)
{
    for (size_t i = 0; i < sides->trace->nb_sides; i++) {
        tg_side_word *listed = sides->sides[i].listed;
        sides->sides[i] = found->sides[i];
        sides->sides[i].listed = listed;
        if (sides->sides[i].nb_listed > sides->max_listed)
            sides->sides[i].nb_listed = sides->max_listed;
        if (sides->sides[i].nb_listed != 0)
            memcpy(listed, bytes + places->listed[i], sides->sides[i].nb_listed * sizeof *listed);
    }
}

/* Bring what the trace is compared with. */
static void bring_expected(const worker *of, const worker_places *places,
                           const tg_product *expected)
{
    for (size_t i = 0; i < places->nb_outputs; i++) {
        if (places->is_expected[i])
            worker_copy(of->area.bytes + places->expected[i], worker_words(expected, i),
                        places->output_bytes[i]);
    }
}

tg_status worker_compare(void *state, tg_diff *diff, tg_sides_diff *sides, tg_conduct *conduct,
                         const tg_product *out, const tg_job *job, const tg_product *expected,
                         tg_error *error)
{
    worker *of = state;
    worker_request request;
    worker_answer answer;
    worker_places *places = &request.places;
    tg_status status = worker_prepare(&request, of, WORKER_COMPARE, job, error);
    if (status != TG_OK) return status;
    request.max_cells = diff->max_cells;
    request.max_listed = sides->max_listed;
    status =
        worker_places_compare(places, job, expected, diff->max_cells, sides->max_listed, error);
    if (status == TG_OK) status = worker_take_memory(&request, of, job, error);
    if (status != TG_OK) return status;
    bring_expected(of, places, expected);
    status = worker_ask(&answer, of, &request, job, error);
    if (status != TG_OK) return status;
    *conduct = answer.conduct;
    take_diff(diff, &answer.diff, of->area.bytes, places, tg_trace_width(job->subject->trace));
    take_sides(sides, &answer.sides, of->area.bytes, places);
    if (!tg_diff_is_match(diff) || !tg_sides_diff_is_match(sides) || tg_conduct_is_wrong(conduct))
        worker_fetch(out, of, places);
    return TG_OK;
}

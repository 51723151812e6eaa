/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Comparing in a worker, where the results are: only what differs comes back. */
#include "harness/worker_internal.h"

#include "harness/bulk.h"

#include <string.h>

/* What a kernel did to its process may be seen in what this finds, but may do nothing to this
 * process: every number that something here is found or counted by must be in its range. */

/* Whether the numbers of a diff are of a trace of so many rows and columns. */
static bool is_diff_of(const tg_diff *diff, size_t height, size_t width)
{
    bool is_right = diff->expected_height == height && diff->actual_height == height &&
                    diff->expected_width == width && diff->actual_width == width &&
                    diff->nb_cells <= diff->max_cells;
    for (size_t i = 0; is_right && i < diff->nb_cells; i++) {
        is_right = diff->cells[i].row < height && diff->cells[i].column < width;
    }
    return is_right;
}

/* Take what the worker's diff says; its arrays lie in the area, and the caller's are his. False: it
 * is none, and the caller's is empty. */
static bool take_diff(tg_diff *diff, const tg_diff *found, const unsigned char *bytes,
                      const worker_places *places, const tg_job *job)
{
    const size_t width = tg_trace_width(job->subject->trace);
    tg_diff taken = *found;
    taken.columns = diff->columns;
    taken.column_cells = diff->column_cells;
    taken.max_cells = diff->max_cells;
    taken.cells = diff->cells;
    memcpy(diff->columns, bytes + places->columns, width * sizeof *diff->columns);
    memcpy(diff->column_cells, bytes + places->column_cells, width * sizeof *diff->column_cells);
    // Checked as copies: the area is not only this process's.
    if (taken.nb_cells != 0 && taken.nb_cells <= taken.max_cells)
        memcpy(diff->cells, bytes + places->cells, taken.nb_cells * sizeof *diff->cells);
    const bool is_right = is_diff_of(&taken, job->height, width);
    diff->nb_cells = 0;
    if (is_right) *diff = taken;
    return is_right;
}

static bool take_side(tg_side_diff *to, const tg_side_diff *found, const unsigned char *bytes,
                      size_t max_listed, size_t nb_words)
{
    tg_side_word *listed = to->listed;
    *to = (tg_side_diff){.listed = listed};
    if (found->nb_listed > max_listed) return false;
    if (found->nb_listed != 0) memcpy(listed, bytes, found->nb_listed * sizeof *listed);
    for (size_t i = 0; i < found->nb_listed; i++) {
        if (listed[i].word >= nb_words) return false;
    }
    *to = *found;
    to->listed = listed;
    return true;
}

static bool take_sides(tg_sides_diff *sides, const tg_sides_diff *found, const unsigned char *bytes,
                       const worker_places *places)
{
    bool is_right = true;
    for (size_t i = 0; i < sides->trace->nb_sides && is_right; i++) {
        is_right = take_side(&sides->sides[i], &found->sides[i], bytes + places->listed[i],
                             sides->max_listed, tg_side_nb_words(&sides->trace->sides[i]));
    }
    return is_right;
}

/* Bring what the trace is compared with. */
static void bring_expected(const worker *of, const worker_places *places,
                           const tg_product *expected)
{
    for (size_t i = 0; i < places->nb_outputs; i++) {
        if (places->is_expected[i])
            tg_bulk_copy(of->area.bytes + places->expected[i], worker_words(expected, i),
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
    if (!take_diff(diff, &answer.diff, of->area.bytes, places, job) ||
        !take_sides(sides, &answer.sides, of->area.bytes, places))
        return worker_babbled(of, &request, job, error);
    if (!tg_diff_is_match(diff) || !tg_sides_diff_is_match(sides) || tg_conduct_is_wrong(conduct))
        worker_fetch(out, of, places);
    return TG_OK;
}

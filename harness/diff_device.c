/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The comparison where traces lie: the search there, and what the comparison makes of it. */
#include "harness/diff_device.h"

#include "harness/diff_internal.h"
#include "model/memory.h"

/* Turn what the search has found into what a look of the comparison's own would have: one buffer,
 * which is found->columns, for the caller to destroy. */
static tg_status take_found(tg_diff_found *found, const tg_diff_search *search, tg_error *error)
{
    const size_t width = search->work.width;
    const size_t nb_cells = search->totals.nb_cells;
    void *buffer = NULL;
    // Each is as large as its number in the search's own buffers, which exist.
    const tg_status status = tg_buffer_create(
        &buffer, width * sizeof *found->columns + nb_cells * sizeof *found->cells, 1, error);
    if (status != TG_OK) return status;
    *found = (tg_diff_found){
        .rows = {.eventful = search->totals.nb_eventful_rows,
                 .padding = search->totals.nb_padding_rows},
        .columns = buffer,
        .nb_cells = nb_cells,
    };
    found->cells = (tg_cell *)(void *)(found->columns + width);
    for (size_t column = 0; column < width; column++) {
        const tg_krn_diff_column *counts = &search->columns[column];
        found->columns[column] =
            (tg_tally){.eventful = counts->nb_eventful, .padding = counts->nb_padding};
        found->nb_not_reduced += counts->nb_not_reduced;
    }
    for (size_t i = 0; i < nb_cells; i++) {
        const tg_krn_diff_cell *cell = &search->cells[i];
        found->cells[i] = (tg_cell){.row = cell->row,
                                    .column = cell->column,
                                    .expected = cell->expected,
                                    .actual = cell->actual};
    }
    return TG_OK;
}

static tg_status search_all(tg_diff *diff, const tg_diff_part *both, const tg_diff_place *place,
                            void *at, tg_error *error)
{
    const tg_diff_pair pair = {
        .d_expected = both->expected->cells,
        .d_actual = both->actual->cells,
        .expected_height = both->expected->height,
        .actual_height = both->actual->height,
        .height = both->height,
        .width = both->width,
        .extent = both->extent,
    };
    tg_diff_search search;
    tg_diff_found found = {.columns = NULL};
    tg_status status = tg_diff_search_init(&search, place, at, &pair, error);
    if (status != TG_OK) return status;
    status = tg_diff_search_queue(&search, error);
    if (status == TG_OK) status = tg_diff_search_fetch(&search, both->max_cells, error);
    if (status == TG_OK) status = take_found(&found, &search, error);
    if (status == TG_OK) tg_diff_add(diff, both, &found);
    tg_buffer_destroy(found.columns);
    tg_diff_search_clear(&search);
    return status;
}

tg_status tg_diff_run_at(tg_diff *diff, const tg_diff_place *place, void *at, const tg_trace *trace,
                         size_t nb_events, const tg_matrix *expected, const tg_matrix *actual,
                         tg_error *error)
{
    tg_diff_part both;
    tg_diff_begin(diff, &both, trace, nb_events, expected, actual);
    const tg_status status = search_all(diff, &both, place, at, error);
    tg_diff_end(diff, status);
    return status;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The search for wrong cells, wherever it runs. Counts, totals and flags lie in one buffer, which
 * is cleared as a whole; lists are made only if a cell is wrong. */
#include "gpu/diff.h"

#include "model/memory.h"

/* Cells that a search lists at the most: with those of one more block of rows their number fits
 * into 32 bits. */
#define MAX_LISTED ((size_t)1 << 31)
static_assert(TG_DIFF_MAX_WIDTH * TG_DIFF_BLOCK < MAX_LISTED,
              "a block's rows more do not overflow");
static_assert(TG_MAX_HEIGHT < MAX_LISTED, "rows and counts of a column fit into 32 bits");

/* Parts of a buffer begin here: at what the widest of their words wants, and at a sector. */
#define PART_ALIGNMENT ((size_t)32)

static size_t round_up(size_t bytes)
{
    return (bytes + PART_ALIGNMENT - 1) / PART_ALIGNMENT * PART_ALIGNMENT;
}

static tg_status check_size(const tg_diff_pair *pair, tg_error *error)
{
    if (pair->height <= TG_MAX_HEIGHT && pair->width <= TG_DIFF_MAX_WIDTH) return TG_OK;
    tg_error_set(error, TG_ERR_SIZE, "%zu rows and %zu columns are too many for a search",
                 pair->height, pair->width);
    tg_error_how(error, "compare at most %zu rows and %zu columns", TG_MAX_HEIGHT,
                 TG_DIFF_MAX_WIDTH);
    return TG_ERR_SIZE;
}

/* Whether every column of both begins at a multiple of 16 bytes. */
static bool is_in_quads(const tg_diff_pair *pair)
{
    return pair->expected_height % 4 == 0 && pair->actual_height % 4 == 0 &&
           (uintptr_t)pair->d_expected % 16 == 0 && (uintptr_t)pair->d_actual % 16 == 0;
}

/* Sizes of the parts of the buffer of counts. */
typedef struct layout {
    size_t columns_bytes;
    size_t totals_bytes;
    size_t flags_bytes; /* of each of both */
} layout;

static layout layout_of(const tg_krn_diff *work)
{
    return (layout){
        .columns_bytes = round_up(work->width * sizeof *work->columns),
        .totals_bytes = round_up(sizeof *work->totals),
        .flags_bytes = round_up(TG_DIFF_NB_ROW_WORDS(work->height) * sizeof(uint32_t)),
    };
}

static void lay_out(tg_krn_diff *work, void *d_counts, const layout *parts)
{
    char *d_part = d_counts;
    work->columns = (void *)d_part;
    d_part += parts->columns_bytes;
    work->totals = (void *)d_part;
    d_part += parts->totals_bytes;
    work->eventful_row_flags = (void *)d_part;
    d_part += parts->flags_bytes;
    work->padding_row_flags = (void *)d_part;
}

tg_status tg_diff_search_init(tg_diff_search *search, const tg_diff_place *place, void *at,
                              const tg_diff_pair *pair, tg_error *error)
{
    *search = (tg_diff_search){.place = place,
                               .at = at,
                               .work = {.expected = pair->d_expected,
                                        .actual = pair->d_actual,
                                        .expected_height = pair->expected_height,
                                        .actual_height = pair->actual_height,
                                        .height = pair->height,
                                        .width = pair->width,
                                        .nb_full_rows = pair->extent.nb_full_rows,
                                        .nb_partial_columns = pair->extent.nb_partial_columns,
                                        .in_quads = is_in_quads(pair)}};
    void *columns = NULL;
    tg_status status = check_size(pair, error);
    if (status != TG_OK) return status;
    const layout parts = layout_of(&search->work);
    search->counts_bytes = parts.columns_bytes + parts.totals_bytes + 2 * parts.flags_bytes;
    status = tg_buffer_create(&columns, pair->width, sizeof *search->columns, error);
    search->columns = columns;
    if (status == TG_OK) status = place->take(at, &search->d_counts, search->counts_bytes, error);
    if (status == TG_OK) {
        lay_out(&search->work, search->d_counts, &parts);
    } else {
        tg_diff_search_clear(search);
    }
    return status;
}

void tg_diff_search_clear(tg_diff_search *search)
{
    if (search->place != NULL) {
        search->place->give(search->at, search->d_counts);
        search->place->give(search->at, search->d_lists);
    }
    tg_buffer_destroy(search->columns);
    tg_buffer_destroy(search->cells);
    *search = (tg_diff_search){.place = NULL};
}

static bool is_empty(const tg_krn_diff *work) { return work->height == 0 || work->width == 0; }

tg_status tg_diff_search_queue(tg_diff_search *search, tg_error *error)
{
    tg_status status =
        search->place->clear(search->at, search->d_counts, search->counts_bytes, error);
    if (status == TG_OK && !is_empty(&search->work))
        status = search->place->launch(search->at, TG_DIFF_TALLY, &search->work, error);
    return status;
}

static size_t nb_wrong(const tg_diff_search *search)
{
    size_t nb = 0;
    for (size_t column = 0; column < search->work.width; column++) {
        nb += (size_t)search->columns[column].nb_eventful + search->columns[column].nb_padding;
    }
    return nb;
}

/* Take room for the lists. */
static tg_status take_lists(tg_diff_search *search, size_t nb, tg_error *error)
{
    tg_krn_diff *work = &search->work;
    void *cells = NULL;
    const size_t rows_bytes = round_up(nb * sizeof *work->rows);
    tg_status status = tg_buffer_create(&cells, nb, sizeof *search->cells, error);
    search->cells = cells;
    if (status == TG_OK)
        status = search->place->take(search->at, &search->d_lists,
                                     rows_bytes + nb * sizeof *work->cells, error);
    if (status != TG_OK) return status;
    work->max_cells = (uint32_t)nb;
    work->rows = search->d_lists;
    work->cells = (void *)((char *)search->d_lists + rows_bytes);
    return TG_OK;
}

tg_status tg_diff_search_fetch(tg_diff_search *search, size_t max_cells, tg_error *error)
{
    const tg_diff_place *place = search->place;
    const tg_krn_diff *work = &search->work;
    search->totals = (tg_krn_diff_totals){.nb_cells = 0};
    if (is_empty(work)) return TG_OK;
    tg_status status = place->download(search->at, search->columns, work->columns,
                                       work->width * sizeof *search->columns, error);
    if (status != TG_OK) return status;
    const size_t nb = nb_wrong(search);
    if (nb == 0) return TG_OK;
    if (max_cells > MAX_LISTED) max_cells = MAX_LISTED;
    status = take_lists(search, nb < max_cells ? nb : max_cells, error);
    if (status == TG_OK) status = place->launch(search->at, TG_DIFF_ROWS, work, error);
    if (status == TG_OK) status = place->launch(search->at, TG_DIFF_CELLS, work, error);
    if (status == TG_OK)
        status = place->download(search->at, &search->totals, work->totals, sizeof search->totals,
                                 error);
    if (status == TG_OK)
        status = place->download(search->at, search->cells, work->cells,
                                 search->totals.nb_cells * sizeof *search->cells, error);
    return status;
}

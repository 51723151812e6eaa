/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The sample of wrong cells.
 *
 * Rows are cut into stripes of equal height. Of each stripe the first wrong rows are taken, as many
 * as its share of all; of the last stripe with any, the last one too. Where few rows are wrong, all
 * of them are taken. Only columns that have wrong cells are looked at, tile by tile, until a stripe
 * has its share: of a trace that is wrong everywhere hardly any cell is read, and one that is wrong
 * in few rows is read once.
 */
#include "harness/causes_internal.h"
#include "model/memory.h"
#include "reference/field.h"

#include <omp.h>
#include <stdio.h>
#include <string.h>

/* Stripes of a trace; rows of a tile, whose part of a column stays in a first-level cache. */
#define NB_STRIPES ((size_t)64)
#define TILE_ROWS ((size_t)512)

/* Rows that are sampled however wide they are, and however narrow. */
#define MIN_ROWS ((size_t)64)
#define MAX_ROWS ((size_t)16384)

/* ---- reading ---- */

bool causes_is_eventful(const causes_sample *sample, size_t row, size_t column)
{
    return !sample->knows_events || row < sample->extent.nb_full_rows ||
           (row == sample->extent.nb_full_rows && column < sample->extent.nb_partial_columns);
}

size_t causes_nb_eventful_rows(const causes_sample *sample)
{
    if (!sample->knows_events) return sample->height;
    const size_t nb_rows = sample->extent.nb_full_rows + (sample->extent.nb_partial_columns != 0);
    return nb_rows < sample->height ? nb_rows : sample->height;
}

uint32_t causes_residue(const causes_sample *sample, uint32_t word)
{
    return sample->mismatch->canonical || sample->is_side ? word % TG_P : tg_ref_from_word(word);
}

uint32_t causes_word(const causes_sample *sample, uint32_t residue)
{
    return sample->mismatch->canonical || sample->is_side ? residue : tg_ref_to_word(residue);
}

bool causes_is_common(uint32_t word)
{
    return word <= 2 || word == TG_WORD_ONE || word == 2 * TG_WORD_ONE || word == TG_P - 1 ||
           word == TG_P - TG_WORD_ONE || word == TG_POISON_FIRST || word == TG_POISON_SECOND;
}

const char *causes_column_name(char *name, const causes_sample *sample, size_t column)
{
    if (sample->is_side) {
        (void)snprintf(name, TG_NAME_BYTES, "%s",
                       sample->mismatch->sides->trace->sides[column].name);
    } else if (sample->trace == NULL || column >= tg_trace_width(sample->trace)) {
        (void)snprintf(name, TG_NAME_BYTES, "column %zu", column);
    } else {
        (void)tg_trace_column_name(name, sample->trace, column);
    }
    return name;
}

/* ---- rows ---- */

/* The rows that stripes give. */
typedef struct row_search {
    const causes_sample *sample;
    size_t first_row; /* before which no row is wrong */
    size_t stripe_rows;
    size_t quota;                /* rows of a stripe; of the first one four times as many */
    size_t room;                 /* of each stripe in found */
    size_t nb_found[NB_STRIPES]; /* of each stripe */
    uint32_t *found;             /* [NB_STRIPES][room], as distances from the stripe's first row */
} row_search;

/* How many of nb rows from first on a column is looked at in. */
static size_t nb_looked_at(const causes_sample *sample, size_t column, size_t first, size_t nb)
{
    if (!sample->is_eventful_only) return nb;
    const tg_extent *extent = &sample->extent;
    const size_t end = extent->nb_full_rows + (column < extent->nb_partial_columns);
    return end <= first ? 0 : end - first < nb ? end - first : nb;
}

/* Mark the wrong ones of nb rows from first on. */
static void mark_rows(uint32_t flags[TILE_ROWS], const causes_sample *sample, size_t first,
                      size_t nb)
{
    memset(flags, 0, nb * sizeof *flags);
    for (size_t i = 0; i < sample->nb_columns; i++) {
        const size_t column = sample->columns[i];
        const tg_matrix *right = &sample->mismatch->expected;
        const tg_matrix *wrong = &sample->mismatch->actual;
        const uint32_t *expected = right->cells + column * right->height + first;
        const uint32_t *actual = wrong->cells + column * wrong->height + first;
        const size_t nb_own = nb_looked_at(sample, column, first, nb);
        for (size_t k = 0; k < nb_own; k++) {
            const uint32_t above = (int32_t)actual[k] > (int32_t)(TG_P - 1) ? 1 : 0;
            flags[k] |= (expected[k] ^ actual[k]) | above | (actual[k] & 0x80000000u);
        }
    }
}

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

static void search_stripe(row_search *search, size_t stripe)
{
    const causes_sample *sample = search->sample;
    const size_t begin = least(search->first_row + stripe * search->stripe_rows, sample->height);
    const size_t end = least(begin + search->stripe_rows, sample->height);
    const size_t quota = least(stripe == 0 ? 4 * search->quota : search->quota, search->room);
    uint32_t *found = search->found + stripe * search->room;
    size_t nb_found = 0;
    uint32_t flags[TILE_ROWS];
    for (size_t first = begin; first < end && nb_found < quota; first += TILE_ROWS) {
        const size_t nb = least(TILE_ROWS, end - first);
        mark_rows(flags, sample, first, nb);
        for (size_t k = 0; k < nb && nb_found < quota; k++) {
            if (flags[k] != 0) found[nb_found++] = (uint32_t)(first + k - begin);
        }
    }
    search->nb_found[stripe] = nb_found;
}

/* The last wrong row, which is row `known` or behind it. */
static size_t last_wrong_row(const causes_sample *sample, size_t known)
{
    uint32_t flags[TILE_ROWS];
    size_t end = sample->height;
    while (end > known + 1) {
        const size_t nb = least(TILE_ROWS, end - known - 1);
        mark_rows(flags, sample, end - nb, nb);
        for (size_t k = nb; k > 0; k--) {
            if (flags[k - 1] != 0) return end - nb + k - 1;
        }
        end -= nb;
    }
    return known;
}

/* Put what the stripes gave into the sample, with the last wrong row. */
static tg_status gather_rows(causes_sample *sample, const row_search *search, tg_error *error)
{
    size_t nb_rows = 0;
    for (size_t stripe = 0; stripe < NB_STRIPES; stripe++) {
        nb_rows += search->nb_found[stripe];
    }
    void *rows = NULL;
    const tg_status status = tg_buffer_create(&rows, nb_rows + 1, sizeof *sample->rows, error);
    sample->rows = rows;
    if (status != TG_OK) return status;
    for (size_t stripe = 0; stripe < NB_STRIPES; stripe++) {
        for (size_t k = 0; k < search->nb_found[stripe]; k++) {
            sample->rows[sample->nb_rows++] = search->first_row + stripe * search->stripe_rows +
                                              search->found[stripe * search->room + k];
        }
    }
    if (nb_rows == 0) return TG_OK;
    const size_t known = sample->rows[nb_rows - 1];
    const size_t last = last_wrong_row(sample, known);
    if (last != known) sample->rows[sample->nb_rows++] = last;
    return TG_OK;
}

static tg_status find_rows(causes_sample *sample, tg_error *error)
{
    const tg_diff *diff = sample->mismatch->diff;
    const size_t nb_wrong_rows = diff->wrong_rows.eventful + diff->wrong_rows.padding;
    size_t budget = CAUSES_MAX_CELLS / sample->nb_columns;
    if (budget < MIN_ROWS) budget = MIN_ROWS;
    if (budget > MAX_ROWS) budget = MAX_ROWS;
    row_search search = {.sample = sample};
    if (diff->nb_cells != 0) search.first_row = diff->cells[0].row;
    search.stripe_rows = (sample->height - search.first_row + NB_STRIPES - 1) / NB_STRIPES;
    search.quota = nb_wrong_rows <= budget ? budget : (budget + NB_STRIPES - 1) / NB_STRIPES;
    search.room = least(4 * search.quota, search.stripe_rows);
    if (nb_wrong_rows <= budget) search.room = least(nb_wrong_rows, search.room);
    void *found = NULL;
    tg_status status =
        tg_buffer_create(&found, NB_STRIPES * search.room, sizeof *search.found, error);
    if (status != TG_OK) return status;
    search.found = found;
#pragma omp parallel for schedule(dynamic)
    for (size_t stripe = 0; stripe < NB_STRIPES; stripe++) {
        search_stripe(&search, stripe);
    }
    status = gather_rows(sample, &search, error);
    tg_buffer_destroy(search.found);
    return status;
}

/* ---- cells ---- */

static void add_cell(causes_sample *sample, const causes_cell *cell)
{
    causes_cell *added = &sample->cells[sample->nb_cells++];
    *added = *cell;
    added->right = causes_residue(sample, cell->expected);
    added->wrong = causes_residue(sample, cell->actual);
    sample->nb_eventful += cell->eventful;
}

static tg_status find_cells(causes_sample *sample, tg_error *error)
{
    void *starts = NULL;
    void *cells = NULL;
    tg_status status =
        tg_buffer_create(&starts, sample->nb_rows + 1, sizeof *sample->starts, error);
    if (status == TG_OK) {
        status = tg_buffer_create(&cells, sample->nb_rows * sample->nb_columns,
                                  sizeof *sample->cells, error);
    }
    sample->starts = starts;
    sample->cells = cells;
    if (status != TG_OK) return status;
    for (size_t i = 0; i < sample->nb_rows; i++) {
        const size_t row = sample->rows[i];
        sample->starts[i] = sample->nb_cells;
        for (size_t k = 0; k < sample->nb_columns; k++) {
            const size_t column = sample->columns[k];
            if (!causes_is_wrong(sample, row, column)) continue;
            add_cell(sample, &(causes_cell){.row = row,
                                            .column = column,
                                            .expected = causes_expected(sample, row, column),
                                            .actual = causes_actual(sample, row, column),
                                            .eventful = causes_is_eventful(sample, row, column)});
        }
    }
    sample->starts[sample->nb_rows] = sample->nb_cells;
    return TG_OK;
}

/* List the cells by columns. */
static tg_status sort_cells(causes_sample *sample, tg_error *error)
{
    void *by_column = NULL;
    void *ends = NULL;
    tg_status status =
        tg_buffer_create(&by_column, sample->nb_cells, sizeof *sample->by_column, error);
    if (status == TG_OK)
        status = tg_buffer_create(&ends, sample->nb_columns, sizeof *sample->column_end, error);
    sample->by_column = by_column;
    sample->column_end = ends;
    if (status != TG_OK) return status;
    // A column's number among the wrong ones; the width is a trace's, or TG_MAX_SIDES.
    size_t *at = NULL;
    const size_t nb_all = sample->nb_columns == 0 ? 0 : sample->columns[sample->nb_columns - 1] + 1;
    void *buffer = NULL;
    status = tg_buffer_create(&buffer, nb_all, sizeof *at, error);
    if (status != TG_OK) return status;
    at = buffer;
    memset(at, 0, nb_all * sizeof *at);
    for (size_t i = 0; i < sample->nb_cells; i++) {
        at[sample->cells[i].column]++;
    }
    size_t begin = 0;
    for (size_t i = 0; i < sample->nb_columns; i++) {
        const size_t nb = at[sample->columns[i]];
        at[sample->columns[i]] = begin;
        begin += nb;
        sample->column_end[i] = begin;
    }
    for (size_t i = 0; i < sample->nb_cells; i++) {
        sample->by_column[at[sample->cells[i].column]++] = i;
    }
    tg_buffer_destroy(buffer);
    return TG_OK;
}

/* The wrong words of side outputs, one row each, as far as they are listed. */
static tg_status take_sides(causes_sample *sample, tg_error *error)
{
    const tg_sides_diff *sides = sample->mismatch->sides;
    size_t nb = 0;
    for (size_t i = 0; i < sides->trace->nb_sides; i++) {
        nb += sides->sides[i].nb_listed;
        sample->nb_wrong += sides->sides[i].nb_wrong;
    }
    void *cells = NULL;
    void *columns = NULL;
    tg_status status = tg_buffer_create(&cells, nb, sizeof *sample->cells, error);
    if (status == TG_OK)
        status = tg_buffer_create(&columns, TG_MAX_SIDES, sizeof *sample->columns, error);
    // There are no wrong columns, whose list this one takes the place of.
    tg_buffer_destroy(sample->columns);
    sample->cells = cells;
    sample->columns = columns;
    if (status != TG_OK) return status;
    sample->is_side = true;
    for (size_t i = 0; i < sides->trace->nb_sides; i++) {
        sample->columns[sample->nb_columns++] = i;
        for (size_t k = 0; k < sides->sides[i].nb_listed; k++) {
            const tg_side_word *word = &sides->sides[i].listed[k];
            add_cell(sample, &(causes_cell){.row = word->word,
                                            .column = i,
                                            .expected = word->expected,
                                            .actual = word->actual,
                                            .eventful = true});
        }
    }
    return TG_OK;
}

/* ---- the whole ---- */

static tg_status find_columns(causes_sample *sample, tg_error *error)
{
    void *columns = NULL;
    const tg_status status =
        tg_buffer_create(&columns, sample->width, sizeof *sample->columns, error);
    sample->columns = columns;
    if (status != TG_OK) return status;
    for (size_t column = 0; column < sample->width; column++) {
        const tg_tally *tally = &sample->mismatch->diff->columns[column];
        if (tally->eventful + tally->padding == 0) continue;
        sample->columns[sample->nb_columns++] = column;
        sample->nb_wrong += tally->eventful + tally->padding;
    }
    return TG_OK;
}

static void describe(causes_sample *sample)
{
    const tg_mismatch *mismatch = sample->mismatch;
    const tg_trace *trace = mismatch->trace;
    sample->trace = trace;
    sample->height = least(mismatch->expected.height, mismatch->actual.height);
    sample->width = least(mismatch->expected.width, mismatch->actual.width);
    sample->nb_entries = trace != NULL ? trace->events_per_row : 1;
    sample->entry_width = sample->width / sample->nb_entries;
    // A trace of another width is not that of the chip's entries.
    if (trace != NULL && sample->width != tg_trace_width(trace)) {
        sample->nb_entries = 1;
        sample->entry_width = sample->width;
        sample->trace = NULL;
        return;
    }
    sample->knows_events = trace != NULL && !mismatch->nb_events_is_unknown;
    if (!sample->knows_events) return;
    sample->nb_events = tg_trace_nb_events_used(trace, mismatch->nb_events);
    sample->extent = tg_trace_extent(trace, mismatch->nb_events);
    sample->has_events = mismatch->events != NULL && trace->event != NULL;
}

tg_status causes_sample_init(causes_sample *sample, const tg_mismatch *mismatch,
                             bool is_eventful_only, tg_error *error)
{
    memset(sample, 0, sizeof *sample);
    sample->is_eventful_only = is_eventful_only;
    sample->mismatch = mismatch;
    tg_status status = TG_OK;
    const bool has_cells = mismatch->diff != NULL && mismatch->expected.cells != NULL &&
                           mismatch->actual.cells != NULL;
    if (has_cells) {
        describe(sample);
        status = find_columns(sample, error);
    }
    if (status == TG_OK && sample->nb_columns != 0) {
        status = find_rows(sample, error);
        if (status == TG_OK) status = find_cells(sample, error);
        if (status == TG_OK) status = sort_cells(sample, error);
        if (status == TG_OK) status = causes_index_create(sample, error);
    } else if (status == TG_OK && mismatch->sides != NULL) {
        status = take_sides(sample, error);
        if (status == TG_OK) status = sort_cells(sample, error);
    }
    if (status != TG_OK) causes_sample_clear(sample);
    return status;
}

void causes_sample_clear(causes_sample *sample)
{
    causes_index_destroy(sample->index);
    tg_buffer_destroy(sample->rows);
    tg_buffer_destroy(sample->starts);
    tg_buffer_destroy(sample->cells);
    tg_buffer_destroy(sample->columns);
    tg_buffer_destroy(sample->by_column);
    tg_buffer_destroy(sample->column_end);
    memset(sample, 0, sizeof *sample);
}

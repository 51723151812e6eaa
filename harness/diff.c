/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The comparison: tiles of rows, column by column within a tile, so that equal memory passes at
 * memory speed and only tiles that hold a wrong cell are looked at cell by cell. Tiles follow each
 * other by rows, so the first wrong cells come first.
 */
#include "harness/diff_internal.h"

#include "model/memory.h"

#include <omp.h>
#include <string.h>

/* Rows of a tile: a column of it is 16 KiB, so that both sides of it stay in a first-level cache
 * while it is looked at again. */
#define TILE_ROWS ((size_t)4096)

tg_status tg_diff_init(tg_diff *diff, size_t width, size_t max_cells, tg_error *error)
{
    memset(diff, 0, sizeof *diff);
    void *columns = NULL;
    void *column_cells = NULL;
    void *cells = NULL;
    tg_status status = tg_buffer_create(&columns, width, sizeof *diff->columns, error);
    if (status == TG_OK)
        status = tg_buffer_create(&column_cells, width, sizeof *diff->column_cells, error);
    if (status == TG_OK) status = tg_buffer_create(&cells, max_cells, sizeof *diff->cells, error);
    diff->columns = columns;
    diff->column_cells = column_cells;
    diff->cells = cells;
    diff->max_cells = max_cells;
    if (status != TG_OK) tg_diff_clear(diff);
    return status;
}

void tg_diff_clear(tg_diff *diff)
{
    tg_buffer_destroy(diff->columns);
    tg_buffer_destroy(diff->column_cells);
    tg_buffer_destroy(diff->cells);
    memset(diff, 0, sizeof *diff);
}

/* True if nb cells are equal and reduced. Written without branches and with signed comparisons
 * so that compilers can make vector code of it for any CPU. */
static bool is_clean(const uint32_t *expected, const uint32_t *actual, size_t nb)
{
    uint32_t fault = 0;
    for (size_t i = 0; i < nb; i++) {
        const uint32_t word = actual[i];
        const uint32_t above = (int32_t)word > (int32_t)(TG_P - 1) ? UINT32_MAX : 0;
        fault |= (expected[i] ^ word) | above | (word & 0x80000000u);
    }
    return fault == 0;
}

static bool comes_before(const tg_cell *a, const tg_cell *b)
{
    return a->row != b->row ? a->row < b->row : a->column < b->column;
}

/* Put cell in the place of the top of a heap of nb cells, nb > 0. */
static void sink_cell(tg_cell *heap, size_t nb, const tg_cell *cell)
{
    const tg_cell moved = *cell;
    size_t place = 0;
    for (size_t child = 1; child < nb; child = 2 * place + 1) {
        if (child + 1 < nb && comes_before(&heap[child], &heap[child + 1])) child++;
        if (!comes_before(&moved, &heap[child])) break;
        heap[place] = heap[child];
        place = child;
    }
    heap[place] = moved;
}

/* Keep cell if it is among the first max_cells. They are a heap with the last of them on top:
 * long lists stay cheap. */
static void list_cell(tg_diff_found *found, size_t max_cells, const tg_cell *cell)
{
    tg_cell *heap = found->cells;
    if (found->nb_cells == max_cells) {
        if (max_cells != 0 && comes_before(cell, &heap[0])) sink_cell(heap, max_cells, cell);
        return;
    }
    size_t place = found->nb_cells++;
    for (; place > 0 && comes_before(&heap[(place - 1) / 2], cell); place = (place - 1) / 2) {
        heap[place] = heap[(place - 1) / 2];
    }
    heap[place] = *cell;
}

/* Turn a heap into a sorted list. */
static void sort_cells(tg_cell *heap, size_t nb)
{
    while (nb > 1) {
        const tg_cell last = heap[--nb];
        heap[nb] = heap[0];
        sink_cell(heap, nb, &last);
    }
}

static bool is_eventful(const tg_diff_part *both, size_t row, size_t column)
{
    return row < both->extent.nb_full_rows ||
           (row == both->extent.nb_full_rows && column < both->extent.nb_partial_columns);
}

/* Rows of a tile that have a wrong cell. */
typedef struct row_flags {
    unsigned char eventful[TILE_ROWS];
    unsigned char padding[TILE_ROWS];
} row_flags;

static void compare_column(tg_diff_found *found, row_flags *rows, const tg_diff_part *both,
                           size_t column, size_t first, size_t nb)
{
    const uint32_t *expected = both->expected->cells + column * both->expected->height + first;
    const uint32_t *actual = both->actual->cells + column * both->actual->height + first;
    if (is_clean(expected, actual, nb)) return;
    for (size_t i = 0; i < nb; i++) {
        const bool is_reduced = actual[i] < TG_P;
        if (expected[i] == actual[i] && is_reduced) continue;
        found->nb_not_reduced += !is_reduced;
        if (is_eventful(both, first + i, column)) {
            found->columns[column].eventful++;
            rows->eventful[i] = 1;
        } else {
            found->columns[column].padding++;
            rows->padding[i] = 1;
        }
        list_cell(found, both->max_cells,
                  &(tg_cell){.row = first + i,
                             .column = column,
                             .expected = expected[i],
                             .actual = actual[i]});
    }
}

static void compare_tile(tg_diff_found *found, const tg_diff_part *both, size_t first)
{
    const size_t nb = both->height - first < TILE_ROWS ? both->height - first : TILE_ROWS;
    row_flags rows;
    memset(&rows, 0, sizeof rows);
    for (size_t column = 0; column < both->width; column++) {
        compare_column(found, &rows, both, column, first, nb);
    }
    for (size_t i = 0; i < nb; i++) {
        found->rows.eventful += rows.eventful[i];
        found->rows.padding += rows.padding[i];
    }
}

void tg_diff_add(tg_diff *diff, const tg_diff_part *both, const tg_diff_found *found)
{
    diff->nb_not_reduced += found->nb_not_reduced;
    diff->wrong_rows.eventful += found->rows.eventful;
    diff->wrong_rows.padding += found->rows.padding;
    for (size_t column = 0; column < both->width; column++) {
        diff->columns[column].eventful += found->columns[column].eventful;
        diff->columns[column].padding += found->columns[column].padding;
        diff->wrong.eventful += found->columns[column].eventful;
        diff->wrong.padding += found->columns[column].padding;
    }
    tg_diff_found all = {.nb_cells = diff->nb_cells, .cells = diff->cells};
    for (size_t i = 0; i < found->nb_cells; i++) {
        list_cell(&all, diff->max_cells, &found->cells[i]);
    }
    diff->nb_cells = all.nb_cells;
}

/* Threads share the tiles; each has its own partial result in one buffer. */
static tg_status compare(tg_diff *diff, const tg_diff_part *both, tg_error *error)
{
    const size_t nb_threads = (size_t)omp_get_max_threads();
    const size_t bytes =
        sizeof(tg_diff_found) + both->width * sizeof(tg_tally) + both->max_cells * sizeof(tg_cell);
    void *buffer = NULL;
    const tg_status status = tg_buffer_create(&buffer, nb_threads, bytes, error);
    if (status != TG_OK) return status;
    // The lists of cells, which may be long, are written before they are read.
    memset(buffer, 0, nb_threads * (sizeof(tg_diff_found) + both->width * sizeof(tg_tally)));
    tg_diff_found *founds = buffer;
    tg_tally *columns = (tg_tally *)(founds + nb_threads);
    tg_cell *cells = (tg_cell *)(columns + nb_threads * both->width);
    for (size_t i = 0; i < nb_threads; i++) {
        founds[i].columns = columns + i * both->width;
        founds[i].cells = cells + i * both->max_cells;
    }
    const size_t nb_tiles = (both->height + TILE_ROWS - 1) / TILE_ROWS;
#pragma omp parallel for schedule(dynamic) if (nb_tiles > 1)
    for (size_t tile = 0; tile < nb_tiles; tile++) {
        compare_tile(&founds[omp_get_thread_num()], both, tile * TILE_ROWS);
    }
    for (size_t i = 0; i < nb_threads; i++) {
        tg_diff_add(diff, both, &founds[i]);
    }
    tg_buffer_destroy(buffer);
    return TG_OK;
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

/* Count the cells inside both traces by class and column. */
static void count_cells(tg_diff *diff, const tg_diff_part *both)
{
    for (size_t column = 0; column < both->width; column++) {
        const size_t nb_rows =
            both->extent.nb_full_rows + (column < both->extent.nb_partial_columns);
        const size_t eventful = smaller(nb_rows, both->height);
        diff->column_cells[column] =
            (tg_tally){.eventful = eventful, .padding = both->height - eventful};
        diff->columns[column] = (tg_tally){0};
        diff->compared.eventful += eventful;
        diff->compared.padding += both->height - eventful;
        if (eventful > diff->nb_eventful_rows) diff->nb_eventful_rows = eventful;
    }
}

void tg_diff_begin(tg_diff *diff, tg_diff_part *both, const tg_trace *trace, size_t nb_events,
                   const tg_matrix *expected, const tg_matrix *actual)
{
    *both = (tg_diff_part){
        .expected = expected,
        .actual = actual,
        .height = smaller(expected->height, actual->height),
        .width = smaller(expected->width, actual->width),
        .extent = trace != NULL ? tg_trace_extent(trace, nb_events)
                                : (tg_extent){.nb_full_rows = SIZE_MAX},
        .max_cells = diff->max_cells,
    };
    *diff = (tg_diff){
        .expected_height = expected->height,
        .expected_width = expected->width,
        .actual_height = actual->height,
        .actual_width = actual->width,
        .columns = diff->columns,
        .column_cells = diff->column_cells,
        .max_cells = diff->max_cells,
        .cells = diff->cells,
    };
    count_cells(diff, both);
}

void tg_diff_end(tg_diff *diff, tg_status status)
{
    sort_cells(diff->cells, diff->nb_cells);
    // Nothing was compared then, and it must not pass for a match.
    if (status != TG_OK) diff->compared = (tg_tally){0};
}

tg_status tg_diff_run(tg_diff *diff, const tg_trace *trace, size_t nb_events,
                      const tg_matrix *expected, const tg_matrix *actual, tg_error *error)
{
    tg_diff_part both;
    tg_diff_begin(diff, &both, trace, nb_events, expected, actual);
    const tg_status status = compare(diff, &both, error);
    tg_diff_end(diff, status);
    return status;
}

bool tg_diff_is_match(const tg_diff *diff)
{
    return diff->expected_height == diff->actual_height &&
           diff->expected_width == diff->actual_width &&
           diff->compared.eventful + diff->compared.padding != 0 &&
           diff->wrong.eventful + diff->wrong.padding == 0;
}

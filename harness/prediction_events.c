/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Which events are wrong. */
#include "harness/causes_internal.h"

#include <string.h>

/* Rows that are looked at together, column by column, and the events of a tile: a tile has whole
 * events, so that no two threads mark one. */
#define CHUNK_ROWS ((size_t)512)
#define TILE_EVENTS ((size_t)4096)

/* Flag the wrong ones of nb rows in nb_columns columns. Without branches, as the comparison of
 * traces, so that compilers make vector code of it. */
static void flag_rows(uint32_t flags[CHUNK_ROWS], const tg_matrix *expected,
                      const tg_matrix *actual, size_t column, size_t nb_columns, size_t first,
                      size_t nb)
{
    memset(flags, 0, nb * sizeof *flags);
    for (size_t end = column + nb_columns; column < end; column++) {
        const uint32_t *right = expected->cells + column * expected->height + first;
        const uint32_t *wrong = actual->cells + column * actual->height + first;
        for (size_t i = 0; i < nb; i++) {
            const uint32_t above = (int32_t)wrong[i] > (int32_t)(TG_P - 1) ? 1 : 0;
            flags[i] |= (right[i] ^ wrong[i]) | above | (wrong[i] & 0x80000000u);
        }
    }
}

/* What is compared. */
typedef struct event_marks {
    bool *is_wrong;
    const tg_trace *trace;
    size_t nb_columns; /* of an entry, from its first on */
    tg_extent extent;
    const tg_matrix *expected;
    const tg_matrix *actual;
} event_marks;

/* Mark the events of nb rows from first on, nb at most CHUNK_ROWS. */
static void mark_chunk(const event_marks *marks, size_t first, size_t nb)
{
    const tg_trace *trace = marks->trace;
    const size_t nb_entries = trace->events_per_row;
    const size_t width = tg_trace_width(trace) / nb_entries;
    const size_t nb_full_rows = marks->extent.nb_full_rows;
    uint32_t flags[CHUNK_ROWS];
    for (size_t slot = 0; slot < nb_entries; slot++) {
        flag_rows(flags, marks->expected, marks->actual, slot * width, marks->nb_columns, first,
                  nb);
        for (size_t i = 0; i < nb; i++) {
            const size_t row = first + i;
            const bool is_eventful =
                row < nb_full_rows ||
                (row == nb_full_rows && slot * width < marks->extent.nb_partial_columns);
            if (flags[i] != 0 && is_eventful)
                marks->is_wrong[row / trace->rows_per_event * nb_entries + slot] = true;
        }
    }
}

/* Mark all events. Returns whether one is wrong. */
static bool mark_all(const event_marks *marks, size_t nb_events)
{
    const tg_trace *trace = marks->trace;
    const size_t nb_used = tg_trace_nb_events_used(trace, nb_events);
    const size_t tile_rows = TILE_EVENTS * trace->rows_per_event;
    const size_t least = marks->expected->height < marks->actual->height ? marks->expected->height
                                                                         : marks->actual->height;
    const size_t nb_rows = tg_trace_nb_rows(trace, nb_events);
    const size_t height = nb_rows < least ? nb_rows : least;
    memset(marks->is_wrong, 0, nb_used * sizeof *marks->is_wrong);
#pragma omp parallel for schedule(static)
    for (size_t tile = 0; tile < height; tile += tile_rows) {
        const size_t end = height - tile < tile_rows ? height : tile + tile_rows;
        for (size_t first = tile; first < end; first += CHUNK_ROWS) {
            mark_chunk(marks, first, end - first < CHUNK_ROWS ? end - first : CHUNK_ROWS);
        }
    }
    return memchr(marks->is_wrong, true, nb_used * sizeof *marks->is_wrong) != NULL;
}

void tg_wrong_events(bool *is_wrong, const tg_trace *trace, size_t nb_events,
                     const tg_matrix *expected, const tg_matrix *actual)
{
    const size_t width = tg_trace_width(trace) / trace->events_per_row;
    event_marks marks = {.is_wrong = is_wrong,
                         .trace = trace,
                         .nb_columns = causes_nb_own_columns(trace),
                         .extent = tg_trace_extent(trace, nb_events),
                         .expected = expected,
                         .actual = actual};
    if (expected->width != tg_trace_width(trace) || actual->width != expected->width) {
        memset(is_wrong, 0, tg_trace_nb_events_used(trace, nb_events) * sizeof *is_wrong);
        return;
    }
    if (mark_all(&marks, nb_events) || marks.nb_columns == width) return;
    marks.nb_columns = width;
    (void)mark_all(&marks, nb_events);
}

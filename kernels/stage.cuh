/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels that copy: rows from events that are staged through shared memory.
 *
 * An event is 8 to 192 bytes, so a thread that reads its own event uses a part of each sector that
 * it touches. Here the threads of a block copy the events of a tile of rows into shared memory
 * together, 16 bytes each in the order of addresses, and then make the rows from there. The trace
 * is column-major: neighbouring threads write neighbouring cells.
 *
 * A chip's file holds a function for one row, which fills the row's columns from one event, and one
 * line:
 *
 *   TG_DEVICE void select_main_row(tg_select_main_columns *row, const tg_select_event *event)
 *   {
 *       row->vals = *event;
 *   }
 *   TG_ROWS_KERNEL(select_main, tg_select_event, tg_select_main_columns, select_main_row)
 *
 * The kernel stages, leaves padding cells zero, and writes every cell once. The columns stay in
 * registers.
 */
#ifndef TRACEGATE_KERNELS_STAGE_CUH
#define TRACEGATE_KERNELS_STAGE_CUH

#include "kernels/port.h"
#include "model/types.h"

/* Run the body for the rows of this thread, for kernels that stage nothing. */
#define TG_FOR_ROWS(row, height)                                                     \
    for (size_t row = blockIdx.x * (size_t)blockDim.x + threadIdx.x; row < (height); \
         row += (size_t)gridDim.x * blockDim.x)

/* Rows of a tile whose rows take `words` words of shared memory. A block reads 8 to 24 KiB: with
 * less in flight the memory idles while blocks start and end (measured on an H200, 2^22 rows:
 * 76% of copy bandwidth with 2 KiB a block, 94% with 8). Rows of more than 24 words have fewer
 * threads, so that more blocks fit a multiprocessor beside their registers. */
#define TG_TILE_ROWS(words) \
    ((words) <= 3 ? 1024u : (words) <= 8 ? 512u : (words) <= 24 ? 256u : 64u)

/* Words between the rows of a tile: odd, so that 32 threads that read one word of 32 rows use
 * all 32 banks. */
#define TG_TILE_STRIDE(words) ((words) | 1u)

/* The columns of one row, zero at first: as entries of one event each, and as words. Constant
 * indices keep it in registers. */
#define TG_ENTRIES_ROW(ENTRY, nb_entries, name)           \
    union {                                               \
        ENTRY entries[nb_entries];                        \
        uint32_t words[sizeof(ENTRY) / 4 * (nb_entries)]; \
    } name;                                               \
    TG_UNROLL for (size_t word = 0; word < sizeof name.words / 4; word++) name.words[word] = 0;

#define TG_ROW(COLUMNS, name) TG_ENTRIES_ROW(COLUMNS, 1, name)

/* Where a tile's words come from; constants of one kernel. */
typedef struct tg_tile_layout {
    uint32_t event_words;  /* words of an event in memory */
    uint32_t staged_words; /* words of it that are staged, its first: all, or a multiple of 4 of a
                              multiple of 4 */
    uint32_t row_words;    /* staged words of a row: those of all its events */
} tg_tile_layout;

/* Word number `word` of the staged words: its place among the events, and in the tile. */
TG_DEVICE size_t tg_tile_source(tg_tile_layout layout, uint32_t word)
{
    if (layout.staged_words == layout.event_words) return word;
    return (size_t)(word / layout.staged_words) * layout.event_words + word % layout.staged_words;
}

TG_DEVICE uint32_t tg_tile_target(tg_tile_layout layout, uint32_t word)
{
    return word / layout.row_words * TG_TILE_STRIDE(layout.row_words) + word % layout.row_words;
}

/* Copy nb_words staged words that begin at `from` into the tile. All threads of the block call
 * it; none waits. */
TG_DEVICE void tg_tile_copy(uint32_t *tile, tg_tile_layout layout,
                            const uint32_t *__restrict__ from, uint32_t nb_words)
{
    uint32_t nb_in_quads = 0;
    if ((uintptr_t)from % 16 == 0) {
        nb_in_quads = nb_words / 4 * 4;
        for (uint32_t word = 4 * threadIdx.x; word < nb_in_quads; word += 4 * blockDim.x) {
            const tg_quad quad = tg_load_quad(from + tg_tile_source(layout, word));
            TG_UNROLL for (uint32_t i = 0; i < 4; i++) tile[tg_tile_target(layout, word + i)] =
                quad.words[i];
        }
    }
    // Events are aligned to 4 bytes and no more, and the last tile may end anywhere.
    for (uint32_t word = nb_in_quads + threadIdx.x; word < nb_words; word += blockDim.x) {
        tile[tg_tile_target(layout, word)] = from[tg_tile_source(layout, word)];
    }
}

/* Events from number first on, at most nb_most. */
TG_DEVICE uint32_t tg_tile_nb_events(size_t first, uint32_t nb_most, size_t nb_events)
{
    if (first >= nb_events) return 0;
    return nb_events - first < nb_most ? (uint32_t)(nb_events - first) : nb_most;
}

/* Write the words of a row to their columns. cell: the row's cell in column 0. */
TG_DEVICE void tg_row_store(uint32_t *__restrict__ cell, size_t height, const uint32_t *words,
                            size_t nb_columns)
{
    TG_UNROLL for (size_t column = 0; column < nb_columns; column++) cell[column * height] =
        words[column];
}

/* A kernel whose rows hold PER_ROW entries, each made of one event; entry(ENTRY *, const EVENT
 * *) fills one and reads no more than the first STAGED_BYTES of the event. All threads of a
 * block make the same rounds, and meet when a tile is full and before it is filled again. */
#define TG_STAGED_KERNEL(name, EVENT, STAGED_BYTES, PER_ROW, ENTRY, entry)                         \
    enum {                                                                                         \
        name##_event_words = sizeof(EVENT) / 4,                                                    \
        name##_staged_words = (STAGED_BYTES) / 4,                                                  \
        name##_row_words = name##_staged_words * (PER_ROW),                                        \
        name##_tile_rows = TG_TILE_ROWS(name##_row_words),                                         \
        name##_stride = TG_TILE_STRIDE(name##_row_words),                                          \
        name##_tile_words = name##_tile_rows * name##_stride                                       \
    };                                                                                             \
    static_assert(sizeof(EVENT) % 4 == 0, "events are moved by words");                            \
    static_assert((STAGED_BYTES) == sizeof(EVENT) ||                                               \
                      ((STAGED_BYTES) % 16 == 0 && sizeof(EVENT) % 16 == 0),                       \
                  "a part of an event is moved by 16 bytes");                                      \
    TG_ROWS_PER_BLOCK(name, name##_tile_rows)                                                      \
    TG_KERNEL(name, EVENT)                                                                         \
    {                                                                                              \
        TG_SHARED(uint32_t, tile, name##_tile_words);                                              \
        const tg_tile_layout layout = {name##_event_words, name##_staged_words, name##_row_words}; \
        const size_t step = (size_t)gridDim.x * name##_tile_rows;                                  \
        for (size_t first = (size_t)blockIdx.x * name##_tile_rows; first < height;                 \
             first += step) {                                                                      \
            const uint32_t nb_staged =                                                             \
                tg_tile_nb_events(first * (PER_ROW), name##_tile_rows * (PER_ROW), nb_events);     \
            if (nb_staged != 0) {                                                                  \
                tg_tile_copy(tile, layout, (const uint32_t *)(events + first * (PER_ROW)),         \
                             nb_staged *name##_staged_words);                                      \
                __syncthreads();                                                                   \
            }                                                                                      \
            for (uint32_t i = threadIdx.x; i < name##_tile_rows && first + i < height;             \
                 i += blockDim.x) {                                                                \
                TG_ENTRIES_ROW(ENTRY, PER_ROW, row)                                                \
                TG_UNROLL for (uint32_t slot = 0; slot < (PER_ROW); slot++)                        \
                {                                                                                  \
                    if (i * (PER_ROW) + slot < nb_staged) {                                        \
                        entry(                                                                     \
                            &row.entries[slot],                                                    \
                            (const EVENT *)&tile[i * name##_stride + slot * name##_staged_words]); \
                    }                                                                              \
                }                                                                                  \
                tg_row_store(trace + first + i, height, row.words, sizeof row.words / 4);          \
            }                                                                                      \
            if (first + step < height && (first + step) * (PER_ROW) < nb_events) __syncthreads();  \
        }                                                                                          \
    }

/* One event a row, all of it read. */
#define TG_ROWS_KERNEL(name, EVENT, COLUMNS, row) \
    TG_STAGED_KERNEL(name, EVENT, sizeof(EVENT), 1, COLUMNS, row)

/* One event a row, of which the fields before `member` are read: what lies behind them is not
 * even fetched. */
#define TG_ROWS_BEFORE_KERNEL(name, EVENT, member, COLUMNS, row) \
    TG_STAGED_KERNEL(name, EVENT, offsetof(EVENT, member), 1, COLUMNS, row)

#endif

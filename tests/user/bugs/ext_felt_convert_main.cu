/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ExtFeltConvert, main: a block goes from tile to tile of 32 events with two buffers in shared
 * memory: while one is stored by columns the next one is loaded. */
#include "events.cuh"

namespace
{

constexpr unsigned tile_rows = 32;
constexpr unsigned width = 4;

struct tile_t {
    uint32_t at[tile_rows][width + 1];
};

INLINE unsigned rows_of(uintptr_t first, uintptr_t nb_events)
{
    if (first >= nb_events) return 0;
    const uintptr_t left = nb_events - first;
#if BUG == 1 /* whole tiles only */
    return left < tile_rows ? 0 : tile_rows;
#else
    return left < tile_rows ? (unsigned)left : tile_rows;
#endif
}

INLINE void load(tile_t &tile, const ExtFeltEvent<kb31_t> *events, unsigned nb_rows)
{
    for (unsigned i = threadIdx.x; i < nb_rows * width; i += blockDim.x) {
#if BUG == 2 /* the last word of an event is left out */
        if (i % width == width - 1) continue;
#endif
        tile.at[i / width][i % width] = events[i / width].input.at[i % width].word;
    }
}

INLINE void store(const column_major_t &out, uintptr_t first, const tile_t &tile, unsigned nb_rows)
{
    for (unsigned i = threadIdx.x; i < tile_rows * width; i += blockDim.x) {
        const unsigned row = i % tile_rows;
        const unsigned column = i / tile_rows;
        if (row < nb_rows) out.put(first + row, column, kb31_t::raw(tile.at[row][column]));
    }
}

} // namespace

extern "C" __global__ void ext_felt_convert_main(uint32_t *trace, uintptr_t height,
                                                 const ExtFeltEvent<kb31_t> *events,
                                                 uintptr_t nb_events)
{
    __shared__ tile_t tiles[2];
    const column_major_t out{trace, height};
    const uintptr_t stride = gridDim.x * (uintptr_t)tile_rows;
    uintptr_t first = blockIdx.x * (uintptr_t)tile_rows;
    unsigned now = 0;
    load(tiles[now], events + first, rows_of(first, nb_events));
    __syncthreads();
    for (; first < nb_events; first += stride) {
        const uintptr_t next = first + stride;
        if (next < nb_events) load(tiles[now ^ 1], events + next, rows_of(next, nb_events));
#if BUG == 3 /* the buffer that is being loaded */
        store(out, first, tiles[now ^ 1], rows_of(first, nb_events));
#else
        store(out, first, tiles[now], rows_of(first, nb_events));
#endif
        __syncthreads();
        now ^= 1;
    }
}

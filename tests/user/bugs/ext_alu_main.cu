/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ExtAlu, main: the last warp of a block copies 32 events into shared memory, and the whole block
 * stores them by columns. */
#include "events.cuh"

namespace
{

constexpr unsigned tile_rows = 32;
constexpr unsigned width = 12;

/* Rows are one word apart more than they are long, so that a column lies in all banks. */
struct tile_t {
    uint32_t at[tile_rows][width + 1];
};

INLINE void load(tile_t &tile, const uint32_t *words, unsigned nb_rows)
{
    const warp_t warp = warp_t::of_thread();
    if (threadIdx.x / 32 != (blockDim.x - 1) / 32) return;
    for (unsigned i = warp.lane; i < nb_rows * width; i += warp.nb_lanes)
        tile.at[i / width][i % width] = words[i];
}

INLINE void store(const column_major_t &out, uintptr_t first, const tile_t &tile, unsigned nb_rows)
{
    for (unsigned i = threadIdx.x; i < tile_rows * width; i += blockDim.x) {
        const unsigned row = i % tile_rows;
        const unsigned column = i / tile_rows;
        if (row >= nb_rows) continue;
#if BUG == 1 /* three coefficients of four */
        if (column % 4 == 3) continue;
#endif
#if BUG == 2 /* the highest power first */
        out.put(first + row, column, kb31_t::raw(tile.at[row][column / 4 * 4 + 3 - column % 4]));
#else
        out.put(first + row, column, kb31_t::raw(tile.at[row][column]));
#endif
    }
}

} // namespace

extern "C" __global__ void ext_alu_main(uint32_t *trace, uintptr_t height,
                                        const ExtAluEvent<kb31_t> *events, uintptr_t nb_events)
{
    __shared__ tile_t tile;
    const column_major_t out{trace, height};
    const uintptr_t stride = gridDim.x * (uintptr_t)tile_rows;
    for (uintptr_t first = blockIdx.x * (uintptr_t)tile_rows; first < nb_events; first += stride) {
        const uintptr_t left = nb_events - first;
        const unsigned nb_rows = left < tile_rows ? (unsigned)left : tile_rows;
#if BUG == 3 /* every tile of a block is its first one */
        const uintptr_t source = blockIdx.x * (uintptr_t)tile_rows;
#else
        const uintptr_t source = first;
#endif
        load(tile, reinterpret_cast<const uint32_t *>(events + source), nb_rows);
#if BUG != 4 /* 4: nobody waits for the warp that loads */
        __syncthreads();
#endif
        store(out, first, tile, nb_rows);
        __syncthreads();
    }
}

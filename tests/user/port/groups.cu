// SPDX-License-Identifier: MIT OR Apache-2.0
// Cooperative groups: a block, tiles of a warp, a sum over a tile. out[i] = 3 i + 1.
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>
#include <cuda_runtime.h>

namespace cg = cooperative_groups;

extern "C" __global__ void run(unsigned *out, unsigned nb)
{
    cg::thread_block block = cg::this_thread_block();
    auto tile = cg::tiled_partition<8>(block);
    const unsigned i = blockIdx.x * block.size() + block.thread_rank();
    const unsigned first = i - tile.thread_rank();
    const unsigned sum = cg::reduce(tile, i, cg::plus<unsigned>());
    // Eight numbers from `first` on.
    const bool is_right = sum == 8 * first + 28 && tile.all(sum == tile.shfl(sum, 0)) &&
                          tile.ballot(tile.thread_rank() < 3) == 7u &&
                          tile.shfl_up(i, 1) == (tile.thread_rank() == 0 ? i : i - 1);
    block.sync();
    if (i < nb) out[i] = is_right ? 3 * i + 1 : 0;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Transposes words by tiles in shared memory, so that both reads and writes are of whole lines. */
#include "gpu/runtime_cuda_internal.h"

TG_GPU_KERNEL void tg_gpu_transpose(uint32_t *dst, const uint32_t *src, size_t nb_rows,
                                    size_t nb_columns)
{
    // A word more a row: the words of a column then lie in different banks.
    __shared__ uint32_t tile[TG_GPU_TILE][TG_GPU_TILE + 1];
    const unsigned lane = threadIdx.x % TG_GPU_TILE;
    const unsigned warp = threadIdx.x / TG_GPU_TILE;
    const size_t nb_across = (nb_columns + TG_GPU_TILE - 1) / TG_GPU_TILE;
    const size_t nb_tiles = nb_across * ((nb_rows + TG_GPU_TILE - 1) / TG_GPU_TILE);
    for (size_t i = blockIdx.x; i < nb_tiles; i += gridDim.x) {
        const size_t row0 = i / nb_across * TG_GPU_TILE;
        const size_t column0 = i % nb_across * TG_GPU_TILE;
        for (unsigned k = warp; k < TG_GPU_TILE; k += TG_GPU_TRANSPOSE_WARPS) {
            if (row0 + k < nb_rows && column0 + lane < nb_columns)
                tile[k][lane] = src[(row0 + k) * nb_columns + column0 + lane];
        }
        __syncthreads();
        for (unsigned k = warp; k < TG_GPU_TILE; k += TG_GPU_TRANSPOSE_WARPS) {
            if (column0 + k < nb_columns && row0 + lane < nb_rows)
                dst[(column0 + k) * nb_rows + row0 + lane] = tile[lane][k];
        }
        __syncthreads();
    }
}

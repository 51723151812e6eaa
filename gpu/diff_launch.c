/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launches of the comparison's kernels. */
#include "gpu/device_internal.h"
#include "gpu/diff.h"
#include "gpu/diff_internal.h"

/* Blocks of the first step at the most; they stride on. CUDA takes 2^31 - 1. */
#define MAX_GRID ((size_t)1 << 24)

/* A warp for each tile: blocks that end make room for others, so that no multiprocessor is left
 * with more than its share. */
static unsigned grid_of(const tg_krn_diff *work)
{
    const size_t nb_row_tiles = (work->height + TG_DIFF_TILE_ROWS - 1) / TG_DIFF_TILE_ROWS;
    const size_t nb_column_tiles = (work->width + TG_DIFF_TILE_COLUMNS - 1) / TG_DIFF_TILE_COLUMNS;
    const size_t nb_warps = TG_DIFF_BLOCK / 32;
    const size_t nb_blocks = (nb_row_tiles * nb_column_tiles + nb_warps - 1) / nb_warps;
    return (unsigned)(nb_blocks < MAX_GRID ? nb_blocks : MAX_GRID);
}

tg_status tg_device_launch_diff(tg_device *device, tg_krn_diff_step step, const tg_krn_diff *work,
                                tg_error *error)
{
    static const void *const kernels[] = {[TG_DIFF_TALLY] = (const void *)tg_gpu_diff_tally,
                                          [TG_DIFF_ROWS] = (const void *)tg_gpu_diff_rows,
                                          [TG_DIFF_CELLS] = (const void *)tg_gpu_diff_cells};
    static_assert(sizeof kernels / sizeof kernels[0] == TG_DIFF_NB_STEPS, "each step's kernel");
    tg_krn_diff mine = *work;
    void *arguments[] = {&mine};
    const dim3 grid = {.x = step == TG_DIFF_TALLY ? grid_of(work) : 1, .y = 1, .z = 1};
    const dim3 block = {.x = TG_DIFF_BLOCK, .y = 1, .z = 1};
    tg_status status = tg_device_usable(device, error);
    if (status != TG_OK) return status;
    const cudaError_t code =
        cudaLaunchKernel(kernels[step], grid, block, arguments, 0, device->stream);
    const cudaError_t last = cudaGetLastError();
    status = tg_device_status(device, code != cudaSuccess ? code : last, error,
                              "launching a kernel of the comparison");
#ifdef TG_VERIFY
    if (status == TG_OK) return tg_device_wait(device, error);
#endif
    return status;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Device code of the comparison: kernels/diff.cuh as kernels. */
#include "gpu/diff_internal.h"
#include "kernels/diff.cuh"

TG_GPU_KERNEL void __launch_bounds__(TG_DIFF_BLOCK) tg_gpu_diff_tally(tg_krn_diff work)
{
    tg_diff_tally(&work);
}

TG_GPU_KERNEL void __launch_bounds__(TG_DIFF_BLOCK) tg_gpu_diff_rows(tg_krn_diff work)
{
    tg_diff_rows(&work);
}

TG_GPU_KERNEL void __launch_bounds__(TG_DIFF_BLOCK) tg_gpu_diff_cells(tg_krn_diff work)
{
    tg_diff_cells(&work);
}

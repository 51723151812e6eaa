/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The comparison's kernels, as device code defines and as C launches them. Blocks have
 * TG_DIFF_BLOCK threads. */
#ifndef TRACEGATE_GPU_DIFF_INTERNAL_H
#define TRACEGATE_GPU_DIFF_INTERNAL_H

#include "gpu/check_internal.h"
#include "kernels/diff.h"

TG_GPU_KERNEL void tg_gpu_diff_tally(tg_krn_diff work);
TG_GPU_KERNEL void tg_gpu_diff_rows(tg_krn_diff work);
TG_GPU_KERNEL void tg_gpu_diff_cells(tg_krn_diff work);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The device's own kernels, as device code defines and as C launches them (by address, through
 * cudaLaunchKernel). */
#ifndef TRACEGATE_GPU_CHECK_INTERNAL_H
#define TRACEGATE_GPU_CHECK_INTERNAL_H

#include "gpu/device.h"

#ifdef __CUDACC__
#define TG_GPU_KERNEL extern "C" __global__
#else
#define TG_GPU_KERNEL extern
#endif

/* Threads of a block and blocks of a multiprocessor: 2048 threads, all that one can hold on
 * sm_80 to sm_100. */
#define TG_GPU_BLOCK 256
#define TG_GPU_BLOCKS_PER_MULTIPROCESSOR 8

/* first starts as the largest number, so that the smallest index wins in whatever order threads
 * come. */
#define TG_GPU_TALLY_NONE ((tg_device_tally){.nb = 0, .first = UINT64_MAX, .last = 0})

/* Any launch shape; tallies must hold TG_GPU_TALLY_NONE before. */
TG_GPU_KERNEL void tg_gpu_fill(uint32_t *words, size_t nb_words, uint32_t word);
TG_GPU_KERNEL void tg_gpu_find_unlike(tg_device_tally *found, const uint32_t *words,
                                      size_t nb_words, uint32_t word);
TG_GPU_KERNEL void tg_gpu_compare_bytes(tg_device_tally *changed, const unsigned char *first,
                                        const unsigned char *second, size_t len_bytes);
/* runs: unwritten, then unstable. */
TG_GPU_KERNEL void tg_gpu_compare_runs(tg_device_tally *runs, const uint32_t *first,
                                       const uint32_t *second, size_t nb_cells,
                                       uint32_t first_poison, uint32_t second_poison);

#endif

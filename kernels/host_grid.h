/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The host grid: runs kernels on the CPU with any grid and block, one-dimensional, barriers, shared
 * memory and warp shuffles included. It knows no chip.
 *
 * Threads of a block run one after the other on one stack until one of them waits at a barrier or
 * in a shuffle; only then do the others get fibers of their own. A kernel without barriers is thus
 * a plain loop over its threads. Blocks are spread over OpenMP threads.
 */
#ifndef TRACEGATE_KERNELS_HOST_GRID_H
#define TRACEGATE_KERNELS_HOST_GRID_H

#include "model/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Threads of a block at the most, as on every CUDA device. */
#define TG_HOST_GRID_MAX_BLOCK 1024u

/* Blocks of a launch at the most: 8 times what the greatest height needs with the smallest tile of
 * 32 rows. So many take seconds where they have nothing to do; CUDA's most, 2^31 - 1, would take
 * minutes to hours, and look like a program that hangs. */
#define TG_HOST_GRID_MAX_GRID (1u << 24)

/* Static arrays of shared memory (TG_SHARED of port.h) that a block has at the most. */
#define TG_HOST_GRID_MAX_SHARED 16u

/* Dynamic shared memory of a block at the most, in bytes: as much as any CUDA device gives to one,
 * so that a plan that no device can run is refused here, too. */
#define TG_HOST_GRID_MAX_DYNAMIC ((size_t)227 * 1024)

typedef struct tg_host_launch {
    uint32_t grid;             /* blocks, 1 .. TG_HOST_GRID_MAX_GRID */
    uint32_t block;            /* threads of a block, 1 .. TG_HOST_GRID_MAX_BLOCK */
    size_t dynamic_bytes;      /* dynamic shared memory of a block, 0 .. TG_HOST_GRID_MAX_DYNAMIC */
    bool is_single;            /* one OpenMP thread runs all blocks */
    bool is_strict;            /* threads that others wait for may not have ended */
    void (*begin_block)(void); /* NULL, or called on the thread that runs a block, before the
                                  block's first thread */
} tg_host_launch;

/* Run thread(arguments) for every thread of the grid; threadIdx, blockIdx, blockDim and gridDim of
 * port.h tell them apart. A barrier waits for the threads of the block that have not ended; an
 * operation of a warp for the lanes of its mask that have not, with the same mask and operation. A
 * thread has 128 KiB of stack; going beyond faults. OpenMP threads keep the stacks for the next
 * launch. Not to be called from a kernel.
 * Shared memory is poisoned when a block begins (TG_HOST_SHARED_POISON of port.h).
 * Errors  TG_ERR_KERNEL, refused before any thread has run, for more dynamic shared memory than
 *         there is; TG_ERR_SIZE for a shape out of range, and for a block with more than
 *         TG_HOST_GRID_MAX_SHARED static arrays of shared memory; TG_ERR_MEMORY before any thread
 * has run, or later where the system refuses the guard page of a stack; TG_ERR_KERNEL if threads
 * wait for each other for ever (a barrier that some threads of the block or warp do not reach):
 * says how many wait where, in the lowest block that is stuck; TG_ERR_KERNEL, too, if threads of a
 * block come to __syncthreads at different places, as far as those are known (tg_host_place_set of
 * port.h), and, if the launch is strict, if one that a barrier or a mask waits for has ended. A
 * kernel that ends the launch itself (tg_host_fail of port.h) ends it with TG_ERR_KERNEL.
 */
TG_NODISCARD tg_status tg_host_grid_run(const tg_host_launch *launch,
                                        void (*thread)(void *arguments), void *arguments,
                                        tg_error *error);

#endif

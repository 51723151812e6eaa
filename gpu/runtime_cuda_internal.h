/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A CUDA device under the runtime: what its files share, and its own kernels. */
#ifndef TRACEGATE_GPU_RUNTIME_CUDA_INTERNAL_H
#define TRACEGATE_GPU_RUNTIME_CUDA_INTERNAL_H

#include "gpu/check_internal.h"

/* Words of a side of the tiles that a transpose moves, and rows of a tile that its block moves at a
 * time: a warp each. */
#define TG_GPU_TILE 32
#define TG_GPU_TRANSPOSE_WARPS 8

/* Any number of blocks of TG_GPU_TILE * TG_GPU_TRANSPOSE_WARPS threads. */
TG_GPU_KERNEL void tg_gpu_transpose(uint32_t *dst, const uint32_t *src, size_t nb_rows,
                                    size_t nb_columns);

/* One thread, which ends when so much time is over. */
TG_GPU_KERNEL void tg_gpu_sleep(uint64_t nb_nanoseconds);

#ifndef __CUDACC__

#include "gpu/runtime_ops.h"

#include <cuda_runtime_api.h>

typedef struct tg_cuda {
    tg_device *device; /* chosen, opened and known to have code: gpu/device.h */
    int index;
    cudaMemPool_t pool; /* the device's default one */
} tg_cuda;

/* First line of all that calls CUDA: the calling thread may be any. */
int tg_cuda_use(const tg_cuda *cuda);

/* A code to return; CUDA forgets the error, so that it does not show again behind a later call. */
int tg_cuda_code(cudaError_t code);

int tg_cuda_copy(void *device, void *dst, const void *src, size_t len_bytes, tg_direction direction,
                 bool is_pinned, void *stream);
int tg_cuda_set(void *device, void *d_bytes, unsigned char byte, size_t len_bytes, void *stream);
int tg_cuda_transpose(void *device, uint32_t *d_dst, const uint32_t *d_src, size_t nb_rows,
                      size_t nb_columns, void *stream);
int tg_cuda_launch(void *device, const tg_runtime_launch *launch, void *stream);
int tg_cuda_call(void *device, tg_scope_function *function, void *argument, void *stream);
int tg_cuda_sleep(void *device, unsigned nb_microseconds, void *stream);

#endif

#endif

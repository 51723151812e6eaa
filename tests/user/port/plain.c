// SPDX-License-Identifier: MIT OR Apache-2.0
// C: shared memory of both kinds, a shuffle, a struct as a parameter. out[i] = 3 i + 1.
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

static_assert(sizeof(uint32_t) == 4, "words");

extern __shared__ uint32_t words[];

static __device__ uint32_t line(uint32_t x) { return 3 * x + 1; }

__global__ void run(uint32_t *restrict out, const uint32_t nb)
{
    __shared__ uint32_t tile[128];
    const uint32_t i = blockIdx.x * blockDim.x + threadIdx.x;
    tile[threadIdx.x] = line(i);
    words[threadIdx.x] = threadIdx.x;
    __syncthreads();
    const uint32_t other = blockDim.x - 1 - threadIdx.x;
    const uint32_t at = blockIdx.x * blockDim.x + words[other];
    assert(__shfl_sync(0xffffffffu, threadIdx.x % 32, 3) == 3);
    if (at < nb) out[at] = tile[other];
}

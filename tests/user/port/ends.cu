// SPDX-License-Identifier: MIT OR Apache-2.0
// Ends that a kernel brings about itself.
#include <cassert>
#include <cstdio>

__global__ void fails(unsigned *out, unsigned nb) { assert(nb == 0 && out == nullptr); } // ASSERT

__global__ void traps(unsigned *, unsigned) { __trap(); } // TRAP

__global__ void masks(unsigned *, unsigned) { __syncwarp(1u); } // MASK

__global__ void launches(unsigned *out, unsigned nb) { fails<<<1, 1>>>(out, nb); } // LAUNCH

__global__ void prints(unsigned *out, unsigned nb)
{
    for (int i = 0; i < 100000; i++) printf("thread %u of %u prints\n", threadIdx.x, blockDim.x);
    if (threadIdx.x < nb) out[threadIdx.x] = 3 * threadIdx.x + 1;
}

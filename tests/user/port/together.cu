// SPDX-License-Identifier: MIT OR Apache-2.0
// Right: threads that part, and come together for every barrier; a last warp that is not full, and
// whole blocks that end at once. out[i] = 3 i + 1.
__device__ unsigned neighbour(unsigned value, unsigned mask)
{
    return __shfl_sync(mask, value, threadIdx.x % 32);
}

extern "C" __global__ void run(unsigned *out, unsigned nb)
{
    __shared__ unsigned sums[64];
    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    if (blockIdx.x * blockDim.x >= nb) return;
    const unsigned mask = __ballot_sync(0xffffffffu, i < nb);
    sums[threadIdx.x] = 0;
    if (blockIdx.x % 2 == 0) {
        __syncthreads();
    } else {
        __syncthreads();
    }
    // Two halves of a warp, each with operations of its own, and then the whole.
    if (threadIdx.x % 32 < 16) __syncwarp(0x0000ffffu);
    __syncwarp();
    if (i < nb) sums[threadIdx.x] = neighbour(3 * i, mask) + 1;
    for (unsigned k = 0; k < 3; k++) __syncthreads();
    if (i >= nb) return;
    out[i] = sums[threadIdx.x];
}

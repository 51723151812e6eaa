// SPDX-License-Identifier: MIT OR Apache-2.0
// Wrong: half of the tile is read before anything is written there.
__global__ void run(unsigned *out, unsigned nb)
{
    __shared__ unsigned tile[64];
    if (threadIdx.x % 2 == 0) tile[threadIdx.x] = 3 * threadIdx.x + 1;
    __syncthreads();
    if (threadIdx.x < nb) out[threadIdx.x] = tile[threadIdx.x];
}

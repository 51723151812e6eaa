// SPDX-License-Identifier: MIT OR Apache-2.0
// Wrong: an index of a shared row is out of range, though not of the array.
__global__ void run(unsigned *out, unsigned nb)
{
    __shared__ unsigned tile[4][8];
    tile[threadIdx.x / 8][threadIdx.x % 8] = threadIdx.x;
    __syncthreads();
    if (threadIdx.x < nb) out[threadIdx.x] = tile[0][threadIdx.x]; // WRONG
}

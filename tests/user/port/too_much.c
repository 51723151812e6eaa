/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Static shared memory of a word more than 48 KiB, in C. */
__global__ void run(unsigned *out, unsigned nb)
{
    __shared__ unsigned first[4096];
    __shared__ unsigned tile[8193];
    first[threadIdx.x] = threadIdx.x;
    tile[threadIdx.x] = first[threadIdx.x];
    if (threadIdx.x < nb) out[threadIdx.x] = 3 * tile[threadIdx.x] + 1;
}

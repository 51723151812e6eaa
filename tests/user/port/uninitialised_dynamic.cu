// SPDX-License-Identifier: MIT OR Apache-2.0
// Wrong: what a function reads of dynamic shared memory was written in every second place.
__device__ unsigned read(const unsigned *tile, unsigned i) { return tile[i]; }

__global__ void run(unsigned *out, unsigned nb)
{
    extern __shared__ unsigned dynamic[];
    if (threadIdx.x % 2 == 0) dynamic[threadIdx.x] = 3 * threadIdx.x + 1;
    __syncthreads();
    if (threadIdx.x < nb) out[threadIdx.x] = read(dynamic, threadIdx.x);
}

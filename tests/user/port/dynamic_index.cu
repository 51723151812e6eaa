// SPDX-License-Identifier: MIT OR Apache-2.0
// Wrong: more dynamic shared memory is used than the launch gives.
__global__ void run(unsigned *out, unsigned nb)
{
    extern __shared__ unsigned words[];
    words[threadIdx.x] = threadIdx.x; // WRONG
    __syncthreads();
    if (threadIdx.x < nb) out[threadIdx.x] = words[threadIdx.x];
}

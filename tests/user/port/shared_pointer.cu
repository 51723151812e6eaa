// SPDX-License-Identifier: MIT OR Apache-2.0
// Wrong: one word behind static shared memory is written, through a pointer.
template <class T> __global__ void run(T *out, unsigned nb)
{
    __shared__ T tile[32];
    T *to = tile;
    to[threadIdx.x + (threadIdx.x == 31)] = 1; // WRONG
    __syncthreads();
    if (threadIdx.x < nb) out[threadIdx.x] = to[threadIdx.x];
}

// SPDX-License-Identifier: MIT OR Apache-2.0
// What the host grid has not.
#if PART == 1
__device__ unsigned f()
{
    unsigned r;
    asm("mov.u32 %0, %%laneid;" : "=r"(r));
    return r;
}
#elif PART == 2
#include <cuda_fp16.h>
#elif PART == 3
__managed__ int x;
#elif PART == 4
__constant__ unsigned table[16];
#elif PART == 5
#include <cooperative_groups.h>
__device__ void f() { cooperative_groups::this_grid(); }
#elif PART == 6
__device__ int f(int x) { return __shfl(x, 1); }
#elif PART == 7
struct s {
    __shared__ int x[4];
};
#elif PART == 8
__device__ float f(cudaTextureObject_t t) { return tex1Dfetch<float>(t, 0); }
#elif PART == 9
#include <cub/cub.cuh>
#elif PART == 10
struct big {
    double x, y;
};
__device__ big f(big x) { return __shfl_sync(~0u, x, 0); }
#elif PART == 11
extern __shared__ int words[];
__device__ int f(const int *words) { return *words; }
#endif
__global__ void run(unsigned *out, unsigned nb)
{
    if (threadIdx.x < nb) out[threadIdx.x] = 1;
}

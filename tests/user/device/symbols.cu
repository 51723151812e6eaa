/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of all kinds of names, with functions that are none, for module files of every kind. */
__device__ __noinline__ int helper(int value) { return value * value + 3; }

template <int N> __global__ void rows(int *out) { out[threadIdx.x] = helper(N + out[0]); }
template __global__ void rows<4>(int *);

extern "C" __global__ void plain(int *out) { out[0] = helper(out[1]); }

namespace inside
{
__global__ void other(int *out) { out[1] = 2; }
} // namespace inside

#ifndef __CUDACC_RTC__
extern "C" const void *get_plain(void) { return (const void *)plain; }
#endif

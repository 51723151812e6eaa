// SPDX-License-Identifier: MIT OR Apache-2.0
// Dynamic shared memory, declared for the file and for a function, of two types; static shared
// memory of the file. out[i] = 3 i + 1.
typedef unsigned int word;

extern __shared__ __align__(16) unsigned char bytes[];

namespace device
{
__shared__ volatile word factor;
}

struct holder {
    word rank;
};

__device__ word *words() { return reinterpret_cast<word *>(bytes); }

template <class T> __global__ void run(T *out, unsigned nb)
{
    extern __shared__ T pairs[][2];
    const holder own = {threadIdx.x};
    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    if (threadIdx.x == 0) device::factor = 3;
    words()[2 * own.rank] = i;
    pairs[own.rank][1] = 1;
    __syncthreads();
    const unsigned other = blockDim.x - 1 - threadIdx.x;
    const T result = pairs[other][0] * device::factor + words()[2 * other + 1];
    const unsigned at = blockIdx.x * blockDim.x + other;
    if (at < nb) out[at] = result;
}

// SPDX-License-Identifier: MIT OR Apache-2.0
// Kernels with the host code that launches them. out[i] = 3 i + 1.
#include <cuda_runtime.h>
#include <cstdio>
#include <vector>

#define CHECK(call)                                                             \
    do {                                                                        \
        const cudaError_t code = (call);                                        \
        if (code != cudaSuccess) std::printf("%s\n", cudaGetErrorString(code)); \
    } while (0)

static __device__ __noinline__ unsigned line(unsigned x)
{
#ifdef __CUDA_ARCH__
    unsigned r;
    asm("mad.lo.u32 %0, %1, 3, 1;" : "=r"(r) : "r"(x));
    return r;
#else
    return 3 * x + 1;
#endif
}

__global__ void run(unsigned *out, unsigned nb)
{
    for (unsigned i = blockIdx.x * blockDim.x + threadIdx.x; i < nb; i += gridDim.x * blockDim.x)
        out[i] = line(i);
}

template <class T> __global__ void fill(T *out, T value) { out[threadIdx.x] = value; }

int main()
{
    std::vector<unsigned> host(64);
    unsigned *device = nullptr;
    cudaStream_t stream;
    CHECK(cudaStreamCreate(&stream));
    CHECK(cudaMalloc(&device, host.size() * sizeof(unsigned)));
    if (device != nullptr) fill<unsigned><<<1, dim3(64), 0, stream>>>(device, 0u);
    run<<<(unsigned)host.size() / 32, 32>>>(device, (unsigned)host.size());
    CHECK(cudaMemcpy(host.data(), device, 256, cudaMemcpyDeviceToHost));
    CHECK(cudaGetLastError());
    return 0;
}

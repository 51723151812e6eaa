// SPDX-License-Identifier: MIT OR Apache-2.0
// Templates: a policy class, a name expression, a kernel in a namespace. out[i] = 3 i + 1.
#include <cstdint>
#include <type_traits>

namespace chips
{

template <uint32_t FACTOR> struct times {
    static_assert(std::is_same<uint32_t, unsigned int>::value, "words");
    __host__ __device__ static constexpr uint32_t apply(uint32_t x) { return FACTOR * x; }
};

template <class POLICY, int ROWS_PER_THREAD>
__global__ void __launch_bounds__(256) rows(uint32_t *__restrict__ out, uint32_t nb)
{
    __shared__ uint32_t cells[256 * ROWS_PER_THREAD];
    const uint32_t first = (blockIdx.x * blockDim.x + threadIdx.x) * ROWS_PER_THREAD;
#pragma unroll
    for (int i = 0; i < ROWS_PER_THREAD; i++)
        cells[threadIdx.x * ROWS_PER_THREAD + i] = POLICY::apply(first + i) + 1;
    __syncthreads();
    for (int i = 0; i < ROWS_PER_THREAD; i++) {
        if (first + i < nb) out[first + i] = cells[threadIdx.x * ROWS_PER_THREAD + i];
    }
}

} // namespace chips

// Another kernel may stand beside it.
template __global__ void chips::rows<chips::times<5>, 1>(uint32_t *, uint32_t);

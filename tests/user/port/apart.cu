// SPDX-License-Identifier: MIT OR Apache-2.0
// Wrong: threads that do not come together, though with the barriers left out each kernel makes
// out[i] = 3 i + 1.
#define ROWS                                                  \
    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x; \
    if (i < nb) out[i] = 3 * i + 1

__global__ void lanes(unsigned *out, unsigned nb)
{
    if (threadIdx.x % 2 != 0)
        __syncthreads(); // LANES ODD
    else
        __syncthreads(); // LANES EVEN
    ROWS;
}

__global__ void one_side(unsigned *out, unsigned nb)
{
    if (threadIdx.x % 2 != 0) __syncthreads(); // ONE SIDE
    ROWS;
}

__global__ void extra(unsigned *out, unsigned nb)
{
    if (threadIdx.x % 2 != 0) __syncthreads(); // EXTRA
    ROWS;
    __syncthreads(); // EXTRA ALL
}

__global__ void loops(unsigned *out, unsigned nb)
{
    for (unsigned k = 0; k < threadIdx.x % 2 + 1; k++) __syncthreads(); // LOOPS
    ROWS;
}

__global__ void masks(unsigned *out, unsigned nb)
{
    __syncwarp(threadIdx.x % 32 < 16 ? 0xffffffffu : 0xffff0000u); // MASKS
    ROWS;
}

__global__ void ballots(unsigned *out, unsigned nb)
{
    const unsigned row = blockIdx.x * blockDim.x + threadIdx.x;
    if (row < nb && __ballot_sync(0xffffffffu, 1) == 0) out[0] = 0; // BALLOTS
    ROWS;
}

__global__ void shuffles(unsigned *out, unsigned nb)
{
    if (threadIdx.x % 32 == 0 && __shfl_sync(0xffffffffu, 7u, 20) == 6u) out[0] = 0; // SHUFFLES
    ROWS;
}

__global__ void one_line(unsigned *out, unsigned nb)
{
    // clang-format off
    if (threadIdx.x % 2 != 0) __syncthreads(); else __syncthreads(); // ONE LINE
    // clang-format on
    ROWS;
}

// SPDX-License-Identifier: MIT OR Apache-2.0
// Static shared memory of 48 KiB, as much as there is, and of more than that: in one array, and in
// two of two functions.
__global__ void all(unsigned *out, unsigned nb)
{
    __shared__ unsigned tile[12 << 10];
    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    tile[threadIdx.x] = 3 * i;
    __syncthreads();
    if (i < nb) out[i] = tile[threadIdx.x] + 1;
}

__global__ void more(unsigned *out, unsigned nb)
{
    __shared__ unsigned tile[(12 << 10) + 1]; // ONE
    tile[threadIdx.x] = 3 * threadIdx.x;
    if (threadIdx.x < nb) out[threadIdx.x] = tile[threadIdx.x] + 1;
}

template <unsigned NB> __device__ unsigned again(unsigned value)
{
    __shared__ unsigned tile[NB]; // TWO
    tile[threadIdx.x] = value;
    return tile[threadIdx.x];
}

__global__ void both(unsigned *out, unsigned nb)
{
    if (threadIdx.x < nb)
        out[threadIdx.x] = again<8192>(threadIdx.x) * 2 + again<4097>(threadIdx.x) + 1;
}

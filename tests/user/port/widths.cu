// SPDX-License-Identifier: MIT OR Apache-2.0
// Shuffles and masks that CUDA does not have.
__global__ void none(unsigned *out, unsigned nb)
{
    out[0] = __shfl_sync(0xffffffffu, nb, 0, (int)(nb - 32));
}

__global__ void more(unsigned *out, unsigned nb)
{
    out[0] = __shfl_sync(0xffffffffu, nb, 0, (int)(nb + 32));
}

__global__ void three(unsigned *out, unsigned nb)
{
    out[0] = __shfl_sync(0xffffffffu, nb, 0, (int)(nb - 29));
}

__global__ void nobody(unsigned *out, unsigned nb) { out[0] = __ballot_sync(nb - 32, 1); }

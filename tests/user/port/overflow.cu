// SPDX-License-Identifier: MIT OR Apache-2.0
// Wrong: signed numbers overflow.
__global__ void run(unsigned *out, unsigned nb)
{
    const int big = 0x7fffffff - 3;
    if (threadIdx.x < nb) out[threadIdx.x] = (unsigned)(big + (int)threadIdx.x); // WRONG
}

// SPDX-License-Identifier: MIT OR Apache-2.0
// Wrong: writes behind the output.
__global__ void run(unsigned *out, unsigned nb)
{
    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i <= nb) out[i] = 3 * i + 1; // WRONG
}

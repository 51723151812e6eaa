// SPDX-License-Identifier: MIT OR Apache-2.0
// Wrong: two halves of a block wait at different barriers, one of a block and one of a warp.
__global__ void run(unsigned *out, unsigned nb)
{
    if (threadIdx.x < 16) {
        __syncthreads(); // FIRST
    } else {
        __syncwarp(); // SECOND
    }
    if (threadIdx.x < nb) out[threadIdx.x] = 1;
}

// SPDX-License-Identifier: MIT OR Apache-2.0
// Wrong: four words at an address that is no multiple of 16.
__global__ void run(unsigned *out, unsigned nb)
{
    if (threadIdx.x != 0 || nb < 8) return;
    uint4 *to = reinterpret_cast<uint4 *>(out + 1);
    *to = make_uint4(1, 2, 3, 4); // WRONG
}

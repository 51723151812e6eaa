// SPDX-License-Identifier: MIT OR Apache-2.0
// Vector loads and stores, intrinsics, atomic operations. out[i] = 3 i + 1; four words a thread.
#include <vector_types.h>
#include <device_launch_parameters.h>

__device__ unsigned long long counter;
__constant__ unsigned ones[4] = {1, 1, 1, 1};

__global__ void run(unsigned *out, unsigned nb)
{
    const unsigned i = 4 * (blockIdx.x * blockDim.x + threadIdx.x);
    unsigned mask = 0;
    bool is_right = __umulhi(0x80000000u, 6) == 3 && __clz(1) == 31 && __popc(0xf0u) == 4;
    is_right = is_right && __brev(1) == 0x80000000u && __ffs(8) == 4 && __clzll(1) == 63;
    is_right = is_right && __byte_perm(0x33221100u, 0x77665544u, 0x7531) == 0x77553311u;
    is_right = is_right && __funnelshift_l(0x80000000u, 1u, 1) == 3u;
    is_right = is_right && __umul64hi(1ull << 63, 6) == 3 && __mulhi(-1, 1) == -1;
    is_right = is_right && atomicOr(&mask, 6u) == 0 && atomicAnd(&mask, 3u) == 6 && mask == 2;
    is_right = is_right && atomicCAS(&mask, 2u, 9u) == 2 && atomicInc(&mask, 9u) == 9 && mask == 0;
    atomicAdd(&counter, 1ull);
    float sum = 1.5f;
    is_right = is_right && atomicAdd(&sum, 1.0f) == 1.5f && sum == 2.5f;
    const uint4 add = *reinterpret_cast<const uint4 *>(ones);
    uint4 row = make_uint4(3 * i + add.x, 3 * i + 3 + add.y, 3 * i + 6 + add.z, 3 * i + 9 + add.w);
    if (!is_right) row.x = 0;
    if (i + 3 < nb) {
        __stcs(reinterpret_cast<uint4 *>(out + i), row);
    } else {
        for (unsigned k = i; k < min(i + 4, nb); k++) out[k] = 3 * k + __ldg(&ones[0]);
    }
}

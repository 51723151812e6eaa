// SPDX-License-Identifier: MIT OR Apache-2.0
// Shuffles, votes and matches of a warp, with types of 1 to 8 bytes. out[i] = 3 i + 1.
__global__ void run(unsigned *out, unsigned nb)
{
    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
    const unsigned lane = threadIdx.x % warpSize;
    bool is_right = __shfl_sync(0xffffffffu, (unsigned char)lane, 5) == 5;
    is_right &= __shfl_xor_sync(0xffffffffu, (double)lane, 1) == (double)(lane ^ 1);
    is_right &=
        __shfl_down_sync(0xffffffffu, (long long)lane, 4, 16) == (lane % 16 < 12 ? lane + 4 : lane);
    is_right &= __ballot_sync(0xffffffffu, lane & 1) == 0xaaaaaaaau;
    is_right &= __any_sync(0xffffffffu, lane == 7) && !__all_sync(0xffffffffu, lane == 7);
    is_right &= __match_any_sync(0xffffffffu, lane / 4) == 0xfu << (lane / 4 * 4);
    int is_same = 0;
    is_right &= __match_all_sync(0xffffffffu, 9u, &is_same) == 0xffffffffu && is_same;
    is_right &= __reduce_add_sync(0xffffffffu, lane) == 496;
    is_right &= __syncthreads_count(lane < 3) == (int)(3 * blockDim.x / 32);
    is_right &= __syncthreads_and(lane < 32) && !__syncthreads_or(lane > 31);
    if (lane < 8) {
        const unsigned sum = __shfl_up_sync(0xffu, lane, 2);
        is_right &= sum == (lane < 2 ? lane : lane - 2);
    }
    __syncwarp();
    if (i < nb) out[i] = is_right ? 3 * i + 1 : 0;
}

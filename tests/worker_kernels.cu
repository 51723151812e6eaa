/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels for a device that end, stop or overtax what runs them, in the place of the one that
 * case_wrong.h's are written for: five words of each event are a row. */
#include "kernels/kernels.h"

#include <stdint.h>

#define WIDTH 5

static __device__ void copy_rows(uint32_t *trace, uintptr_t height, const uint32_t *words,
                                 uintptr_t nb_events)
{
    for (uintptr_t row = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x; row < height;
         row += (uintptr_t)gridDim.x * blockDim.x) {
        for (uintptr_t column = 0; column < WIDTH; column++) {
            trace[column * height + row] = row < nb_events ? words[row * WIDTH + column] : 0;
        }
    }
}

/* A kernel whose first thread does something behind its rows. */
#define WRONG_KERNEL(name, ...)                                                                \
    extern "C" __global__ void name(uint32_t *trace, uintptr_t height, const uint32_t *events, \
                                    uintptr_t nb_events)                                       \
    {                                                                                          \
        copy_rows(trace, height, events, nb_events);                                           \
        if (blockIdx.x == 0 && threadIdx.x == 0 && nb_events != 0) {                           \
            __VA_ARGS__;                                                                       \
        }                                                                                      \
    }

/* No cell is ever so large. */
static __device__ void wait_for_ever(const volatile uint32_t *word)
{
    while (*word != 0xffffffffu) {
    }
}

WRONG_KERNEL(test_krn_right, )
WRONG_KERNEL(test_krn_traps, __trap())
WRONG_KERNEL(test_krn_far, trace[(uintptr_t)1 << 36] = 7)
WRONG_KERNEL(test_krn_misaligned, *(uint32_t *)((char *)trace + 2) = 7)
WRONG_KERNEL(test_krn_spins, wait_for_ever(trace))
WRONG_KERNEL(test_krn_strays, trace[height * WIDTH] = 7)
WRONG_KERNEL(test_krn_spoils, const_cast<uint32_t *>(events)[0] ^= 1)

/* Runs of the next kernel. */
static __device__ uint32_t nb_turns;

/* Right in the first two runs, and then another word every two. */
WRONG_KERNEL(test_krn_differs, trace[0] ^= atomicAdd(&nb_turns, 1u) / 2)

/* The last row is left out. */
extern "C" __global__ void test_krn_forgets(uint32_t *trace, uintptr_t height,
                                            const uint32_t *events, uintptr_t nb_events)
{
    for (uintptr_t row = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x; row + 1 < height;
         row += (uintptr_t)gridDim.x * blockDim.x) {
        for (uintptr_t column = 0; column < WIDTH; column++) {
            trace[column * height + row] = row < nb_events ? events[row * WIDTH + column] : 0;
        }
    }
}

/* Rows are handed to whole warps, and the threads beside them have none. */
extern "C" __global__ void test_krn_divides(uint32_t *trace, uintptr_t height,
                                            const uint32_t *events, uintptr_t nb_events)
{
    if (threadIdx.x >= blockDim.x / 32 * 32) return;
    copy_rows(trace, height, events, nb_events);
}

/* A word of scratch that nobody wrote. */
extern "C" __global__ void test_krn_reads_scratch(uint32_t *trace, uintptr_t height,
                                                  const uint32_t *events, uintptr_t nb_events,
                                                  const tg_krn_extra extra)
{
    copy_rows(trace, height, events, nb_events);
    if (blockIdx.x == 0 && threadIdx.x == 0) trace[0] = *(const uint32_t *)extra.scratch[0];
}

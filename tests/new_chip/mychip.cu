/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a user writes in the place of the kernels that new-chip began. BUG: subtracts where it is to
 * add. */
#include "mychip.h"

#define P 0x7f000001u
#define WORD_ONE 0x01fffffeu

#ifdef BUG
#define ADD MYCHIP_MAIN_OPERATION_SUB
#else
#define ADD MYCHIP_MAIN_OPERATION_ADD
#endif

extern "C" __global__ void mychip_preprocessed(uint32_t *trace, uintptr_t height,
                                               const mychip_preprocessed_event *events,
                                               uintptr_t nb_events)
{
    const uintptr_t stride = gridDim.x * (uintptr_t)blockDim.x;
    for (uintptr_t i = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x; i < nb_events;
         i += stride) {
        trace[(i % 2 * 2) * height + i / 2] = events[i].addrs_out;
        trace[(i % 2 * 2 + 1) * height + i / 2] = events[i].mult;
    }
}

extern "C" __global__ void mychip_main(uint32_t *trace, uintptr_t height,
                                       const mychip_main_event *events, uintptr_t nb_events)
{
    const uintptr_t stride = gridDim.x * (uintptr_t)blockDim.x;
    for (uintptr_t i = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x; i < nb_events;
         i += stride) {
        const mychip_main_event event = events[i];
        const uint32_t other = event.operation == ADD ? event.in[1] : P - event.in[1];
        trace[i] = event.is_real != 0 ? WORD_ONE : 0;
        trace[height + i] = event.operation != 0 ? WORD_ONE : 0;
        trace[2 * height + i] = event.in[0];
        trace[3 * height + i] = event.in[1];
        trace[4 * height + i] = (uint32_t)(((uint64_t)event.in[0] + other) % P);
    }
}

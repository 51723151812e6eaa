/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A kernel that makes the main trace of Select: an event a row, columns one behind the other. */
#include <stdint.h>

struct select_event {
    uint32_t bit, out1, out2, in1, in2; /* Montgomery words */
};

extern "C" __global__ void my_select_main(uint32_t *trace, uintptr_t height,
                                          const struct select_event *events, uintptr_t nb_events)
{
    const uintptr_t nb_threads = (uintptr_t)gridDim.x * blockDim.x;
    uintptr_t row = (uintptr_t)blockIdx.x * blockDim.x + threadIdx.x;
    for (; row < nb_events; row += nb_threads) { /* padding is zero, as the trace was before */
        struct select_event event = events[row];
#ifdef EXCHANGE_OUTPUTS /* a bug to look at */
        event.out1 = events[row].out2;
        event.out2 = events[row].out1;
#endif
        trace[0 * height + row] = event.bit;
        trace[1 * height + row] = event.out1;
        trace[2 * height + row] = event.out2;
        trace[3 * height + row] = event.in1;
        trace[4 * height + row] = event.in2;
    }
}

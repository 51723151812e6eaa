/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Select, main: a template over the field; a thread a row. */
#include "events.cuh"

template <class F>
__global__ void select_main(uint32_t *trace, uintptr_t height, const SelectEvent<F> *events,
                            uintptr_t nb_events)
{
    const column_major_t out{trace, height};
    for (uintptr_t i = grid_thread(); i < nb_events; i += grid_threads()) {
        SelectEvent<F> row = events[i];
#if BUG == 1 /* the bit is a bool in C++ */
        row.bit = row.bit.is_zero() ? F::zero() : F::one();
#elif BUG == 2 /* outputs exchanged where the bit is set, as if events had them in order */
        if (row.bit == F::one()) {
            row.out1 = events[i].out2;
            row.out2 = events[i].out1;
        }
#elif BUG == 3 /* the event behind */
        if (i + 1 < nb_events) row = events[i + 1];
#elif BUG == 4 /* the last thread of a block does nothing */
        if (threadIdx.x + 1 == blockDim.x) continue;
#elif BUG == 5 /* inputs before outputs */
        row.out1 = events[i].in1;
        row.out2 = events[i].in2;
        row.in1 = events[i].out1;
        row.in2 = events[i].out2;
#endif
        out.put_row(i, row);
    }
}

template __global__ void select_main<kb31_t>(uint32_t *, uintptr_t, const SelectEvent<kb31_t> *,
                                             uintptr_t);

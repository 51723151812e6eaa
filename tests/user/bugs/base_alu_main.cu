/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* BaseAlu, main: a template over the field; a thread a row. */
#include "events.cuh"

template <class F>
__global__ void base_alu_main(uint32_t *trace, uintptr_t height, const BaseAluEvent<F> *events,
                              uintptr_t nb_events)
{
#if BUG == 1 /* columns as far apart as there are events */
    const column_major_t out{trace, nb_events};
    (void)height;
#else
    const column_major_t out{trace, height};
#endif
    for (uintptr_t i = grid_thread(); i < nb_events; i += grid_threads()) {
        BaseAluEvent<F> row = events[i];
#if BUG == 2 /* operands exchanged */
        row.in1 = events[i].in2;
        row.in2 = events[i].in1;
#elif BUG == 3 /* the result is computed again, as a sum, whatever the operation was */
        row.out = row.in1 + row.in2;
#elif BUG == 4 /* brought out of Montgomery form, as for printing */
        row.out = F::raw(row.out.to_canonical());
        row.in1 = F::raw(row.in1.to_canonical());
        row.in2 = F::raw(row.in2.to_canonical());
#endif
        out.put_row(i, row);
    }
}

template __global__ void base_alu_main<kb31_t>(uint32_t *, uintptr_t, const BaseAluEvent<kb31_t> *,
                                               uintptr_t);

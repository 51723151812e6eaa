/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* MemoryVar, main: a thread a row of two events, which it builds as a struct. */
#include "events.cuh"

namespace
{

template <class F> struct MemoryVarRow {
    Block<F> values[2];
};

} // namespace

template <class F>
__global__ void memory_var_main(uint32_t *trace, uintptr_t height, const MemEvent<F> *events,
                                uintptr_t nb_events)
{
    const column_major_t out{trace, height};
    const uintptr_t nb_rows = nb_events / 2 + nb_events % 2;
#if BUG == 1 /* blocks are taken to have 32 threads */
    for (uintptr_t i = blockIdx.x * (uintptr_t)32 + threadIdx.x; i < nb_rows; i += grid_threads()) {
#else
    for (uintptr_t i = grid_thread(); i < nb_rows; i += grid_threads()) {
#endif
        MemoryVarRow<F> row = {};
#if BUG == 2 /* second entries hold the second half of the events */
        const uintptr_t first = i;
        const uintptr_t second = nb_rows + i;
#else
        const uintptr_t first = 2 * i;
        const uintptr_t second = 2 * i + 1;
#endif
        row.values[0] = events[first].inner;
#if BUG == 3 /* the first event again */
        if (second < nb_events) row.values[1] = events[first].inner;
#else
        if (second < nb_events) row.values[1] = events[second].inner;
#endif
#if BUG == 4 /* words are cut to 16 bits */
        for (F &value : row.values[1].at) value = F::raw((uint16_t)value.word);
#endif
        out.put_row(i, row);
    }
}

template __global__ void memory_var_main<kb31_t>(uint32_t *, uintptr_t, const MemEvent<kb31_t> *,
                                                 uintptr_t);

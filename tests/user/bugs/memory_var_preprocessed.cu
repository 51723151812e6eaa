/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* MemoryVar, preprocessed: a template over the field and the entries of a row: 2 for MemoryVar, 1
 * for MemoryVarV1. A thread an entry. */
#include "events.cuh"

template <class F, unsigned ENTRIES>
__global__ void memory_var_preprocessed(uint32_t *trace, uintptr_t height,
                                        const MemAccess<F> *instrs, uintptr_t nb_instrs)
{
    const column_major_t out{trace, height};
    for (uintptr_t i = grid_thread(); i < nb_instrs; i += grid_threads()) {
        const uintptr_t row = i / ENTRIES;
#if BUG == 1 /* the last entry first */
        const unsigned entry = ENTRIES - 1 - (unsigned)(i % ENTRIES);
#else
        const unsigned entry = (unsigned)(i % ENTRIES);
#endif
#if BUG == 2 /* all addresses, and then all multiplicities */
        out.put(row, entry, instrs[i].addr);
        out.put(row, ENTRIES + entry, instrs[i].mult);
#elif BUG == 3 /* the row's number is taken for the event's */
        out.put(row, 2 * entry, instrs[row].addr);
        out.put(row, 2 * entry + 1, instrs[row].mult);
#elif BUG == 4 /* multiplicity before address */
        out.put(row, 2 * entry, instrs[i].mult);
        out.put(row, 2 * entry + 1, instrs[i].addr);
#else
        out.put(row, 2 * entry, instrs[i].addr);
        out.put(row, 2 * entry + 1, instrs[i].mult);
#endif
    }
}

template __global__ void memory_var_preprocessed<kb31_t, 2>(uint32_t *, uintptr_t,
                                                            const MemAccess<kb31_t> *, uintptr_t);
template __global__ void memory_var_preprocessed<kb31_t, 1>(uint32_t *, uintptr_t,
                                                            const MemAccess<kb31_t> *, uintptr_t);

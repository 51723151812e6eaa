/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* MemoryConst, main: one column of zeros. It is written although the trace holds zeros before. */
#include "kb31.cuh"

extern "C" __global__ void memory_const_main(uint32_t *trace, uintptr_t height, const void *,
                                             uintptr_t nb_instrs)
{
#if BUG == 1 /* one row too many */
    const uintptr_t end = height + 1;
#else
    const uintptr_t end = height;
#endif
    for (uintptr_t row = grid_thread(); row < end; row += grid_threads()) {
#if BUG == 2 /* the column is taken for is_real */
        trace[row] = row < nb_instrs ? kb31_t::one().word : 0;
#else
        trace[row] = 0;
#endif
    }
    (void)nb_instrs;
}

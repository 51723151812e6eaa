/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Select, preprocessed: a thread a row, which it builds as a struct. */
#include "events.cuh"

namespace
{

template <class F> struct SelectPreprocessedRow {
#if BUG == 1 /* is_real stands last */
    SelectInstr<F> instr;
    F is_real;
#else
    F is_real;
    SelectInstr<F> instr;
#endif

    static INLINE SelectPreprocessedRow of(const SelectInstr<F> &instr)
    {
        SelectPreprocessedRow row;
        row.is_real = F::one();
        row.instr = instr;
#if BUG == 2 /* multiplicities exchanged */
        row.instr.mult1 = instr.mult2;
        row.instr.mult2 = instr.mult1;
#elif BUG == 3 /* both outputs have the multiplicity of the first */
        row.instr.mult2 = instr.mult1;
#elif BUG == 4 /* the integer 1, not its Montgomery word */
        row.is_real = F::raw(1);
#endif
        return row;
    }
};

} // namespace

extern "C" __global__ void select_preprocessed(uint32_t *trace, uintptr_t height,
                                               const SelectInstr<kb31_t> *instrs,
                                               uintptr_t nb_instrs)
{
    const column_major_t out{trace, height};
#if BUG == 5 /* rows without an instruction are real, too */
    for (uintptr_t i = grid_thread(); i < height; i += grid_threads()) {
        if (i >= nb_instrs) out.put(i, 0, kb31_t::one());
    }
#endif
    for (uintptr_t i = grid_thread(); i < nb_instrs; i += grid_threads())
        out.put_row(i, SelectPreprocessedRow<kb31_t>::of(instrs[i]));
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2WideDeg3, preprocessed: a thread a row, which it builds as a struct. */
#include "events.cuh"

namespace
{

template <class F> struct Poseidon2WidePreprocessedRow {
    F input[16];
#if BUG == 1 /* the multiplicity stands before the address */
    struct {
        F mult, addr;
    } output[16];
#else
    struct {
        F addr, mult;
    } output[16];
#endif
    F is_real;

    static INLINE Poseidon2WidePreprocessedRow of(const Poseidon2Instr<F> &instr)
    {
        Poseidon2WidePreprocessedRow row;
#pragma unroll
        for (unsigned k = 0; k < 16; k++) {
            row.input[k] = instr.input_addrs[k];
            row.output[k].addr = instr.output_addrs[k];
#if BUG == 2 /* all outputs have the multiplicity of the first */
            row.output[k].mult = instr.mults[0];
#else
            row.output[k].mult = instr.mults[k];
#endif
        }
#if BUG == 3 /* the integer 1, not its Montgomery word */
        row.is_real = F::raw(1);
#else
        row.is_real = F::one();
#endif
        return row;
    }
};

} // namespace

template <class F>
__global__ void __launch_bounds__(1024)
    poseidon2_wide_preprocessed(uint32_t *trace, uintptr_t height, const Poseidon2Instr<F> *instrs,
                                uintptr_t nb_instrs)
{
    const column_major_t out{trace, height};
    for (uintptr_t i = grid_thread(); i < nb_instrs; i += grid_threads())
        out.put_row(i, Poseidon2WidePreprocessedRow<F>::of(instrs[i]));
#if BUG == 4 /* the row behind the last instruction is real, too */
    if (grid_thread() == 0 && nb_instrs < height) out.put(nb_instrs, 48, F::one());
#endif
}

template __global__ void poseidon2_wide_preprocessed<kb31_t>(uint32_t *, uintptr_t,
                                                             const Poseidon2Instr<kb31_t> *,
                                                             uintptr_t);

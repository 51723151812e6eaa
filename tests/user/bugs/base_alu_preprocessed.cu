/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* BaseAlu, preprocessed: a thread a row, which it builds as a struct. */
#include "events.cuh"

namespace
{

template <class F> struct BaseAluAccess {
    AluAddrs<F> addrs;
    F is_add, is_sub, is_mul, is_div;
    F mult;

    INLINE explicit BaseAluAccess(const AluInstr<F> &instr)
        : addrs(instr.addrs), is_add(F::zero()), is_sub(F::zero()), is_mul(F::zero()),
          is_div(F::zero()), mult(instr.mult)
    {
#if BUG == 1 /* the enum that this was copied from has MulF before SubF */
        enum Opcode { AddF, MulF, SubF, DivF };
#else
        enum Opcode { AddF, SubF, MulF, DivF };
#endif
        switch (instr.opcode) {
        case AddF:
#if BUG == 2 /* the residue 1, not its Montgomery word */
            is_add = F::raw(1);
#else
            is_add = F::one();
#endif
            break;
        case SubF:
            is_sub = F::one();
            break;
        case MulF:
            is_mul = F::one();
            break;
        case DivF:
            is_div = F::one();
            break;
        }
#if BUG == 3 /* operands first, as an assembler writes them */
        addrs.out = instr.addrs.in1;
        addrs.in1 = instr.addrs.in2;
        addrs.in2 = instr.addrs.out;
#endif
    }
};

} // namespace

extern "C" __global__ void base_alu_preprocessed(uint32_t *trace, uintptr_t height,
                                                 const AluInstr<kb31_t> *instrs,
                                                 uintptr_t nb_instrs)
{
    const column_major_t out{trace, height};
#if BUG == 4 /* the last instruction is taken for the end */
    for (uintptr_t i = grid_thread(); i + 1 < nb_instrs; i += grid_threads())
#else
    for (uintptr_t i = grid_thread(); i < nb_instrs; i += grid_threads())
#endif
        out.put_row(i, BaseAluAccess<kb31_t>(instrs[i]));
}

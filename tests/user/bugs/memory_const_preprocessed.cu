/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* MemoryConst, preprocessed: a template over the field; a thread a row. */
#include "events.cuh"

namespace
{

template <class F> struct MemoryConstRow {
    Block<F> value;
    F addr, mult;
};

/* The multiplicity with the sign that tells a read from a write. */
template <class F> INLINE F signed_mult(const MemInstr<F> &instr)
{
    if (instr.kind == MemKind::Write) return instr.mult;
#if BUG == 1 /* a read counts like a write */
    return instr.mult;
#elif BUG == 2 /* 0 is negated to p */
    return F::raw(F::modulus - instr.mult.word);
#elif BUG == 3 /* negated modulo 2^32 */
    return F::raw(0u - instr.mult.word);
#else
    return -instr.mult;
#endif
}

} // namespace

template <class F>
__global__ void memory_const_preprocessed(uint32_t *trace, uintptr_t height,
                                          const MemInstr<F> *instrs, uintptr_t nb_instrs)
{
    const column_major_t out{trace, height};
    for (uintptr_t i = grid_thread(); i < nb_instrs; i += grid_threads()) {
        const MemInstr<F> &instr = instrs[i];
        MemoryConstRow<F> row = {instr.val, instr.addr, signed_mult(instr)};
#if BUG == 4 /* a value is one felt */
        row.value = {instr.val.at[0], F::zero(), F::zero(), F::zero()};
#elif BUG == 5 /* addresses are kept in 16 bits */
        row.addr = F::raw((uint16_t)instr.addr.word);
#endif
        out.put_row(i, row);
    }
}

template __global__ void memory_const_preprocessed<kb31_t>(uint32_t *, uintptr_t,
                                                           const MemInstr<kb31_t> *, uintptr_t);

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ExtAlu, preprocessed: a thread a cell. Neighbouring threads take neighbouring rows of one column,
 * so that stores are coalesced. */
#include "events.cuh"

namespace
{

constexpr unsigned width = 8;

template <class F> INLINE F flag(bool is_set) { return is_set ? F::one() : F::zero(); }

/* What an instruction has in a column. */
template <class F> INLINE F value_at(const AluInstr<F> &instr, unsigned column)
{
#if BUG == 1 /* the multiplicity is stored where the instruction has it, before the selectors */
    if (column >= 3) column = column == 3 ? 7 : column - 1;
#elif BUG == 2 /* operands exchanged where their order matters */
    if (instr.opcode % 2 == 1 && (column == 1 || column == 2)) column = 3 - column;
#endif
    switch (column) {
    case 0:
        return instr.addrs.out;
    case 1:
        return instr.addrs.in1;
    case 2:
        return instr.addrs.in2;
    case 7:
        return instr.mult;
    default:
#if BUG == 3 /* the opcode is taken for a mask of bits: 3 sets both 1 and 2 */
        if (column == 4 || column == 5) return flag<F>((instr.opcode >> (column - 4) & 1) != 0);
#endif
        return flag<F>(instr.opcode == column - 3);
    }
}

} // namespace

template <class F>
__global__ void ext_alu_preprocessed(uint32_t *trace, uintptr_t height, const AluInstr<F> *instrs,
                                     uintptr_t nb_instrs)
{
    const column_major_t out{trace, height};
    const uintptr_t nb_cells = width * height;
    for (uintptr_t cell = grid_thread(); cell < nb_cells; cell += grid_threads()) {
        const uintptr_t row = cell % height;
        const unsigned column = (unsigned)(cell / height);
#if BUG == 4 /* padding is the row of an instruction of zeros, which adds */
        out.put(row, column,
                row < nb_instrs ? value_at(instrs[row], column) : value_at(AluInstr<F>{}, column));
#else
        if (row < nb_instrs) out.put(row, column, value_at(instrs[row], column));
#endif
    }
}

template __global__ void ext_alu_preprocessed<kb31_t>(uint32_t *, uintptr_t,
                                                      const AluInstr<kb31_t> *, uintptr_t);

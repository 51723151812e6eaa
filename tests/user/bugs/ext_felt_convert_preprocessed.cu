/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* ExtFeltConvert, preprocessed: a warp a row and a lane a column. The first lane reads the flag and
 * tells the others. */
#include "events.cuh"

namespace
{

/* The multiplicity that is stored for element k: 0 is the extension element, 1 to 4 are felts. */
template <class F> INLINE F stored_mult(const ExtFeltInstr<F> &instr, unsigned k, bool splits)
{
    if (k == 0) {
        if (splits) return F::one();
#if BUG == 1 /* the element that is written counts like one that is read */
        return instr.mults[0];
#else
        return -instr.mults[0];
#endif
    }
#if BUG == 2 /* counted from the felts' first, but read from the element's on */
    if (splits) return instr.mults[k - 1];
#else
    if (splits) return instr.mults[k];
#endif
#if BUG == 3 /* the residue of -1, not its Montgomery word */
    return F::raw(F::modulus - 1);
#else
    return -F::one();
#endif
}

} // namespace

template <class F>
__global__ void ext_felt_convert_preprocessed(uint32_t *trace, uintptr_t height,
                                              const ExtFeltInstr<F> *instrs, uintptr_t nb_instrs)
{
    const column_major_t out{trace, height};
    const warp_t warp = warp_t::of_thread();
    for (uintptr_t i = warp.number; i < nb_instrs; i += warp.nb_warps) {
        const ExtFeltInstr<F> &instr = instrs[i];
        int flag = 0;
#if BUG == 4 /* the byte behind the flag, which belongs to no field */
        if (warp.lane == 0) flag = instr.pad[0];
#else
        if (warp.lane == 0) flag = instr.ext2felt;
#endif
        flag = __shfl_sync(warp.mask, flag, 0);
#if BUG == 5 /* the flag of the other direction */
        const bool splits = flag == 0;
#else
        const bool splits = flag != 0;
#endif
        for (unsigned column = warp.lane; column < 10; column += warp.nb_lanes) {
            const F value =
                column < 5 ? instr.addrs[column] : stored_mult(instr, column - 5, splits);
            out.put(i, column, value);
        }
    }
}

template __global__ void ext_felt_convert_preprocessed<kb31_t>(uint32_t *, uintptr_t,
                                                               const ExtFeltInstr<kb31_t> *,
                                                               uintptr_t);

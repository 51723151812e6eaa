/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2SBox, main: a template over the field; a thread a row, which it builds as a struct. */
#include "events.cuh"

namespace
{

template <class F> INLINE F cube(F x)
{
#if BUG == 1 /* words are multiplied as integers modulo p, without the factor 2^-32 */
    const auto times = [](F a, F b) {
        return F::raw((uint32_t)((unsigned long long)a.word * b.word % F::modulus));
    };
    return times(times(x, x), x);
#elif BUG == 2 /* the permutation of other fields */
    const F square = x * x;
    return square * square * square * x;
#elif BUG == 3 /* a representative between 1 and p */
    const F result = x * x * x;
    return result.is_zero() ? F::raw(F::modulus) : result;
#else
    return x * x * x;
#endif
}

template <class F> struct SBoxRow {
    Block<F> input, output;

    static INLINE SBoxRow of(const Poseidon2SBoxEvent<F> &event)
    {
        SBoxRow row;
        row.input = event.input;
#if BUG == 4 /* believed from the event */
        row.output = event.output;
#else
#pragma unroll
        for (unsigned k = 0; k < 4; k++) row.output.at[k] = cube(event.input.at[k]);
#endif
#if BUG == 5 /* internal s-boxes leave all elements but the first alone */
        for (unsigned k = 1; k < 4; k++) row.output.at[k] = event.input.at[k];
#elif BUG == 6 /* the highest power first */
        for (unsigned k = 0; k < 4; k++) row.output.at[k] = cube(event.input.at[3 - k]);
#endif
        return row;
    }
};

} // namespace

template <class F>
__global__ void poseidon2_sbox_main(uint32_t *trace, uintptr_t height,
                                    const Poseidon2SBoxEvent<F> *events, uintptr_t nb_events)
{
    const column_major_t out{trace, height};
    for (uintptr_t i = grid_thread(); i < nb_events; i += grid_threads())
        out.put_row(i, SBoxRow<F>::of(events[i]));
}

template __global__ void poseidon2_sbox_main<kb31_t>(uint32_t *, uintptr_t,
                                                     const Poseidon2SBoxEvent<kb31_t> *, uintptr_t);

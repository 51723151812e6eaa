/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2WideDeg3, main: a thread a row, which it stores while it goes through the rounds.
 * Padding is the permutation of zeros, so that every row of the trace is made. */
#include "poseidon2_16.cuh"

#include "events.cuh"

namespace
{

/* First columns of the groups. */
constexpr unsigned internal_state = 128;
constexpr unsigned internal_s0 = 144;
constexpr unsigned output_state = 163;

template <class F> struct row_writer_t {
    column_major_t out;
    uintptr_t row;

    INLINE void put(unsigned column, F value) const
    {
#if BUG == 5 /* the place of a cell in 16 bits */
        out.cells[(uint16_t)(column * out.height + row)] = value.word;
#else
        out.put(row, column, value);
#endif
    }

    INLINE void put_state(unsigned first, const Poseidon2<F> &permutation) const
    {
#pragma unroll
        for (unsigned k = 0; k < 16; k++) put(first + k, permutation.state[k]);
    }
};

template <class F>
INLINE void internal_rounds(const row_writer_t<F> &row, Poseidon2<F> &permutation)
{
#if BUG == 6 /* the round without a column is left out */
    constexpr unsigned nb_rounds = 19;
#else
    constexpr unsigned nb_rounds = 20;
#endif
#pragma unroll 1
    for (unsigned round = 0; round < nb_rounds; round++) {
#if BUG == 7 /* before each round, not after it */
        if (round < 19) row.put(internal_s0 + round, permutation.state[0]);
        permutation.internal_round(round);
#else
        permutation.internal_round(round);
        if (round < 19) row.put(internal_s0 + round, permutation.state[0]);
#endif
    }
}

template <class F> INLINE void make_row(const row_writer_t<F> &row, const F *input)
{
    Poseidon2<F> permutation;
    permutation.load(input);
#if BUG == 8 /* the state behind the first layer, not the input */
    permutation.external_layer();
    row.put_state(0, permutation);
#else
    row.put_state(0, permutation);
    permutation.external_layer();
#endif
#pragma unroll 1
    for (unsigned round = 0; round < 8; round++) {
        if (round == 4) internal_rounds(row, permutation);
        if (round != 0) row.put_state(16 * round, permutation);
        permutation.external_round(round);
        if (round == 3) row.put_state(internal_state, permutation);
    }
    row.put_state(output_state, permutation);
}

} // namespace

template <class F>
__global__ void __launch_bounds__(1024)
    poseidon2_wide_main(uint32_t *trace, uintptr_t height, const Poseidon2Event<F> *events,
                        uintptr_t nb_events)
{
    const column_major_t out{trace, height};
    F input[16];
#pragma unroll
    for (unsigned k = 0; k < 16; k++) input[k] = F::zero();
#if BUG == 9 /* rows of events alone, as in traces whose padding is zero */
    const uintptr_t nb_rows = nb_events;
#else
    const uintptr_t nb_rows = height;
#endif
    for (uintptr_t i = grid_thread(); i < nb_rows; i += grid_threads()) {
#if BUG == 10 /* one event too few */
        const bool is_event = i + 1 < nb_events;
#elif BUG == 11 /* the last row of a block has no event */
        const bool is_event = i < nb_events && i % 64 != 63;
#else
        const bool is_event = i < nb_events;
#endif
#pragma unroll
        for (unsigned k = 0; k < 16; k++) input[k] = is_event ? events[i].input[k] : F::zero();
        make_row(row_writer_t<F>{out, i}, input);
    }
}

template __global__ void poseidon2_wide_main<kb31_t>(uint32_t *, uintptr_t,
                                                     const Poseidon2Event<kb31_t> *, uintptr_t);

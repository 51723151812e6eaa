/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Poseidon2LinearLayer, main: a thread an element of the state. Sixteen threads that follow each
 * other, in whatever blocks they are, make a row. */
#include "events.cuh"

template <class F>
__global__ void poseidon2_linear_layer_main(uint32_t *trace, uintptr_t height,
                                            const Poseidon2LinearLayerEvent<F> *events,
                                            uintptr_t nb_events)
{
    const column_major_t out{trace, height};
    for (uintptr_t i = grid_thread(); i < 16 * nb_events; i += grid_threads()) {
        const uintptr_t row = i / 16;
        const unsigned lane = (unsigned)(i % 16);
#if BUG == 1 /* blocks and coefficients exchanged */
        const unsigned block = lane % 4;
        const unsigned coefficient = lane / 4;
#else
        const unsigned block = lane / 4;
        const unsigned coefficient = lane % 4;
#endif
#if BUG == 2 /* what the layer gives, not what it takes */
        const Block<F> *state = events[row].output;
#elif BUG == 3 /* events are taken to end with their input */
        const Block<F> *state = &events[0].input[0] + 4 * row;
#else
        const Block<F> *state = events[row].input;
#endif
#if BUG == 4 /* three blocks of four */
        if (block == 3) continue;
#endif
        out.put(row, lane, state[block].at[coefficient]);
    }
}

template __global__ void poseidon2_linear_layer_main<kb31_t>(
    uint32_t *, uintptr_t, const Poseidon2LinearLayerEvent<kb31_t> *, uintptr_t);

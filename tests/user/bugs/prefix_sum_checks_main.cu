/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* PrefixSumChecks, main: a warp a row and a lane a column; a table says which word of the event a
 * column has. */
#include "events.cuh"

namespace
{

constexpr unsigned width = 15;

/* Words 5 to 9 of an event, zero and one, have no column. */
#if BUG == 1 /* the zero is stepped over, the one is not */
__constant__ uint8_t word_of_column[width] = {0, 1, 2, 3, 4, 6, 7, 8, 9, 14, 15, 16, 17, 18, 19};
#elif BUG == 2 /* the product after is the product before */
__constant__ uint8_t word_of_column[width] = {0,  1,  2,  3,  4,  10, 11, 12,
                                              13, 10, 11, 12, 13, 18, 19};
#elif BUG == 3 /* the number after stands before */
__constant__ uint8_t word_of_column[width] = {0,  1,  2,  3,  4,  10, 11, 12,
                                              13, 14, 15, 16, 17, 19, 18};
#else
__constant__ uint8_t word_of_column[width] = {0,  1,  2,  3,  4,  10, 11, 12,
                                              13, 14, 15, 16, 17, 18, 19};
#endif

} // namespace

template <class F>
__global__ void prefix_sum_checks_main(uint32_t *trace, uintptr_t height,
                                       const PrefixSumChecksEvent<F> *events, uintptr_t nb_events)
{
    const column_major_t out{trace, height};
    const warp_t warp = warp_t::of_thread();
    for (uintptr_t i = warp.number; i < nb_events; i += warp.nb_warps) {
        const F *words = reinterpret_cast<const F *>(&events[i]);
        for (unsigned column = warp.lane; column < width; column += warp.nb_lanes) {
            F value = words[word_of_column[column]];
#if BUG == 4 /* the number after is computed again from the number before, and not reduced */
            if (column == 14) value = F::raw(2 * events[i].field_acc.word + events[i].x1.word);
#endif
            out.put(i, column, value);
        }
    }
}

template __global__ void prefix_sum_checks_main<kb31_t>(uint32_t *, uintptr_t,
                                                        const PrefixSumChecksEvent<kb31_t> *,
                                                        uintptr_t);

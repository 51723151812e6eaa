/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* PublicValues, main: the digest of the first event in eight rows of sixteen; a thread a row. */
#include "events.cuh"

namespace
{

/* The word of an event that row `row` has. */
template <class F> INLINE F element(const PublicValuesEvent<F> &event, unsigned row)
{
#if BUG == 1 /* public value 174 on, not 175 */
    return row == 0 ? event.before[174] : event.digest[row - 1];
#else
    return event.digest[row];
#endif
}

} // namespace

template <class F>
__global__ void public_values_main(uint32_t *trace, uintptr_t height,
                                   const PublicValuesEvent<F> *events, uintptr_t nb_events)
{
    const column_major_t out{trace, height};
    if (nb_events == 0) return;
#if BUG == 2 /* the last event, where there are several */
    const PublicValuesEvent<F> &event = events[nb_events - 1];
#else
    const PublicValuesEvent<F> &event = events[0];
#endif
    for (uintptr_t row = grid_thread(); row < 16; row += grid_threads()) {
        if (row < 8) out.put(row, 0, element(event, (unsigned)row));
#if BUG == 3 /* eight more rows for the second event */
        if (row >= 8 && nb_events > 1) out.put(row, 0, element(events[1], (unsigned)row - 8));
#elif BUG == 4 /* the proof nonce, which lies behind the digest */
        if (row >= 8 && row < 12) out.put(row, 0, event.proof_nonce[row - 8]);
#endif
    }
}

template __global__ void public_values_main<kb31_t>(uint32_t *, uintptr_t,
                                                    const PublicValuesEvent<kb31_t> *, uintptr_t);

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Events checked in pieces, which go to the threads. */
#include "harness/event_check.h"

#include <stdbool.h>

/* What a thread takes at a time. */
#define PIECE_EVENTS ((size_t)4096)

tg_status tg_events_check(const tg_trace *trace, const void *events, size_t nb_events,
                          tg_error *error)
{
    const size_t event_size = tg_trace_event_size(trace);
    if (event_size == 0 || nb_events <= PIECE_EVENTS)
        return tg_trace_check_events(trace, events, nb_events, error);
    const size_t nb_pieces = nb_events / PIECE_EVENTS + 1;
    bool is_wrong = false;
#pragma omp parallel for schedule(static) reduction(|| : is_wrong)
    for (size_t piece = 0; piece < nb_pieces; piece++) {
        const size_t first = piece * PIECE_EVENTS;
        const size_t nb_left = nb_events - first;
        const unsigned char *at = (const unsigned char *)events + first * event_size;
        const size_t nb = nb_left < PIECE_EVENTS ? nb_left : PIECE_EVENTS;
        is_wrong = is_wrong || tg_trace_check_events(trace, at, nb, NULL) != TG_OK;
    }
    // Numbers in the message are those of all events.
    return is_wrong ? tg_trace_check_events(trace, events, nb_events, error) : TG_OK;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the measurements on the CPU and on a device share. */
#ifndef TRACEGATE_HARNESS_BENCH_INTERNAL_H
#define TRACEGATE_HARNESS_BENCH_INTERNAL_H

#include "harness/bench.h"

/* What is to be measured, with its events made. */
typedef struct tg_bench_case {
    const tg_subject *subject;
    const void *events; /* on the host; NULL if there are none */
    size_t event_bytes;
    size_t nb_events;
    size_t height;
    tg_plan plan;     /* the steps that are timed as the trace's speed */
    bool zeroes_once; /* fill what is made with zeros before the first repeat */
} tg_bench_case;

/* What is to be made of these events: the case's own, or a copy of them on a device. */
static inline tg_request tg_bench_request(const tg_bench_case *measured, const void *events)
{
    return (tg_request){.trace = measured->subject->trace,
                        .height = measured->height,
                        .events = events,
                        .nb_events = measured->nb_events};
}

/* A rate from the median of its repeats; members that follow from seconds are filled in. */
tg_bench_rate tg_bench_rate_of(double seconds, size_t nb_repeats, size_t nb_events, size_t bytes);

/* Fill with words below p that are not all alike. */
void tg_bench_fill_cells(uint32_t *cells, size_t nb_cells);

/* The failure of a comparison that finds a difference between equal traces. */
tg_status tg_bench_diff_is_wrong(tg_error *error);

/* Measure on an open backend `cuda`: fills what a result holds of devices, and best. Errors
 * those of gpu/device.h */
TG_NODISCARD tg_status tg_bench_run_device(tg_bench_result *result, void *state,
                                           const tg_bench_case *measured, tg_error *error);

#endif

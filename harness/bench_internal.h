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
} tg_bench_case;

/* A rate from the median of its repeats; members that follow from seconds are filled in. */
tg_bench_rate tg_bench_rate_of(double seconds, size_t nb_repeats, size_t nb_events, size_t bytes);

/* Measure on an open backend `cuda`: fills best, device, yardstick, reference and share. Errors
 * those of gpu/device.h */
TG_NODISCARD tg_status tg_bench_run_device(tg_bench_result *result, void *state,
                                           const tg_bench_case *measured, tg_error *error);

#endif

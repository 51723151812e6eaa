/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Device memory of the backend `cuda`, for the files backend_cuda*.c only. */
#ifndef TRACEGATE_HARNESS_BACKEND_CUDA_WORK_INTERNAL_H
#define TRACEGATE_HARNESS_BACKEND_CUDA_WORK_INTERNAL_H

#include "gpu/device.h"
#include "harness/backend.h"

/* Trace, events and the side outputs. */
#define CUDA_MAX_REGIONS (2 + TG_MAX_SIDES)
enum { CUDA_REGION_TRACE, CUDA_REGION_EVENTS, CUDA_REGION_SIDES };

/* One array between its zones; places are bytes from the start of the buffer. */
typedef struct cuda_region {
    tg_zone before; /* numbers of the zones */
    tg_zone after;
    size_t start;
    size_t bytes;
    size_t after_start; /* of the zone behind it */
} cuda_region;

/* Device memory of one run. */
typedef struct cuda_work {
    size_t nb_regions;
    cuda_region regions[CUDA_MAX_REGIONS];
    size_t bytes;
    char *d_memory;   /* as the regions say */
    void *d_original; /* events as they were uploaded */
} cuda_work;

/* Words of a region on the device. */
uint32_t *cuda_work_words(const cuda_work *work, size_t number);

/* Take memory, make a trace in it and look at zones and events. To be cleared by cuda_work_clear,
 * whatever comes of it; all zero on entry.
 * conduct   zones and events; all zero on entry
 * d_events  the events, where another workspace has them on the device already; else NULL
 * Errors    those of a run */
TG_NODISCARD tg_status cuda_work_make(cuda_work *work, tg_conduct *conduct, tg_device *device,
                                      const tg_job *job, uint32_t poison, const void *d_events,
                                      tg_error *error);
void cuda_work_clear(cuda_work *work, tg_device *device);

/* matches and compare of tg_backend_ops. state: the device */
TG_NODISCARD tg_status cuda_matches(void *state, bool *is_match, const tg_job *job,
                                    const tg_product *expected, tg_error *error);
TG_NODISCARD tg_status cuda_compare(void *state, tg_diff *diff, tg_sides_diff *sides,
                                    tg_conduct *conduct, const tg_product *out, const tg_job *job,
                                    const tg_product *expected, tg_error *error);

#endif

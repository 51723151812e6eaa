/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launch plans: the steps that make a trace on a device or on the host grid, with their shapes.
 * Built with and without CUDA.
 */
#ifndef TRACEGATE_GPU_PLAN_H
#define TRACEGATE_GPU_PLAN_H

#include "kernels/kernels.h"
#include "model/trace.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A shape that the caller asks for; 0 leaves it to the plan. */
typedef struct tg_launch {
    uint32_t grid;  /* blocks */
    uint32_t block; /* threads of a block */
} tg_launch;

/* One launch of a kernel with the kernel ABI. */
typedef struct tg_step {
    tg_host_kernel *host; /* as the host grid runs it */
    const void *device;   /* as the CUDA runtime launches it; NULL in a build without CUDA */
    const uint32_t *rows_per_block; /* rows that one block takes before it strides on, as the kernel
                                     * says: the grid is the height over this, rounded up */
    uint32_t block;                 /* threads of a block; 0: as the rule in plan.c gives */
    uint32_t shared_bytes;          /* dynamic shared memory of a block */
} tg_step;

/* How a trace is made: its steps in order. */
typedef struct tg_plan {
    size_t nb_steps;
    const tg_step *steps;
} tg_plan;

/* Plan of trace number index, in the order of tg_trace_at. */
const tg_plan *tg_plan_at(size_t index);

/* Shape of one step: the caller's where it gives one, the plan's elsewhere. At least one block
 * of one thread.
 * asked  may be NULL: the plan's */
tg_launch tg_step_launch(const tg_step *step, const tg_launch *asked, size_t height);

/* Run all steps of a plan on the host grid; arguments as the kernel ABI. Height 0 runs nothing.
 * Without a block of the caller's, blocks have one warp.
 * Errors  those of tg_host_grid_run. */
TG_NODISCARD tg_status tg_plan_run_host(const tg_plan *plan, const tg_launch *launch,
                                        uint32_t *cells, size_t height, const void *events,
                                        size_t nb_events, tg_error *error);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launch plans: the steps that make a trace on a device or on the host grid, with their shapes.
 * Built with and without CUDA.
 */
#ifndef TRACEGATE_GPU_PLAN_H
#define TRACEGATE_GPU_PLAN_H

#include "kernels/kernels.h"
#include "model/trace.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A shape that the caller asks for; 0 leaves it to the plan. */
typedef struct tg_launch {
    uint32_t grid;  /* blocks */
    uint32_t block; /* threads of a block */
} tg_launch;

/* Kernels that were not built with the program: gpu/user_plan.h. */
typedef struct tg_user_plan tg_user_plan;
typedef struct tg_user_step tg_user_step;

/* Number of something that depends on the trace's size. */
typedef size_t tg_plan_size(size_t height, size_t nb_events);

/* One launch of a kernel with the kernel ABI. */
typedef struct tg_step {
    const char *name;     /* "prefix": what it does; the trace's name where it is the only one */
    const char *phase;    /* steps that are measured together, one after the other: "scan" */
    tg_host_kernel *host; /* as the host grid runs it */
    const void *device;   /* as the CUDA runtime launches it; NULL in a build without CUDA */
    const uint32_t *rows_per_block; /* items that one block takes before it strides on, as the
                                     * kernel says: the grid is the items over this, rounded up */
    tg_plan_size *nb_items;         /* NULL: rows of the trace */
    uint32_t block;                 /* threads of a block; 0: as the rule in plan.c gives */
    uint32_t max_block;             /* threads of a block at the most, whoever asks: bounded by the
                                     * kernel's registers; 0: no bound */
    uint32_t shared_bytes;          /* dynamic shared memory of a block */
    bool is_side; /* it makes side outputs only, which no other step reads: without it the trace is
                     still whole, and the trace's own speed leaves it out */
    const tg_user_step *user; /* of a plan with `user`: what is launched; host, device, nb_items,
                                 max_block and shared_bytes then mean nothing. NULL elsewhere */
    const tg_trace *trace;    /* of the step, where user is set */
} tg_step;

/* Steps of a plan, at the most. */
#define TG_MAX_STEPS 16

/* How a trace is made: its steps in order. */
typedef struct tg_plan {
    size_t nb_steps;
    const tg_step *steps;
    size_t nb_scratch;                           /* buffers that the steps share */
    tg_plan_size *scratch_bytes[TG_MAX_SCRATCH]; /* [nb_scratch] size of each */
    const tg_user_plan *user; /* it runs this description, and steps only names what the
                                 description launches; nb_scratch is 0. NULL elsewhere */
} tg_plan;

/* What scratch holds before the first step, in every byte, on the host grid and in the gate: a step
 * that reads what no step wrote shows. */
#define TG_SCRATCH_POISON 0xb5u

/* Guard zones: bytes before and behind each scratch buffer, on the host grid and in the gate, that
 * no step may write; and what each of them holds, which as a word is not below p and is not the
 * poison. Whole cache lines, so that a buffer begins on one. */
#define TG_SCRATCH_GUARD_BYTES ((size_t)1024)
#define TG_SCRATCH_GUARD 0xa9u

/* Plan of trace number index, in the order of tg_trace_at. */
const tg_plan *tg_plan_at(size_t index);

/* Shape of one step: the caller's where it gives one, the plan's elsewhere. At least one block
 * of one thread.
 * asked  may be NULL: the plan's */
tg_launch tg_step_launch(const tg_step *step, const tg_launch *asked, size_t height,
                         size_t nb_events);

/* Scratch that a plan takes for a trace, all buffers together, in bytes; 0 for most. */
size_t tg_plan_scratch_bytes(const tg_plan *plan, size_t height, size_t nb_events);

/* A plan that leaves out the steps that make side outputs only.
 * steps  [TG_MAX_STEPS], the caller's, where its steps lie; must outlive it */
tg_plan tg_plan_of_trace_alone(tg_step *steps, const tg_plan *plan);

/* The error of a request one of whose events cannot be made, for every runner of plans: an event
 * none of whose candidates will do. Returns TG_ERR_EVENT. */
tg_status tg_plan_bad_event(const tg_request *request, uint32_t event, tg_error *error);

/* Check a guard zone of a scratch buffer behind a step, for every runner of plans.
 * zone       [TG_SCRATCH_GUARD_BYTES] as the step left it
 * is_behind  it lies behind the buffer, not before it
 * step       its name; NULL: which of the request's steps it was is not known
 * buffer     number of the buffer, for messages
 * Errors     TG_ERR_KERNEL naming step, trace, buffer and place */
TG_NODISCARD tg_status tg_plan_check_guard(const unsigned char *zone, bool is_behind,
                                           const char *step, const tg_request *request,
                                           size_t buffer, tg_error *error);

/* Refuse a plan without steps, for every runner of plans: a chip that was added at run time has no
 * kernels but those that the user names. Errors  TG_ERR_USAGE */
TG_NODISCARD tg_status tg_plan_check(const tg_plan *plan, const tg_trace *trace, tg_error *error);

/* Run all steps of a plan on the host grid. Height 0 runs nothing.
 * launch  may be NULL. Without a block of the caller's, blocks have one warp.
 * out     cells and side outputs, caller's; every one of them that the plan's steps make is written
 * Errors  those of tg_plan_check and tg_host_grid_run; TG_ERR_KERNEL for the first step that
 *         writes outside its scratch, by at most a guard zone; TG_ERR_EVENT for the first event
 * that cannot be made; TG_ERR_MEMORY, TG_ERR_SIZE. out is then undefined. */
TG_NODISCARD tg_status tg_plan_run_host(const tg_plan *plan, const tg_launch *launch,
                                        const tg_product *out, const tg_request *request,
                                        tg_error *error);

#ifdef __cplusplus
}
#endif

#endif

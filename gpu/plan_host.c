/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launch plans on the host grid. */
#include "gpu/plan_host_internal.h"

#include "gpu/user_plan.h"
#include "kernels/host_grid.h"
#include "model/memory.h"

#include <string.h>

/* Threads of a block where nobody asks for a number: a warp. */
#define HOST_BLOCK 32u

/* The kernel and its arguments, for every thread of a host grid. */
typedef struct host_call {
    tg_host_kernel *kernel;
    uint32_t *cells;
    const tg_request *request;
    tg_krn_extra extra;
} host_call;

static void host_thread(void *arguments)
{
    const host_call *call = arguments;
    const tg_request *request = call->request;
    call->kernel(call->cells, request->height, request->events, request->nb_events, &call->extra);
}

/* The caller's shape, or one warp a block: each thread that waits at a barrier costs a switch of
 * fibers, and fewer threads make the same rows. */
static tg_launch host_launch(const tg_launch *asked)
{
    tg_launch shape = asked != NULL ? *asked : (tg_launch){.grid = 0};
    if (shape.block == 0) shape.block = HOST_BLOCK;
    return shape;
}

void tg_host_scratch_destroy(tg_host_scratch *scratch)
{
    for (size_t i = 0; i < scratch->nb; i++) tg_buffer_destroy(scratch->zones[i]);
}

tg_status tg_host_scratch_create(tg_host_scratch *scratch, tg_krn_extra *extra, size_t nb,
                                 const size_t *bytes, tg_error *error)
{
    tg_status status = TG_OK;
    *scratch = (tg_host_scratch){.nb = 0};
    for (size_t i = 0; i < nb && status == TG_OK; i++) {
        void *zones = NULL;
        // Refused by tg_buffer_create where zones have no place beside it.
        const size_t both = bytes[i] <= SIZE_MAX - 2 * TG_SCRATCH_GUARD_BYTES
                                ? bytes[i] + 2 * TG_SCRATCH_GUARD_BYTES
                                : SIZE_MAX;
        status = tg_buffer_create(&zones, both, 1, error);
        if (status != TG_OK) break;
        scratch->zones[i] = zones;
        scratch->bytes[i] = bytes[i];
        scratch->nb = i + 1;
        memset(zones, (int)TG_SCRATCH_GUARD, both);
        extra->scratch[i] = scratch->zones[i] + TG_SCRATCH_GUARD_BYTES;
        memset(extra->scratch[i], (int)TG_SCRATCH_POISON, bytes[i]);
    }
    if (status != TG_OK) tg_host_scratch_destroy(scratch);
    return status;
}

tg_status tg_host_scratch_check(const tg_host_scratch *scratch, const char *step,
                                const tg_request *request, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i < scratch->nb && status == TG_OK; i++) {
        const unsigned char *before = scratch->zones[i];
        const unsigned char *behind = before + TG_SCRATCH_GUARD_BYTES + scratch->bytes[i];
        status = tg_plan_check_guard(before, false, step, request, i, error);
        if (status == TG_OK) status = tg_plan_check_guard(behind, true, step, request, i, error);
    }
    return status;
}

static tg_status run_steps(const tg_plan *plan, const tg_launch *launch, host_call *call,
                           const tg_host_scratch *scratch, tg_error *error)
{
    const tg_request *request = call->request;
    tg_status status = TG_OK;
    for (size_t i = 0; i < plan->nb_steps && status == TG_OK; i++) {
        const tg_step *step = &plan->steps[i];
        const tg_launch asked = host_launch(launch);
        const tg_launch shape = tg_step_launch(step, &asked, request->height, request->nb_events);
        const tg_host_launch host_shape = {.grid = shape.grid,
                                           .block = shape.block,
                                           .dynamic_bytes = step->shared_bytes};
        call->kernel = step->host;
        status = tg_host_grid_run(&host_shape, host_thread, call, error);
        if (status == TG_OK) status = tg_host_scratch_check(scratch, step->name, request, error);
    }
    return status;
}

tg_status tg_plan_run_host(const tg_plan *plan, const tg_launch *launch, const tg_product *out,
                           const tg_request *request, tg_error *error)
{
    uint32_t bad_event = TG_NO_BAD_EVENT;
    size_t bytes[TG_MAX_SCRATCH];
    tg_host_scratch scratch;
    host_call call = {
        .cells = out->cells,
        .request = request,
        .extra = {.bad_event = &bad_event, .max_candidates = tg_request_max_candidates(request)}};
    tg_status status = tg_plan_check(plan, request->trace, error);
    if (status != TG_OK || request->height == 0) return status;
    if (plan->user != NULL) return tg_user_plan_run_host(plan, launch, out, request, error);
    memcpy(call.extra.sides, out->sides, sizeof call.extra.sides);
    for (size_t i = 0; i < plan->nb_scratch; i++)
        bytes[i] = plan->scratch_bytes[i](request->height, request->nb_events);
    status = tg_host_scratch_create(&scratch, &call.extra, plan->nb_scratch, bytes, error);
    if (status != TG_OK) return status;
    status = run_steps(plan, launch, &call, &scratch, error);
    tg_host_scratch_destroy(&scratch);
    if (status == TG_OK && bad_event != TG_NO_BAD_EVENT)
        status = tg_plan_bad_event(request, bad_event, error);
    return status;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launch plans, host functions and pauses in the order of a scope. */
#include "gpu/runtime_internal.h"

#include <stdio.h>
#include <string.h>

static_assert(TG_NO_BAD_EVENT == UINT32_MAX, "a word of bytes that are all ones");

/* What is launched, in words: step, trace and shape. */
static void label_step(char label[TG_LABEL_BYTES], const tg_plan *plan, const tg_step *step,
                       const tg_request *request, const tg_launch *shape)
{
    const bool is_only = plan->nb_steps == 1;
    (void)snprintf(label, TG_LABEL_BYTES, "%s%s%s%s in %lu blocks of %lu threads",
                   is_only ? "" : "step ", is_only ? "" : step->name, is_only ? "" : " of ",
                   request->trace->name, (unsigned long)shape->grid, (unsigned long)shape->block);
}

/* A launch that could not be queued. Where an earlier kernel is the reason the code says so: then
 * it means that all is lost. */
static tg_status launch_status(tg_scope *scope, int code, const char *label, tg_error *error)
{
    const char *text = "";
    bool is_lost = false;
    const tg_status status = scope->runtime->ops->meaning(code, &text, &is_lost);
    if (code == 0 || is_lost || status == TG_ERR_MEMORY)
        return tg_scope_status(scope, code, error, "launching the kernel of %s", label);
    tg_error refused = {.status = TG_OK};
    tg_error_set(&refused, TG_ERR_KERNEL, "the kernel of %s was refused: %s", label, text);
    tg_error_where(&refused, "runtime %s", scope->runtime->ops->name);
    tg_error_how(&refused, "use blocks of fewer threads, or leave the shape to the plan");
    refused.cuda_code = code;
    return tg_scope_keep(scope, &refused, error);
}

static tg_status queue_step(tg_scope *scope, const tg_plan *plan, const tg_step *step,
                            const tg_launch *asked, const tg_request *request,
                            tg_runtime_launch *launch, tg_error *error)
{
    tg_runtime *runtime = scope->runtime;
    char label[TG_LABEL_BYTES];
    tg_launch shape = asked != NULL ? *asked : (tg_launch){.grid = 0};
    if (shape.block == 0) shape.block = runtime->ops->block;
    shape = tg_step_launch(step, &shape, request->height, request->nb_events);
    label_step(label, plan, step, request, &shape);
    launch->step = step;
    launch->shape = shape;
    launch->label = label;
    const tg_queued before = tg_task_queued(runtime, scope->task);
    // Before the launch: a late error may show on another thread as soon as it is made.
    tg_task_add_queued(runtime, scope->task, label, request->trace->name);
    const int code = runtime->ops->launch(runtime->device, launch, scope->task->stream);
    // A kernel that was not queued, or has ended well, has no part in what fails from now on.
    if ((code == 0) == runtime->ops->waits_for_launches)
        tg_task_set_queued(runtime, scope->task, &before);
    return launch_status(scope, code, label, error);
}

static tg_status take_scratch(tg_scope *scope, const tg_plan *plan, const tg_request *request,
                              tg_krn_extra *extra, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i < plan->nb_scratch && status == TG_OK; i++) {
        const size_t bytes = plan->scratch_bytes[i](request->height, request->nb_events);
        void *d_scratch = NULL;
        status = tg_scope_take(scope, &d_scratch, bytes, error);
        extra->scratch[i] = d_scratch;
#ifdef TG_VERIFY
        // A step that reads what no step wrote shows.
        if (status == TG_OK && bytes != 0) {
            const int code = scope->runtime->ops->set(
                scope->runtime->device, d_scratch, TG_SCRATCH_POISON, bytes, scope->task->stream);
            status = tg_scope_status(scope, code, error, "filling %zu bytes of scratch", bytes);
        }
#endif
    }
    return status;
}

/* A trace that searches for candidates must be told where to say that there is none. */
static tg_status check_bad_event(tg_scope *scope, const tg_request *request,
                                 const uint32_t *d_bad_event, tg_error *error)
{
    if (d_bad_event != NULL || tg_request_max_candidates(request) == 0) return TG_OK;
    tg_error refused = {.status = TG_OK};
    tg_error_set(&refused, TG_ERR_USAGE,
                 "%s may have events that cannot be made, and no word for "
                 "them was given",
                 request->trace->name);
    tg_error_how(&refused, "give tg_scope_run a word on the device");
    return tg_scope_keep(scope, &refused, error);
}

tg_status tg_scope_run(tg_scope *scope, const tg_plan *plan, const tg_launch *launch,
                       const tg_product *d_out, const tg_request *request, uint32_t *d_bad_event,
                       tg_error *error)
{
    tg_status status = tg_scope_check(scope, error);
    if (status == TG_OK) status = check_bad_event(scope, request, d_bad_event, error);
    if (status != TG_OK) return status;
    tg_runtime *runtime = scope->runtime;
    tg_runtime_launch ready = {
        .d_cells = d_out->cells,
        .height = request->height,
        .d_events = request->events,
        .nb_events = request->nb_events,
        .extra = {.bad_event = d_bad_event, .max_candidates = tg_request_max_candidates(request)}};
    memcpy(ready.extra.sides, d_out->sides, sizeof ready.extra.sides);
    if (d_bad_event != NULL) {
        const int code = runtime->ops->set(runtime->device, d_bad_event, 0xff, sizeof *d_bad_event,
                                           scope->task->stream);
        status = tg_scope_status(scope, code, error, "marking all events as good");
    }
    if (status != TG_OK || request->height == 0) return status;
    status = take_scratch(scope, plan, request, &ready.extra, error);
    for (size_t i = 0; i < plan->nb_steps && status == TG_OK; i++)
        status = queue_step(scope, plan, &plan->steps[i], launch, request, &ready, error);
    for (size_t i = 0; i < plan->nb_scratch; i++) tg_scope_give(scope, ready.extra.scratch[i]);
    return status;
}

tg_status tg_scope_call(tg_scope *scope, tg_scope_function *function, void *argument,
                        tg_error *error)
{
    const tg_status status = tg_scope_check(scope, error);
    if (status != TG_OK) return status;
    const int code =
        scope->runtime->ops->call(scope->runtime->device, function, argument, scope->task->stream);
    return tg_scope_status(scope, code, error, "queueing a function of the host");
}

tg_status tg_scope_sleep(tg_scope *scope, unsigned nb_microseconds, tg_error *error)
{
    const tg_status status = tg_scope_check(scope, error);
    if (status != TG_OK || nb_microseconds == 0) return status;
    const int code =
        scope->runtime->ops->sleep(scope->runtime->device, nb_microseconds, scope->task->stream);
    return tg_scope_status(scope, code, error, "queueing a pause of %u microseconds",
                           nb_microseconds);
}

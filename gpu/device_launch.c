/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launches on a device and waiting for them. */
#define _GNU_SOURCE /* clock_gettime, nanosleep */
#include "gpu/check_internal.h"
#include "gpu/device_internal.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Status of a launch that was just made; verify builds wait for it.
 * label  what the kernel is of, to which a fault from here on belongs; NULL for the device's own. A
 *        launch that was not made changes nothing: a fault that it reports is of what was queued
 *        before. */
static tg_status launched(tg_device *device, cudaError_t code, const char *label, tg_error *error)
{
    const cudaError_t last = cudaGetLastError();
    const tg_status status =
        tg_device_status(device, code != cudaSuccess ? code : last, error, "launching a kernel");
    if (status == TG_OK && label != NULL)
        (void)snprintf(device->queued, sizeof device->queued, "%s", label);
#ifdef TG_VERIFY
    if (status == TG_OK) return tg_device_wait(device, error);
#endif
    return status;
}

tg_status tg_device_launch_own(tg_device *device, const void *kernel, void **arguments, size_t nb,
                               tg_error *error)
{
    if (nb == 0) return TG_OK;
    const size_t nb_blocks = (nb - 1) / TG_GPU_BLOCK + 1;
    const size_t most = (size_t)device->info.nb_multiprocessors * TG_GPU_BLOCKS_PER_MULTIPROCESSOR;
    const dim3 grid = {.x = (unsigned)(nb_blocks < most ? nb_blocks : most), .y = 1, .z = 1};
    const dim3 block = {.x = TG_GPU_BLOCK, .y = 1, .z = 1};
    return launched(device, cudaLaunchKernel(kernel, grid, block, arguments, 0, device->stream),
                    NULL, error);
}

/* A launch that was refused, before anything ran: for its shape, or, in blocks no larger than its
 * plan's own, for what the kernel itself asks for.
 * own_block  the plan's */
static tg_status refused(tg_device *device, cudaError_t code, const char *label,
                         const tg_launch *shape, uint32_t own_block, tg_error *error)
{
    const bool is_shape = shape->block > own_block;
    const tg_status status = is_shape ? TG_ERR_SIZE : TG_ERR_KERNEL;
    (void)cudaGetLastError();
    tg_error_set(error, status,
                 "the device can't run the kernel of %s in %u blocks of %u threads: %s", label,
                 shape->grid, shape->block, cudaGetErrorName(code));
    tg_error_where(error, "%s", device->info.name);
    tg_error_how(error, "%s",
                 is_shape
                     ? "use blocks of fewer threads, or leave the shape to the plan"
                     : "let the kernel take fewer registers or less shared memory, or its plan "
                       "smaller blocks");
    tg_error_failure(error, TG_FAILURE_REFUSED);
    if (error != NULL) error->cuda_code = (int)code;
    return status;
}

/* What a kernel is of, for messages. step NULL: the only one */
static const char *label_of(char label[TG_NAME_BYTES], const tg_device_call *call, const char *step)
{
    const char *name = call->request->trace->name;
    if (call->plan->nb_steps == 1) {
        (void)snprintf(label, TG_NAME_BYTES, "%s", name);
    } else {
        (void)snprintf(label, TG_NAME_BYTES, "step %s of %s", step, name);
    }
    return label;
}

/* What a fault from here on belongs to: the step is known only where each is waited for. */
static const char *culprit_of(char label[TG_NAME_BYTES], const tg_device_call *call,
                              const char *step)
{
#ifndef TG_VERIFY
    if (call->plan->nb_steps > 1) {
        (void)snprintf(label, TG_NAME_BYTES, "a step of %s", call->request->trace->name);
        return label;
    }
#endif
    return label_of(label, call, step);
}

tg_status tg_device_call_launched(tg_device *device, const tg_device_call *call, const char *step,
                                  cudaError_t code, const tg_launch *shape, uint32_t own_block,
                                  tg_error *error)
{
    char label[TG_NAME_BYTES];
    if (code == cudaErrorInvalidConfiguration || code == cudaErrorInvalidValue ||
        code == cudaErrorLaunchOutOfResources)
        return refused(device, code, label_of(label, call, step), shape, own_block, error);
    return launched(device, code, culprit_of(label, call, step), error);
}

static tg_status queue_step(tg_device *device, const tg_device_call *call, const tg_step *step,
                            tg_error *error)
{
    tg_device_arguments of = call->arguments;
    void *arguments[] = {&of.d_cells, &of.height, &of.d_events, &of.nb_events, &of.extra};
    const tg_launch shape =
        tg_step_launch(step, call->launch, call->request->height, call->request->nb_events);
    const dim3 grid = {.x = shape.grid, .y = 1, .z = 1};
    const dim3 block = {.x = shape.block, .y = 1, .z = 1};
    cudaError_t code = cudaSuccess;
    if (step->shared_bytes > TG_GPU_SHARED_WITHOUT_ASKING) {
        code = cudaFuncSetAttribute(step->device, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                    (int)step->shared_bytes);
    }
    // A kernel without the argument `extra` leaves it in the array unread.
    if (code == cudaSuccess)
        code = cudaLaunchKernel(step->device, grid, block, arguments, step->shared_bytes,
                                device->stream);
    const tg_launch own =
        tg_step_launch(step, NULL, call->request->height, call->request->nb_events);
    return tg_device_call_launched(device, call, step->name, code, &shape, own.block, error);
}

/* Fill one scratch buffer with poison, and the zones around it with what guards hold. */
static tg_status queue_poison(tg_device *device, const tg_device_call *call, size_t buffer,
                              tg_error *error)
{
    const size_t bytes = call->scratch_bytes[buffer];
    const size_t both = bytes + 2 * TG_SCRATCH_GUARD_BYTES;
    cudaError_t code =
        cudaMemsetAsync(call->d_scratch[buffer], (int)TG_SCRATCH_GUARD, both, device->stream);
    if (code == cudaSuccess)
        code = cudaMemsetAsync(call->arguments.extra.scratch[buffer], (int)TG_SCRATCH_POISON, bytes,
                               device->stream);
    return tg_device_status(device, code, error, "filling %zu bytes of scratch", bytes);
}

/* Set what the first step finds: scratch, where it is poisoned, and no bad event. A trace that
 * searches nothing is spared the wait for it. */
static tg_status queue_start(tg_device *device, const tg_device_call *call, tg_error *error)
{
    static_assert(TG_NO_BAD_EVENT == UINT32_MAX, "bytes of all ones");
    const tg_krn_extra *extra = &call->arguments.extra;
    tg_status status = TG_OK;
    for (size_t i = 0; i < call->nb_scratch && device->poisons_scratch && status == TG_OK; i++) {
        status = queue_poison(device, call, i, error);
    }
    if (status != TG_OK || extra->max_candidates == 0) return status;
    return tg_device_status(
        device, cudaMemsetAsync(extra->bad_event, 0xff, sizeof *extra->bad_event, device->stream),
        error, "marking all events as good");
}

/* Wait for the steps and look at the zones around one scratch buffer. */
static tg_status check_guards(tg_device *device, const tg_device_call *call, size_t buffer,
                              tg_error *error)
{
    const unsigned char *d_zones = call->d_scratch[buffer];
    const size_t places[] = {0, TG_SCRATCH_GUARD_BYTES + call->scratch_bytes[buffer]};
    tg_status status = TG_OK;
    for (size_t i = 0; i < 2 && status == TG_OK; i++) {
        unsigned char zone[TG_SCRATCH_GUARD_BYTES];
        status = tg_device_download(device, zone, d_zones + places[i], sizeof zone, error);
        if (status == TG_OK)
            status = tg_plan_check_guard(zone, i == 1, NULL, call->request, buffer, error);
    }
    return status;
}

/* Take scratch buffer number i of a call. */
static tg_status take_scratch(tg_device *device, tg_device_call *call, size_t i, tg_error *error)
{
    const size_t bytes = call->scratch_bytes[i];
    const size_t guard_bytes = device->poisons_scratch ? TG_SCRATCH_GUARD_BYTES : 0;
    // A size without a place for zones is more than any device has.
    const size_t both = bytes <= SIZE_MAX - 2 * guard_bytes ? bytes + 2 * guard_bytes : SIZE_MAX;
    const tg_status status = tg_device_take(device, &call->d_scratch[i], both, error);
    if (status == TG_OK)
        call->arguments.extra.scratch[i] = (unsigned char *)call->d_scratch[i] + guard_bytes;
    return status;
}

/* Sizes of the scratch, and of a description all that its formulas give. */
static tg_status measure_scratch(tg_device_call *call, tg_error *error)
{
    const tg_plan *plan = call->plan;
    if (plan->user == NULL) {
        call->nb_scratch = plan->nb_scratch;
        for (size_t i = 0; i < plan->nb_scratch; i++)
            call->scratch_bytes[i] =
                plan->scratch_bytes[i](call->request->height, call->request->nb_events);
        return TG_OK;
    }
    const tg_status status =
        tg_user_call_create(&call->user, plan->user, call->launch, call->request, error);
    if (status != TG_OK) return status;
    call->nb_scratch = plan->user->nb_scratch;
    memcpy(call->scratch_bytes, call->user.scratch_bytes, sizeof call->scratch_bytes);
    return TG_OK;
}

tg_status tg_device_call_init(tg_device_call *call, tg_device *device, const tg_plan *plan,
                              const tg_launch *launch, const tg_product *d_out,
                              const tg_request *request, tg_error *error)
{
    *call = (tg_device_call){
        .plan = plan,
        .launch = launch,
        .request = request,
        .arguments = {.d_cells = d_out->cells,
                      .height = request->height,
                      .d_events = request->events,
                      .nb_events = request->nb_events,
                      .extra = {.bad_event = device->d_bad_event,
                                .max_candidates = tg_request_max_candidates(request)}}};
    tg_krn_extra *extra = &call->arguments.extra;
    tg_status status = TG_OK;
    memcpy(extra->sides, d_out->sides, sizeof extra->sides);
    status = tg_plan_check(plan, request->trace, error);
    if (status == TG_OK) status = measure_scratch(call, error);
    for (size_t i = 0; i < call->nb_scratch && status == TG_OK; i++) {
        status = take_scratch(device, call, i, error);
    }
    if (status == TG_OK) return TG_OK;
    tg_error_where(error, "scratch of %s", request->trace->name);
    tg_device_call_clear(call, device);
    return status;
}

void tg_device_call_clear(tg_device_call *call, tg_device *device)
{
    for (size_t i = 0; i < TG_MAX_SCRATCH; i++) {
        tg_device_give(device, call->d_scratch[i]);
        call->d_scratch[i] = NULL;
        call->arguments.extra.scratch[i] = NULL;
    }
    tg_user_call_destroy(&call->user);
}

tg_status tg_device_call_queue(tg_device *device, const tg_device_call *call, cudaEvent_t *marks,
                               tg_error *error)
{
    const tg_plan *plan = call->plan;
    tg_status status = queue_start(device, call, error);
    if (plan->user != NULL && status == TG_OK)
        return tg_device_user_queue(device, call, marks, error);
    for (size_t i = 0; i < plan->nb_steps && status == TG_OK; i++) {
        status = queue_step(device, call, &plan->steps[i], error);
        if (status == TG_OK && marks != NULL)
            status = tg_device_status(device, cudaEventRecord(marks[i], device->stream), error,
                                      "recording a CUDA event");
    }
    return status;
}

tg_status tg_device_run(tg_device *device, const tg_plan *plan, const tg_launch *launch,
                        const tg_product *d_out, const tg_request *request, tg_error *error)
{
    tg_device_call call;
    tg_status status = tg_device_usable(device, error);
    if (status != TG_OK || request->height == 0) return status;
    status = tg_device_call_init(&call, device, plan, launch, d_out, request, error);
    if (status != TG_OK) return status;
    status = tg_device_call_queue(device, &call, NULL, error);
    for (size_t i = 0; i < call.nb_scratch && device->poisons_scratch && status == TG_OK; i++) {
        status = check_guards(device, &call, i, error);
    }
    // Whoever takes the scratch next queues behind these steps, on the one stream.
    tg_device_call_clear(&call, device);
    return status;
}

void tg_device_poison_scratch(tg_device *device, bool poison) { device->poisons_scratch = poison; }

tg_status tg_device_check_events(tg_device *device, const tg_request *request, tg_error *error)
{
    uint32_t bad_event = TG_NO_BAD_EVENT;
    // Without a search nothing was set before the steps; nor was it where nothing was launched.
    if (request->height == 0 || tg_request_max_candidates(request) == 0)
        return tg_device_wait(device, error);
    const tg_status status =
        tg_device_download(device, &bad_event, device->d_bad_event, sizeof bad_event, error);
    if (status != TG_OK || bad_event == TG_NO_BAD_EVENT) return status;
    return tg_plan_bad_event(request, bad_event, error);
}

/* For the time that a device is held, at the most: that of queueing thousands of launches. */
#define HOLD_MS 50

/* In a thread of CUDA's, which may not call CUDA; the stream waits for its end. */
static void CUDART_CB hold(void *device)
{
    const struct timespec pause = {.tv_nsec = 20000};
    const atomic_bool *is_held = &((const tg_device *)device)->is_held;
    struct timespec start;
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &start);
    do {
        (void)nanosleep(&pause, NULL);
        (void)clock_gettime(CLOCK_MONOTONIC, &now);
    } while (atomic_load(is_held) &&
             (now.tv_sec - start.tv_sec) * 1000 + (now.tv_nsec - start.tv_nsec) / 1000000 <
                 HOLD_MS);
}

tg_status tg_device_hold(tg_device *device, tg_error *error)
{
    tg_status status = tg_device_usable(device, error);
    if (status != TG_OK) return status;
    atomic_store(&device->is_held, true);
    return tg_device_status(device, cudaLaunchHostFunc(device->stream, hold, device), error,
                            "holding the stream");
}

tg_status tg_device_wait(tg_device *device, tg_error *error)
{
    tg_status status = tg_device_usable(device, error);
    if (status != TG_OK) return status;
    atomic_store(&device->is_held, false);
    status = tg_device_status(device, cudaStreamSynchronize(device->stream), error,
                              "waiting for the device");
    if (status == TG_OK) device->queued[0] = '\0';
    return status;
}

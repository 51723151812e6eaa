/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launch descriptions on a device: what is filled before the first step, and the launches. */
#include "gpu/modules_internal.h"

/* Fill what the description wants filled: trace and side outputs with zeros, scratch. */
static tg_status queue_fills(tg_device *device, const tg_device_call *call, tg_error *error)
{
    const tg_user_plan *plan = call->plan->user;
    const tg_request *request = call->request;
    const tg_krn_extra *extra = &call->arguments.extra;
    tg_status status = TG_OK;
    if (plan->zeroes_trace) {
        const size_t bytes = tg_trace_width(request->trace) * request->height * sizeof(uint32_t);
        status = tg_device_clear(device, call->arguments.d_cells, bytes, error);
    }
    for (size_t i = 0; i < request->trace->nb_sides && plan->zeroes_trace && status == TG_OK; i++) {
        const size_t bytes = tg_side_nb_words(&request->trace->sides[i]) * sizeof(uint32_t);
        if (extra->sides[i] != NULL)
            status = tg_device_clear(device, extra->sides[i], bytes, error);
    }
    for (size_t i = 0; i < plan->nb_scratch && status == TG_OK; i++) {
        const tg_user_scratch *scratch = &plan->scratch[i];
        if (!scratch->is_filled || call->scratch_bytes[i] == 0) continue;
        status = tg_device_status(device,
                                  cudaMemsetAsync(extra->scratch[i], scratch->fill,
                                                  call->scratch_bytes[i], device->stream),
                                  error, "filling %zu bytes of scratch", call->scratch_bytes[i]);
    }
    return status;
}

static tg_status queue_launch(tg_device *device, const tg_device_call *call,
                              const tg_user_launch *launch, tg_error *error)
{
    void *pointers[TG_USER_MAX_ARGUMENTS];
    uint64_t words[TG_USER_MAX_ARGUMENTS];
    tg_loaded_kernel kernel;
    tg_status status = tg_device_load_kernel(&kernel, device, launch->step, error);
    if (status != TG_OK) return status;
    tg_user_launch_arguments(pointers, words, launch, call->arguments.d_cells, call->request,
                             &call->arguments.extra);
    const cudaError_t code = tg_device_launch_loaded(device, &kernel, launch, pointers);
    tg_launch own;
    // Where its own shape cannot be told, the launch itself could not have been.
    if (tg_user_step_launch(&own, launch->step, NULL, call->request, NULL) != TG_OK)
        own = launch->shape;
    return tg_device_call_launched(device, call, launch->step->name, code, &launch->shape,
                                   own.block, error);
}

static tg_status record(tg_device *device, cudaEvent_t mark, tg_error *error)
{
    return tg_device_status(device, cudaEventRecord(mark, device->stream), error,
                            "recording a CUDA event");
}

tg_status tg_device_user_queue(tg_device *device, const tg_device_call *call, cudaEvent_t *marks,
                               tg_error *error)
{
    const size_t nb_steps = call->plan->nb_steps;
    // Where steps are repeated, or left out, there is no telling them apart.
    const bool is_apart = call->user.nb_launches == nb_steps;
    tg_status status = queue_fills(device, call, error);
    for (size_t i = 0; i < call->user.nb_launches && status == TG_OK; i++) {
        status = queue_launch(device, call, &call->user.launches[i], error);
        if (status == TG_OK && marks != NULL && is_apart) status = record(device, marks[i], error);
    }
    for (size_t i = 0; i < nb_steps && marks != NULL && !is_apart && status == TG_OK; i++)
        status = record(device, marks[i], error);
    return status;
}

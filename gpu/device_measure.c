/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Timing work on a device, by CUDA events between its parts. */
#include "gpu/device_internal.h"

#include <stdlib.h>

static int order_floats(const void *a, const void *b)
{
    const float left = *(const float *)a;
    const float right = *(const float *)b;
    return (left > right) - (left < right);
}

/* Events before the first part and after each. */
typedef struct marks {
    cudaEvent_t events[TG_DEVICE_MAX_REPEATS * TG_MAX_STEPS + 1];
    size_t nb;
} marks;

static tg_status marks_init(marks *all, tg_device *device, size_t nb, tg_error *error)
{
    *all = (marks){.nb = 0};
    tg_status status = TG_OK;
    while (all->nb < nb && status == TG_OK) {
        status = tg_device_status(device, cudaEventCreate(&all->events[all->nb]), error,
                                  "making a CUDA event");
        if (status == TG_OK) all->nb++;
    }
    return status;
}

static void marks_clear(marks *all)
{
    for (size_t i = 0; i < all->nb; i++) {
        (void)cudaEventDestroy(all->events[i]);
    }
    (void)cudaGetLastError();
}

/* Median of the repeats of one part: number `part` of each nb_parts. */
static tg_status median_seconds(tg_device *device, double *seconds, const marks *all, size_t part,
                                size_t nb_parts, tg_error *error)
{
    float times_ms[TG_DEVICE_MAX_REPEATS];
    const size_t nb = (all->nb - 1) / nb_parts;
    for (size_t i = 0; i < nb; i++) {
        const cudaEvent_t *before = &all->events[i * nb_parts + part];
        const tg_status status =
            tg_device_status(device, cudaEventElapsedTime(&times_ms[i], before[0], before[1]),
                             error, "reading a CUDA event");
        if (status != TG_OK) return status;
    }
    qsort(times_ms, nb, sizeof *times_ms, order_floats);
    *seconds = ((double)times_ms[(nb - 1) / 2] + (double)times_ms[nb / 2]) / 2 * 1e-3;
    return TG_OK;
}

static tg_status check_repeats(const tg_device *device, size_t nb_repeats, tg_error *error)
{
    if (nb_repeats < 1 || nb_repeats > TG_DEVICE_MAX_REPEATS) {
        tg_error_set(error, TG_ERR_USAGE, "%zu repeats of a measurement", nb_repeats);
        tg_error_how(error, "use 1 to %d", TG_DEVICE_MAX_REPEATS);
        return TG_ERR_USAGE;
    }
    return tg_device_usable(device, error);
}

static tg_status record(tg_device *device, const marks *all, size_t mark, tg_error *error)
{
    return tg_device_status(device, cudaEventRecord(all->events[mark], device->stream), error,
                            "recording a CUDA event");
}

tg_status tg_device_measure(tg_device *device, double *seconds, size_t nb_repeats,
                            tg_device_work *work, void *arguments, tg_error *error)
{
    marks all = {.nb = 0};
    tg_status status = check_repeats(device, nb_repeats, error);
    if (status == TG_OK) status = marks_init(&all, device, nb_repeats + 1, error);
    for (size_t i = 0; i < nb_repeats && status == TG_OK; i++) {
        status = work(arguments, i, error);
    }
    // What is measured is queued before it begins, so that the cost of queueing is not in it.
    if (status == TG_OK) status = tg_device_hold(device, error);
    for (size_t i = 0; i <= nb_repeats && status == TG_OK; i++) {
        if (i > 0) status = work(arguments, nb_repeats + i - 1, error);
        if (status == TG_OK) status = record(device, &all, i, error);
    }
    if (status == TG_OK) status = tg_device_wait(device, error);
    if (status == TG_OK) status = median_seconds(device, seconds, &all, 0, 1, error);
    marks_clear(&all);
    return status;
}

/* Queue warm-up and measured repeats of a call. */
static tg_status queue_repeats(tg_device *device, marks *all, size_t nb_repeats,
                               const tg_device_call *call, tg_error *error)
{
    const size_t nb_steps = call->plan->nb_steps;
    tg_status status = TG_OK;
    for (size_t i = 0; i < nb_repeats && status == TG_OK; i++) {
        status = tg_device_call_queue(device, call, NULL, error);
    }
    if (status == TG_OK) status = tg_device_hold(device, error);
    if (status == TG_OK) status = record(device, all, 0, error);
    for (size_t i = 0; i < nb_repeats && status == TG_OK; i++) {
        status = tg_device_call_queue(device, call, &all->events[i * nb_steps + 1], error);
    }
    return status;
}

tg_status tg_device_measure_steps(tg_device *device, double *seconds, size_t nb_repeats,
                                  const tg_plan *plan, const tg_product *d_out,
                                  const tg_request *request, tg_error *error)
{
    marks all = {.nb = 0};
    tg_device_call call;
    tg_status status = check_repeats(device, nb_repeats, error);
    if (status == TG_OK && plan->nb_steps > TG_MAX_STEPS) {
        tg_error_set(error, TG_ERR_SIZE, "%zu steps of %s are to be measured, and %d are the most",
                     plan->nb_steps, request->trace->name, TG_MAX_STEPS);
        tg_error_how(error, "use a plan of fewer steps");
        return TG_ERR_SIZE;
    }
    if (status != TG_OK) return status;
    for (size_t i = 0; i < plan->nb_steps; i++) seconds[i] = 0;
    if (request->height == 0) return TG_OK;
    status = tg_device_call_init(&call, device, plan, NULL, d_out, request, error);
    if (status != TG_OK) return status;
    status = marks_init(&all, device, nb_repeats * plan->nb_steps + 1, error);
    if (status == TG_OK) status = queue_repeats(device, &all, nb_repeats, &call, error);
    if (status == TG_OK) status = tg_device_wait(device, error);
    for (size_t i = 0; i < plan->nb_steps && status == TG_OK; i++) {
        status = median_seconds(device, &seconds[i], &all, i, plan->nb_steps, error);
    }
    marks_clear(&all);
    tg_device_call_clear(&call, device);
    return status;
}

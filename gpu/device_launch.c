/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launches on a device, waiting for them, and timing them. */
#include "gpu/check_internal.h"
#include "gpu/device_internal.h"

#include <stdio.h>
#include <stdlib.h>

/* Shared memory that a block gets without asking first, on every device (CUDA C++ Programming
 * Guide, compute capabilities). */
#define SHARED_BYTES_WITHOUT_ASKING (48u * 1024u)

/* Status of a launch that was just made; verify builds wait for it.
 * name  trace of the kernel, to which a fault from here on belongs; NULL for the device's own. A
 *       launch that was not made changes nothing: a fault that it reports is of what was queued
 *       before. */
static tg_status launched(tg_device *device, cudaError_t code, const char *name, tg_error *error)
{
    const cudaError_t last = cudaGetLastError();
    const tg_status status =
        tg_device_status(device, code != cudaSuccess ? code : last, error, "launching a kernel");
    if (status == TG_OK && name != NULL)
        (void)snprintf(device->queued, sizeof device->queued, "%s", name);
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

/* A launch that was refused for its shape, before anything ran. */
static tg_status refused(tg_device *device, cudaError_t code, const char *name,
                         const tg_launch *shape, tg_error *error)
{
    (void)cudaGetLastError();
    tg_error_set(error, TG_ERR_SIZE,
                 "the device can't run the kernel of %s in %u blocks of %u threads: %s", name,
                 shape->grid, shape->block, cudaGetErrorName(code));
    tg_error_where(error, "%s", device->info.name);
    tg_error_how(error, "use blocks of fewer threads, or leave the shape to the plan");
    if (error != NULL) error->cuda_code = (int)code;
    return TG_ERR_SIZE;
}

static tg_status run_step(tg_device *device, const tg_step *step, const char *name,
                          const tg_launch *asked, void **arguments, size_t height, tg_error *error)
{
    const tg_launch shape = tg_step_launch(step, asked, height);
    const dim3 grid = {.x = shape.grid, .y = 1, .z = 1};
    const dim3 block = {.x = shape.block, .y = 1, .z = 1};
    cudaError_t code = cudaSuccess;
    if (step->shared_bytes > SHARED_BYTES_WITHOUT_ASKING) {
        code = cudaFuncSetAttribute(step->device, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                    (int)step->shared_bytes);
    }
    if (code == cudaSuccess)
        code = cudaLaunchKernel(step->device, grid, block, arguments, step->shared_bytes,
                                device->stream);
    if (code == cudaErrorInvalidConfiguration || code == cudaErrorInvalidValue ||
        code == cudaErrorLaunchOutOfResources) {
        return refused(device, code, name, &shape, error);
    }
    return launched(device, code, name, error);
}

tg_status tg_device_run(tg_device *device, const tg_plan *plan, const char *name,
                        const tg_launch *launch, uint32_t *d_cells, size_t height,
                        const void *d_events, size_t nb_events, tg_error *error)
{
    tg_status status = tg_device_usable(device, error);
    if (height == 0) return status;
    uintptr_t abi_height = height;
    uintptr_t abi_nb_events = nb_events;
    void *arguments[] = {&d_cells, &abi_height, &d_events, &abi_nb_events};
    for (size_t i = 0; i < plan->nb_steps && status == TG_OK; i++) {
        status = run_step(device, &plan->steps[i], name, launch, arguments, height, error);
    }
    return status;
}

tg_status tg_device_wait(tg_device *device, tg_error *error)
{
    tg_status status = tg_device_usable(device, error);
    if (status != TG_OK) return status;
    status = tg_device_status(device, cudaStreamSynchronize(device->stream), error,
                              "waiting for the device");
    if (status == TG_OK) device->queued[0] = '\0';
    return status;
}

static int order_floats(const void *a, const void *b)
{
    const float left = *(const float *)a;
    const float right = *(const float *)b;
    return (left > right) - (left < right);
}

/* Events before the first repeat and after each. */
typedef struct marks {
    cudaEvent_t events[TG_DEVICE_MAX_REPEATS + 1];
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

static tg_status median_seconds(tg_device *device, double *seconds, const marks *all,
                                tg_error *error)
{
    float times_ms[TG_DEVICE_MAX_REPEATS];
    const size_t nb = all->nb - 1;
    for (size_t i = 0; i < nb; i++) {
        const tg_status status = tg_device_status(
            device, cudaEventElapsedTime(&times_ms[i], all->events[i], all->events[i + 1]), error,
            "reading a CUDA event");
        if (status != TG_OK) return status;
    }
    qsort(times_ms, nb, sizeof *times_ms, order_floats);
    *seconds = ((double)times_ms[(nb - 1) / 2] + (double)times_ms[nb / 2]) / 2 * 1e-3;
    return TG_OK;
}

tg_status tg_device_measure(tg_device *device, double *seconds, size_t nb_repeats,
                            tg_device_work *work, void *arguments, tg_error *error)
{
    marks all = {.nb = 0};
    if (nb_repeats < 1 || nb_repeats > TG_DEVICE_MAX_REPEATS) {
        tg_error_set(error, TG_ERR_USAGE, "%zu repeats of a measurement", nb_repeats);
        tg_error_how(error, "use 1 to %d", TG_DEVICE_MAX_REPEATS);
        return TG_ERR_USAGE;
    }
    tg_status status = tg_device_usable(device, error);
    if (status == TG_OK) status = marks_init(&all, device, nb_repeats + 1, error);
    for (size_t i = 0; i < nb_repeats && status == TG_OK; i++) {
        status = work(arguments, i, error);
    }
    // The first mark needs no wait before it: the stream is in order, and the work behind it hides
    // the cost of queueing.
    for (size_t i = 0; i <= nb_repeats && status == TG_OK; i++) {
        if (i > 0) status = work(arguments, nb_repeats + i - 1, error);
        if (status != TG_OK) break;
        status = tg_device_status(device, cudaEventRecord(all.events[i], device->stream), error,
                                  "recording a CUDA event");
    }
    if (status == TG_OK) status = tg_device_wait(device, error);
    if (status == TG_OK) status = median_seconds(device, seconds, &all, error);
    marks_clear(&all);
    return status;
}

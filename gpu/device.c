/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Choosing, opening and closing a CUDA device. */
#include "gpu/check_internal.h"
#include "gpu/modules_internal.h"

#include "model/memory.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Checks hand back at most two tallies (tg_device_compare_runs). */
#define NB_TALLIES 2

bool tg_device_is_built(void) { return true; }

/* Number of the device to open: TG_CUDA_DEVICE's, or 0. */
static tg_status chosen_index(int *index, tg_error *error)
{
    *index = 0;
    const char *text = getenv("TG_CUDA_DEVICE");
    if (text == NULL || text[0] == '\0') return TG_OK;
    char *end = NULL;
    errno = 0;
    const long number = strtol(text, &end, 10);
    if (errno != 0 || *end != '\0' || number < 0 || number > INT_MAX) {
        tg_error_set(error, TG_ERR_USAGE, "TG_CUDA_DEVICE is '%s', which is no number of a device",
                     text);
        tg_error_how(error, "set it to 0 for the first device, or unset it");
        return TG_ERR_USAGE;
    }
    *index = (int)number;
    return TG_OK;
}

static tg_status check_index(int index, tg_error *error)
{
    int nb_devices = 0;
    const tg_status status = tg_device_open_status(cudaGetDeviceCount(&nb_devices), NULL, error);
    if (status != TG_OK) return status;
    if (nb_devices == 0) return tg_device_open_status(cudaErrorNoDevice, NULL, error);
    if (index >= nb_devices) {
        tg_error_set(error, TG_ERR_UNAVAILABLE,
                     "TG_CUDA_DEVICE is %d, and the last device is number %d", index,
                     nb_devices - 1);
        tg_error_how(error, "set it to 0 for the first device, or unset it");
        return TG_ERR_UNAVAILABLE;
    }
    return TG_OK;
}

static tg_status read_info(tg_device_info *info, int index, tg_error *error)
{
    struct cudaDeviceProp properties;
    memset(info, 0, sizeof *info);
    tg_status status =
        tg_device_open_status(cudaGetDeviceProperties(&properties, index), info, error);
    if (status == TG_OK)
        status = tg_device_open_status(cudaDriverGetVersion(&info->driver_version), info, error);
    if (status == TG_OK)
        status = tg_device_open_status(cudaRuntimeGetVersion(&info->runtime_version), info, error);
    if (status != TG_OK) return status;
    (void)snprintf(info->name, sizeof info->name, "%s", properties.name);
    info->index = index;
    info->capability_major = properties.major;
    info->capability_minor = properties.minor;
    info->nb_multiprocessors = properties.multiProcessorCount;
    info->memory_bytes = properties.totalGlobalMem;
    info->l2_bytes = properties.l2CacheSize > 0 ? (size_t)properties.l2CacheSize : 0;
    return TG_OK;
}

/* Make the context, the stream and the memory of checks and runs; see that the program has code for
 * this device. */
static tg_status start(tg_device *device, tg_error *error)
{
    const tg_device_info *info = &device->info;
    struct cudaFuncAttributes attributes;
    tg_status status = tg_device_open_status(cudaSetDevice(info->index), info, error);
    if (status == TG_OK) {
        status = tg_device_open_status(
            cudaFuncGetAttributes(&attributes, (const void *)tg_gpu_fill), info, error);
    }
    if (status == TG_OK) {
        status = tg_device_open_status(
            cudaStreamCreateWithFlags(&device->stream, cudaStreamNonBlocking), info, error);
    }
    void *d_memory = NULL;
    if (status == TG_OK) {
        status = tg_device_open_status(
            cudaMalloc(&d_memory, NB_TALLIES * sizeof *device->d_tallies), info, error);
        device->d_tallies = status == TG_OK ? d_memory : NULL;
    }
    if (status == TG_OK) {
        status =
            tg_device_open_status(cudaMalloc(&d_memory, sizeof *device->d_bad_event), info, error);
        device->d_bad_event = status == TG_OK ? d_memory : NULL;
    }
    return status;
}

tg_status tg_device_open(tg_device **device, tg_error *error)
{
    *device = NULL;
    int index = 0;
    tg_status status = chosen_index(&index, error);
    if (status == TG_OK) status = check_index(index, error);
    if (status != TG_OK) return status;
    void *memory = NULL;
    status = tg_buffer_create(&memory, 1, sizeof **device, error);
    if (status != TG_OK) return status;
    tg_device *opened = memory;
    *opened = (tg_device){.lost = cudaSuccess};
    status = read_info(&opened->info, index, error);
    if (status == TG_OK) status = start(opened, error);
    if (status != TG_OK) {
        tg_device_close(opened);
        return status;
    }
    *device = opened;
    return TG_OK;
}

void tg_device_close(tg_device *device)
{
    if (device == NULL) return;
    // Failures here have nobody left to be told, and a lost context frees its memory with the
    // process.
    for (size_t i = 0; i < TG_DEVICE_MAX_BUFFERS; i++) {
        if (device->buffers[i].d_bytes != NULL) (void)cudaFree(device->buffers[i].d_bytes);
    }
    // Whoever holds the stream reads this until it is over.
    if (atomic_exchange(&device->is_held, false)) (void)cudaStreamSynchronize(device->stream);
    tg_device_unload(device);
    if (device->d_tallies != NULL) (void)cudaFree(device->d_tallies);
    if (device->d_bad_event != NULL) (void)cudaFree(device->d_bad_event);
    if (device->stream != NULL) (void)cudaStreamDestroy(device->stream);
    (void)cudaGetLastError();
    tg_buffer_destroy(device);
}

const tg_device_info *tg_device_get_info(const tg_device *device) { return &device->info; }

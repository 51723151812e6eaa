/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the files of the device share: the open device, and the one way to turn a CUDA error into
 * a status. */
#ifndef TRACEGATE_GPU_DEVICE_INTERNAL_H
#define TRACEGATE_GPU_DEVICE_INTERNAL_H

#include "gpu/device.h"

#include <cuda_runtime_api.h>

typedef struct tg_device_buffer {
    void *d_bytes; /* NULL: the slot is empty */
    size_t len_bytes;
    bool taken;
} tg_device_buffer;

struct tg_device {
    tg_device_info info;
    cudaStream_t stream;
    tg_device_buffer buffers[TG_DEVICE_MAX_BUFFERS];
    tg_device_tally *d_tallies; /* two of them, for the checks' results */
    char queued[TG_NAME_BYTES]; /* trace of the kernel that was queued last and is not known to be
                                   done; "" if there is none */
    cudaError_t lost;           /* the fault that took the context; cudaSuccess: none */
};

/* Status of a CUDA call: TG_OK for cudaSuccess, else the status that the code calls for, with
 * the error filled.
 * doing  what was tried, as in "copying 12 bytes to the device" */
TG_NODISCARD tg_status tg_device_status(tg_device *device, cudaError_t code, tg_error *error,
                                        const char *doing, ...) TG_PRINTF(4, 5);

/* The same for a device that is not open yet: no driver, no device, no code for it.
 * info  what is known of the device, capability and name; NULL before one is found */
TG_NODISCARD tg_status tg_device_open_status(cudaError_t code, const tg_device_info *info,
                                             tg_error *error);

/* TG_OK, or TG_ERR_DEVICE where an earlier fault took the context. First line of every call that
 * takes a device. */
TG_NODISCARD tg_status tg_device_usable(const tg_device *device, tg_error *error);

/* Launch one of the device's own kernels over nb indices. */
TG_NODISCARD tg_status tg_device_launch_own(tg_device *device, const void *kernel, void **arguments,
                                            size_t nb, tg_error *error);

#endif

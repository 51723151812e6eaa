/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For the measurement, which times the device without the backend's guards. */
#ifndef TRACEGATE_HARNESS_BACKEND_CUDA_INTERNAL_H
#define TRACEGATE_HARNESS_BACKEND_CUDA_INTERNAL_H

#include "gpu/device.h"
#include "harness/backend.h"

extern const tg_backend_ops tg_backend_cuda;

/* Device of an open backend `cuda`, from its state; the backend's own. */
tg_device *tg_backend_cuda_device(void *state);

#endif

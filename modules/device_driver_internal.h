/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* CUDA's driver, opened at run time by child processes that ask it something. */
#ifndef TRACEGATE_MODULES_DEVICE_DRIVER_INTERNAL_H
#define TRACEGATE_MODULES_DEVICE_DRIVER_INTERNAL_H

#include "model/status.h"

/* Number of the device that kernels run on: TG_CUDA_DEVICE's, else 0.
 * Errors  TG_ERR_USAGE for a variable that is no number */
TG_NODISCARD tg_status device_driver_index(int *index, tg_error *error);

/* Open the driver's library, which stays open as long as the process.
 * Errors  TG_ERR_UNAVAILABLE: what installs it */
TG_NODISCARD tg_status device_driver_open(void **library, tg_error *error);

/* Say what a code of the driver means; -1: it lacks a function. Returns TG_ERR_UNAVAILABLE. */
tg_status device_driver_error(void *library, int code, tg_error *error);

#endif

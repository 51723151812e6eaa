/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of modules on a device: loading them, and launching one. */
#ifndef TRACEGATE_GPU_MODULES_INTERNAL_H
#define TRACEGATE_GPU_MODULES_INTERNAL_H

#include "gpu/device_internal.h"
#include "gpu/user_plan.h"

typedef struct CUfunc_st *tg_cu_function; /* the driver's CUfunction */

/* cudaLaunchKernel, of whatever CUDA runtime a library has. */
typedef cudaError_t tg_cuda_launcher(const void *kernel, dim3 grid, dim3 block, void **arguments,
                                     size_t shared_bytes, cudaStream_t stream);
typedef cudaError_t tg_cuda_attribute_setter(const void *kernel, enum cudaFuncAttribute attribute,
                                             int value);

/* A kernel that is ready: the driver's, or a library's. */
typedef struct tg_loaded_kernel {
    tg_cu_function function; /* NULL: a library's */
    const void *address;     /* as the library's CUDA runtime knows it */
    tg_cuda_launcher *launcher;
    tg_cuda_attribute_setter *set_attribute; /* NULL: the library has none */
} tg_loaded_kernel;

/* Find a kernel, loading its module on first use.
 * Errors  TG_ERR_KERNEL with TG_FAILURE_REFUSED for a module that does not load here (another
 *         architecture, damaged, a library that the loader refuses: with its words) or has no such
 *         kernel, or one with other parameters than the launch description gives; TG_ERR_MEMORY;
 *         TG_ERR_UNAVAILABLE without the driver's library */
TG_NODISCARD tg_status tg_device_load_kernel(tg_loaded_kernel *kernel, tg_device *device,
                                             const tg_user_step *step, tg_error *error);

/* Queue a launch. Returns CUDA's code of the launch itself. */
cudaError_t tg_device_launch_loaded(tg_device *device, const tg_loaded_kernel *kernel,
                                    const tg_user_launch *launch, void **arguments);

/* Unload all modules; a device whose context is lost is taken. */
void tg_device_unload(tg_device *device);

#endif

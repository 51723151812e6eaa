/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Build a user's kernels for a GPU: NVRTC, whose library is opened when it is needed, makes a cubin
 * of a .cu source. Builds are cached by content, as those of modules/host_build.h.
 *
 * NVRTC and the question for the device's architecture are left to a child process: nothing forks
 * behind the start of CUDA, and a compiler that crashes takes nothing with it.
 */
#ifndef TRACEGATE_MODULES_DEVICE_BUILD_H
#define TRACEGATE_MODULES_DEVICE_BUILD_H

#include "modules/host_build.h"

/* The architecture of the device that kernels will run on (TG_CUDA_DEVICE's, else the first).
 * arch    major * 10 + minor: 90
 * Errors  TG_ERR_UNAVAILABLE without a driver or a device: what installs it */
TG_NODISCARD tg_status tg_device_architecture(unsigned *arch, tg_error *error);

typedef struct tg_device_build {
    const char *source;
    size_t nb_kernels;
    const char *const *kernels; /* names, or name expressions: "rows<kb31_t>" */
    const tg_build_options *options;
    unsigned arch; /* 90 */
} tg_device_build;

/* Bytes of a kernel's name in a module, at the most. */
#define TG_SYMBOL_BYTES 1024

/* Build, or find what was built of the same sources and options before.
 * path     [TG_PATH_BYTES] of the cubin, absolute
 * log      [TG_PATH_BYTES] of what the compiler said, as it wrote it; "" if it said nothing
 * symbols  [nb_kernels] names of the kernels in the module
 * Errors   as tg_host_build_run; TG_ERR_UNAVAILABLE if there is no NVRTC: what installs it */
TG_NODISCARD tg_status tg_device_build_run(char path[TG_PATH_BYTES], char log[TG_PATH_BYTES],
                                           char (*symbols)[TG_SYMBOL_BYTES],
                                           const tg_device_build *build, tg_error *error);

/* Which NVRTC is here, as one line: "NVRTC 13.0 in FOLDER". line: TG_PATH_BYTES bytes.
 * Errors  TG_ERR_UNAVAILABLE: what installs it */
TG_NODISCARD tg_status tg_device_build_compiler(char line[TG_PATH_BYTES], tg_error *error);

#endif

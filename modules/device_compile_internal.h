/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One compilation by NVRTC, inside the process that runs it. */
#ifndef TRACEGATE_MODULES_DEVICE_COMPILE_INTERNAL_H
#define TRACEGATE_MODULES_DEVICE_COMPILE_INTERNAL_H

#include "modules/device_build.h"
#include "modules/host_compile_internal.h"
#include "modules/includes_internal.h"
#include "modules/nvrtc_internal.h"

typedef struct compilation {
    const tg_device_build *build;
    nvrtc compiler;
    command options;
    includes files;
    text key; /* all that the result depends on, if files.is_sure */
    text log;
    text cubin;
    text symbols; /* names of the kernels in the module, each with its line's end */
} compilation;

/* Open NVRTC, put its options together, read the source.
 * Errors  TG_ERR_UNAVAILABLE without an NVRTC that knows the architecture; those of
 *         includes_read */
TG_NODISCARD tg_status compilation_begin(compilation *of, tg_error *error);

/* Compile. is_refused: the log says why.
 * Errors  TG_ERR_SIZE for a name that is too long; TG_ERR_UNAVAILABLE for an NVRTC without its
 *         parts; TG_ERR_MEMORY */
TG_NODISCARD tg_status compilation_run(compilation *of, bool *is_refused, tg_error *error);

/* Whether nothing is wrong with the source but that it lacks names that are asked for. */
bool compilation_lacks_names(const compilation *of);

/* After begin, also after it failed. */
void compilation_end(compilation *of);

#endif

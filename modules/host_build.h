/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Build a user's kernels for the host grid: a .cu, C++ or C source and the system's compiler make a
 * shared object as kernels/user_port.h describes. CUDA's headers are not needed: headers of that
 * name come from the program (modules/port/). What the host grid does not have is an error of the
 * compiler that names it. Builds are cached by content.
 */
#ifndef TRACEGATE_MODULES_HOST_BUILD_H
#define TRACEGATE_MODULES_HOST_BUILD_H

#include "files/input.h"

#include <stdbool.h>

/* How a source is compiled, for the host grid and for NVRTC alike. */
typedef struct tg_build_options {
    const char *standard; /* "c++17"; NULL: the compiler's, C++17 */
    size_t nb_includes;
    const char *const *includes; /* folders; the source's own comes first by itself */
    size_t nb_defines;
    const char *const *defines; /* "NAME" or "NAME=VALUE" */
    size_t nb_flags;
    const char *const *flags; /* handed on as they are */
    bool shows_warnings;
} tg_build_options;

typedef struct tg_host_build {
    const char *source;
    size_t nb_kernels;
    const char *const *kernels; /* names, or name expressions: "rows<kb31_t>" */
    const tg_build_options *options;
    bool sanitizes; /* ASan, UBSan; the program must then run with ASan's runtime loaded first
                       (tg_host_build_runtime) */
} tg_host_build;

/* Build, or find what was built of the same sources and options before.
 * path     [TG_PATH_BYTES] of the shared object, absolute
 * log      [TG_PATH_BYTES] of what the compiler said, as it wrote it; "" if it said nothing. Where
 *          the host grid has not what the source needs, what the program says of that, in the
 *          compiler's form
 * Errors   TG_ERR_FORMAT if the compiler refuses the source: the log has its words; TG_ERR_IO for a
 *          source that cannot be read or a cache that cannot be written; TG_ERR_UNAVAILABLE if
 *          there is no compiler: what installs it; TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_host_build_run(char path[TG_PATH_BYTES], char log[TG_PATH_BYTES],
                                         const tg_host_build *build, tg_error *error);

/* Whether a log is what the program itself says, not the compiler. */
bool tg_host_build_is_own_log(const char *log);

/* The C++ compiler that builds kernels here, in its own words: the first line of its version.
 * Errors  TG_ERR_UNAVAILABLE if there is none, or it does not run: what installs it; TG_ERR_IO for
 *         a cache that cannot be written; TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_host_build_compiler(char line[TG_PATH_BYTES], tg_error *error);

/* The runtime of the sanitizers that a program must be started with (LD_PRELOAD) to load what was
 * built with `sanitizes`.
 * Errors  TG_ERR_UNAVAILABLE if the compiler has none */
TG_NODISCARD tg_status tg_host_build_runtime(char path[TG_PATH_BYTES], tg_error *error);

#endif

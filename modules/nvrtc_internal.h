/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* NVRTC, CUDA's compiler as a library: found and opened at run time. */
#ifndef TRACEGATE_MODULES_NVRTC_INTERNAL_H
#define TRACEGATE_MODULES_NVRTC_INTERNAL_H

#include "files/input.h"

#include <stdbool.h>

/* Its functions (NVRTC, "User Interface") and results. */
typedef struct _nvrtcProgram *nvrtc_program;
enum {
    NVRTC_SUCCESS = 0,
    NVRTC_OUT_OF_MEMORY = 1,
    NVRTC_INVALID_OPTION = 5,
    NVRTC_COMPILATION = 6,
    NVRTC_BUILTIN_FAILURE = 7,
};

#define NVRTC_FUNCTIONS(F)                                                            \
    F(version, "nvrtcVersion", (int *major, int *minor))                              \
    F(nb_archs, "nvrtcGetNumSupportedArchs", (int *nb))                               \
    F(archs, "nvrtcGetSupportedArchs", (int *archs))                                  \
    F(create, "nvrtcCreateProgram",                                                   \
      (nvrtc_program * program, const char *source, const char *name, int nb_headers, \
       const char *const *headers, const char *const *names))                         \
    F(destroy, "nvrtcDestroyProgram", (nvrtc_program * program))                      \
    F(add_name, "nvrtcAddNameExpression", (nvrtc_program program, const char *name))  \
    F(compile, "nvrtcCompileProgram",                                                 \
      (nvrtc_program program, int nb_options, const char *const *options))            \
    F(log_size, "nvrtcGetProgramLogSize", (nvrtc_program program, size_t * nb_bytes)) \
    F(log, "nvrtcGetProgramLog", (nvrtc_program program, char *log))                  \
    F(lowered_name, "nvrtcGetLoweredName",                                            \
      (nvrtc_program program, const char *name, const char **lowered))                \
    F(cubin_size, "nvrtcGetCUBINSize", (nvrtc_program program, size_t * nb_bytes))    \
    F(cubin, "nvrtcGetCUBIN", (nvrtc_program program, char *cubin))

#define NVRTC_TYPE(name, symbol, parameters) typedef int nvrtc_##name parameters;
NVRTC_FUNCTIONS(NVRTC_TYPE)
#undef NVRTC_TYPE

typedef struct nvrtc {
    void *library;
    char folder[TG_PATH_BYTES]; /* that it lies in */
    int major;
    int minor;
    const char *(*error_text)(int result);
#define NVRTC_MEMBER(name, symbol, parameters) nvrtc_##name *name;
    NVRTC_FUNCTIONS(NVRTC_MEMBER)
#undef NVRTC_MEMBER
} nvrtc;

/* Open the first that can be used: of $CUDA_HOME, $CUDA_PATH, the system's libraries,
 * /usr/local/cuda, wheels beside the program, and the toolkit that ./dev toolkit installs.
 * opened  to be closed after success
 * Errors  TG_ERR_UNAVAILABLE: what installs it */
TG_NODISCARD tg_status nvrtc_open(nvrtc *opened, tg_error *error);
void nvrtc_close(nvrtc *opened);

/* The folder of CUDA's headers, of the toolkit that the library belongs to or another one; "" if
 * there is none. */
void nvrtc_include_folder(char path[TG_PATH_BYTES], const nvrtc *of);

#endif

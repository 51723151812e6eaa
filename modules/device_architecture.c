/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What is on this machine, asked in child processes: the device's architecture, NVRTC. */
#include "modules/child_internal.h"
#include "modules/device_build.h"
#include "modules/device_driver_internal.h"
#include "modules/nvrtc_internal.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

/* CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, _MINOR; CUDA_ERROR_NO_DEVICE (cuda.h). */
#define CAPABILITY_MAJOR 75
#define CAPABILITY_MINOR 76
#define ERROR_NO_DEVICE 100

/* Seconds that the driver may take to start: a machine of many devices takes its time. */
#define MAX_S 120

static const char use_host[] = "install the NVIDIA driver (apt-get install nvidia-driver) on a "
                               "machine with an NVIDIA GPU, or gate on the host grid with --host";

// POSIX has dlsym give functions too; C alone has no conversion from an object's address.
#define FIND(handle, type, name) ((type *)(uintptr_t)dlsym(handle, name))

typedef int cu_init(unsigned flags);
typedef int cu_count(int *nb);
typedef int cu_get(int *device, int index);
typedef int cu_attribute(int *value, int attribute, int device);
typedef int cu_text(int code, const char **name);

tg_status device_driver_index(int *index, tg_error *error)
{
    const char *given = getenv("TG_CUDA_DEVICE");
    *index = 0;
    if (given == NULL || given[0] == '\0') return TG_OK;
    char *end = NULL;
    errno = 0;
    const long number = strtol(given, &end, 10);
    if (errno != 0 || *end != '\0' || number < 0 || number > INT_MAX) {
        tg_error_set(error, TG_ERR_USAGE,
                     "TG_CUDA_DEVICE is '%.100s', which is no number of a "
                     "device",
                     given);
        tg_error_how(error, "set it to 0 for the first device, or unset it");
        return TG_ERR_USAGE;
    }
    *index = (int)number;
    return TG_OK;
}

tg_status device_driver_error(void *library, int code, tg_error *error)
{
    const char *name = NULL;
    cu_text *text_of = FIND(library, cu_text, "cuGetErrorName");
    if (code == ERROR_NO_DEVICE) {
        tg_error_set(error, TG_ERR_UNAVAILABLE, "there is no CUDA device on this machine");
    } else if (text_of != NULL && text_of(code, &name) == 0 && name != NULL) {
        tg_error_set(error, TG_ERR_UNAVAILABLE, "the CUDA driver does not start: %s", name);
    } else {
        tg_error_set(error, TG_ERR_UNAVAILABLE, "the CUDA driver does not start: error %d", code);
    }
    tg_error_how(error, "%s", use_host);
    return TG_ERR_UNAVAILABLE;
}

static tg_status ask(unsigned *arch, void *library, int index, tg_error *error)
{
    cu_init *init = FIND(library, cu_init, "cuInit");
    cu_count *count = FIND(library, cu_count, "cuDeviceGetCount");
    cu_get *get = FIND(library, cu_get, "cuDeviceGet");
    cu_attribute *attribute = FIND(library, cu_attribute, "cuDeviceGetAttribute");
    int nb = 0;
    int device = 0;
    int major = 0;
    int minor = 0;
    if (init == NULL || count == NULL || get == NULL || attribute == NULL)
        return device_driver_error(library, -1, error);
    int code = init(0);
    if (code == 0) code = count(&nb);
    if (code == 0 && nb == 0) code = ERROR_NO_DEVICE;
    if (code != 0) return device_driver_error(library, code, error);
    if (index >= nb) {
        tg_error_set(error, TG_ERR_UNAVAILABLE,
                     "TG_CUDA_DEVICE is %d, and the last device is number %d", index, nb - 1);
        tg_error_how(error, "set it to 0 for the first device, or unset it");
        return TG_ERR_UNAVAILABLE;
    }
    code = get(&device, index);
    if (code == 0) code = attribute(&major, CAPABILITY_MAJOR, device);
    if (code == 0) code = attribute(&minor, CAPABILITY_MINOR, device);
    if (code != 0) return device_driver_error(library, code, error);
    *arch = (unsigned)(major * 10 + minor);
    return TG_OK;
}

tg_status device_driver_open(void **library, tg_error *error)
{
    *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (*library != NULL) return TG_OK;
    const char *reason = dlerror();
    tg_error_set(error, TG_ERR_UNAVAILABLE, "there is no CUDA driver on this machine: %.150s",
                 reason != NULL ? reason : "libcuda.so.1");
    tg_error_how(error, "%s", use_host);
    return TG_ERR_UNAVAILABLE;
}

static tg_status ask_driver(void *answer, void *context, tg_error *error)
{
    const int *index = context;
    void *library = NULL;
    const tg_status status = device_driver_open(&library, error);
    return status == TG_OK ? ask(answer, library, *index, error) : status;
}

tg_status tg_device_architecture(unsigned *arch, tg_error *error)
{
    static const child_terms terms = {.name = "the CUDA driver",
                                      .max_s = MAX_S,
                                      .died = TG_ERR_UNAVAILABLE,
                                      .died_how = use_host,
                                      .hung = TG_ERR_UNAVAILABLE,
                                      .hung_how = use_host};
    int index = 0;
    const tg_status status = device_driver_index(&index, error);
    if (status != TG_OK) return status;
    return child_run(arch, sizeof *arch, ask_driver, &index, &terms, error);
}

static tg_status ask_nvrtc(void *answer, void *context, tg_error *error)
{
    nvrtc opened;
    (void)context;
    tg_status status = nvrtc_open(&opened, error);
    if (status != TG_OK) return status;
    status = tg_path_format(answer, error, "NVRTC %d.%d in %s", opened.major, opened.minor,
                            opened.folder);
    nvrtc_close(&opened);
    return status;
}

tg_status tg_device_build_compiler(char line[TG_PATH_BYTES], tg_error *error)
{
    static const char mend[] = "install it again: ./dev toolkit";
    static const child_terms terms = {.name = "NVRTC",
                                      .max_s = MAX_S,
                                      .died = TG_ERR_UNAVAILABLE,
                                      .died_how = mend,
                                      .hung = TG_ERR_UNAVAILABLE,
                                      .hung_how = mend};
    return child_run(line, TG_PATH_BYTES, ask_nvrtc, NULL, &terms, error);
}

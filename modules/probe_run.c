/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The layout probe at work, in a process of its own: a user's source may do anything when it is
 * loaded, and nothing forks behind the start of CUDA. */
#include "modules/child_internal.h"
#include "modules/device_driver_internal.h"
#include "modules/probe_internal.h"

#include "model/memory.h"

#include <dlfcn.h>
#include <string.h>

/* Seconds for loading a shared object, and for starting a driver. */
#define HOST_MAX_S 60
#define DEVICE_MAX_S 120

/* What the child is to do. */
typedef struct task {
    size_t nb_words;
    const char *file;
    const char *symbol;
    int device;
} task;

/* ---- the host ---- */

static tg_status load_error(const char *file, const char *reason, tg_error *error)
{
    tg_error_set(error, TG_ERR_IO, "the program of the layout probe cannot be loaded: %.150s",
                 reason != NULL ? reason : "the loader does not say why");
    tg_error_where(error, "%s", file);
    tg_error_how(error, "remove the file, which is then built again");
    return TG_ERR_IO;
}

static tg_status call(void *answer, void *context, tg_error *error)
{
    const task *of = context;
    void *handle = dlopen(of->file, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) return load_error(of->file, dlerror(), error);
    typedef void layout_function(unsigned long long *out);
    // POSIX has dlsym give functions too; C alone has no conversion from an object's address.
    layout_function *ask = (layout_function *)(uintptr_t)dlsym(handle, PROBE_FUNCTION);
    if (ask == NULL) return load_error(of->file, dlerror(), error);
    ask(answer);
    return TG_OK;
}

tg_status probe_run_host(uint64_t *words, size_t nb_words, const char *object, tg_error *error)
{
    static const char how[] = "see what runs when the source is loaded: constructors of its "
                              "global objects";
    static const child_terms terms = {.name = "loading the source",
                                      .max_s = HOST_MAX_S,
                                      .died = TG_ERR_FORMAT,
                                      .died_how = how,
                                      .hung = TG_ERR_FORMAT,
                                      .hung_how = how};
    task of = {.nb_words = nb_words, .file = object};
    return child_run(words, nb_words * sizeof *words, call, &of, &terms, error);
}

/* ---- a device ---- */

// Types of the driver API (cuda.h).
typedef struct CUctx_st *cu_context;
typedef struct CUmod_st *cu_module;
typedef struct CUfunc_st *cu_function;
typedef unsigned long long cu_address;

/* The functions that a probe takes. */
#define DRIVER_FUNCTIONS(F)                                                                       \
    F(init, "cuInit", (unsigned flags))                                                           \
    F(get, "cuDeviceGet", (int *device, int index))                                               \
    F(retain, "cuDevicePrimaryCtxRetain", (cu_context * context, int device))                     \
    F(set, "cuCtxSetCurrent", (cu_context context))                                               \
    F(load, "cuModuleLoad", (cu_module * module, const char *file))                               \
    F(find, "cuModuleGetFunction", (cu_function * function, cu_module module, const char *name))  \
    F(allocate, "cuMemAlloc_v2", (cu_address * address, size_t nb_bytes))                         \
    F(launch, "cuLaunchKernel",                                                                   \
      (cu_function function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x, \
       unsigned block_y, unsigned block_z, unsigned shared_bytes, void *stream, void **arguments, \
       void **extra))                                                                             \
    F(synchronize, "cuCtxSynchronize", (void))                                                    \
    F(copy, "cuMemcpyDtoH_v2", (void *to, cu_address from, size_t nb_bytes))

#define DRIVER_TYPE(name, symbol, parameters) typedef int cu_##name parameters;
DRIVER_FUNCTIONS(DRIVER_TYPE)
#undef DRIVER_TYPE

typedef struct driver {
#define DRIVER_MEMBER(name, symbol, parameters) cu_##name *name;
    DRIVER_FUNCTIONS(DRIVER_MEMBER)
#undef DRIVER_MEMBER
} driver;

/* False if the driver lacks one. */
static bool find_functions(driver *of, void *library)
{
    bool has_all = true;
#define DRIVER_FIND(name, symbol, parameters)                  \
    of->name = (cu_##name *)(uintptr_t)dlsym(library, symbol); \
    has_all = has_all && of->name != NULL;
    DRIVER_FUNCTIONS(DRIVER_FIND)
#undef DRIVER_FIND
    return has_all;
}

/* One thread writes all words. Returns the driver's code; memory ends with the process. */
static int launch(uint64_t *words, const driver *on, const task *of)
{
    const size_t nb_bytes = of->nb_words * sizeof *words;
    int device = 0;
    cu_context context = NULL;
    cu_module module = NULL;
    cu_function function = NULL;
    cu_address d_words = 0;
    void *arguments[] = {&d_words};
    int code = on->init(0);
    if (code == 0) code = on->get(&device, of->device);
    if (code == 0) code = on->retain(&context, device);
    if (code == 0) code = on->set(context);
    if (code == 0) code = on->load(&module, of->file);
    if (code == 0) code = on->find(&function, module, of->symbol);
    if (code == 0) code = on->allocate(&d_words, nb_bytes);
    if (code == 0) code = on->launch(function, 1, 1, 1, 1, 1, 1, 0, NULL, arguments, NULL);
    if (code == 0) code = on->synchronize();
    if (code == 0) code = on->copy(words, d_words, nb_bytes);
    return code;
}

static tg_status run_kernel(void *answer, void *context, tg_error *error)
{
    driver on;
    void *library = NULL;
    const tg_status status = device_driver_open(&library, error);
    if (status != TG_OK) return status;
    if (!find_functions(&on, library)) return device_driver_error(library, -1, error);
    const int code = launch(answer, &on, context);
    return code == 0 ? TG_OK : device_driver_error(library, code, error);
}

tg_status probe_run_device(uint64_t *words, size_t nb_words, const char *cubin, const char *symbol,
                           tg_error *error)
{
    static const char how[] = "see that the driver runs other programs (nvidia-smi), or gate on "
                              "the host grid with --host";
    static const child_terms terms = {.name = "the layout probe",
                                      .max_s = DEVICE_MAX_S,
                                      .died = TG_ERR_UNAVAILABLE,
                                      .died_how = how,
                                      .hung = TG_ERR_UNAVAILABLE,
                                      .hung_how = how};
    task of = {.nb_words = nb_words, .file = cubin, .symbol = symbol};
    const tg_status status = device_driver_index(&of.device, error);
    if (status != TG_OK) return status;
    return child_run(words, nb_words * sizeof *words, run_kernel, &of, &terms, error);
}

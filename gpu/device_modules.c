/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Modules on a device: PTX, cubins and fat binaries through the driver, whose library is opened
 * when the first of them is; shared objects through the CUDA runtime that they were linked with. */
#include "gpu/modules_internal.h"
#include "model/memory.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The driver API (CUDA Driver API, Module Management and Execution Control), as its library exports
 * it. A CUresult of these calls has the number of the cudaError_t that means the same. */
typedef struct CUmod_st *cu_module;
typedef int cu_module_load(cu_module *module, const void *image, unsigned nb_options,
                           const int *options, void **values);
typedef int cu_module_unload(cu_module module);
typedef int cu_module_get_function(tg_cu_function *function, cu_module module, const char *name);
typedef int cu_launch(tg_cu_function function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                      unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared_bytes,
                      cudaStream_t stream, void **arguments, void **extra);
typedef int cu_set_attribute(tg_cu_function function, int attribute, int value);
typedef int cu_parameter(tg_cu_function function, size_t index, size_t *offset, size_t *size);

/* CU_JIT_ERROR_LOG_BUFFER, CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES;
 * CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES (cuda.h). */
#define JIT_LOG 5
#define JIT_LOG_BYTES 6
#define ATTRIBUTE_DYNAMIC_SHARED 8

typedef struct driver {
    void *library;
    cu_module_load *load;
    cu_module_unload *unload;
    cu_module_get_function *get_function;
    cu_launch *launch;
    cu_set_attribute *set_attribute;
    cu_parameter *parameter; /* NULL: a driver before CUDA 12.4 */
} driver;

/* A module that is loaded. */
typedef struct loaded_module {
    const tg_module *module;
    cu_module handle; /* NULL: a library */
    void *library;
    tg_cuda_launcher *launcher;
    tg_cuda_attribute_setter *set_attribute;
} loaded_module;

struct tg_device_modules {
    driver driver;
    size_t nb;
    size_t nb_places;
    loaded_module *list;
};

/* What the file is for people. */
static const char *file_of(const tg_module *module)
{
    return module->source != NULL ? module->source : module->path;
}

static tg_status refuse(const tg_module *module, tg_error *error)
{
    tg_error_where(error, "%s", file_of(module));
    tg_error_failure(error, TG_FAILURE_REFUSED);
    return TG_ERR_KERNEL;
}

// POSIX has dlsym give functions too; C alone has no conversion from an object's address.
#define FIND(handle, type, name) ((type *)(uintptr_t)dlsym(handle, name))

static tg_status open_driver(driver *opened, tg_error *error)
{
    if (opened->library != NULL) return TG_OK;
    void *library = dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
    if (library != NULL) {
        *opened =
            (driver){.library = library,
                     .load = FIND(library, cu_module_load, "cuModuleLoadDataEx"),
                     .unload = FIND(library, cu_module_unload, "cuModuleUnload"),
                     .get_function = FIND(library, cu_module_get_function, "cuModuleGetFunction"),
                     .launch = FIND(library, cu_launch, "cuLaunchKernel"),
                     .set_attribute = FIND(library, cu_set_attribute, "cuFuncSetAttribute"),
                     .parameter = FIND(library, cu_parameter, "cuFuncGetParamInfo")};
        if (opened->load != NULL && opened->unload != NULL && opened->get_function != NULL &&
            opened->launch != NULL && opened->set_attribute != NULL)
            return TG_OK;
        *opened = (driver){.library = NULL};
        (void)dlclose(library);
    }
    const char *reason = library == NULL ? dlerror() : NULL;
    tg_error_set(error, TG_ERR_UNAVAILABLE, "the driver's library cannot be used: %s",
                 reason != NULL ? reason : "it lacks functions");
    tg_error_how(error, "install the NVIDIA driver (apt-get install nvidia-driver), or gate on the "
                        "host grid with --host");
    return TG_ERR_UNAVAILABLE;
}

/* The bytes of a file, with a 0 behind them, as PTX needs it. */
static tg_status read_image(char **image, const char *path, tg_error *error)
{
    FILE *file = fopen(path, "rb");
    long size = -1;
    *image = NULL;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0) size = ftell(file);
    if (size >= 0 && fseek(file, 0, SEEK_SET) == 0) {
        void *bytes = NULL;
        const tg_status status = tg_buffer_create(&bytes, (size_t)size + 1, 1, error);
        if (status != TG_OK) {
            (void)fclose(file);
            return status;
        }
        *image = bytes;
        (*image)[size] = '\0';
        if (fread(*image, 1, (size_t)size, file) == (size_t)size) {
            (void)fclose(file);
            return TG_OK;
        }
        tg_buffer_destroy(*image);
        *image = NULL;
    }
    if (file != NULL) (void)fclose(file);
    tg_error_set(error, TG_ERR_IO, "the module cannot be read");
    tg_error_where(error, "%s", path);
    tg_error_how(error, "see that the file is there and may be read");
    return TG_ERR_IO;
}

/* Why the driver does not load an image. */
static tg_status image_error(const tg_device *device, const tg_module *module, int code,
                             const char *log, tg_error *error)
{
    const tg_device_info *info = &device->info;
    const cudaError_t cuda_code = (cudaError_t)code;
    switch (cuda_code) {
    case cudaErrorMemoryAllocation:
        tg_error_set(error, TG_ERR_MEMORY, "there is no room for the module on the device");
        tg_error_where(error, "%s", file_of(module));
        tg_error_how(error, "end what else uses the device");
        return TG_ERR_MEMORY;
    case cudaErrorNoKernelImageForDevice:
        tg_error_set(error, TG_ERR_KERNEL,
                     "the module was built for another architecture than sm_%d%d, %s's",
                     info->capability_major, info->capability_minor, info->name);
        tg_error_how(error, "build it again with -arch=sm_%d%d", info->capability_major,
                     info->capability_minor);
        break;
    case cudaErrorUnsupportedPtxVersion:
        tg_error_set(error, TG_ERR_KERNEL,
                     "the PTX is newer than the driver, which knows CUDA %d.%d",
                     info->driver_version / 1000, info->driver_version % 1000 / 10);
        tg_error_how(error,
                     "build it with an older toolkit, or as a cubin; or install a newer driver");
        break;
    default:
        tg_error_set(error, TG_ERR_KERNEL, "the driver does not load the module: %s%s%.160s",
                     cudaGetErrorName(cuda_code), log[0] != '\0' ? ": " : "", log);
        tg_error_how(error, "see that the file is whole, and of the kind that its name says");
    }
    if (error != NULL) error->cuda_code = code;
    return refuse(module, error);
}

static tg_status load_image(loaded_module *loaded, tg_device *device, const tg_module *module,
                            tg_error *error)
{
    driver *api = &device->modules->driver;
    char *image = NULL;
    char log[512] = "";
    const int options[] = {JIT_LOG, JIT_LOG_BYTES};
    void *values[] = {log, (void *)(uintptr_t)(sizeof log - 1)};
    tg_status status = open_driver(api, error);
    if (status == TG_OK) status = read_image(&image, module->path, error);
    if (status != TG_OK) return status;
    const int code = api->load(&loaded->handle, image, 2, options, values);
    tg_buffer_destroy(image);
    log[strcspn(log, "\n")] = '\0';
    return code == 0 ? TG_OK : image_error(device, module, code, log, error);
}

static tg_status library_error(const tg_module *module, const char *what, const char *reason,
                               const char *how, tg_error *error)
{
    tg_error_set(error, TG_ERR_KERNEL, "%s%s%s", what, reason != NULL ? ": " : "",
                 reason != NULL ? reason : "");
    tg_error_how(error, "%s", how);
    return refuse(module, error);
}

static tg_status load_library(loaded_module *loaded, const tg_module *module, tg_error *error)
{
    loaded->library = dlopen(module->path, RTLD_NOW | RTLD_LOCAL);
    if (loaded->library == NULL)
        return library_error(module, "the library cannot be opened", dlerror(),
                             "mend what the loader says; LD_LIBRARY_PATH says where it looks",
                             error);
    const char *launcher = module->launcher != NULL ? module->launcher : "cudaLaunchKernel";
    loaded->launcher = FIND(loaded->library, tg_cuda_launcher, launcher);
    loaded->set_attribute = FIND(loaded->library, tg_cuda_attribute_setter, "cudaFuncSetAttribute");
    if (loaded->launcher != NULL) return TG_OK;
    char meant[256];
    const char *how = "link it with the shared CUDA runtime (nvcc -cudart shared), or export a "
                      "function that calls cudaLaunchKernel and name it as `launcher`";
    if (module->launcher_near != NULL) {
        (void)snprintf(meant, sizeof meant, "did you mean '%.200s'?", module->launcher_near);
        how = meant;
    }
    return library_error(module, "the library exports no function that launches its kernels",
                         launcher, how, error);
}

static void unload(const driver *api, loaded_module *loaded)
{
    if (loaded->handle != NULL) (void)api->unload(loaded->handle);
    // A library stays: its CUDA runtime has registered what would run after it is gone.
    *loaded = (loaded_module){.module = NULL};
}

/* Room for one more module. */
static tg_status make_place(tg_device *device, tg_error *error)
{
    struct tg_device_modules *modules = device->modules;
    if (modules == NULL) {
        modules = calloc(1, sizeof *modules);
        device->modules = modules;
    }
    if (modules != NULL && modules->nb < modules->nb_places) return TG_OK;
    loaded_module *list = NULL;
    if (modules != NULL)
        list = realloc(modules->list, (modules->nb_places + 16) * sizeof *modules->list);
    if (list == NULL) {
        tg_error_set(error, TG_ERR_MEMORY, "there is no memory for the list of modules");
        tg_error_how(error, "end what else uses memory");
        return TG_ERR_MEMORY;
    }
    modules->list = list;
    modules->nb_places += 16;
    return TG_OK;
}

static tg_status load_module(loaded_module **found, tg_device *device, const tg_module *module,
                             tg_error *error)
{
    for (size_t i = 0; device->modules != NULL && i < device->modules->nb; i++) {
        *found = &device->modules->list[i];
        if ((*found)->module == module) return TG_OK;
    }
    tg_status status = make_place(device, error);
    if (status != TG_OK) return status;
    loaded_module loaded = {.module = module};
    if (module->kind == TG_MODULE_LIBRARY)
        status = load_library(&loaded, module, error);
    else
        status = load_image(&loaded, device, module, error);
    if (status != TG_OK) return status;
    *found = &device->modules->list[device->modules->nb++];
    **found = loaded;
    return TG_OK;
}

static tg_status no_kernel(const tg_user_kernel *kernel, tg_error *error)
{
    tg_error_set(error, TG_ERR_KERNEL, "the module has no kernel '%s'", kernel->name);
    tg_error_how(error, "name a __global__ function that it exports; extern \"C\" keeps names as "
                        "they are written");
    return refuse(kernel->module, error);
}

/* Refuse arguments that are not what the kernel takes. */
static tg_status check_parameters(const driver *api, tg_cu_function function,
                                  const tg_user_step *step, tg_error *error)
{
    size_t nb = 0;
    size_t offset = 0;
    size_t size = 0;
    if (api->parameter == NULL) return TG_OK;
    while (api->parameter(function, nb, &offset, &size) == 0) {
        if (nb < step->nb_arguments && size != tg_user_argument_bytes(&step->arguments[nb])) {
            tg_error_set(error, TG_ERR_KERNEL,
                         "parameter %zu of kernel '%s' has %zu bytes, and its launch description "
                         "gives %zu",
                         nb, step->kernel->name, size,
                         tg_user_argument_bytes(&step->arguments[nb]));
            tg_error_how(error, "mend `arguments` in the manifest, or the kernel's parameters");
            return refuse(step->kernel->module, error);
        }
        nb++;
    }
    if (nb == step->nb_arguments) return TG_OK;
    tg_error_set(error, TG_ERR_KERNEL,
                 "kernel '%s' takes %zu parameters, and its launch description gives %zu arguments",
                 step->kernel->name, nb, step->nb_arguments);
    tg_error_how(error, "mend `arguments` in the manifest, or the kernel's parameters");
    return refuse(step->kernel->module, error);
}

static tg_status find_in_library(tg_loaded_kernel *found, const loaded_module *loaded,
                                 const tg_user_kernel *kernel, tg_error *error)
{
    typedef const void *getter(void);
    void *symbol = dlsym(loaded->library, kernel->symbol);
    if (symbol == NULL) return no_kernel(kernel, error);
    *found =
        (tg_loaded_kernel){.address = kernel->is_getter ? ((getter *)(uintptr_t)symbol)() : symbol,
                           .launcher = loaded->launcher,
                           .set_attribute = loaded->set_attribute};
    return found->address != NULL ? TG_OK : no_kernel(kernel, error);
}

tg_status tg_device_load_kernel(tg_loaded_kernel *kernel, tg_device *device,
                                const tg_user_step *step, tg_error *error)
{
    const tg_user_kernel *of = step->kernel;
    loaded_module *loaded = NULL;
    *kernel = (tg_loaded_kernel){.function = NULL};
    tg_status status = load_module(&loaded, device, of->module, error);
    if (status != TG_OK) return status;
    if (loaded->library != NULL) return find_in_library(kernel, loaded, of, error);
    const driver *api = &device->modules->driver;
    if (api->get_function(&kernel->function, loaded->handle, of->symbol) != 0)
        return no_kernel(of, error);
    return check_parameters(api, kernel->function, step, error);
}

cudaError_t tg_device_launch_loaded(tg_device *device, const tg_loaded_kernel *kernel,
                                    const tg_user_launch *launch, void **arguments)
{
    const tg_launch shape = launch->shape;
    const dim3 grid = {.x = shape.grid, .y = 1, .z = 1};
    const dim3 block = {.x = shape.block, .y = 1, .z = 1};
    const bool asks = launch->shared_bytes > TG_GPU_SHARED_WITHOUT_ASKING;
    if (kernel->function == NULL) {
        cudaError_t code = cudaSuccess;
        if (asks && kernel->set_attribute != NULL)
            code =
                kernel->set_attribute(kernel->address, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                      (int)launch->shared_bytes);
        return code != cudaSuccess ? code
                                   : kernel->launcher(kernel->address, grid, block, arguments,
                                                      launch->shared_bytes, device->stream);
    }
    const driver *api = &device->modules->driver;
    int code = 0;
    if (asks)
        code = api->set_attribute(kernel->function, ATTRIBUTE_DYNAMIC_SHARED,
                                  (int)launch->shared_bytes);
    if (code == 0)
        code = api->launch(kernel->function, grid.x, 1, 1, block.x, 1, 1,
                           (unsigned)launch->shared_bytes, device->stream, arguments, NULL);
    return (cudaError_t)code;
}

void tg_device_unload(tg_device *device)
{
    struct tg_device_modules *modules = device->modules;
    if (modules == NULL) return;
    for (size_t i = 0; i < modules->nb; i++) unload(&modules->driver, &modules->list[i]);
    free(modules->list);
    if (modules->driver.library != NULL) (void)dlclose(modules->driver.library);
    free(modules);
    device->modules = NULL;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A library in the place of CUDA's driver whose only kernel writes what tests want.
 *
 * TG_FAKE_WORDS  words that the kernel writes, numbers apart by commas
 * TG_FAKE_FAILS  CALL=CODE: a call of this file that fails
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WORDS 1024

static unsigned long long memory[MAX_WORDS];

static int result_of(const char *call)
{
    const char *told = getenv("TG_FAKE_FAILS");
    const size_t length = strlen(call);
    return told != NULL && strncmp(told, call, length) == 0 && told[length] == '='
               ? atoi(told + length + 1)
               : 0;
}

int cuInit(unsigned flags);
int cuDeviceGet(int *device, int index);
int cuDevicePrimaryCtxRetain(void **context, int device);
int cuCtxSetCurrent(void *context);
int cuModuleLoad(void **module, const char *file);
int cuModuleGetFunction(void **function, void *module, const char *name);
int cuMemAlloc_v2(unsigned long long *address, size_t nb_bytes);
int cuLaunchKernel(void *function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                   unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared_bytes,
                   void *stream, void **arguments, void **extra);
int cuCtxSynchronize(void);
int cuMemcpyDtoH_v2(void *to, unsigned long long from, size_t nb_bytes);
int cuGetErrorName(int code, const char **name);

int cuInit(unsigned flags)
{
    (void)flags;
    return result_of("init");
}

int cuDeviceGet(int *device, int index)
{
    *device = index;
    return result_of("get");
}

int cuDevicePrimaryCtxRetain(void **context, int device)
{
    (void)device;
    *context = memory;
    return result_of("retain");
}

int cuCtxSetCurrent(void *context) { return context == memory ? result_of("set") : 1; }

int cuModuleLoad(void **module, const char *file)
{
    *module = memory;
    return strstr(file, ".cubin") != NULL ? result_of("load") : 1;
}

int cuModuleGetFunction(void **function, void *module, const char *name)
{
    *function = module;
    // As the library in NVRTC's place calls the kernels of its modules.
    return strstr(name, "tracegate_layout") != NULL ? result_of("find") : 1;
}

int cuMemAlloc_v2(unsigned long long *address, size_t nb_bytes)
{
    *address = (unsigned long long)(uintptr_t)memory;
    return nb_bytes <= sizeof memory ? result_of("allocate") : 2;
}

int cuLaunchKernel(void *function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                   unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared_bytes,
                   void *stream, void **arguments, void **extra)
{
    const unsigned one = grid_x * grid_y * grid_z * block_x * block_y * block_z;
    const unsigned long long *address = arguments[0];
    const char *told = getenv("TG_FAKE_WORDS");
    (void)function;
    if (one != 1 || shared_bytes != 0 || stream != NULL || extra != NULL ||
        *address != (unsigned long long)(uintptr_t)memory)
        return 1;
    for (size_t i = 0; told != NULL && i < MAX_WORDS; i++) {
        memory[i] = strtoull(told, NULL, 10);
        told = strchr(told, ',');
        if (told != NULL) told++;
    }
    return result_of("launch");
}

int cuCtxSynchronize(void) { return result_of("synchronize"); }

int cuMemcpyDtoH_v2(void *to, unsigned long long from, size_t nb_bytes)
{
    if (from != (unsigned long long)(uintptr_t)memory) return 1;
    memcpy(to, memory, nb_bytes);
    return result_of("copy");
}

int cuGetErrorName(int code, const char **name)
{
    *name = "CUDA_ERROR_MADE_UP";
    return code > 0 ? 0 : 1;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A CUDA driver whose start fails with the code that BROKEN_DRIVER gives (cuda.h, enum
 * cudaError_enum): as much of libcuda.so.1 as the CUDA runtime looks at before it gives up. */
#include <stdlib.h>
#include <string.h>

static int fails(void) { return atoi(getenv("BROKEN_DRIVER")); }

int cuInit(unsigned flags)
{
    (void)flags;
    return fails();
}

/* The one question that a driver answers before it starts. */
int cuDriverGetVersion(int *version)
{
    *version = 13000;
    return 0;
}

int cuGetExportTable(const void **table, const void *id)
{
    (void)id;
    *table = NULL;
    return fails();
}

/* Every other call fails in the same way. */
int cuGetProcAddress_v2(const char *name, void **address, int version, unsigned long long flags,
                        int *status)
{
    (void)version;
    (void)flags;
    if (status != NULL) *status = 0;
    *address = (void *)fails;
    if (strcmp(name, "cuInit") == 0) *address = (void *)cuInit;
    if (strcmp(name, "cuDriverGetVersion") == 0) *address = (void *)cuDriverGetVersion;
    if (strcmp(name, "cuGetExportTable") == 0) *address = (void *)cuGetExportTable;
    if (strncmp(name, "cuGetProcAddress", strlen("cuGetProcAddress")) == 0)
        *address = (void *)cuGetProcAddress_v2;
    return 0;
}

int cuGetProcAddress(const char *name, void **address, int version, unsigned long long flags)
{
    return cuGetProcAddress_v2(name, address, version, flags, NULL);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A library in the place of CUDA's driver, with as many devices as tests want and none of its own.
 *
 * TG_FAKE_DRIVER  five numbers: devices, and the results of cuInit, cuDeviceGetCount, cuDeviceGet
 *                 and cuDeviceGetAttribute
 */
#include <stdio.h>
#include <stdlib.h>

/* Device number n is an sm_(80 + 10 n). */
#define MAJOR 75

static int told(int index)
{
    int numbers[5] = {1, 0, 0, 0, 0};
    const char *all = getenv("TG_FAKE_DRIVER");
    if (all != NULL) {
        (void)sscanf(all, "%d %d %d %d %d", &numbers[0], &numbers[1], &numbers[2], &numbers[3],
                     &numbers[4]);
    }
    return numbers[index];
}

int cuInit(unsigned flags);
int cuDeviceGetCount(int *nb);
int cuDeviceGet(int *device, int index);
int cuDeviceGetAttribute(int *value, int attribute, int device);
int cuGetErrorName(int code, const char **name);

int cuInit(unsigned flags)
{
    (void)flags;
    return told(1);
}

int cuDeviceGetCount(int *nb)
{
    *nb = told(0);
    return told(2);
}

int cuDeviceGet(int *device, int index)
{
    *device = index;
    return told(3);
}

int cuDeviceGetAttribute(int *value, int attribute, int device)
{
    *value = attribute == MAJOR ? 8 + device : 0;
    return told(4);
}

/* 3 has a name, 4 has none, others are not known. */
int cuGetErrorName(int code, const char **name)
{
    *name = code == 3 ? "CUDA_ERROR_NOT_INITIALIZED" : NULL;
    return code == 3 || code == 4 ? 0 : 1;
}

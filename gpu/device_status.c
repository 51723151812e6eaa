/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* CUDA's error codes as statuses, with the code's name and what mends it. */
#include "gpu/device_internal.h"

#include <stdarg.h>
#include <stdio.h>

bool tg_device_is_fault(cudaError_t code)
{
    switch (code) {
    case cudaErrorIllegalAddress:
    case cudaErrorIllegalInstruction:
    case cudaErrorMisalignedAddress:
    case cudaErrorInvalidAddressSpace:
    case cudaErrorInvalidPc:
    case cudaErrorHardwareStackError:
    case cudaErrorLaunchFailure:
    case cudaErrorLaunchTimeout:
    case cudaErrorAssert:
        return true;
    default:
        return false;
    }
}

/* Codes of a machine without a usable driver or device.
 * found  a device has been found: the driver works, and codes that say no more than that something
 *        went wrong are then the device's failure. Before, they are how the driver's start tells of
 *        a kernel module or a device file that is missing or may not be opened. */
static bool is_absence(cudaError_t code, bool found)
{
    switch (code) {
    case cudaErrorNoDevice:
    case cudaErrorInsufficientDriver:
    case cudaErrorSystemDriverMismatch:
    case cudaErrorCompatNotSupportedOnDevice:
    case cudaErrorSystemNotReady:
    case cudaErrorStubLibrary:
    case cudaErrorDevicesUnavailable:
        return true;
    case cudaErrorInitializationError:
    case cudaErrorOperatingSystem:
    case cudaErrorUnknown:
        return !found;
    default:
        return false;
    }
}

tg_status tg_device_open_status(cudaError_t code, const tg_device_info *info, tg_error *error)
{
    if (code == cudaSuccess) return TG_OK;
    // CUDA keeps the last error; it must not show up again behind a later launch.
    (void)cudaGetLastError();
    tg_status status = TG_ERR_DEVICE;
    if (is_absence(code, info != NULL)) {
        status = tg_error_set(error, TG_ERR_UNAVAILABLE, "no CUDA device can be used here: %s (%s)",
                              cudaGetErrorName(code), cudaGetErrorString(code));
        tg_error_how(error,
                     "use a machine with an NVIDIA GPU and a driver for CUDA %d (apt-get install "
                     "nvidia-driver), or the host "
                     "backend",
                     CUDART_VERSION / 1000);
    } else if (code == cudaErrorNoKernelImageForDevice || code == cudaErrorInvalidDeviceFunction ||
               code == cudaErrorUnsupportedPtxVersion) {
        status = tg_error_set(error, TG_ERR_UNAVAILABLE,
                              "this program has no code for %s, of compute capability %d.%d: %s",
                              info->name, info->capability_major, info->capability_minor,
                              cudaGetErrorName(code));
        tg_error_how(error, "build it again with -DTG_CUDA_ARCHITECTURES=%d%d",
                     info->capability_major, info->capability_minor);
    } else {
        status = tg_error_set(error, TG_ERR_DEVICE, "the CUDA device does not open: %s (%s)",
                              cudaGetErrorName(code), cudaGetErrorString(code));
        tg_error_how(
            error, "see what nvidia-smi says of it, or choose another device with TG_CUDA_DEVICE");
    }
    if (error != NULL) error->cuda_code = (int)code;
    return status;
}

tg_status tg_device_status(tg_device *device, cudaError_t code, tg_error *error, const char *doing,
                           ...)
{
    if (code == cudaSuccess) return TG_OK;
    (void)cudaGetLastError();
    if (tg_device_is_fault(code)) device->lost = code;
    tg_status status = TG_ERR_DEVICE;
    if (tg_device_is_fault(code) && device->queued[0] != '\0') {
        status =
            tg_error_set(error, TG_ERR_KERNEL, "the kernel of %s failed on the device: %s (%s)",
                         device->queued, cudaGetErrorName(code), cudaGetErrorString(code));
        tg_error_how(error, "run the same command under compute-sanitizer, which names the access; "
                            "or with the host backend");
        tg_error_failure(error,
                         code == cudaErrorLaunchTimeout ? TG_FAILURE_HANG : TG_FAILURE_CRASH);
    } else {
        char text[128];
        va_list arguments;
        va_start(arguments, doing);
        (void)vsnprintf(text, sizeof text, doing, arguments);
        va_end(arguments);
        status = tg_error_set(error, TG_ERR_DEVICE, "%s: %s (%s)", text, cudaGetErrorName(code),
                              cudaGetErrorString(code));
        tg_error_how(error, "see what nvidia-smi says of the device, and start again");
    }
    tg_error_where(error, "%s", device->info.name);
    if (error != NULL) error->cuda_code = (int)code;
    return status;
}

tg_status tg_device_usable(const tg_device *device, tg_error *error)
{
    if (device->lost == cudaSuccess) return TG_OK;
    tg_error_set(error, TG_ERR_DEVICE, "the device's context was lost when a kernel failed: %s",
                 cudaGetErrorName(device->lost));
    tg_error_where(error, "%s", device->info.name);
    tg_error_how(error, "start the program again, without the trace whose kernel failed");
    if (error != NULL) error->cuda_code = (int)device->lost;
    return TG_ERR_DEVICE;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* CUDA devices under the runtime: opening, streams, events, memory, and what codes mean. */
#include "gpu/device_internal.h"
#include "gpu/runtime_cuda_internal.h"

#include "model/memory.h"

int tg_cuda_code(cudaError_t code)
{
    if (code != cudaSuccess) (void)cudaGetLastError();
    return (int)code;
}

int tg_cuda_use(const tg_cuda *cuda) { return tg_cuda_code(cudaSetDevice(cuda->index)); }

/* ---- the device ---- */

/* Let memory that is given back stay with the process, as SP1 does: another take is then free of
 * charge. The setting is the device's, for the whole process. */
static tg_status keep_memory(tg_cuda *cuda, const tg_device_info *info, tg_error *error)
{
    int has_pools = 0;
    uint64_t threshold = UINT64_MAX;
    tg_status status = tg_device_open_status(
        cudaDeviceGetAttribute(&has_pools, cudaDevAttrMemoryPoolsSupported, cuda->index), info,
        error);
    if (status != TG_OK) return status;
    if (has_pools == 0) {
        tg_error_set(error, TG_ERR_UNAVAILABLE, "%s cannot take memory in the order of streams",
                     info->name);
        tg_error_how(error, "use a newer driver or GPU, or the host backend");
        return TG_ERR_UNAVAILABLE;
    }
    status =
        tg_device_open_status(cudaDeviceGetDefaultMemPool(&cuda->pool, cuda->index), info, error);
    if (status != TG_OK) return status;
    return tg_device_open_status(
        cudaMemPoolSetAttribute(cuda->pool, cudaMemPoolAttrReleaseThreshold, &threshold), info,
        error);
}

static void close_device(void *device)
{
    tg_cuda *cuda = device;
    (void)tg_cuda_use(cuda);
    // What is left in the pool is of use to nobody else in this process.
    if (cuda->pool != NULL) (void)tg_cuda_code(cudaMemPoolTrimTo(cuda->pool, 0));
    tg_device_close(cuda->device);
    tg_buffer_destroy(cuda);
}

static tg_status open_device(void **device, tg_error *error)
{
    *device = NULL;
    void *memory = NULL;
    tg_status status = tg_buffer_create(&memory, 1, sizeof(tg_cuda), error);
    if (status != TG_OK) return status;
    tg_cuda *cuda = memory;
    *cuda = (tg_cuda){.device = NULL};
    status = tg_device_open(&cuda->device, error);
    if (status != TG_OK) {
        tg_buffer_destroy(cuda);
        return status;
    }
    const tg_device_info *info = tg_device_get_info(cuda->device);
    cuda->index = info->index;
    status = keep_memory(cuda, info, error);
    if (status != TG_OK) {
        close_device(cuda);
        return status;
    }
    *device = cuda;
    return TG_OK;
}

/* ---- streams and events ---- */

static int stream_create(void *device, void **stream)
{
    cudaStream_t created = NULL;
    int code = tg_cuda_use(device);
    if (code == 0) code = tg_cuda_code(cudaStreamCreateWithFlags(&created, cudaStreamNonBlocking));
    *stream = created;
    return code;
}

static int stream_wait(void *device, void *stream)
{
    const int code = tg_cuda_use(device);
    return code != 0 ? code : tg_cuda_code(cudaStreamSynchronize(stream));
}

static void stream_destroy(void *device, void *stream)
{
    // A failure has nobody left to be told.
    (void)stream_wait(device, stream);
    (void)tg_cuda_code(cudaStreamDestroy(stream));
}

/* The answer to a question whether something is done. */
static int answer(cudaError_t code, bool *is_done)
{
    *is_done = code == cudaSuccess;
    const int error = tg_cuda_code(code);
    return code == cudaErrorNotReady ? 0 : error;
}

static int stream_query(void *device, void *stream, bool *is_done)
{
    *is_done = false;
    const int code = tg_cuda_use(device);
    return code != 0 ? code : answer(cudaStreamQuery(stream), is_done);
}

static int event_create(void *device, void **event)
{
    cudaEvent_t created = NULL;
    int code = tg_cuda_use(device);
    if (code == 0) code = tg_cuda_code(cudaEventCreateWithFlags(&created, cudaEventDisableTiming));
    *event = created;
    return code;
}

static void event_destroy(void *device, void *event)
{
    (void)tg_cuda_use(device);
    (void)tg_cuda_code(cudaEventDestroy(event));
}

static int event_record(void *device, void *event, void *stream)
{
    const int code = tg_cuda_use(device);
    return code != 0 ? code : tg_cuda_code(cudaEventRecord(event, stream));
}

static int event_wait(void *device, void *event)
{
    const int code = tg_cuda_use(device);
    return code != 0 ? code : tg_cuda_code(cudaEventSynchronize(event));
}

static int event_query(void *device, void *event, bool *is_done)
{
    *is_done = false;
    const int code = tg_cuda_use(device);
    return code != 0 ? code : answer(cudaEventQuery(event), is_done);
}

static int stream_wait_event(void *device, void *stream, void *event)
{
    const int code = tg_cuda_use(device);
    return code != 0 ? code : tg_cuda_code(cudaStreamWaitEvent(stream, event, 0));
}

/* ---- memory ---- */

static int take(void *device, void **d_bytes, size_t len_bytes, void *stream)
{
    const tg_cuda *cuda = device;
    int code = tg_cuda_use(cuda);
    if (code == 0) code = tg_cuda_code(cudaMallocAsync(d_bytes, len_bytes, stream));
    if (code != (int)cudaErrorMemoryAllocation) return code;
    // The pool may hold what it needs, in pieces that are too small: give them all back to the
    // device, when those whose giving back is still under way have come.
    code = tg_cuda_code(cudaStreamSynchronize(stream));
    if (code == 0) code = tg_cuda_code(cudaMemPoolTrimTo(cuda->pool, 0));
    return code != 0 ? code : tg_cuda_code(cudaMallocAsync(d_bytes, len_bytes, stream));
}

static int give(void *device, void *d_bytes, void *stream)
{
    const int code = tg_cuda_use(device);
    return code != 0 ? code : tg_cuda_code(cudaFreeAsync(d_bytes, stream));
}

static int take_pinned(void *device, void **bytes, size_t len_bytes)
{
    const int code = tg_cuda_use(device);
    return code != 0 ? code : tg_cuda_code(cudaHostAlloc(bytes, len_bytes, cudaHostAllocDefault));
}

static void give_pinned(void *device, void *bytes)
{
    (void)tg_cuda_use(device);
    (void)tg_cuda_code(cudaFreeHost(bytes));
}

/* Free is also what the pool keeps and nobody uses. */
static int get_memory(void *device, size_t *free_bytes, size_t *total_bytes)
{
    const tg_cuda *cuda = device;
    uint64_t reserved = 0, used = 0;
    int code = tg_cuda_use(cuda);
    if (code == 0) code = tg_cuda_code(cudaMemGetInfo(free_bytes, total_bytes));
    if (code == 0)
        code = tg_cuda_code(
            cudaMemPoolGetAttribute(cuda->pool, cudaMemPoolAttrReservedMemCurrent, &reserved));
    if (code == 0)
        code =
            tg_cuda_code(cudaMemPoolGetAttribute(cuda->pool, cudaMemPoolAttrUsedMemCurrent, &used));
    if (code == 0 && reserved > used) *free_bytes += (size_t)(reserved - used);
    return code;
}

/* ---- codes ---- */

static tg_status meaning(int code, const char **text, bool *is_lost)
{
    const cudaError_t error = (cudaError_t)code;
    *text = cudaGetErrorName(error);
    *is_lost = tg_device_is_fault(error) || error == cudaErrorECCUncorrectable ||
               error == cudaErrorContextIsDestroyed;
    if (code == 0) return TG_OK;
    if (error == cudaErrorMemoryAllocation) return TG_ERR_MEMORY;
    return TG_ERR_DEVICE;
}

const tg_runtime_ops tg_runtime_cuda = {
    .name = "cuda",
#ifdef TG_VERIFY
    .waits_for_launches = true,
#endif
    .open = open_device,
    .close = close_device,
    .stream_create = stream_create,
    .stream_destroy = stream_destroy,
    .stream_wait = stream_wait,
    .stream_query = stream_query,
    .event_create = event_create,
    .event_destroy = event_destroy,
    .event_record = event_record,
    .event_wait = event_wait,
    .event_query = event_query,
    .stream_wait_event = stream_wait_event,
    .take = take,
    .give = give,
    .take_pinned = take_pinned,
    .give_pinned = give_pinned,
    .memory = get_memory,
    .copy = tg_cuda_copy,
    .set = tg_cuda_set,
    .transpose = tg_cuda_transpose,
    .launch = tg_cuda_launch,
    .call = tg_cuda_call,
    .sleep = tg_cuda_sleep,
    .meaning = meaning,
};

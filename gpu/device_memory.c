/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory of a device: the pool of buffers, copies, fill, and the checks that read whole buffers
 * there. */
#include "gpu/check_internal.h"
#include "gpu/device_internal.h"

/* The smallest free buffer that is large enough and does not waste more than half of itself, or
 * NULL. */
static tg_device_buffer *find_free(tg_device *device, size_t len_bytes)
{
    tg_device_buffer *best = NULL;
    for (size_t i = 0; i < TG_DEVICE_MAX_BUFFERS; i++) {
        tg_device_buffer *buffer = &device->buffers[i];
        if (buffer->d_bytes == NULL || buffer->taken || buffer->len_bytes < len_bytes ||
            buffer->len_bytes / 2 > len_bytes)
            continue;
        if (best == NULL || buffer->len_bytes < best->len_bytes) best = buffer;
    }
    return best;
}

static tg_device_buffer *find_empty(tg_device *device)
{
    for (size_t i = 0; i < TG_DEVICE_MAX_BUFFERS; i++) {
        if (device->buffers[i].d_bytes == NULL) return &device->buffers[i];
    }
    return NULL;
}

/* Free the buffers that nobody has. Work that is queued may still use them: scratch is given back
 * before its steps have run. */
static tg_status free_unused(tg_device *device, tg_error *error)
{
    tg_status status = tg_device_wait(device, error);
    for (size_t i = 0; i < TG_DEVICE_MAX_BUFFERS && status == TG_OK; i++) {
        tg_device_buffer *buffer = &device->buffers[i];
        if (buffer->d_bytes == NULL || buffer->taken) continue;
        status = tg_device_status(device, cudaFree(buffer->d_bytes), error,
                                  "freeing %zu bytes of the device", buffer->len_bytes);
        *buffer = (tg_device_buffer){0};
    }
    return status;
}

/* Take new memory from the device, and once more after the unused buffers are freed. */
static tg_status allocate(tg_device *device, tg_device_buffer *buffer, size_t len_bytes,
                          tg_error *error)
{
    void *d_bytes = NULL;
    // What CUDA says to sizes near the largest number is not documented.
    const bool hopeless = len_bytes > device->info.memory_bytes;
    cudaError_t code = hopeless ? cudaErrorMemoryAllocation : cudaMalloc(&d_bytes, len_bytes);
    if (code == cudaErrorMemoryAllocation && !hopeless) {
        (void)cudaGetLastError();
        const tg_status status = free_unused(device, error);
        if (status != TG_OK) return status;
        code = cudaMalloc(&d_bytes, len_bytes);
    }
    if (code == cudaErrorMemoryAllocation) {
        size_t nb_free = 0;
        size_t nb_all = 0;
        (void)cudaGetLastError();
        (void)cudaMemGetInfo(&nb_free, &nb_all);
        tg_error_set(error, TG_ERR_MEMORY,
                     "no memory for %zu bytes on the device, which has %zu bytes free", len_bytes,
                     nb_free);
        tg_error_where(error, "%s", device->info.name);
        tg_error_how(error, "use fewer events or a smaller height, or a device with more memory");
        if (error != NULL) error->cuda_code = (int)code;
        return TG_ERR_MEMORY;
    }
    const tg_status status =
        tg_device_status(device, code, error, "taking %zu bytes of the device", len_bytes);
    if (status == TG_OK)
        *buffer = (tg_device_buffer){.d_bytes = d_bytes, .len_bytes = len_bytes, .taken = true};
    return status;
}

tg_status tg_device_take(tg_device *device, void **d_buffer, size_t len_bytes, tg_error *error)
{
    *d_buffer = NULL;
    tg_status status = tg_device_usable(device, error);
    if (status != TG_OK) return status;
    // cudaMalloc gives no address for no bytes. Sizes are not rounded up, so that memory checkers
    // know where a buffer ends.
    const size_t wanted = len_bytes != 0 ? len_bytes : 1;
    tg_device_buffer *buffer = find_free(device, wanted);
    if (buffer != NULL) {
        buffer->taken = true;
        *d_buffer = buffer->d_bytes;
        return TG_OK;
    }
    if (find_empty(device) == NULL) status = free_unused(device, error);
    if (status != TG_OK) return status;
    buffer = find_empty(device);
    if (buffer == NULL) {
        tg_error_set(error, TG_ERR_SIZE, "more than %d buffers of one device at once",
                     TG_DEVICE_MAX_BUFFERS);
        tg_error_how(error, "give buffers back before taking more");
        return TG_ERR_SIZE;
    }
    status = allocate(device, buffer, wanted, error);
    if (status == TG_OK) *d_buffer = buffer->d_bytes;
    return status;
}

void tg_device_give(tg_device *device, void *d_buffer)
{
    if (d_buffer == NULL) return;
    for (size_t i = 0; i < TG_DEVICE_MAX_BUFFERS; i++) {
        if (device->buffers[i].d_bytes == d_buffer) device->buffers[i].taken = false;
    }
}

tg_status tg_device_upload(tg_device *device, void *d_dst, const void *src, size_t len_bytes,
                           tg_error *error)
{
    tg_status status = tg_device_usable(device, error);
    if (status != TG_OK || len_bytes == 0) return status;
    status = tg_device_status(
        device, cudaMemcpyAsync(d_dst, src, len_bytes, cudaMemcpyHostToDevice, device->stream),
        error, "copying %zu bytes to the device", len_bytes);
    return status == TG_OK ? tg_device_wait(device, error) : status;
}

tg_status tg_device_download(tg_device *device, void *dst, const void *d_src, size_t len_bytes,
                             tg_error *error)
{
    tg_status status = tg_device_usable(device, error);
    if (status != TG_OK || len_bytes == 0) return status;
    status = tg_device_status(
        device, cudaMemcpyAsync(dst, d_src, len_bytes, cudaMemcpyDeviceToHost, device->stream),
        error, "copying %zu bytes from the device", len_bytes);
    return status == TG_OK ? tg_device_wait(device, error) : status;
}

tg_status tg_device_copy(tg_device *device, void *d_dst, const void *d_src, size_t len_bytes,
                         tg_error *error)
{
    const tg_status status = tg_device_usable(device, error);
    if (status != TG_OK || len_bytes == 0) return status;
    return tg_device_status(
        device, cudaMemcpyAsync(d_dst, d_src, len_bytes, cudaMemcpyDeviceToDevice, device->stream),
        error, "copying %zu bytes on the device", len_bytes);
}

tg_status tg_device_clear(tg_device *device, void *d_dst, size_t len_bytes, tg_error *error)
{
    const tg_status status = tg_device_usable(device, error);
    if (status != TG_OK || len_bytes == 0) return status;
    return tg_device_status(device, cudaMemsetAsync(d_dst, 0, len_bytes, device->stream), error,
                            "clearing %zu bytes of the device", len_bytes);
}

tg_status tg_device_fill(tg_device *device, uint32_t *d_words, size_t nb_words, uint32_t word,
                         tg_error *error)
{
    const tg_status status = tg_device_usable(device, error);
    if (status != TG_OK) return status;
    void *arguments[] = {&d_words, &nb_words, &word};
    return tg_device_launch_own(device, (const void *)tg_gpu_fill, arguments, nb_words, error);
}

/* Run a check over nb indices, whose first argument is where it puts nb_tallies tallies. */
static tg_status check(tg_device *device, tg_device_tally *tallies, size_t nb_tallies,
                       const void *kernel, void **arguments, size_t nb, tg_error *error)
{
    for (size_t i = 0; i < nb_tallies; i++) {
        tallies[i] = TG_GPU_TALLY_NONE;
    }
    arguments[0] = &device->d_tallies;
    tg_status status =
        tg_device_upload(device, device->d_tallies, tallies, nb_tallies * sizeof *tallies, error);
    if (status == TG_OK) status = tg_device_launch_own(device, kernel, arguments, nb, error);
    if (status == TG_OK)
        status = tg_device_download(device, tallies, device->d_tallies,
                                    nb_tallies * sizeof *tallies, error);
    for (size_t i = 0; i < nb_tallies; i++) {
        if (status != TG_OK || tallies[i].nb == 0) tallies[i] = (tg_device_tally){0};
    }
    return status;
}

tg_status tg_device_find_unlike(tg_device *device, tg_device_tally *found, const uint32_t *d_words,
                                size_t nb_words, uint32_t word, tg_error *error)
{
    void *arguments[] = {NULL, &d_words, &nb_words, &word};
    return check(device, found, 1, (const void *)tg_gpu_find_unlike, arguments, nb_words, error);
}

tg_status tg_device_compare_bytes(tg_device *device, tg_device_tally *changed, const void *d_first,
                                  const void *d_second, size_t len_bytes, tg_error *error)
{
    void *arguments[] = {NULL, &d_first, &d_second, &len_bytes};
    return check(device, changed, 1, (const void *)tg_gpu_compare_bytes, arguments, len_bytes,
                 error);
}

tg_status tg_device_compare_runs(tg_device *device, tg_device_tally *unwritten,
                                 tg_device_tally *unstable, const uint32_t *d_first,
                                 const uint32_t *d_second, size_t nb_cells, uint32_t first_poison,
                                 uint32_t second_poison, tg_error *error)
{
    tg_device_tally runs[2];
    void *arguments[] = {NULL, &d_first, &d_second, &nb_cells, &first_poison, &second_poison};
    const tg_status status =
        check(device, runs, 2, (const void *)tg_gpu_compare_runs, arguments, nb_cells, error);
    *unwritten = runs[0];
    *unstable = runs[1];
    return status;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory of the host grid as a device. Memory that is given back is freed when it is its turn in
 * the queue, so that whoever still uses it is seen by AddressSanitizer, and so is who writes beside
 * it: the alignment's bytes in front and behind are not to be touched.
 */
#include "gpu/runtime_host_internal.h"

#include <stdlib.h>
#include <string.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#define FORBID(bytes, len) __asan_poison_memory_region(bytes, len)
#define ALLOW(bytes, len) __asan_unpoison_memory_region(bytes, len)
#else
#define FORBID(bytes, len) ((void)(bytes), (void)(len))
#define ALLOW(bytes, len) ((void)(bytes), (void)(len))
#endif

/* As CUDA aligns memory. */
#define ALIGNMENT ((size_t)256)

static_assert(sizeof(tg_host_block) <= ALIGNMENT, "a block's head lies before its bytes");

/* More than any machine has, and few enough to be rounded up and given a head. */
#define MAX_BYTES (SIZE_MAX / 2)

static size_t round_up(size_t len_bytes)
{
    return (len_bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Count a block of len_bytes; false if the machine has not so many. */
static bool count(tg_host_device *device, size_t len_bytes)
{
    (void)pthread_mutex_lock(&device->mutex);
    const bool fits = len_bytes <= device->total_bytes - device->used_bytes;
    if (fits) device->used_bytes += len_bytes;
    (void)pthread_mutex_unlock(&device->mutex);
    return fits;
}

static void uncount(tg_host_device *device, size_t len_bytes)
{
    (void)pthread_mutex_lock(&device->mutex);
    device->used_bytes -= len_bytes;
    (void)pthread_mutex_unlock(&device->mutex);
}

int tg_host_take(void *device, void **d_bytes, size_t len_bytes, void *stream)
{
    (void)stream;
    if (len_bytes > MAX_BYTES || !count(device, len_bytes)) return TG_ERR_MEMORY;
    const size_t rounded = round_up(len_bytes);
    unsigned char *memory = aligned_alloc(ALIGNMENT, ALIGNMENT + rounded);
    if (memory == NULL) {
        uncount(device, len_bytes);
        return TG_ERR_MEMORY;
    }
    unsigned char *bytes = memory + ALIGNMENT;
    tg_host_block *block = (tg_host_block *)(void *)memory;
    *block = (tg_host_block){.give = {.kind = TG_HOST_GIVE}, .len_bytes = len_bytes};
#ifdef TG_VERIFY
    memset(bytes, TG_SCRATCH_POISON, len_bytes);
#endif
    FORBID(memory, ALIGNMENT);
    FORBID(bytes + len_bytes, rounded - len_bytes);
    *d_bytes = bytes;
    return TG_OK;
}

int tg_host_give(void *device, void *d_bytes, void *stream)
{
    (void)device;
    unsigned char *memory = (unsigned char *)d_bytes - ALIGNMENT;
    tg_host_block *block = (tg_host_block *)(void *)memory;
    ALLOW(memory, sizeof *block);
    tg_host_queue(stream, &block->give);
    return TG_OK;
}

void tg_host_free(tg_host_device *device, tg_host_block *block)
{
    uncount(device, block->len_bytes);
    free(block);
}

int tg_host_take_pinned(void *device, void **bytes, size_t len_bytes)
{
    (void)device;
    *bytes = NULL;
    if (len_bytes > MAX_BYTES) return TG_ERR_MEMORY;
    *bytes = aligned_alloc(ALIGNMENT, round_up(len_bytes));
    return *bytes != NULL ? TG_OK : TG_ERR_MEMORY;
}

void tg_host_give_pinned(void *device, void *bytes)
{
    (void)device;
    free(bytes);
}

int tg_host_memory(void *device, size_t *free_bytes, size_t *total_bytes)
{
    tg_host_device *host = device;
    (void)pthread_mutex_lock(&host->mutex);
    *free_bytes = host->total_bytes - host->used_bytes;
    *total_bytes = host->total_bytes;
    (void)pthread_mutex_unlock(&host->mutex);
    return TG_OK;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The host grid as a device: opening, closing, what its codes mean, and its table of ops. */
#include "gpu/runtime_host_internal.h"

#include "model/memory.h"

#include <omp.h>
#include <unistd.h>

/* As launch plans run on the host: one warp (gpu/plan.c says why). */
#define HOST_BLOCK 32u

static tg_status open_device(void **device, tg_error *error)
{
    void *memory = NULL;
    const tg_status status = tg_buffer_create(&memory, 1, sizeof(tg_host_device), error);
    if (status != TG_OK) return status;
    tg_host_device *opened = memory;
    const long nb_pages = sysconf(_SC_PHYS_PAGES);
    const long page_bytes = sysconf(_SC_PAGESIZE);
    *opened = (tg_host_device){.nb_threads = omp_get_max_threads(), .total_bytes = SIZE_MAX / 2};
    if (nb_pages > 0 && page_bytes > 0) opened->total_bytes = (size_t)nb_pages * (size_t)page_bytes;
    (void)pthread_mutex_init(&opened->mutex, NULL);
    (void)pthread_cond_init(&opened->progress, NULL);
    *device = opened;
    return TG_OK;
}

static void close_device(void *device)
{
    tg_host_device *host = device;
    (void)pthread_cond_destroy(&host->progress);
    (void)pthread_mutex_destroy(&host->mutex);
    tg_buffer_destroy(host);
}

/* Codes are tg_status; TG_ERR_IO is a thread that could not be started. */
static tg_status meaning(int code, const char **text, bool *is_lost)
{
    *is_lost = false;
    *text = tg_status_text((tg_status)code);
    if (code == TG_ERR_IO) {
        *text = "the system starts no more threads";
        return TG_ERR_DEVICE;
    }
    return (tg_status)code;
}

const tg_runtime_ops tg_runtime_host = {
    .name = "host",
    .block = HOST_BLOCK,
    .open = open_device,
    .close = close_device,
    .stream_create = tg_host_stream_create,
    .stream_destroy = tg_host_stream_destroy,
    .stream_wait = tg_host_stream_wait,
    .stream_query = tg_host_stream_query,
    .event_create = tg_host_event_create,
    .event_destroy = tg_host_event_destroy,
    .event_record = tg_host_event_record,
    .event_wait = tg_host_event_wait,
    .event_query = tg_host_event_query,
    .stream_wait_event = tg_host_stream_wait_event,
    .take = tg_host_take,
    .give = tg_host_give,
    .take_pinned = tg_host_take_pinned,
    .give_pinned = tg_host_give_pinned,
    .memory = tg_host_memory,
    .copy = tg_host_queue_copy,
    .set = tg_host_queue_set,
    .transpose = tg_host_queue_transpose,
    .launch = tg_host_queue_launch,
    .call = tg_host_queue_call,
    .sleep = tg_host_queue_sleep,
    .meaning = meaning,
    .stream_error = tg_host_stream_error,
};

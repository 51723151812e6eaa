/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Uploads through pinned buffers that all scopes share: each is filled, queued, and given back with
 * an event behind it. The one that was given back first is taken first, since its copy is the
 * likeliest to be done.
 */
#include "gpu/runtime_internal.h"

#include <omp.h>
#include <string.h>

/* OpenMP threads that fill a buffer, at the most, and bytes of each at the least. Eight can fill as
 * fast as an H200 fetches (55 GB/s) where one reaches a seventh of it: docs/runtime.md. */
#define MAX_THREADS ((size_t)8)
#define THREAD_BYTES ((size_t)1 << 20)

void tg_stagings_init(tg_runtime *runtime)
{
    runtime->free_stagings = NULL;
    runtime->end_of_free_stagings = &runtime->free_stagings;
    for (size_t i = 0; i < runtime->options.nb_staging; i++) {
        tg_staging *staging = &runtime->stagings[i];
        *runtime->end_of_free_stagings = staging;
        runtime->end_of_free_stagings = &staging->next;
    }
}

void tg_stagings_clear(tg_runtime *runtime)
{
    for (size_t i = 0; i < runtime->options.nb_staging; i++) {
        tg_staging *staging = &runtime->stagings[i];
        if (staging->event != NULL) runtime->ops->event_destroy(runtime->device, staging->event);
        if (staging->bytes != NULL) runtime->ops->give_pinned(runtime->device, staging->bytes);
    }
}

static tg_staging *take(tg_runtime *runtime)
{
    (void)pthread_mutex_lock(&runtime->mutex);
    while (runtime->free_stagings == NULL)
        (void)pthread_cond_wait(&runtime->changes, &runtime->mutex);
    tg_staging *staging = runtime->free_stagings;
    runtime->free_stagings = staging->next;
    if (runtime->free_stagings == NULL) runtime->end_of_free_stagings = &runtime->free_stagings;
    staging->next = NULL;
    (void)pthread_mutex_unlock(&runtime->mutex);
    return staging;
}

static void give(tg_runtime *runtime, tg_staging *staging)
{
    (void)pthread_mutex_lock(&runtime->mutex);
    *runtime->end_of_free_stagings = staging;
    runtime->end_of_free_stagings = &staging->next;
    (void)pthread_cond_broadcast(&runtime->changes);
    (void)pthread_mutex_unlock(&runtime->mutex);
}

/* Make what is missing, and wait for the copy before. */
static tg_status prepare(tg_scope *scope, tg_staging *staging, tg_error *error)
{
    tg_runtime *runtime = scope->runtime;
    const tg_runtime_ops *ops = runtime->ops;
    const size_t len_bytes = runtime->options.staging_bytes;
    int code = 0;
    if (staging->bytes == NULL) {
        code = ops->take_pinned(runtime->device, &staging->bytes, len_bytes);
        if (code != 0) staging->bytes = NULL;
    }
    if (code == 0 && staging->event == NULL) {
        code = ops->event_create(runtime->device, &staging->event);
        if (code != 0) staging->event = NULL;
    }
    if (code != 0)
        return tg_scope_status(scope, code, error, "making a staging buffer of %zu bytes",
                               len_bytes);
    if (!staging->is_pending) return TG_OK;
    bool is_done = true, is_lost = false;
    code = ops->event_wait(runtime->device, staging->event);
    // An error of the work before the event is of the scope that had the buffer, not of this one.
    if (code != 0) {
        const char *text = "";
        (void)ops->meaning(code, &text, &is_lost);
        is_done = false;
        if (!is_lost) (void)ops->event_query(runtime->device, staging->event, &is_done);
    }
    staging->is_pending = !is_done;
    return is_done ? TG_OK : tg_scope_status(scope, code, error, "waiting for a staging buffer");
}

/* As memcpy, by the caller's OpenMP threads. */
static void fill(void *dst, const void *src, size_t len_bytes)
{
    size_t nb = (size_t)omp_get_max_threads();
    if (nb > MAX_THREADS) nb = MAX_THREADS;
    if (nb > len_bytes / THREAD_BYTES) nb = len_bytes / THREAD_BYTES;
    if (nb <= 1) {
        memcpy(dst, src, len_bytes);
        return;
    }
    const size_t each = len_bytes / nb + 1;
#pragma omp parallel for num_threads((int)nb) schedule(static)
    for (size_t i = 0; i < nb; i++) {
        const size_t first = i * each;
        const size_t len = len_bytes - first < each ? len_bytes - first : each;
        memcpy((unsigned char *)dst + first, (const unsigned char *)src + first, len);
    }
}

/* Copy one piece through a staging buffer. */
static tg_status stage(tg_scope *scope, tg_staging *staging, unsigned char *d_dst,
                       const unsigned char *src, size_t len_bytes, tg_error *error)
{
    tg_runtime *runtime = scope->runtime;
    const tg_runtime_ops *ops = runtime->ops;
    void *stream = scope->task->stream;
    tg_status status = prepare(scope, staging, error);
    if (status != TG_OK) return status;
    fill(staging->bytes, src, len_bytes);
    int code =
        ops->copy(runtime->device, d_dst, staging->bytes, len_bytes, TG_TO_DEVICE, true, stream);
    status = tg_scope_status(scope, code, error, "copying %zu bytes to the device", len_bytes);
    if (status != TG_OK) return status;
    code = ops->event_record(runtime->device, staging->event, stream);
    staging->is_pending = code == 0;
    // Nothing would tell when the buffer is free again.
    if (code != 0) (void)ops->stream_wait(runtime->device, stream);
    return tg_scope_status(scope, code, error, "recording the end of a copy to the device");
}

tg_status tg_scope_upload_staged(tg_scope *scope, void *d_dst, const void *src, size_t len_bytes,
                                 tg_error *error)
{
    unsigned char *d_bytes = d_dst;
    const unsigned char *bytes = src;
    const size_t most = scope->runtime->options.staging_bytes;
    tg_status status = tg_scope_check(scope, error);
    for (size_t done = 0; done < len_bytes && status == TG_OK;) {
        const size_t len = len_bytes - done < most ? len_bytes - done : most;
        tg_staging *staging = take(scope->runtime);
        status = stage(scope, staging, d_bytes + done, bytes + done, len, error);
        give(scope->runtime, staging);
        done += len;
    }
    return status;
}

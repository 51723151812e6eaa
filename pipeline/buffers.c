/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Pinned memory that is kept. */
#include "pipeline/buffers_internal.h"

#include "model/memory.h"
#include "pipeline/sync_internal.h"

#include <stdlib.h>

/* Bytes from which on memory is pinned: below, staging costs less than a buffer of its own. */
#define MIN_PINNED_BYTES ((size_t)256 << 10)

/* Sizes are rounded up to an eighth of their power of two, so that traces of nearly the same height
 * use the same buffers. */
#define STEPS_PER_POWER 8

tg_status buffers_init(pipeline_buffers *buffers, tg_runtime *runtime, bool is_pageable,
                       tg_error *error)
{
    *buffers = (pipeline_buffers){.runtime = runtime, .is_pageable = is_pageable};
    return pipeline_mutex_init(&buffers->mutex, error);
}

static void destroy(pipeline_buffers *buffers, pipeline_buffer *buffer)
{
    if (buffer->is_pinned) {
        tg_runtime_give_pinned(buffers->runtime, buffer->bytes);
    } else {
        tg_buffer_destroy(buffer->bytes);
    }
    free(buffer);
}

void buffers_clear(pipeline_buffers *buffers)
{
    TG_VERIFY_CHECK(buffers->taken_bytes == 0);
    while (buffers->kept != NULL) {
        pipeline_buffer *buffer = buffers->kept;
        buffers->kept = buffer->next;
        destroy(buffers, buffer);
    }
    (void)pthread_mutex_destroy(&buffers->mutex);
}

static size_t rounded(size_t len_bytes)
{
    size_t power = MIN_PINNED_BYTES;
    while (power <= len_bytes / 2) power *= 2;
    const size_t step = power / STEPS_PER_POWER;
    return (len_bytes + step - 1) / step * step;
}

static void count_taken(pipeline_buffers *buffers, const pipeline_buffer *buffer)
{
    buffers->taken_bytes += buffer->capacity;
    if (buffers->taken_bytes > buffers->most_bytes) buffers->most_bytes = buffers->taken_bytes;
}

/* The smallest kept buffer that holds so much and not more than twice; NULL: there is none. */
static pipeline_buffer *take_kept(pipeline_buffers *buffers, size_t len_bytes)
{
    pipeline_buffer **best = NULL;
    (void)pthread_mutex_lock(&buffers->mutex);
    for (pipeline_buffer **place = &buffers->kept; *place != NULL; place = &(*place)->next) {
        const size_t capacity = (*place)->capacity;
        if (capacity < len_bytes || capacity / 2 > len_bytes) continue;
        if (best == NULL || capacity < (*best)->capacity) best = place;
    }
    pipeline_buffer *buffer = best != NULL ? *best : NULL;
    if (buffer != NULL) {
        *best = buffer->next;
        buffers->kept_bytes -= buffer->capacity;
        count_taken(buffers, buffer);
    }
    (void)pthread_mutex_unlock(&buffers->mutex);
    return buffer;
}

static tg_status take_new(pipeline_buffer *buffer, pipeline_buffers *buffers, size_t len_bytes,
                          tg_error *error)
{
    if (!buffers->is_pageable && len_bytes >= MIN_PINNED_BYTES) {
        const size_t capacity = rounded(len_bytes);
        if (tg_runtime_take_pinned(buffers->runtime, &buffer->bytes, capacity, NULL) == TG_OK) {
            buffer->capacity = capacity;
            buffer->is_pinned = true;
            (void)pthread_mutex_lock(&buffers->mutex);
            count_taken(buffers, buffer);
            (void)pthread_mutex_unlock(&buffers->mutex);
            return TG_OK;
        }
    }
    return tg_buffer_create(&buffer->bytes, len_bytes, 1, error);
}

tg_status buffers_take(pipeline_buffer **buffer, pipeline_buffers *buffers, size_t len_bytes,
                       tg_error *error)
{
    *buffer = take_kept(buffers, len_bytes);
    if (*buffer != NULL) return TG_OK;
    pipeline_buffer *made = calloc(1, sizeof *made);
    if (made == NULL) return pipeline_no_memory(sizeof *made, "a buffer", error);
    const tg_status status = take_new(made, buffers, len_bytes, error);
    if (status != TG_OK) {
        free(made);
        return status;
    }
    *buffer = made;
    return TG_OK;
}

/* Take the buffer from the kept ones that was given longest ago. The mutex is held. */
static pipeline_buffer *oldest(pipeline_buffers *buffers)
{
    pipeline_buffer **place = &buffers->kept;
    while ((*place)->next != NULL) place = &(*place)->next;
    pipeline_buffer *buffer = *place;
    *place = NULL;
    buffers->kept_bytes -= buffer->capacity;
    return buffer;
}

void buffers_give(pipeline_buffers *buffers, pipeline_buffer *buffer)
{
    if (buffer == NULL) return;
    if (!buffer->is_pinned) {
        destroy(buffers, buffer);
        return;
    }
    pipeline_buffer *surplus = NULL;
    (void)pthread_mutex_lock(&buffers->mutex);
    buffers->taken_bytes -= buffer->capacity;
    buffer->next = buffers->kept;
    buffers->kept = buffer;
    buffers->kept_bytes += buffer->capacity;
    while (buffers->kept_bytes > buffers->most_bytes) {
        pipeline_buffer *old = oldest(buffers);
        old->next = surplus;
        surplus = old;
    }
    (void)pthread_mutex_unlock(&buffers->mutex);
    while (surplus != NULL) {
        pipeline_buffer *next = surplus->next;
        destroy(buffers, surplus);
        surplus = next;
    }
}

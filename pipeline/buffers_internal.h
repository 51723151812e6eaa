/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory for host traces: pinned, so that it is copied to the device as it lies, and kept for the
 * next trace of such a size. Pinning memory, and first touching it, takes longer than to fill it.
 *
 * What is kept is bounded by what was taken at once. Small traces have pageable memory, and so have
 * others where none can be pinned. Used by all threads.
 */
#ifndef TRACEGATE_PIPELINE_BUFFERS_INTERNAL_H
#define TRACEGATE_PIPELINE_BUFFERS_INTERNAL_H

#include "gpu/runtime.h"

#include <pthread.h>

typedef struct pipeline_buffer {
    void *bytes;
    size_t capacity;
    bool is_pinned;
    struct pipeline_buffer *next; /* among those that are kept */
} pipeline_buffer;

typedef struct pipeline_buffers {
    tg_runtime *runtime;
    bool is_pageable;      /* nothing is to be pinned */
    pthread_mutex_t mutex; /* guards what follows */
    pipeline_buffer *kept; /* pinned ones that nobody has, the last given first */
    size_t kept_bytes;
    size_t taken_bytes; /* pinned ones */
    size_t most_bytes;  /* taken at once */
} pipeline_buffers;

/* Errors  TG_ERR_IO */
TG_NODISCARD tg_status buffers_init(pipeline_buffers *buffers, tg_runtime *runtime,
                                    bool is_pageable, tg_error *error);
/* All must have been given back. */
void buffers_clear(pipeline_buffers *buffers);

/* *buffer is the caller's, uninitialised; to be given back. Errors  TG_ERR_MEMORY, TG_ERR_SIZE;
 * *buffer is then NULL */
TG_NODISCARD tg_status buffers_take(pipeline_buffer **buffer, pipeline_buffers *buffers,
                                    size_t len_bytes, tg_error *error);
void buffers_give(pipeline_buffers *buffers, pipeline_buffer *buffer); /* NULL is taken */

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The host grid as a device: what its files share.
 *
 * A stream is a thread that does the work of a queue, one piece after the other. An event is
 * whatever its last recording is waiting for, or passed: a signal, which the event and all who wait
 * hold. One mutex guards all queues and signals, for pieces of work are large.
 */
#ifndef TRACEGATE_GPU_RUNTIME_HOST_INTERNAL_H
#define TRACEGATE_GPU_RUNTIME_HOST_INTERNAL_H

#include "gpu/runtime_ops.h"

#include <pthread.h>

typedef struct tg_host_device {
    size_t total_bytes;
    int nb_threads; /* OpenMP's, of all launches together */

    pthread_mutex_t mutex;   /* guards what follows, all queues, and all signals */
    pthread_cond_t progress; /* a piece of work is done */
    size_t used_bytes;
    int nb_launches; /* that run now */
} tg_host_device;

/* A recording of an event. */
typedef struct tg_host_signal {
    size_t nb_holders;
    bool is_done;
    int code; /* first error of the work before it */
} tg_host_signal;

typedef enum tg_host_work_kind {
    TG_HOST_COPY,
    TG_HOST_SET,
    TG_HOST_TRANSPOSE,
    TG_HOST_LAUNCH,
    TG_HOST_CALL,
    TG_HOST_SLEEP,
    /* What is done behind an error too: */
    TG_HOST_GIVE,
    TG_HOST_RECORD,
    TG_HOST_WAIT,
} tg_host_work_kind;

/* A piece of work in a queue: the head of one of the structs below. */
typedef struct tg_host_work {
    struct tg_host_work *next;
    tg_host_work_kind kind;
} tg_host_work;

typedef struct tg_host_copy {
    tg_host_work work;
    void *dst;
    const void *src;
    size_t len_bytes;
} tg_host_copy;

typedef struct tg_host_set {
    tg_host_work work;
    void *bytes;
    size_t len_bytes;
    unsigned char byte;
} tg_host_set;

typedef struct tg_host_transpose {
    tg_host_work work;
    uint32_t *dst;
    const uint32_t *src;
    size_t nb_rows, nb_columns;
} tg_host_transpose;

typedef struct tg_host_grid_launch {
    tg_host_work work;
    tg_runtime_launch launch; /* its step and label are the two below */
    tg_step step;
    char label[TG_LABEL_BYTES];
} tg_host_grid_launch;

typedef struct tg_host_call {
    tg_host_work work;
    tg_scope_function *function;
    void *argument;
} tg_host_call;

typedef struct tg_host_sleep {
    tg_host_work work;
    unsigned nb_microseconds;
} tg_host_sleep;

/* Recording and waiting. */
typedef struct tg_host_order {
    tg_host_work work;
    tg_host_signal *signal;
} tg_host_order;

/* In front of memory that was taken: giving it back takes no memory, so that it can't fail. */
typedef struct tg_host_block {
    tg_host_work give;
    size_t len_bytes;
} tg_host_block;

typedef struct tg_host_stream {
    tg_host_device *device;
    pthread_t thread;
    pthread_cond_t changes; /* there is work, or the stream is closing */
    tg_host_work *first;
    tg_host_work **end;
    bool is_busy; /* with a piece that is no longer in the queue */
    bool is_closing;
    int code;       /* first error of the work */
    tg_error error; /* the same in words */
} tg_host_stream;

/* ---- runtime_host_stream.c: the ops of streams and events ---- */

int tg_host_stream_create(void *device, void **stream);
void tg_host_stream_destroy(void *device, void *stream);
int tg_host_stream_wait(void *device, void *stream);
int tg_host_stream_query(void *device, void *stream, bool *is_done);
bool tg_host_stream_error(void *device, void *stream, tg_error *error);
int tg_host_event_create(void *device, void **event);
void tg_host_event_destroy(void *device, void *event);
int tg_host_event_record(void *device, void *event, void *stream);
int tg_host_event_wait(void *device, void *event);
int tg_host_event_query(void *device, void *event, bool *is_done);
int tg_host_stream_wait_event(void *device, void *stream, void *event);

/* Put work into the queue, whose it is from now on. */
void tg_host_queue(tg_host_stream *stream, tg_host_work *work);

/* ---- runtime_host_memory.c ---- */

int tg_host_take(void *device, void **d_bytes, size_t len_bytes, void *stream);
int tg_host_give(void *device, void *d_bytes, void *stream);
int tg_host_take_pinned(void *device, void **bytes, size_t len_bytes);
void tg_host_give_pinned(void *device, void *bytes);
int tg_host_memory(void *device, size_t *free_bytes, size_t *total_bytes);

/* Free a block whose turn it is. */
void tg_host_free(tg_host_device *device, tg_host_block *block);

/* ---- runtime_host_work.c ---- */

/* Do a piece of work that needs nothing of the queue: up to TG_HOST_SLEEP. */
TG_NODISCARD tg_status tg_host_do(tg_host_device *device, tg_host_work *work, tg_error *error);

/* Memory for one piece of work; NULL if there is none. */
void *tg_host_work_create(tg_host_work_kind kind, size_t size);

int tg_host_queue_copy(void *device, void *dst, const void *src, size_t len_bytes,
                       tg_direction direction, bool is_pinned, void *stream);
int tg_host_queue_set(void *device, void *d_bytes, unsigned char byte, size_t len_bytes,
                      void *stream);
int tg_host_queue_transpose(void *device, uint32_t *d_dst, const uint32_t *d_src, size_t nb_rows,
                            size_t nb_columns, void *stream);
int tg_host_queue_launch(void *device, const tg_runtime_launch *launch, void *stream);
int tg_host_queue_call(void *device, tg_scope_function *function, void *argument, void *stream);
int tg_host_queue_sleep(void *device, unsigned nb_microseconds, void *stream);

#endif

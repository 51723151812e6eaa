/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Streams and events of the host grid as a device: threads, their queues, and signals. */
#include "gpu/runtime_host_internal.h"

#include "model/memory.h"

static void lock(tg_host_device *device) { (void)pthread_mutex_lock(&device->mutex); }

static void unlock(tg_host_device *device) { (void)pthread_mutex_unlock(&device->mutex); }

/* An event; its signal is NULL until it is first recorded. */
typedef struct host_event {
    tg_host_signal *signal;
} host_event;

/* Let go of a signal, the device locked. */
static void release(tg_host_signal *signal)
{
    if (signal != NULL && --signal->nb_holders == 0) tg_buffer_destroy(signal);
}

/* ---- the thread ---- */

/* Do what needs the device locked. */
static void do_order(tg_host_stream *stream, tg_host_order *order)
{
    tg_host_device *device = stream->device;
    tg_host_signal *signal = order->signal;
    if (order->work.kind == TG_HOST_RECORD) {
        signal->is_done = true;
        signal->code = stream->code;
    } else {
        while (!signal->is_done) (void)pthread_cond_wait(&device->progress, &device->mutex);
    }
    release(signal);
    tg_buffer_destroy(order);
}

/* Do one piece of work; the device is locked before and behind it. Behind an error only what others
 * wait for is done. */
static void do_work(tg_host_stream *stream, tg_host_work *work)
{
    tg_host_device *device = stream->device;
    if (work->kind == TG_HOST_RECORD || work->kind == TG_HOST_WAIT) {
        do_order(stream, (tg_host_order *)work);
        return;
    }
    const bool is_failed = stream->code != TG_OK;
    tg_error error = {.status = TG_OK};
    tg_status status = TG_OK;
    unlock(device);
    if (work->kind == TG_HOST_GIVE) {
        tg_host_free(device, (tg_host_block *)work);
    } else {
        if (!is_failed) status = tg_host_do(device, work, &error);
        tg_buffer_destroy(work);
    }
    lock(device);
    if (status == TG_OK) return;
    stream->code = (int)status;
    stream->error = error;
}

static void *run_stream(void *argument)
{
    tg_host_stream *stream = argument;
    tg_host_device *device = stream->device;
    lock(device);
    for (;;) {
        while (stream->first == NULL && !stream->is_closing)
            (void)pthread_cond_wait(&stream->changes, &device->mutex);
        tg_host_work *work = stream->first;
        if (work == NULL) break;
        stream->first = work->next;
        if (stream->first == NULL) stream->end = &stream->first;
        stream->is_busy = true;
        do_work(stream, work);
        stream->is_busy = false;
        (void)pthread_cond_broadcast(&device->progress);
    }
    unlock(device);
    return NULL;
}

/* ---- streams ---- */

int tg_host_stream_create(void *device, void **stream)
{
    void *memory = NULL;
    if (tg_buffer_create(&memory, 1, sizeof(tg_host_stream), NULL) != TG_OK) return TG_ERR_MEMORY;
    tg_host_stream *created = memory;
    *created = (tg_host_stream){.device = device};
    created->end = &created->first;
    (void)pthread_cond_init(&created->changes, NULL);
    if (pthread_create(&created->thread, NULL, run_stream, created) != 0) {
        (void)pthread_cond_destroy(&created->changes);
        tg_buffer_destroy(created);
        return TG_ERR_IO;
    }
    *stream = created;
    return TG_OK;
}

void tg_host_stream_destroy(void *device, void *stream)
{
    tg_host_stream *host = stream;
    lock(device);
    host->is_closing = true;
    (void)pthread_cond_signal(&host->changes);
    unlock(device);
    (void)pthread_join(host->thread, NULL);
    (void)pthread_cond_destroy(&host->changes);
    tg_buffer_destroy(host);
}

void tg_host_queue(tg_host_stream *stream, tg_host_work *work)
{
    work->next = NULL;
    lock(stream->device);
    *stream->end = work;
    stream->end = &work->next;
    (void)pthread_cond_signal(&stream->changes);
    unlock(stream->device);
}

int tg_host_stream_wait(void *device, void *stream)
{
    tg_host_device *host = device;
    const tg_host_stream *waited = stream;
    lock(host);
    while (waited->first != NULL || waited->is_busy)
        (void)pthread_cond_wait(&host->progress, &host->mutex);
    const int code = waited->code;
    unlock(host);
    return code;
}

int tg_host_stream_query(void *device, void *stream, bool *is_done)
{
    const tg_host_stream *asked = stream;
    lock(device);
    *is_done = asked->first == NULL && !asked->is_busy;
    const int code = asked->code;
    unlock(device);
    return code;
}

bool tg_host_stream_error(void *device, void *stream, tg_error *error)
{
    const tg_host_stream *asked = stream;
    lock(device);
    const bool has_error = asked->code != TG_OK;
    if (has_error) *error = asked->error;
    unlock(device);
    return has_error;
}

/* ---- events ---- */

int tg_host_event_create(void *device, void **event)
{
    (void)device;
    void *memory = NULL;
    if (tg_buffer_create(&memory, 1, sizeof(host_event), NULL) != TG_OK) return TG_ERR_MEMORY;
    *(host_event *)memory = (host_event){.signal = NULL};
    *event = memory;
    return TG_OK;
}

void tg_host_event_destroy(void *device, void *event)
{
    host_event *destroyed = event;
    lock(device);
    release(destroyed->signal);
    unlock(device);
    tg_buffer_destroy(destroyed);
}

int tg_host_event_record(void *device, void *event, void *stream)
{
    host_event *recorded = event;
    void *signal = NULL;
    tg_host_order *order = tg_host_work_create(TG_HOST_RECORD, sizeof *order);
    if (order == NULL) return TG_ERR_MEMORY;
    if (tg_buffer_create(&signal, 1, sizeof(tg_host_signal), NULL) != TG_OK) {
        tg_buffer_destroy(order);
        return TG_ERR_MEMORY;
    }
    // Two hold it: the event, and the work that is to pass it.
    *(tg_host_signal *)signal = (tg_host_signal){.nb_holders = 2};
    order->signal = signal;
    lock(device);
    release(recorded->signal);
    recorded->signal = signal;
    unlock(device);
    tg_host_queue(stream, &order->work);
    return TG_OK;
}

int tg_host_event_wait(void *device, void *event)
{
    tg_host_device *host = device;
    const host_event *waited = event;
    int code = TG_OK;
    lock(host);
    tg_host_signal *signal = waited->signal;
    if (signal != NULL) {
        // The event may be recorded again meanwhile.
        signal->nb_holders++;
        while (!signal->is_done) (void)pthread_cond_wait(&host->progress, &host->mutex);
        code = signal->code;
        release(signal);
    }
    unlock(host);
    return code;
}

int tg_host_event_query(void *device, void *event, bool *is_done)
{
    const host_event *asked = event;
    lock(device);
    *is_done = asked->signal == NULL || asked->signal->is_done;
    const int code = asked->signal != NULL ? asked->signal->code : TG_OK;
    unlock(device);
    return code;
}

int tg_host_stream_wait_event(void *device, void *stream, void *event)
{
    const host_event *waited = event;
    tg_host_order *order = tg_host_work_create(TG_HOST_WAIT, sizeof *order);
    if (order == NULL) return TG_ERR_MEMORY;
    lock(device);
    order->signal = waited->signal;
    if (order->signal != NULL) order->signal->nb_holders++;
    unlock(device);
    if (order->signal != NULL) {
        tg_host_queue(stream, &order->work);
    } else {
        tg_buffer_destroy(order);
    }
    return TG_OK;
}

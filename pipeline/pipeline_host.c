/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Host traces: jobs on the pool's threads, before the permit and after it. */
#include "pipeline/pipeline_internal.h"

#include "harness/clock.h"
#include "model/memory.h"

/* Memory for the trace and its side outputs; after an error too to be cleared. */
static tg_status create(pipeline_item *item, tg_error *error)
{
    const tg_trace *trace = item->input->subject.trace;
    tg_status status = buffers_take(&item->buffer, &item->call->pipeline->buffers,
                                    pipeline_item_bytes(item), error);
    if (status != TG_OK) return status;
    item->host.cells = item->buffer->bytes;
    for (size_t i = 0; trace != NULL && i < trace->nb_sides && status == TG_OK; i++) {
        void *words = NULL;
        status =
            tg_buffer_create(&words, tg_side_nb_words(&trace->sides[i]), sizeof(uint32_t), error);
        item->host.sides[i] = words;
    }
    return status;
}

static tg_status make(const pipeline_item *item, tg_error *error)
{
    const tg_chip_input *input = item->input;
    if (input->make != NULL)
        return input->make(input->make_context, &item->host, item->height, error);
    const tg_request request = {.trace = input->subject.trace,
                                .height = item->height,
                                .events = input->events,
                                .nb_events = input->nb_events};
    return tg_ref_make(&item->host, input->subject.reference, &request, error);
}

tg_status pipeline_before_chip(const pipeline_item *item, tg_error *error)
{
    const tg_pipeline_hooks *hooks = item->call->pipeline->options.hooks;
    if (hooks == NULL || hooks->before_chip == NULL) return TG_OK;
    return hooks->before_chip(hooks->context, item->name, item->kind, item->is_device, error);
}

/* The trace is there, for a lane to take. */
static void arrive(pipeline_item *item)
{
    pipeline_call *call = item->call;
    const tg_trace *trace = item->input->subject.trace;
    (void)pthread_mutex_lock(&call->mutex);
    if (trace != NULL)
        pipeline_put_public_values(call->inputs[item->kind]->public_values, trace,
                                   item->host.sides);
    call->arrived[call->nb_arrived++] = item;
    call->result->times.host_done = tg_now_s() - call->start_s;
    (void)pthread_mutex_unlock(&call->mutex);
}

static void leave(pipeline_item *item)
{
    pipeline_call *call = item->call;
    (void)pthread_mutex_lock(&call->mutex);
    call->nb_host_left--;
    (void)pthread_cond_broadcast(&call->changes);
    (void)pthread_mutex_unlock(&call->mutex);
    pipeline_call_disown(call, item->kind);
}

void pipeline_host_run(void *argument)
{
    pipeline_item *item = argument;
    tg_error error = {.status = TG_OK};
    item->holds_bytes = true;
    tg_status status = pipeline_before_chip(item, &error);
    if (status == TG_OK) status = create(item, &error);
    if (status == TG_OK) status = make(item, &error);
    if (status == TG_OK) {
        arrive(item);
    } else {
        error.status = status;
        pipeline_host_clear(item);
        pipeline_call_fail(item->call, item, &error);
    }
    leave(item);
}

void pipeline_host_clear(pipeline_item *item)
{
    pipeline_call *call = item->call;
    buffers_give(&call->pipeline->buffers, item->buffer);
    for (size_t i = 0; i < TG_MAX_SIDES; i++) tg_buffer_destroy(item->host.sides[i]);
    item->buffer = NULL;
    item->host = (tg_product){.cells = NULL};
    if (item->holds_bytes)
        pool_give_back(&call->pipeline->hosts, &call->host, pipeline_item_bytes(item));
    item->holds_bytes = false;
}

size_t pipeline_item_bytes(const pipeline_item *item)
{
    return item->width * item->height * sizeof(uint32_t);
}

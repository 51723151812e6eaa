/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What is done behind the permit: scopes, lanes, the end mark, what is read back. */
#include "pipeline/pipeline_internal.h"

#include "harness/clock.h"

/* ---- one trace on a lane's scope ---- */

static tg_status upload(pipeline_call *call, tg_scope *scope, void *d_dst, const void *src,
                        size_t len_bytes, tg_error *error)
{
    const tg_status status = call->pipeline->options.no_overlap
                                 ? tg_scope_upload(scope, d_dst, src, len_bytes, error)
                                 : tg_scope_upload_staged(scope, d_dst, src, len_bytes, error);
    if (status == TG_OK) pipeline_call_count_upload(call, len_bytes);
    return status;
}

/* Take memory for the trace and its side outputs, which the scope gives back in any case. */
static tg_status take_product(tg_product *d_product, pipeline_item *item, tg_scope *scope,
                              tg_error *error)
{
    const tg_trace *trace = item->input->subject.trace;
    *d_product = (tg_product){.cells = NULL};
    void *d_bytes = NULL;
    tg_status status = tg_scope_take(scope, &d_bytes, pipeline_item_bytes(item), error);
    d_product->cells = d_bytes;
    for (size_t i = 0; trace != NULL && i < trace->nb_sides && status == TG_OK; i++) {
        const size_t nb_words = tg_side_nb_words(&trace->sides[i]);
        status = tg_scope_take(scope, &d_bytes, nb_words * sizeof(uint32_t), error);
        d_product->sides[i] = d_bytes;
    }
    return status;
}

/* Give the result what was made. */
static void place(pipeline_item *item, const tg_product *d_product)
{
    item->to->height = item->height;
    item->to->d_cells = d_product->cells;
    for (size_t i = 0; i < TG_MAX_SIDES; i++) item->to->d_sides[i] = d_product->sides[i];
    item->is_made = true;
}

/* Copy the cells of a host trace to the device. Pinned ones go as they lie, and are waited for:
 * their buffer is to go to the next trace. */
static tg_status upload_cells(const pipeline_item *item, uint32_t *d_cells, pipeline_lane *lane,
                              tg_error *error)
{
    const size_t len_bytes = pipeline_item_bytes(item);
    tg_scope *scope = lane->scope;
    if (!item->buffer->is_pinned)
        return upload(item->call, scope, d_cells, item->host.cells, len_bytes, error);
    tg_status status = TG_OK;
    if (lane->uploaded == NULL)
        status = tg_mark_create(&lane->uploaded, item->call->pipeline->runtime, error);
    if (status == TG_OK)
        status = tg_scope_upload_pinned(scope, d_cells, item->host.cells, len_bytes, error);
    if (status != TG_OK) return status;
    status = tg_scope_record(scope, lane->uploaded, error);
    if (status == TG_OK) status = tg_mark_wait(lane->uploaded, error);
    if (status == TG_OK) pipeline_call_count_upload(item->call, len_bytes);
    return status;
}

static tg_status upload_rows(const pipeline_item *item, uint32_t *d_cells, pipeline_lane *lane,
                             tg_error *error)
{
    tg_scope *scope = lane->scope;
    void *d_rows = NULL;
    tg_status status = tg_scope_take(scope, &d_rows, pipeline_item_bytes(item), error);
    if (status == TG_OK) status = upload_cells(item, d_rows, lane, error);
    if (status == TG_OK)
        status = tg_scope_transpose(scope, d_cells, d_rows, item->height, item->width, error);
    tg_scope_give(scope, d_rows);
    return status;
}

/* Bring a host trace to the device. */
static tg_status upload_item(pipeline_item *item, pipeline_lane *lane, tg_error *error)
{
    const tg_trace *trace = item->input->subject.trace;
    tg_scope *scope = lane->scope;
    tg_product d_product;
    tg_status status = take_product(&d_product, item, scope, error);
    if (status != TG_OK) return status;
    status = item->input->make != NULL && item->input->is_row_major
                 ? upload_rows(item, d_product.cells, lane, error)
                 : upload_cells(item, d_product.cells, lane, error);
    for (size_t i = 0; trace != NULL && i < trace->nb_sides && status == TG_OK; i++) {
        status = upload(item->call, scope, d_product.sides[i], item->host.sides[i],
                        tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t), error);
    }
    if (status == TG_OK) place(item, &d_product);
    return status;
}

/* Events on the device; NULL where there are none. */
static tg_status upload_events(void **d_events, const pipeline_item *item, tg_scope *scope,
                               tg_error *error)
{
    const tg_chip_input *input = item->input;
    const size_t len_bytes = input->nb_events * tg_trace_event_size(input->subject.trace);
    *d_events = NULL;
    if (len_bytes == 0) return TG_OK;
    const tg_status status = tg_scope_take(scope, d_events, len_bytes, error);
    if (status != TG_OK) return status;
    return upload(item->call, scope, *d_events, input->events, len_bytes, error);
}

/* Queue all that makes a trace on the device. A chip without events runs too: its padding rows are
 * made like all others. */
static tg_status issue_item(pipeline_item *item, tg_scope *scope, tg_error *error)
{
    const tg_subject *subject = &item->input->subject;
    tg_product d_product;
    void *d_events = NULL;
    void *d_bad_event = NULL;
    tg_status status = pipeline_before_chip(item, error);
    if (status == TG_OK) status = take_product(&d_product, item, scope, error);
    if (status == TG_OK && subject->trace->max_candidates != 0)
        status = tg_scope_take(scope, &d_bad_event, sizeof *item->d_bad_event, error);
    if (status == TG_OK) status = upload_events(&d_events, item, scope, error);
    if (status != TG_OK) return status;
    const tg_request request = {.trace = subject->trace,
                                .height = item->height,
                                .events = d_events,
                                .nb_events = item->input->nb_events};
    status = tg_scope_run(scope, subject->plan, NULL, &d_product, &request, d_bad_event, error);
    tg_scope_give(scope, d_events);
    if (status != TG_OK) return status;
    item->d_bad_event = d_bad_event;
    place(item, &d_product);
    return TG_OK;
}

/* ---- lanes ---- */

/* The next host trace that has arrived; NULL: none now. The mutex is held. */
static pipeline_item *next_arrived(pipeline_call *call)
{
    return call->next_arrived < call->nb_arrived ? call->arrived[call->next_arrived++] : NULL;
}

/* The next chip of the device; NULL: none is left. The mutex is held. */
static pipeline_item *next_device(pipeline_call *call)
{
    return call->next_device < call->nb_device ? call->device[call->next_device++] : NULL;
}

/* What a lane may do next; NULL: nothing now. Behind a failure of the host, the device's chips are
 * still made, so that those of them that fail are told each time, whoever is faster. The mutex is
 * held. */
static pipeline_item *next_of(const pipeline_lane *lane)
{
    pipeline_call *call = lane->call;
    if (call->has_lane_failed) return NULL;
    if (call->is_failed) return next_device(call);
    pipeline_item *item = lane->takes_arrivals_first ? next_arrived(call) : next_device(call);
    if (item != NULL) return item;
    return lane->takes_arrivals_first ? next_device(call) : next_arrived(call);
}

/* Wait for something to do; NULL: nothing will come any more. */
static pipeline_item *next_item(const pipeline_lane *lane)
{
    pipeline_call *call = lane->call;
    (void)pthread_mutex_lock(&call->mutex);
    pipeline_item *item = next_of(lane);
    while (item == NULL && !call->is_failed && call->nb_host_left != 0) {
        (void)pthread_cond_wait(&call->changes, &call->mutex);
        item = next_of(lane);
    }
    (void)pthread_mutex_unlock(&call->mutex);
    return item;
}

/* No lane begins anything more. */
static void fail_lane(pipeline_call *call, const pipeline_item *item, tg_error *error)
{
    (void)pthread_mutex_lock(&call->mutex);
    call->has_lane_failed = true;
    (void)pthread_mutex_unlock(&call->mutex);
    pipeline_call_fail(call, item, error);
}

static void run_lane(void *argument)
{
    pipeline_lane *lane = argument;
    pipeline_item *item = next_item(lane);
    while (item != NULL) {
        tg_error error = {.status = TG_OK};
        const tg_status status = item->is_device ? issue_item(item, lane->scope, &error)
                                                 : upload_item(item, lane, &error);
        if (status != TG_OK) {
            // The device may still read a host trace: it is freed when the scope has ended.
            error.status = status;
            fail_lane(lane->call, item, &error);
        } else if (!item->is_device) {
            pipeline_host_clear(item);
        }
        item = next_item(lane);
    }
}

/* ---- scopes ---- */

/* A child for each lane. With one lane there is nothing to keep apart; and where the device has no
 * stream for another one, those that have one do the work. */
static tg_status begin_lanes(pipeline_call *call, tg_error *error)
{
    const size_t nb_wanted = call->nb_lanes;
    tg_status status = TG_OK;
    call->nb_lanes = 0;
    for (size_t i = 0; i < nb_wanted; i++) {
        pipeline_lane *lane = &call->lanes[i];
        *lane = (pipeline_lane){.call = call, .takes_arrivals_first = i == 0};
        if (nb_wanted > 1) status = tg_scope_begin_child(&lane->scope, call->result->scope, error);
        const bool has_none = status == TG_ERR_DEVICE;
        if (nb_wanted == 1 || (has_none && i == 0)) lane->scope = call->result->scope;
        if (lane->scope != NULL) call->nb_lanes++;
        if (has_none) return TG_OK;
        if (status != TG_OK) break;
    }
    return status;
}

/* The result's scope, and the lanes'. */
static tg_status begin_scopes(pipeline_call *call, tg_error *error)
{
    tg_pipeline_result *result = call->result;
    tg_runtime *runtime = call->pipeline->runtime;
    tg_status status = tg_scope_begin(&result->scope, runtime, true, error);
    if (status == TG_OK) status = tg_mark_create(&result->end, runtime, error);
    return status == TG_OK ? begin_lanes(call, error) : status;
}

/* Keep an error of a scope, which is told by itself. */
static void keep_error(void *context, const tg_error *error)
{
    tg_error kept = *error;
    pipeline_call_fail(context, NULL, &kept);
}

/* End the lanes' scopes: what they made is the result's from now on. Behind a failure each one's
 * work is waited for by itself, since a scope keeps its first error only. */
static void end_lanes(pipeline_call *call)
{
    for (size_t i = 0; i < call->nb_lanes; i++) {
        pipeline_lane *lane = &call->lanes[i];
        tg_error error = {.status = TG_OK};
        tg_status status = TG_OK;
        if (lane->scope == NULL || lane->scope == call->result->scope) continue;
        if (pipeline_call_is_failed(call))
            status = tg_scope_drain(lane->scope, keep_error, call, NULL);
        // What the scope has told it says again.
        const tg_status end_status = tg_scope_end_child(lane->scope, &error);
        lane->scope = NULL;
        if (status != TG_OK || end_status == TG_OK) continue;
        error.status = end_status;
        pipeline_call_fail(call, NULL, &error);
    }
}

static void run_lanes(pipeline_call *call)
{
    pipeline_pool *helpers = &call->pipeline->helpers;
    for (size_t i = 1; i < call->nb_lanes; i++) {
        call->helping.jobs[i - 1] =
            (pool_job){.run = run_lane, .argument = &call->lanes[i], .nb_wanted = 1};
    }
    call->helping.nb_jobs = call->nb_lanes - 1;
    pool_add(helpers, &call->helping);
    run_lane(&call->lanes[0]);
    // Nothing is left: those that have not begun need not.
    pool_cancel(helpers, &call->helping);
    pool_finish(helpers, &call->helping);
}

/* Wait until the device has done it all, in a call that has failed too: behind a late error nothing
 * on it may be believed, and all that fail are to be named. */
static void wait_for_device(pipeline_call *call)
{
    tg_pipeline_result *result = call->result;
    tg_error error = {.status = TG_OK};
    const tg_status recorded = tg_scope_record(result->scope, result->end, NULL);
    (void)recorded; // its error is the scope's, which tells it below
    result->times.issued = tg_now_s() - call->start_s;
    tg_status status = tg_scope_drain(result->scope, keep_error, call, &error);
    if (status == TG_OK) status = tg_mark_wait(result->end, &error);
    // What the scope has told is known; a loss that another call has met is not.
    if (status != TG_OK) keep_error(call, &error);
    result->times.done = tg_now_s() - call->start_s;
}

/* Look at what the device has found, of all chips: events that cannot be made are each chip's own,
 * any other error is the scope's and would be all the others' too. */
static void read_back(pipeline_call *call)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i < call->nb_device && (status == TG_OK || status == TG_ERR_EVENT); i++) {
        const pipeline_item *item = call->device[i];
        tg_error error = {.status = TG_OK};
        status = pipeline_read_back(item, call->result->scope, &error);
        tg_scope_give(call->result->scope, item->d_bad_event);
        if (status == TG_OK) continue;
        error.status = status;
        pipeline_call_fail(call, item, &error);
    }
}

void pipeline_device_phase(pipeline_call *call)
{
    tg_error error = {.status = TG_OK};
    const tg_status status = begin_scopes(call, &error);
    if (status == TG_OK) {
        run_lanes(call);
    } else {
        error.status = status;
        pipeline_call_fail(call, NULL, &error);
    }
    end_lanes(call);
    if (call->result->end == NULL) return; // and so nothing was queued
    wait_for_device(call);
    if (!pipeline_call_is_failed(call)) read_back(call);
}

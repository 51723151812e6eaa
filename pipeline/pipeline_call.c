/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a call has: inputs with their owners, items and their order, failures. */
#include "pipeline/pipeline_internal.h"

#include "harness/clock.h"
#include "model/memory.h"
#include "pipeline/sync_internal.h"

#include <stdlib.h>
#include <string.h>

/* Bytes of a trace that are worth a thread: about half a millisecond of work, where a team of
 * threads takes some microseconds to gather. */
#define BYTES_WORTH_A_THREAD ((size_t)256 << 10)

/* Failures that are no chip's: one of each step of the call, with room to spare; lanes have one
 * each besides. */
#define NB_OTHER_FAILURES 8

/* Memory of zeros for nb elements, of which there may be none. */
static tg_status take(void **memory, size_t nb, size_t size, const char *what, tg_error *error)
{
    *memory = calloc(nb != 0 ? nb : 1, size);
    return *memory != NULL ? TG_OK : pipeline_no_memory(nb * size, what, error);
}

static tg_status take_failures(pipeline_call *call, tg_error *error)
{
    const size_t nb_chips = call->pipeline->machine->nb_chips;
    call->max_failures =
        TG_NB_KINDS * nb_chips + NB_OTHER_FAILURES + call->pipeline->options.nb_streams;
    void *memory = NULL;
    tg_status status = take(&memory, call->max_failures, sizeof *call->failures, "failures", error);
    call->failures = memory;
    if (status != TG_OK) return status;
    status = take(&memory, nb_chips, sizeof *call->is_included, "chips", error);
    call->is_included = memory;
    if (status != TG_OK) free(call->failures);
    return status;
}

tg_status pipeline_call_begin(pipeline_call *call, tg_error *error)
{
    call->start_s = tg_now_s();
    tg_status status = pipeline_mutex_init(&call->mutex, error);
    if (status != TG_OK) goto no_mutex;
    status = pipeline_cond_init(&call->changes, error);
    if (status != TG_OK) goto no_cond;
    status = take_failures(call, error);
    if (status != TG_OK) goto no_memory;
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        call->nb_owners[kind] = call->inputs[kind] != NULL;
    }
    return TG_OK;
no_memory:
    (void)pthread_cond_destroy(&call->changes);
no_cond:
    (void)pthread_mutex_destroy(&call->mutex);
no_mutex:
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        if (call->inputs[kind] != NULL)
            pool_free_inputs(&call->pipeline->hosts, call->inputs[kind]);
    }
    return status;
}

void pipeline_call_end(pipeline_call *call)
{
    for (size_t i = 0; i < call->nb_items; i++) pipeline_host_clear(&call->items[i]);
    for (size_t i = 0; i < call->host.nb_jobs; i++) {
        const pool_job *job = &call->host.jobs[i];
        const pipeline_item *item = job->argument;
        // Jobs that ran have given their share back; a group that was never added runs none.
        if (job->state == POOL_WAITING || job->state == POOL_SKIPPED)
            pipeline_call_disown(call, item->kind);
    }
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        if (call->inputs[kind] != NULL) pipeline_call_disown(call, kind);
    }
    for (size_t i = 0; call->lanes != NULL && i < call->nb_lanes; i++) {
        tg_mark_destroy(call->lanes[i].uploaded);
    }
    free(call->failures);
    free(call->is_included);
    free(call->items);
    free(call->device);
    free(call->arrived);
    free(call->host.jobs);
    free(call->lanes);
    free(call->helping.jobs);
    (void)pthread_cond_destroy(&call->changes);
    (void)pthread_mutex_destroy(&call->mutex);
}

static tg_status take_memory(pipeline_call *call, size_t nb_items, tg_error *error)
{
    const size_t nb_streams = call->pipeline->options.nb_streams;
    call->nb_lanes = nb_items < nb_streams ? nb_items : nb_streams;
    if (call->nb_lanes == 0) call->nb_lanes = 1;
    void *memory = NULL;
    tg_status status = take(&memory, nb_items, sizeof *call->items, "items", error);
    call->items = memory;
    if (status != TG_OK) return status;
    status = take(&memory, nb_items, sizeof *call->device, "items", error);
    call->device = memory;
    if (status != TG_OK) return status;
    status = take(&memory, nb_items, sizeof *call->arrived, "items", error);
    call->arrived = memory;
    if (status != TG_OK) return status;
    status = take(&memory, nb_items, sizeof *call->host.jobs, "jobs", error);
    call->host.jobs = memory;
    if (status != TG_OK) return status;
    status = take(&memory, call->nb_lanes, sizeof *call->lanes, "lanes", error);
    call->lanes = memory;
    if (status != TG_OK) return status;
    status = take(&memory, call->nb_lanes, sizeof *call->helping.jobs, "jobs", error);
    call->helping.jobs = memory;
    return status;
}

/* Threads that a host trace can use. What others make has one: nothing is known of it. */
static size_t nb_wanted(const pipeline_item *item)
{
    const size_t nb = pipeline_item_bytes(item) / BYTES_WORTH_A_THREAD;
    return item->input->make != NULL || nb == 0 ? 1 : nb;
}

/* An item for a chip, whose trace goes to a place of the result. */
static void add_item(pipeline_call *call, size_t chip, tg_kind kind, tg_padded_trace *to)
{
    const tg_chip_input *input = &call->inputs[kind]->chips[chip];
    pipeline_item *item = &call->items[call->nb_items++];
    *item = (pipeline_item){
        .call = call,
        .name = to->name,
        .kind = kind,
        .input = input,
        .width = to->width,
        .height = input->height,
        .is_device = tg_pipeline_is_device(call->pipeline, chip, input, kind),
        .to = to,
    };
    to->is_device = item->is_device;
    if (item->is_device) {
        call->device[call->nb_device++] = item;
    } else {
        call->host.jobs[call->host.nb_jobs++] = (pool_job){.run = pipeline_host_run,
                                                           .argument = item,
                                                           .bytes = pipeline_item_bytes(item),
                                                           .nb_wanted = nb_wanted(item)};
        call->nb_owners[kind]++;
    }
}

/* Places and items of some chips of the machine, which are in name order. */
static void list_traces(pipeline_call *call, tg_traces *traces, tg_kind kind, const uint16_t *chips,
                        size_t nb_chips)
{
    const tg_machine *machine = call->pipeline->machine;
    for (size_t i = 0; i < nb_chips; i++) {
        const size_t width = tg_machine_width(machine, chips[i], kind);
        const bool is_included = call->inputs[kind]->chips[chips[i]].is_included;
        if (kind == TG_KIND_preprocessed && !is_included) continue;
        tg_padded_trace *to = &traces->list[traces->nb++];
        *to = (tg_padded_trace){.name = machine->chips[chips[i]].name,
                                .width = width,
                                .num_variables = call->num_variables};
        if (is_included) add_item(call, chips[i], kind, to);
    }
}

static size_t event_bytes(const pipeline_item *item)
{
    return item->input->nb_events * tg_trace_event_size(item->input->subject.trace);
}

static int compare_sizes(size_t a, size_t b) { return (a < b) - (a > b); }

static int compare_device(const void *a, const void *b)
{
    const pipeline_item *const *first = a;
    const pipeline_item *const *second = b;
    const int order = compare_sizes(event_bytes(*first), event_bytes(*second));
    return order != 0 ? order : (*first > *second) - (*first < *second);
}

static int compare_jobs(const void *a, const void *b)
{
    const pool_job *first = a;
    const pool_job *second = b;
    const int order = compare_sizes(first->bytes, second->bytes);
    return order != 0 ? order
                      : (first->argument > second->argument) - (first->argument < second->argument);
}

tg_status pipeline_call_prepare(pipeline_call *call, tg_error *error)
{
    const tg_machine *machine = call->pipeline->machine;
    tg_pipeline_result *result = call->result;
    const bool has_main = call->inputs[TG_KIND_main] != NULL;
    const bool has_preprocessed = call->inputs[TG_KIND_preprocessed] != NULL;
    const tg_cluster *cluster = has_main ? &machine->clusters[result->cluster] : NULL;
    const size_t nb_main = has_main ? cluster->nb_chips : 0;
    const size_t nb_preprocessed = has_preprocessed ? machine->nb_chips : 0;
    tg_status status = take_memory(call, nb_main + nb_preprocessed, error);
    if (status != TG_OK) return status;
    void *memory = NULL;
    status = take(&memory, nb_main, sizeof(tg_padded_trace), "traces", error);
    result->main.list = memory;
    if (status != TG_OK) return status;
    status = take(&memory, nb_preprocessed, sizeof(tg_padded_trace), "traces", error);
    result->preprocessed.list = memory;
    if (status != TG_OK) return status;
    if (has_preprocessed)
        list_traces(call, &result->preprocessed, TG_KIND_preprocessed, machine->by_name,
                    machine->nb_chips);
    if (has_main) list_traces(call, &result->main, TG_KIND_main, cluster->chips, cluster->nb_chips);
    qsort(call->device, call->nb_device, sizeof *call->device, compare_device);
    qsort(call->host.jobs, call->host.nb_jobs, sizeof *call->host.jobs, compare_jobs);
    call->nb_host_left = call->host.nb_jobs;
    return TG_OK;
}

/* The item that an error of the device is of, which shows late, while others are at work: the one
 * whose kernel failed, if that is known; none for kernels of several traces, and behind a loss;
 * else the one at work. */
static const pipeline_item *blamed(const pipeline_call *call, const pipeline_item *at_work,
                                   const tg_error *error)
{
    for (size_t i = 0; i < call->nb_items; i++) {
        const pipeline_item *item = &call->items[i];
        if (item->is_device && tg_runtime_blames(error, item->input->subject.trace->name))
            return item;
    }
    const bool is_anyones =
        error->status == TG_ERR_KERNEL || tg_runtime_is_lost(call->pipeline->runtime);
    return is_anyones ? NULL : at_work;
}

/* Whether a kernel's failure is what an error of the device comes from: the same code lost it. */
static bool explains(const tg_error *kernel, const tg_error *device)
{
    return kernel->status == TG_ERR_KERNEL && device->status == TG_ERR_DEVICE &&
           kernel->cuda_code != 0 && kernel->cuda_code == device->cuda_code;
}

/* Whether an error is known, or what it comes from: a scope tells its errors again when it ends, of
 * which some are chips' by then. */
static bool is_known(const pipeline_call *call, const tg_error *error)
{
    for (size_t i = 0; i < call->nb_failures; i++) {
        const tg_error *known = &call->failures[i].error;
        if (known->status == error->status && strcmp(known->what, error->what) == 0) return true;
        if (explains(known, error)) return true;
    }
    return false;
}

/* Where a failure is to be kept: a place of its own, that of an error which it explains, or nowhere
 * (NULL). The mutex is held. */
static tg_chip_failure *place_of(pipeline_call *call, const char *name, tg_kind kind,
                                 const tg_error *error)
{
    const bool is_chips = name[0] != '\0';
    if (!is_chips && is_known(call, error)) return NULL;
    for (size_t i = 0; i < call->nb_failures; i++) {
        tg_chip_failure *failure = &call->failures[i];
        if (failure->kind != kind || strcmp(failure->name, name) != 0) continue;
        if (explains(error, &failure->error)) return failure;
        if (is_chips) return NULL;
    }
    return call->nb_failures < call->max_failures ? &call->failures[call->nb_failures++] : NULL;
}

void pipeline_call_fail(pipeline_call *call, const pipeline_item *item, tg_error *error)
{
    if (error->status == TG_ERR_KERNEL || error->status == TG_ERR_DEVICE)
        item = blamed(call, item, error);
    const char *name = item != NULL ? item->name : "";
    const tg_kind kind = item != NULL ? item->kind : TG_KIND_main;
    if (item != NULL) tg_error_where(error, "%s.%s", name, tg_kind_name(kind));
    (void)pthread_mutex_lock(&call->mutex);
    tg_chip_failure *failure = place_of(call, name, kind, error);
    if (failure != NULL) *failure = (tg_chip_failure){.name = name, .kind = kind, .error = *error};
    call->is_failed = true;
    (void)pthread_cond_broadcast(&call->changes);
    (void)pthread_mutex_unlock(&call->mutex);
    pool_cancel(&call->pipeline->hosts, &call->host);
}

bool pipeline_call_is_failed(pipeline_call *call)
{
    (void)pthread_mutex_lock(&call->mutex);
    const bool is_failed = call->is_failed;
    (void)pthread_mutex_unlock(&call->mutex);
    return is_failed;
}

void pipeline_call_disown(pipeline_call *call, tg_kind kind)
{
    (void)pthread_mutex_lock(&call->mutex);
    const bool is_last = --call->nb_owners[kind] == 0;
    (void)pthread_mutex_unlock(&call->mutex);
    if (is_last) pool_free_inputs(&call->pipeline->hosts, call->inputs[kind]);
}

void pipeline_call_count_upload(pipeline_call *call, size_t len_bytes)
{
    (void)pthread_mutex_lock(&call->mutex);
    call->result->times.uploaded_bytes += len_bytes;
    (void)pthread_mutex_unlock(&call->mutex);
}

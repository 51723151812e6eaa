/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The entry points: check, host jobs, permit, device, and the result or its failures. */
#include "pipeline/pipeline_internal.h"

#include "harness/clock.h"

#include <stdlib.h>
#include <string.h>

/* Keep a failure that is no chip's. */
static void fail(pipeline_call *call, tg_status status, tg_error *error)
{
    error->status = status;
    pipeline_call_fail(call, NULL, error);
}

/* Host jobs from now on, the device when the permit is there. */
static void run_phases(pipeline_call *call, tg_permits *permits)
{
    tg_pipeline_result *result = call->result;
    pipeline_pool *hosts = &call->pipeline->hosts;
    tg_error error = {.status = TG_OK};
    pool_add(hosts, &call->host);
    const tg_status status = tg_permits_acquire(&result->permit, permits, 1, &error);
    if (status == TG_OK) {
        result->times.permitted = tg_now_s() - call->start_s;
        pool_permit(hosts, &call->host);
        pipeline_device_phase(call);
    } else {
        fail(call, status, &error);
    }
    pool_finish(hosts, &call->host);
}

static int compare_failures(const void *a, const void *b)
{
    const tg_chip_failure *first = a;
    const tg_chip_failure *second = b;
    const bool is_chips = first->name[0] != '\0';
    if (is_chips != (second->name[0] != '\0')) return is_chips ? -1 : 1;
    const int order = strcmp(first->name, second->name);
    if (order != 0) return order;
    if (first->kind != second->kind) return first->kind > second->kind ? 1 : -1;
    // The order of arrival is another one each time; the kernel's failure comes before the loss.
    const bool is_kernel = first->error.status == TG_ERR_KERNEL;
    if (is_kernel != (second->error.status == TG_ERR_KERNEL)) return is_kernel ? -1 : 1;
    return strcmp(first->error.what, second->error.what);
}

/* Whether a failure is of an item. */
static bool is_of(const tg_chip_failure *failure, const pipeline_item *item)
{
    return failure->kind == item->kind && strcmp(failure->name, item->name) == 0;
}

/* Bring an item's failure to the front, the others in their order. False: it has none. */
static bool put_first(tg_chip_failure *failures, size_t nb_failures, const pipeline_item *item)
{
    size_t place = 0;
    while (place < nb_failures && !is_of(&failures[place], item)) place++;
    if (place == nb_failures) return false;
    const tg_chip_failure first = failures[place];
    memmove(failures + 1, failures, place * sizeof *failures);
    failures[0] = first;
    return true;
}

/* Put the failure first whose work was the first to begin, the device's chips before the host's:
 * these are begun whatever the host does. Which others there are is chance, as most of what has not
 * begun is skipped; this one is there each time: nothing before it fails. */
static void put_earliest_first(const pipeline_call *call)
{
    bool is_first = false;
    for (size_t i = 0; i < call->nb_device && !is_first; i++)
        is_first = put_first(call->failures, call->nb_failures, call->device[i]);
    for (size_t i = 0; i < call->host.nb_jobs && !is_first; i++)
        is_first = put_first(call->failures, call->nb_failures, call->host.jobs[i].argument);
}

/* Free all that the result has but its failures, which become those of the call. */
static tg_status end_failed(pipeline_call *call, tg_error *error)
{
    qsort(call->failures, call->nb_failures, sizeof *call->failures, compare_failures);
    put_earliest_first(call);
    (void)tg_pipeline_result_clear(call->result);
    call->result->failures = call->failures;
    call->result->nb_failures = call->nb_failures;
    call->failures = NULL;
    if (error != NULL) *error = call->result->failures[0].error;
    return call->result->failures[0].error.status;
}

static void run_call(pipeline_call *call, tg_permits *permits)
{
    tg_error error = {.status = TG_OK};
    pipeline_check(call);
    if (pipeline_call_is_failed(call)) return;
    tg_status status = pipeline_call_prepare(call, &error);
    if (status != TG_OK) {
        fail(call, status, &error);
        return;
    }
    run_phases(call, permits);
    if (pipeline_call_is_failed(call)) return;
    status = pipeline_check_complete(call, &error);
    if (status != TG_OK) fail(call, status, &error);
    if (call->inputs[TG_KIND_main] == NULL) return;
    memcpy(call->result->public_values, call->inputs[TG_KIND_main]->public_values,
           sizeof call->result->public_values);
}

static tg_status generate(tg_pipeline_result *result, tg_pipeline *pipeline, tg_inputs *program,
                          tg_inputs *record, unsigned max_log_row_count, tg_permits *permits,
                          tg_error *error)
{
    *result = (tg_pipeline_result){.cluster = 0};
    pipeline_call call = {.pipeline = pipeline,
                          .result = result,
                          .inputs = {[TG_KIND_preprocessed] = program, [TG_KIND_main] = record},
                          .num_variables = max_log_row_count};
    tg_status status = pipeline_call_begin(&call, error);
    if (status != TG_OK) return status;
    run_call(&call, permits);
    if (pipeline_call_is_failed(&call)) status = end_failed(&call, error);
    pipeline_call_end(&call);
    return status;
}

tg_status tg_pipeline_generate_main(tg_pipeline_result *result, tg_pipeline *pipeline,
                                    tg_inputs *record, unsigned max_log_row_count,
                                    tg_permits *permits, tg_error *error)
{
    return generate(result, pipeline, NULL, record, max_log_row_count, permits, error);
}

tg_status tg_pipeline_generate_preprocessed(tg_pipeline_result *result, tg_pipeline *pipeline,
                                            tg_inputs *program, unsigned max_log_row_count,
                                            tg_permits *permits, tg_error *error)
{
    return generate(result, pipeline, program, NULL, max_log_row_count, permits, error);
}

tg_status tg_pipeline_generate(tg_pipeline_result *result, tg_pipeline *pipeline,
                               tg_inputs *program, tg_inputs *record, unsigned max_log_row_count,
                               tg_permits *permits, tg_error *error)
{
    return generate(result, pipeline, program, record, max_log_row_count, permits, error);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Measurements of the pipeline, of the link to the device and of host chips alone. */
#include "cli/bench_pipeline.h"

#include "harness/clock.h"
#include "harness/progress.h"
#include "model/memory.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>

/* A host chip, to be made alone. */
typedef struct host_chip {
    const tg_chip_input *input;
    tg_product out;
} host_chip;

/* What is measured with. */
typedef struct measuring {
    tg_bench_pipeline_result *result;
    tg_shard *overlapped;
    tg_shard plain;                 /* without overlap; the same device */
    tg_inputs *inputs[TG_NB_KINDS]; /* of the host chips alone; NULL: not of this record */
    host_chip *hosts;               /* [result->nb_hosts] */
    /* The link */
    void *pinned;
    tg_scope *scope;
    void *d_pinned;
} measuring;

/* ---- calls ---- */

/* Time one call. What it consumes is read before, what it made is freed behind it. */
static tg_status time_call(double *seconds, tg_pipeline_times *times, const tg_shard *shard,
                           tg_apart_told *told)
{
    tg_inputs *inputs[TG_NB_KINDS];
    tg_pipeline_result result = {.cluster = 0};
    tg_error error = {.status = TG_OK};
    tg_status status = tg_shard_all_inputs(inputs, shard, false, &error);
    if (status == TG_OK) {
        const double start = tg_now_s();
        status = tg_shard_generate(&result, shard, inputs, &error);
        *seconds = tg_now_s() - start;
        *times = result.times;
    }
    if (status != TG_OK) tg_apart_tell_failure(told, &result, status, &error);
    (void)tg_pipeline_result_clear(&result);
    return status;
}

/* ---- host chips alone ---- */

static tg_status make_host(const host_chip *host, tg_error *error)
{
    const tg_chip_input *input = host->input;
    if (input->make != NULL)
        return input->make(input->make_context, &host->out, input->height, error);
    const tg_request request = {.trace = input->subject.trace,
                                .height = input->height,
                                .events = input->events,
                                .nb_events = input->nb_events};
    return tg_ref_make(&host->out, input->subject.reference, &request, error);
}

static tg_status time_hosts(double *seconds, const measuring *of, tg_error *error)
{
    const size_t nb_hosts = of->result->nb_hosts;
    tg_status status = TG_OK;
    const int nb_before = omp_get_max_threads();
    omp_set_num_threads((int)of->result->nb_threads);
    const double start = tg_now_s();
    for (size_t i = 0; i < nb_hosts && status == TG_OK; i++) {
        status = make_host(&of->hosts[i], error);
    }
    *seconds = nb_hosts != 0 ? tg_now_s() - start : 0;
    omp_set_num_threads(nb_before);
    return status;
}

/* Take memory for a host chip's trace, which is made there again and again. */
static tg_status add_host(measuring *of, const tg_chip_input *input, size_t width, tg_error *error)
{
    host_chip *host = &of->hosts[of->result->nb_hosts++];
    *host = (host_chip){.input = input};
    of->result->nb_stand_ins += input->make != NULL;
    if (input->subject.trace != NULL)
        return tg_product_create(&host->out, input->subject.trace, input->height, error);
    void *cells = NULL;
    const tg_status status =
        tg_buffer_create(&cells, input->height * width, sizeof(uint32_t), error);
    host->out.cells = cells;
    return status;
}

/* Read the inputs of the host chips, and count those of the device. */
static tg_status open_hosts(measuring *of, tg_error *error)
{
    const tg_shard *shard = of->overlapped;
    const size_t nb_chips = shard->machine->nb_chips;
    void *memory = NULL;
    tg_status status = tg_buffer_create(&memory, TG_NB_KINDS * nb_chips, sizeof *of->hosts, error);
    of->hosts = memory;
    if (status == TG_OK) status = tg_shard_all_inputs(of->inputs, shard, false, error);
    for (tg_kind kind = 0; kind < TG_NB_KINDS; kind++) {
        for (size_t chip = 0; of->inputs[kind] != NULL && chip < nb_chips && status == TG_OK;
             chip++) {
            const tg_chip_input *input = &of->inputs[kind]->chips[chip];
            if (!input->is_included) continue;
            if (tg_pipeline_is_device(shard->pipeline, chip, input, kind)) {
                of->result->nb_devices++;
            } else {
                status = add_host(of, input, tg_machine_width(shard->machine, chip, kind), error);
            }
        }
    }
    return status;
}

static void close_hosts(measuring *of)
{
    for (size_t i = 0; i < of->result->nb_hosts; i++) tg_product_destroy(&of->hosts[i].out);
    tg_buffer_destroy(of->hosts);
    tg_shard_destroy_inputs(of->inputs);
}

/* ---- the link ---- */

static tg_status open_link(measuring *of, tg_error *error)
{
    tg_runtime *runtime = tg_pipeline_runtime(of->overlapped->pipeline);
    tg_status status =
        tg_runtime_take_pinned(runtime, &of->pinned, TG_BENCH_PIPELINE_LINK_BYTES, error);
    if (status != TG_OK) return status;
    // Pages that were never written are all the same one.
    memset(of->pinned, 1, TG_BENCH_PIPELINE_LINK_BYTES);
    status = tg_scope_begin(&of->scope, runtime, true, error);
    if (status != TG_OK) return status;
    return tg_scope_take(of->scope, &of->d_pinned, TG_BENCH_PIPELINE_LINK_BYTES, error);
}

static tg_status close_link(measuring *of, tg_error *error)
{
    if (of->scope != NULL) tg_scope_give(of->scope, of->d_pinned);
    const tg_status status = tg_scope_end(of->scope, error);
    if (of->pinned != NULL)
        tg_runtime_give_pinned(tg_pipeline_runtime(of->overlapped->pipeline), of->pinned);
    return status;
}

static tg_status time_link(double *seconds, const measuring *of, tg_error *error)
{
    const double start = tg_now_s();
    tg_status status = tg_scope_upload_pinned(of->scope, of->d_pinned, of->pinned,
                                              TG_BENCH_PIPELINE_LINK_BYTES, error);
    if (status == TG_OK) status = tg_scope_wait(of->scope, error);
    *seconds = tg_now_s() - start;
    return status;
}

/* ---- rounds ---- */

/* Measure everything once. */
static tg_status measure_round(measuring *of, size_t round, tg_apart_told *told)
{
    tg_error *error = &told->error;
    double(*seconds)[TG_BENCH_PIPELINE_MAX_REPEATS] = of->result->times;
    tg_pipeline_times times = {.done = 0};
    tg_status status = time_call(&seconds[TG_BENCH_PIPELINE][round], &times, of->overlapped, told);
    seconds[TG_BENCH_HOST_IN_A_CALL][round] = times.host_done;
    of->result->uploaded_bytes = times.uploaded_bytes;
    if (status == TG_OK)
        status = time_call(&seconds[TG_BENCH_NO_OVERLAP][round], &times, &of->plain, told);
    if (status == TG_OK) status = time_link(&seconds[TG_BENCH_LINK][round], of, error);
    if (status == TG_OK) status = time_hosts(&seconds[TG_BENCH_HOST_IN_TURN][round], of, error);
    return status;
}

static int compare_doubles(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Measure all rounds. */
static tg_status measure_rounds(measuring *of, tg_apart_told *told, tg_apart *apart,
                                tg_progress *progress)
{
    const size_t nb_repeats = of->result->options->nb_repeats;
    tg_progress_say(progress, 0, nb_repeats, "warming up");
    // The first repeat overwrites it.
    tg_status status = measure_round(of, 0, told);
    if (status == TG_OK || status == TG_ERR_KERNEL) {
        tg_progress_wipe(progress);
        tg_shard_say_device(of->overlapped);
    }
    if (tg_apart_launches(apart) != NULL) tg_launches_stop(tg_apart_launches(apart));
    for (size_t round = 0; round < nb_repeats && status == TG_OK; round++) {
        tg_apart_beat(apart);
        tg_progress_say(progress, round, nb_repeats, "measuring the pipeline");
        status = measure_round(of, round, told);
    }
    return status;
}

static tg_status measure(measuring *of, tg_apart_told *told, tg_apart *apart)
{
    tg_progress *progress = NULL;
    tg_progress_create(&progress, stderr);
    tg_status status = open_hosts(of, &told->error);
    if (status == TG_OK) status = open_link(of, &told->error);
    if (status == TG_OK) status = measure_rounds(of, told, apart, progress);
    const tg_status ended = close_link(of, status == TG_OK ? &told->error : NULL);
    if (status == TG_OK) status = ended;
    close_hosts(of);
    tg_progress_destroy(progress);
    return status;
}

/* What the shard says. */
static void describe(tg_bench_pipeline_result *result, const tg_shard *shard)
{
    result->has_program = shard->has_program;
    (void)snprintf(result->device, sizeof result->device, "%s", shard->device);
    (void)snprintf(result->device_name, sizeof result->device_name, "%s",
                   tg_runtime_name(tg_pipeline_runtime(shard->pipeline)));
}

/* Open the device, for both ways of making a shard. */
static tg_status start(measuring *of, tg_launches *launches, tg_error *error)
{
    const tg_bench_pipeline_options *options = of->result->options;
    tg_shard_values values = *options->shard;
    values.nb_permits.value = 1;
    values.no_overlap = false;
    tg_status status = tg_shard_start(of->overlapped, &values, "bench", launches, error);
    if (status != TG_OK) return status;
    describe(of->result, of->overlapped);
    values.device = of->result->device;
    values.no_overlap = true;
    status = tg_shard_read(&of->plain, &values, options->record, error);
    return status == TG_OK ? tg_shard_start(&of->plain, &values, "bench", launches, error) : status;
}

void tg_bench_pipeline_measure(tg_bench_pipeline_result *result,
                               const tg_bench_pipeline_options *options, tg_shard *shard,
                               tg_apart_told *told, tg_apart *apart)
{
    const tg_number *nb_threads = &options->shard->nb_threads;
    *result = (tg_bench_pipeline_result){
        .options = options,
        .machine = shard->machine,
        .nb_threads = nb_threads->given ? nb_threads->value : (size_t)omp_get_num_procs(),
    };
    measuring of = {.result = result, .overlapped = shard};
    told->status = start(&of, tg_apart_launches(apart), &told->error);
    tg_apart_begin(apart);
    if (told->status == TG_OK) told->status = measure(&of, told, apart);
    tg_shard_close(&of.plain);
    tg_shard_close(shard);
    for (tg_bench_series i = 0; i < TG_BENCH_NB_SERIES; i++) {
        qsort(result->times[i], options->nb_repeats, sizeof result->times[i][0], compare_doubles);
    }
}

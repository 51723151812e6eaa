/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Runs of the pipeline: one, or several at once that must make the same. */
#include "cli/generate.h"

#include "model/memory.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

/* One run, on a thread of its own. */
typedef struct job {
    const generation *how;
    size_t number; /* the first one's cells are written */
    generated *made;
    tg_apart_told told;
    pthread_t thread;
    bool has_thread;
} job;

/* Take a finished trace: its digest, and from the first job its file.
 * name   its chip's
 * trace  without a chip */
static tg_status add_trace(job *of, const char *name, const generated_trace *trace,
                           const uint32_t *cells, tg_error *error)
{
    generated_trace *to = &of->made->traces[of->made->nb_traces++];
    *to = *trace;
    tg_status status = tg_machine_find_chip(&to->chip, of->how->shard->machine, name, error);
    if (status != TG_OK || to->height == 0) return status;
    to->stand_in = of->how->stand_ins[to->kind][to->chip];
    status = tg_digest_cells(&to->digest, cells, to->height, to->width, error);
    if (status != TG_OK || of->number != 0 || of->how->jagged != NULL) return status;
    char file[TG_NAME_BYTES + 32];
    (void)snprintf(file, sizeof file, "%s.%s.trace.npy", name, tg_kind_name(to->kind));
    return generate_write_words(of->how, file, cells, to->height, to->width, error);
}

/* ---- traces by name ---- */

static tg_status collect_traces(job *of, const tg_traces *traces, tg_kind kind, tg_scope *scope,
                                tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i < traces->nb && status == TG_OK; i++) {
        const tg_padded_trace *from = &traces->list[i];
        const generated_trace trace = {.kind = kind,
                                       .is_device = from->is_device,
                                       .height = from->height,
                                       .width = from->width};
        void *cells = NULL;
        tg_progress_say(of->how->progress, i, traces->nb, "fetching %s.%s", from->name,
                        tg_kind_name(kind));
        status = tg_buffer_create(&cells, from->height * from->width, sizeof(uint32_t), error);
        if (status == TG_OK) status = tg_padded_trace_download(cells, from, scope, error);
        if (status == TG_OK) status = add_trace(of, from->name, &trace, cells, error);
        tg_buffer_destroy(cells);
    }
    return status;
}

static tg_status collect(job *of, const tg_pipeline_result *result, tg_error *error)
{
    tg_status status =
        collect_traces(of, &result->preprocessed, TG_KIND_preprocessed, result->scope, error);
    if (status == TG_OK)
        status = collect_traces(of, &result->main, TG_KIND_main, result->scope, error);
    return status;
}

/* ---- the jagged form ---- */

/* Whether a trace was made on the device. made: main traces */
static bool is_device(const generation *how, const tg_traces *made, const char *name, tg_kind kind)
{
    size_t chip = 0;
    if (kind == TG_KIND_main) {
        const tg_padded_trace *trace = tg_traces_find(made, name);
        return trace != NULL && trace->is_device;
    }
    return tg_machine_find_chip(&chip, how->shard->machine, name, NULL) == TG_OK &&
           how->is_program_device[chip];
}

static tg_status collect_section(job *of, const tg_jagged_section *section, tg_kind kind,
                                 const tg_traces *made, const uint32_t *dense, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i < section->nb_entries && status == TG_OK; i++) {
        const tg_jagged_entry *entry = &section->entries[i];
        const generated_trace trace = {.kind = kind,
                                       .is_device = is_device(of->how, made, entry->name, kind),
                                       .height = entry->height,
                                       .width = entry->width};
        status = add_trace(of, entry->name, &trace, dense + entry->start, error);
    }
    return status;
}

/* Download words of the device, and write them from the first job. */
static tg_status fetch(job *of, uint32_t **words, const uint32_t *d_words, size_t nb,
                       const char *name, tg_scope *scope, tg_error *error)
{
    void *memory = NULL;
    tg_progress_say(of->how->progress, 0, 0, "fetching %s", name);
    tg_status status = tg_buffer_create(&memory, nb, sizeof **words, error);
    *words = memory;
    if (status == TG_OK)
        status = tg_scope_download(scope, memory, d_words, nb * sizeof **words, error);
    if (status == TG_OK && of->number == 0)
        status = generate_write_words(of->how, name, memory, nb, 1, error);
    return status;
}

static tg_status collect_jagged(job *of, const tg_pipeline_result *result, tg_error *error)
{
    const tg_jagged *jagged = of->how->jagged;
    const tg_jagged_layout *layout = tg_jagged_get_layout(jagged);
    uint32_t *dense = NULL;
    uint32_t *columns = NULL;
    uint32_t *starts = NULL;
    tg_status status = fetch(of, &dense, tg_jagged_dense(jagged), layout->main.end,
                             GENERATE_DENSE_FILE, result->scope, error);
    if (status == TG_OK)
        status = fetch(of, &columns, tg_jagged_columns(jagged), layout->main.end / 2,
                       GENERATE_COLUMNS_FILE, result->scope, error);
    if (status == TG_OK)
        status = fetch(of, &starts, tg_jagged_starts(jagged), layout->nb_columns + 1,
                       GENERATE_STARTS_FILE, result->scope, error);
    if (status == TG_OK)
        status = collect_section(of, &layout->preprocessed, TG_KIND_preprocessed, &result->main,
                                 dense, error);
    if (status == TG_OK)
        status = collect_section(of, &layout->main, TG_KIND_main, &result->main, dense, error);
    tg_buffer_destroy(dense);
    tg_buffer_destroy(columns);
    tg_buffer_destroy(starts);
    return status;
}

/* ---- one run ---- */

/* Let the pipeline make everything. */
static tg_status make(tg_pipeline_result *result, const job *of, tg_error *error)
{
    const generation *how = of->how;
    tg_inputs *inputs[TG_NB_KINDS] = {NULL};
    const tg_status status =
        how->jagged != NULL
            ? tg_shard_inputs(&inputs[TG_KIND_main], how->shard, TG_KIND_main, error)
            : tg_shard_all_inputs(inputs, how->shard, false, error);
    if (status != TG_OK) return status;
    if (how->jagged == NULL) return tg_shard_generate(result, how->shard, inputs, error);
    return tg_jagged_generate_main(result, how->jagged, inputs[TG_KIND_main], how->shard->permits,
                                   error);
}

/* Take what was made. */
static tg_status take(job *of, const tg_pipeline_result *result, tg_error *error)
{
    generated *made = of->made;
    made->cluster = result->cluster;
    made->times = result->times;
    made->has_public_values = of->how->has_public_values;
    memcpy(made->public_values, result->public_values, sizeof result->public_values);
    tg_status status =
        of->how->jagged != NULL ? collect_jagged(of, result, error) : collect(of, result, error);
    // The layout is this job's until its result is cleared.
    if (status == TG_OK && of->number == 0) status = generate_write_json(of->how, made, error);
    return status;
}

static void run_job(job *of)
{
    tg_pipeline_result result = {.cluster = 0};
    tg_error error = {.status = TG_OK};
    tg_progress_say(of->how->progress, 0, 0, "making the traces");
    tg_status status = make(&result, of, &error);
    if (of->number == 0 && (status == TG_OK || status == TG_ERR_KERNEL)) {
        tg_progress_wipe(of->how->progress);
        tg_shard_say_device(of->how->shard);
    }
    if (status == TG_OK) status = take(of, &result, &error);
    if (status != TG_OK) tg_apart_tell_failure(&of->told, &result, status, &error);
    of->made->held_s = tg_pipeline_result_clear(&result);
}

static void *run_thread(void *argument)
{
    run_job(argument);
    return NULL;
}

/* ---- several at once ---- */

static tg_status differ(const job *of, const char *what, const char *kind, tg_error *error)
{
    tg_error_set(error, TG_ERR_KERNEL, "two runs at once made different results: %s%s%s of run %zu",
                 what, kind[0] != '\0' ? "." : "", kind, of->number);
    tg_error_how(error, "'tracegate gate' compares the chip's trace; give --jobs 1 to write one");
    return TG_ERR_KERNEL;
}

static tg_status compare(const job *first, const job *other, tg_error *error)
{
    const generated *a = first->made;
    const generated *b = other->made;
    if (a->cluster != b->cluster || a->nb_traces != b->nb_traces)
        return differ(other, "the cluster", "", error);
    if (memcmp(a->public_values, b->public_values, sizeof a->public_values) != 0)
        return differ(other, "the public values", "", error);
    for (size_t i = 0; i < a->nb_traces; i++) {
        const generated_trace *trace = &a->traces[i];
        if (trace->height != b->traces[i].height ||
            memcmp(&trace->digest, &b->traces[i].digest, sizeof trace->digest) != 0)
            return differ(other, first->how->shard->machine->chips[trace->chip].name,
                          tg_kind_name(trace->kind), error);
    }
    return TG_OK;
}

/* Run all jobs: the first on this thread. */
static tg_status run_jobs(job *jobs, size_t nb_jobs, tg_apart_told *told)
{
    tg_status status = TG_OK;
    for (size_t i = 1; i < nb_jobs && status == TG_OK; i++) {
        const int number = pthread_create(&jobs[i].thread, NULL, run_thread, &jobs[i]);
        jobs[i].has_thread = number == 0;
        if (number == 0) continue;
        status =
            tg_error_set(&told->error, TG_ERR_IO, "cannot start a thread: %s", strerror(number));
        tg_error_how(&told->error, "give fewer --jobs");
    }
    if (status == TG_OK) run_job(&jobs[0]);
    for (size_t i = 1; i < nb_jobs; i++) {
        if (jobs[i].has_thread) (void)pthread_join(jobs[i].thread, NULL);
    }
    for (size_t i = 0; i < nb_jobs && status == TG_OK; i++) {
        status = jobs[i].told.status;
        if (status != TG_OK) *told = jobs[i].told;
    }
    for (size_t i = 1; i < nb_jobs && status == TG_OK; i++) {
        status = compare(&jobs[0], &jobs[i], &told->error);
    }
    told->status = status;
    return status;
}

static tg_status create_jobs(job *jobs, generated *made, const generation *how, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i < how->nb_jobs && status == TG_OK; i++) {
        void *memory = made;
        const size_t nb_bytes = generated_bytes(how->shard->machine);
        if (i != 0) status = tg_buffer_create(&memory, nb_bytes, 1, error);
        if (status != TG_OK) break;
        if (i != 0) memset(memory, 0, nb_bytes);
        jobs[i].how = how;
        jobs[i].number = i;
        jobs[i].made = memory;
        jobs[i].made->jagged_s = how->jagged_s;
    }
    return status;
}

tg_status generate_run(generated *made, const generation *how, tg_apart_told *told)
{
    void *memory = NULL;
    tg_status status = tg_buffer_create(&memory, how->nb_jobs, sizeof(job), &told->error);
    job *jobs = memory;
    if (status != TG_OK) return status;
    memset(jobs, 0, how->nb_jobs * sizeof *jobs);
    status = create_jobs(jobs, made, how, &told->error);
    if (status == TG_OK) status = run_jobs(jobs, how->nb_jobs, told);
    for (size_t i = 1; i < how->nb_jobs; i++) {
        tg_buffer_destroy(jobs[i].made);
    }
    tg_buffer_destroy(jobs);
    return status;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The runtime: opening and closing, the pool of tasks, pinned memory, marks. */
#include "gpu/runtime_internal.h"

#include "model/memory.h"

#include <stdio.h>
#include <string.h>

/* Enough to keep the copy engine busy while others are filled, in pieces so large that their
 * number does not count. */
#define DEFAULT_NB_STAGING 4
#define DEFAULT_STAGING_BYTES ((size_t)32 << 20)

static tg_runtime_options options_of(const tg_runtime_options *options)
{
    tg_runtime_options of = {.nb_tasks = 0};
    if (options != NULL) of = *options;
    if (of.nb_tasks == 0) of.nb_tasks = TG_RUNTIME_NB_TASKS;
    if (of.nb_staging == 0) of.nb_staging = DEFAULT_NB_STAGING;
    if (of.staging_bytes == 0) of.staging_bytes = DEFAULT_STAGING_BYTES;
    return of;
}

/* Zeroed memory for nb things of size bytes. */
static tg_status create_zeroed(void **memory, size_t nb, size_t size, tg_error *error)
{
    const tg_status status = tg_buffer_create(memory, nb, size, error);
    if (status == TG_OK) memset(*memory, 0, nb * size);
    return status;
}

/* Make as many tasks as the options say. */
static tg_status add_tasks(tg_runtime *runtime, tg_error *error)
{
    const size_t nb_tasks = runtime->options.nb_tasks;
    void *memory = NULL;
    // One more than the tasks has room for the head.
    const tg_status status = create_zeroed(&memory, nb_tasks + 1, sizeof(tg_task), error);
    if (status != TG_OK) return status;
    tg_task_block *block = memory;
    (void)pthread_mutex_lock(&runtime->mutex);
    block->next = runtime->blocks;
    runtime->blocks = block;
    for (size_t i = nb_tasks; i-- > 0;) {
        block->tasks[i].next = runtime->free_tasks;
        runtime->free_tasks = &block->tasks[i];
    }
    (void)pthread_mutex_unlock(&runtime->mutex);
    return TG_OK;
}

static tg_status create_pools(tg_runtime *runtime, tg_error *error)
{
    void *memory = NULL;
    tg_status status = add_tasks(runtime, error);
    if (status != TG_OK) return status;
    status = create_zeroed(&memory, runtime->options.nb_staging, sizeof(tg_staging), error);
    if (status != TG_OK) return status;
    runtime->stagings = memory;
    tg_stagings_init(runtime);
    return TG_OK;
}

tg_status tg_runtime_open(tg_runtime **runtime, const tg_runtime_ops *ops,
                          const tg_runtime_options *options, tg_error *error)
{
    *runtime = NULL;
    void *memory = NULL;
    tg_status status = create_zeroed(&memory, 1, sizeof **runtime, error);
    if (status != TG_OK) return status;
    tg_runtime *opened = memory;
    opened->ops = ops;
    opened->options = options_of(options);
    (void)pthread_mutex_init(&opened->mutex, NULL);
    (void)pthread_cond_init(&opened->changes, NULL);
    status = create_pools(opened, error);
    if (status == TG_OK) status = ops->open(&opened->device, error);
    if (status != TG_OK) {
        opened->device = NULL;
        tg_runtime_close(opened);
        return status;
    }
    *runtime = opened;
    return TG_OK;
}

/* Drop a task's stream behind all its work, and its event. */
static void clear_task(tg_runtime *runtime, tg_task *task)
{
    if (task->stream != NULL) runtime->ops->stream_destroy(runtime->device, task->stream);
    if (task->event != NULL) runtime->ops->event_destroy(runtime->device, task->event);
    task->stream = NULL;
    task->event = NULL;
}

static void clear_tasks(tg_runtime *runtime)
{
    for (tg_task_block *block = runtime->blocks; block != NULL; block = block->next) {
        for (size_t i = 0; i < runtime->options.nb_tasks; i++)
            clear_task(runtime, &block->tasks[i]);
    }
}

void tg_runtime_close(tg_runtime *runtime)
{
    if (runtime == NULL) return;
    TG_VERIFY_CHECK(runtime->nb_open == 0);
    clear_tasks(runtime);
    if (runtime->stagings != NULL) tg_stagings_clear(runtime);
    if (runtime->device != NULL) runtime->ops->close(runtime->device);
    for (size_t i = 0; i < TG_RUNTIME_NB_ENDED; i++) tg_buffer_destroy(runtime->ended[i]);
    while (runtime->blocks != NULL) {
        tg_task_block *block = runtime->blocks;
        runtime->blocks = block->next;
        tg_buffer_destroy(block);
    }
    tg_buffer_destroy(runtime->stagings);
    (void)pthread_cond_destroy(&runtime->changes);
    (void)pthread_mutex_destroy(&runtime->mutex);
    tg_buffer_destroy(runtime);
}

const char *tg_runtime_name(const tg_runtime *runtime) { return runtime->ops->name; }

/* ---- tasks ---- */

/* Take a free task, behind all who wait for one; NULL if there is none and wait is false. */
static tg_task *take_free(tg_runtime *runtime, bool wait)
{
    tg_task *task = NULL;
    (void)pthread_mutex_lock(&runtime->mutex);
    if (wait) {
        const uint64_t turn = runtime->nb_waits++;
        while (runtime->free_tasks == NULL || runtime->nb_served != turn)
            (void)pthread_cond_wait(&runtime->changes, &runtime->mutex);
        runtime->nb_served++;
        // The next in the line may find another task free.
        (void)pthread_cond_broadcast(&runtime->changes);
    }
    if (wait || runtime->nb_served == runtime->nb_waits) task = runtime->free_tasks;
    if (task != NULL) runtime->free_tasks = task->next;
    (void)pthread_mutex_unlock(&runtime->mutex);
    return task;
}

static tg_status make_task(tg_runtime *runtime, tg_task *task, tg_error *error)
{
    const tg_runtime_ops *ops = runtime->ops;
    tg_status status = TG_OK;
    if (task->stream == NULL) {
        status = tg_runtime_status(runtime, NULL, NULL,
                                   ops->stream_create(runtime->device, &task->stream), error,
                                   "making a stream");
        if (status != TG_OK) task->stream = NULL;
    }
    if (status == TG_OK && task->event == NULL) {
        status =
            tg_runtime_status(runtime, NULL, NULL, ops->event_create(runtime->device, &task->event),
                              error, "making an event");
        if (status != TG_OK) task->event = NULL;
    }
    return status;
}

tg_status tg_task_take(tg_task **task, tg_runtime *runtime, bool wait, tg_error *error)
{
    *task = NULL;
    tg_task *taken = take_free(runtime, wait && !runtime->options.grows);
    while (taken == NULL && runtime->options.grows) {
        const tg_status status = add_tasks(runtime, error);
        if (status != TG_OK) return status;
        taken = take_free(runtime, false);
    }
    if (taken == NULL) {
        tg_error_set(error, TG_ERR_DEVICE, "all %zu tasks of the runtime are taken",
                     runtime->options.nb_tasks);
        tg_error_where(error, "runtime %s", runtime->ops->name);
        tg_error_how(error, "end a scope first, wait for one, or open the runtime with more tasks");
        return TG_ERR_DEVICE;
    }
    taken->next = NULL;
    const tg_status status = make_task(runtime, taken, error);
    if (status != TG_OK) {
        tg_task_give(runtime, taken, false);
        return status;
    }
    *task = taken;
    return TG_OK;
}

void tg_task_give(tg_runtime *runtime, tg_task *task, bool is_failed)
{
    if (is_failed) clear_task(runtime, task);
    (void)pthread_mutex_lock(&runtime->mutex);
    task->queued = (tg_queued){.nb = 0};
    task->next = runtime->free_tasks;
    runtime->free_tasks = task;
    (void)pthread_cond_broadcast(&runtime->changes);
    (void)pthread_mutex_unlock(&runtime->mutex);
}

void tg_task_add_queued(tg_runtime *runtime, tg_task *task, const char *label, const char *trace)
{
    tg_queued one = {.nb = 1};
    (void)snprintf(one.last, sizeof one.last, "%s", label);
    one.has_more_traces = strlen(trace) >= sizeof one.traces;
    if (!one.has_more_traces) (void)snprintf(one.traces, sizeof one.traces, "%s", trace);
    (void)pthread_mutex_lock(&runtime->mutex);
    tg_queued_add(&task->queued, &one);
    (void)pthread_mutex_unlock(&runtime->mutex);
}

void tg_task_clear_queued(tg_runtime *runtime, tg_task *task)
{
    const tg_queued none = {.nb = 0};
    tg_task_set_queued(runtime, task, &none);
}

void tg_task_set_queued(tg_runtime *runtime, tg_task *task, const tg_queued *queued)
{
    (void)pthread_mutex_lock(&runtime->mutex);
    task->queued = *queued;
    (void)pthread_mutex_unlock(&runtime->mutex);
}

tg_queued tg_task_queued(tg_runtime *runtime, const tg_task *task)
{
    (void)pthread_mutex_lock(&runtime->mutex);
    const tg_queued queued = task->queued;
    (void)pthread_mutex_unlock(&runtime->mutex);
    return queued;
}

/* ---- memory that no scope has ---- */

tg_status tg_runtime_get_memory(tg_runtime_memory *memory, tg_runtime *runtime, tg_error *error)
{
    *memory = (tg_runtime_memory){.free_bytes = 0};
    tg_status status = tg_runtime_usable(runtime, error);
    if (status != TG_OK) return status;
    const int code =
        runtime->ops->memory(runtime->device, &memory->free_bytes, &memory->total_bytes);
    status = tg_runtime_status(runtime, NULL, NULL, code, error, "asking for free memory");
    (void)pthread_mutex_lock(&runtime->mutex);
    memory->taken_bytes = runtime->taken_bytes;
    memory->peak_bytes = runtime->peak_bytes;
    (void)pthread_mutex_unlock(&runtime->mutex);
    return status;
}

tg_status tg_runtime_take_pinned(tg_runtime *runtime, void **bytes, size_t len_bytes,
                                 tg_error *error)
{
    *bytes = NULL;
    tg_status status = tg_runtime_usable(runtime, error);
    if (status != TG_OK || len_bytes == 0) return status;
    status = tg_runtime_status(runtime, NULL, NULL,
                               runtime->ops->take_pinned(runtime->device, bytes, len_bytes), error,
                               "taking %zu bytes of pinned memory", len_bytes);
    if (status != TG_OK) *bytes = NULL;
    return status;
}

void tg_runtime_give_pinned(tg_runtime *runtime, void *bytes)
{
    if (bytes != NULL) runtime->ops->give_pinned(runtime->device, bytes);
}

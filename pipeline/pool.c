/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The threads that do jobs. */
#include "pipeline/pool_internal.h"

#include "model/memory.h"
#include "pipeline/sync_internal.h"

#ifdef _OPENMP
#include <omp.h>
#endif

/* Threads of OpenMP that this thread's parallel regions have from now on. */
static void set_nb_threads(size_t nb_threads)
{
#ifdef _OPENMP
    omp_set_num_threads((int)nb_threads);
#else
    (void)nb_threads;
#endif
}

/* Whether the limit lets a job begin. The mutex is held. */
static bool may_begin(const pipeline_pool *pool, const pool_group *group, const pool_job *job)
{
    if (pool->max_bytes == 0 || job->bytes == 0 || pool->held_bytes == 0) return true;
    if (group->is_permitted && group->nb_held == 0) return true;
    return job->bytes <= pool->max_bytes && pool->held_bytes <= pool->max_bytes - job->bytes;
}

/* The first job that may begin, and its group; NULL: none. The mutex is held. */
static pool_job *next_job(pool_group **of, const pipeline_pool *pool)
{
    for (pool_group *group = pool->groups; group != NULL; group = group->next) {
        for (size_t i = 0; i < group->nb_jobs && group->nb_waiting != 0; i++) {
            pool_job *job = &group->jobs[i];
            if (job->state != POOL_WAITING || !may_begin(pool, group, job)) continue;
            *of = group;
            return job;
        }
    }
    return NULL;
}

/* Bytes of all traces that are made or to be made. The mutex is held. */
static size_t bytes_to_make(const pipeline_pool *pool)
{
    size_t bytes = 0;
    for (const pool_group *group = pool->groups; group != NULL; group = group->next) {
        for (size_t i = 0; i < group->nb_jobs; i++) {
            const pool_state state = group->jobs[i].state;
            if (state == POOL_WAITING || state == POOL_RUNNING) bytes += group->jobs[i].bytes;
        }
    }
    return bytes;
}

/* Threads for a job: as its part of all that there is to make, of those that are free. The mutex is
 * held. */
static size_t share_of(const pipeline_pool *pool, const pool_job *job)
{
    if (job->nb_wanted <= 1 || pool->nb_busy >= pool->nb_threads) return 1;
    const size_t nb_free = pool->nb_threads - pool->nb_busy;
    const double part = (double)job->bytes / (double)bytes_to_make(pool);
    size_t share = (size_t)(part * (double)pool->nb_threads + 0.5);
    if (share > nb_free) share = nb_free;
    if (share > job->nb_wanted) share = job->nb_wanted;
    return share != 0 ? share : 1;
}

/* Do one job. The mutex is held, but not while the job runs. */
static void do_job(pipeline_pool *pool, pool_group *group, pool_job *job)
{
    job->nb_threads = share_of(pool, job);
    job->state = POOL_RUNNING;
    group->nb_waiting--;
    group->nb_running++;
    pool->nb_busy += job->nb_threads;
    if (job->bytes != 0) {
        group->nb_held++;
        pool->held_bytes += job->bytes;
    }
    const size_t nb_threads = job->nb_threads;
    const bool leaves_trace = job->bytes != 0;
    (void)pthread_mutex_unlock(&pool->mutex);
    if (leaves_trace) set_nb_threads(nb_threads);
    job->run(job->argument);
    (void)pthread_mutex_lock(&pool->mutex);
    pool->nb_busy -= nb_threads;
    job->state = POOL_OVER;
    group->nb_running--;
    (void)pthread_cond_broadcast(&pool->done);
}

/* Free one of the inputs. The mutex is held, but not meanwhile. */
static void do_free(pipeline_pool *pool)
{
    tg_inputs *inputs = pool->to_free;
    pool->to_free = inputs->next;
    (void)pthread_mutex_unlock(&pool->mutex);
    if (pool->hooks != NULL && pool->hooks->destroyed != NULL)
        pool->hooks->destroyed(pool->hooks->context, inputs);
    inputs->destroy(inputs);
    (void)pthread_mutex_lock(&pool->mutex);
}

static void *work(void *argument)
{
    pipeline_pool *pool = argument;
    (void)pthread_mutex_lock(&pool->mutex);
    for (;;) {
        pool_group *group = NULL;
        if (pool->to_free != NULL) {
            do_free(pool);
            continue;
        }
        pool_job *job = next_job(&group, pool);
        if (job != NULL) {
            do_job(pool, group, job);
        } else if (pool->is_over) {
            break;
        } else {
            (void)pthread_cond_wait(&pool->work, &pool->mutex);
        }
    }
    (void)pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

static tg_status start_threads(pipeline_pool *pool, size_t nb_threads, tg_error *error)
{
    void *threads = NULL;
    tg_status status = tg_buffer_create(&threads, nb_threads, sizeof *pool->threads, error);
    pool->threads = threads;
    for (size_t i = 0; i < nb_threads && status == TG_OK; i++) {
        status = pipeline_thread_create(&pool->threads[i], work, pool, error);
        if (status == TG_OK) pool->nb_made++;
    }
    if (status != TG_OK) pool_stop(pool);
    return status;
}

tg_status pool_start(pipeline_pool *pool, size_t nb_threads, size_t max_bytes,
                     const tg_pipeline_hooks *hooks, tg_error *error)
{
    *pool = (pipeline_pool){.max_bytes = max_bytes, .hooks = hooks, .nb_threads = nb_threads};
    tg_status status = pipeline_mutex_init(&pool->mutex, error);
    if (status != TG_OK) return status;
    status = pipeline_cond_init(&pool->work, error);
    if (status != TG_OK) goto no_work;
    status = pipeline_cond_init(&pool->done, error);
    if (status != TG_OK) goto no_done;
    return start_threads(pool, nb_threads, error);
no_done:
    (void)pthread_cond_destroy(&pool->work);
no_work:
    (void)pthread_mutex_destroy(&pool->mutex);
    return status;
}

void pool_stop(pipeline_pool *pool)
{
    (void)pthread_mutex_lock(&pool->mutex);
    TG_VERIFY_CHECK(pool->groups == NULL);
    pool->is_over = true;
    (void)pthread_cond_broadcast(&pool->work);
    (void)pthread_mutex_unlock(&pool->mutex);
    for (size_t i = 0; i < pool->nb_made; i++) (void)pthread_join(pool->threads[i], NULL);
    tg_buffer_destroy(pool->threads);
    (void)pthread_cond_destroy(&pool->done);
    (void)pthread_cond_destroy(&pool->work);
    (void)pthread_mutex_destroy(&pool->mutex);
}

void pool_add(pipeline_pool *pool, pool_group *group)
{
    (void)pthread_mutex_lock(&pool->mutex);
    group->nb_waiting = group->nb_jobs;
    pool_group **end = &pool->groups;
    while (*end != NULL) end = &(*end)->next;
    *end = group;
    (void)pthread_cond_broadcast(&pool->work);
    (void)pthread_mutex_unlock(&pool->mutex);
}

void pool_permit(pipeline_pool *pool, pool_group *group)
{
    (void)pthread_mutex_lock(&pool->mutex);
    group->is_permitted = true;
    (void)pthread_cond_broadcast(&pool->work);
    (void)pthread_mutex_unlock(&pool->mutex);
}

void pool_give_back(pipeline_pool *pool, pool_group *group, size_t bytes)
{
    if (bytes == 0) return;
    (void)pthread_mutex_lock(&pool->mutex);
    TG_VERIFY_CHECK(pool->held_bytes >= bytes && group->nb_held != 0);
    pool->held_bytes -= bytes;
    group->nb_held--;
    if (pool->max_bytes != 0) (void)pthread_cond_broadcast(&pool->work);
    (void)pthread_mutex_unlock(&pool->mutex);
}

void pool_cancel(pipeline_pool *pool, pool_group *group)
{
    (void)pthread_mutex_lock(&pool->mutex);
    for (size_t i = 0; i < group->nb_jobs; i++) {
        if (group->jobs[i].state == POOL_WAITING) group->jobs[i].state = POOL_SKIPPED;
    }
    group->nb_waiting = 0;
    (void)pthread_cond_broadcast(&pool->done);
    (void)pthread_mutex_unlock(&pool->mutex);
}

void pool_finish(pipeline_pool *pool, pool_group *group)
{
    (void)pthread_mutex_lock(&pool->mutex);
    while (group->nb_waiting + group->nb_running != 0) {
        (void)pthread_cond_wait(&pool->done, &pool->mutex);
    }
    pool_group **place = &pool->groups;
    while (*place != group) place = &(*place)->next;
    *place = group->next;
    (void)pthread_mutex_unlock(&pool->mutex);
}

void pool_free_inputs(pipeline_pool *pool, tg_inputs *inputs)
{
    (void)pthread_mutex_lock(&pool->mutex);
    inputs->next = pool->to_free;
    pool->to_free = inputs;
    (void)pthread_cond_signal(&pool->work);
    (void)pthread_mutex_unlock(&pool->mutex);
}

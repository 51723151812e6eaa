/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Threads that do jobs: host traces of all calls, and the freeing of inputs.
 *
 * Jobs come in groups, one a call. Groups are served in the order of the calls, the jobs of a group
 * in their order. A job that leaves a trace holds its bytes until they are given back; a limit of
 * bytes lets jobs begin later and blocks no thread.
 *
 * A job whose rows many threads can make has a share of the threads by its part of all that is to
 * be made. All threads for one job after the other would be as many, but then each waits for the
 * last of its threads whenever anything else wants a core.
 *
 * A limit cannot stop everything: a group that is permitted, whose traces are taken away as they
 * come, may always begin a job if it holds nothing, and a group that is not has nothing that others
 * wait for.
 */
#ifndef TRACEGATE_PIPELINE_POOL_INTERNAL_H
#define TRACEGATE_PIPELINE_POOL_INTERNAL_H

#include "pipeline/pipeline.h"

#include <pthread.h>

typedef enum pool_state {
    POOL_WAITING,
    POOL_RUNNING,
    POOL_OVER,
    POOL_SKIPPED, /* cancelled before it began */
} pool_state;

typedef struct pool_job {
    void (*run)(void *argument);
    void *argument;
    size_t bytes;     /* of the trace that it leaves, which it holds from its start on; 0: it leaves
                         none */
    size_t nb_wanted; /* threads that it can use at the most */
    pool_state state;
    size_t nb_threads; /* that it is given */
} pool_job;

/* Jobs of one call; the caller's, until pool_finish. All zero but jobs and nb_jobs at first. */
typedef struct pool_group {
    pool_job *jobs;
    size_t nb_jobs;
    size_t nb_waiting;
    size_t nb_running;
    size_t nb_held; /* traces whose bytes are not given back */
    bool is_permitted;
    struct pool_group *next;
} pool_group;

typedef struct pipeline_pool {
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t work;   /* something for threads to look at */
    pthread_cond_t done;   /* something for those who wait for jobs */
    size_t max_bytes;      /* 0: no limit */
    size_t held_bytes;
    size_t nb_busy; /* shares of all running jobs */
    pool_group *groups;
    tg_inputs *to_free;
    bool is_over;
    const tg_pipeline_hooks *hooks; /* NULL: none */
    size_t nb_threads;
    size_t nb_made; /* of threads */
    pthread_t *threads;
} pipeline_pool;

/* Start the threads.
 * pool  caller's; to be stopped after success only
 * Errors  TG_ERR_MEMORY, TG_ERR_IO */
TG_NODISCARD tg_status pool_start(pipeline_pool *pool, size_t nb_threads, size_t max_bytes,
                                  const tg_pipeline_hooks *hooks, tg_error *error);
/* Free all inputs that wait for it, and end the threads. No group may be there. */
void pool_stop(pipeline_pool *pool);

/* Let a group's jobs begin. */
void pool_add(pipeline_pool *pool, pool_group *group);
/* The group's traces are taken away from now on. */
void pool_permit(pipeline_pool *pool, pool_group *group);
/* A trace of so many bytes is taken away, or was not made. */
void pool_give_back(pipeline_pool *pool, pool_group *group, size_t bytes);
/* Skip the jobs that have not begun. */
void pool_cancel(pipeline_pool *pool, pool_group *group);
/* Wait for all jobs of the group and forget it. */
void pool_finish(pipeline_pool *pool, pool_group *group);

/* Free inputs on a thread of the pool. */
void pool_free_inputs(pipeline_pool *pool, tg_inputs *inputs);

#endif

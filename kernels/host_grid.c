/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The host grid's launch: workers, blocks, and the fibers that the threads of a block run on. */
#include "kernels/host_grid.h"

#include "kernels/host_grid_internal.h"
#include "kernels/sanitizer_internal.h"
#include "model/memory.h"

#include <omp.h>
#include <stdatomic.h>
#include <string.h>

/* Stacks of all workers together. Each takes two mappings of the 65530 that Linux gives a
 * process unless told otherwise, and the workers of different launches keep theirs: over all
 * block sizes that is below four times as many. */
#define MAX_STACKS 8192u

/* Dynamic shared memory of one worker begins on a line of its own. */
#define SHARED_ALIGNMENT 64u

/* Bytes behind it that a sanitizer refuses: an index that is out of range by no more is found. */
#define SHARED_GUARD_BYTES ((size_t)4096)

/* Places that threads wait at for ever, as many as one line has room for. */
#define MAX_PLACES 3

typedef struct launch_state {
    tg_host_worker *workers;
    uint32_t nb_workers;
    unsigned char *dynamic;
    size_t dynamic_bytes;
    _Atomic uint32_t failed_block; /* lowest so far */
} launch_state;

static void run_threads(tg_fiber *self, void *argument);

/* A fiber that has no thread, new or kept; NULL if the system refuses one, and the worker has
 * then failed. */
static tg_fiber *idle_fiber(tg_host_worker *worker)
{
    if (worker->nb_idle != 0) return worker->idle[--worker->nb_idle];
    TG_VERIFY_CHECK(worker->nb_fibers < worker->launch->block);
    tg_fiber *fiber = &worker->fibers[worker->nb_fibers];
    worker->status = tg_fiber_create(fiber, worker->stacks, worker->nb_fibers, run_threads, worker,
                                     &worker->error);
    if (worker->status != TG_OK) return NULL;
    worker->nb_fibers++;
    return fiber;
}

/* Who goes on: a thread that can, else the next that has not started, else the launch, for the
 * block has ended or is stuck. The launch at once if the worker has failed. */
static tg_fiber *next_fiber(tg_host_worker *worker)
{
    if (worker->status != TG_OK) return &worker->main;
    if (worker->nb_ready != 0) {
        const uint32_t thread = worker->ready[worker->first_ready];
        worker->first_ready =
            worker->first_ready + 1 == TG_HOST_GRID_MAX_BLOCK ? 0 : worker->first_ready + 1;
        worker->nb_ready--;
        return worker->fiber_of[thread];
    }
    tg_fiber *fiber = worker->nb_started < worker->launch->block ? idle_fiber(worker) : NULL;
    return fiber != NULL ? fiber : &worker->main;
}

void tg_host_worker_yield(tg_host_worker *worker, tg_fiber *self)
{
    tg_fiber_switch(self, next_fiber(worker));
    if (worker->is_closing) tg_fiber_leave(self, &worker->main);
}

/* Every fiber: start one thread after the other while none that waited can go on. Leaves from
 * inside the last yield. */
static void run_threads(tg_fiber *self, void *argument)
{
    tg_host_worker *worker = argument;
    for (;;) {
        while (worker->status == TG_OK && worker->nb_ready == 0 &&
               worker->nb_started < worker->launch->block) {
            const uint32_t thread = worker->nb_started++;
            worker->fiber_of[thread] = self;
            worker->waits[thread] = TG_WAIT_NOTHING;
            tg_host_position_now.thread.x = thread;
            worker->thread(worker->arguments);
            tg_host_barriers_end_thread(worker, thread);
        }
        worker->idle[worker->nb_idle++] = self;
        tg_host_worker_yield(worker, self);
    }
}

/* Name the first places that threads wait at, where they are known. */
static void name_places(tg_host_worker *worker)
{
    uint32_t nb = 0;
    for (uint32_t thread = 0; thread < worker->nb_started && nb < MAX_PLACES; thread++) {
        const tg_host_place *place = &worker->places[thread];
        if (!tg_host_place_is_first(worker, thread)) continue;
        if (nb++ == 0) tg_error_site(&worker->error, "", place->file, place->line);
        tg_error_where(&worker->error, "%s:%lu, thread %lu", place->file,
                       (unsigned long)place->line, (unsigned long)thread);
    }
}

/* Threads of the block that wait for each other for ever. */
static tg_status stuck_error(tg_host_worker *worker, uint32_t block)
{
    uint32_t nb[TG_NB_WAITS] = {0};
    for (uint32_t thread = 0; thread < worker->nb_started; thread++) nb[worker->waits[thread]]++;
    tg_error_set(
        &worker->error, TG_ERR_KERNEL,
        "threads of a block wait for each other for ever: %lu in __syncthreads, %lu in __syncwarp, "
        "%lu in a shuffle or vote; %lu of %lu have ended",
        (unsigned long)nb[TG_WAIT_BLOCK], (unsigned long)nb[TG_WAIT_SYNC],
        (unsigned long)nb[TG_WAIT_WARP], (unsigned long)worker->nb_ended,
        (unsigned long)worker->launch->block);
    tg_error_where(&worker->error, "block %lu of %lu", (unsigned long)block,
                   (unsigned long)worker->launch->grid);
    name_places(worker);
    tg_error_how(&worker->error, "let all threads of the block reach the same barrier, and all "
                                 "lanes of a mask the same operation "
                                 "with that mask");
    tg_error_failure(&worker->error, TG_FAILURE_BARRIER);
    return TG_ERR_KERNEL;
}

/* The worker's status is an error at block number block. */
static void fail(launch_state *state, tg_host_worker *worker, uint32_t block)
{
    worker->failed_block = block;
    uint32_t lowest = atomic_load(&state->failed_block);
    while (block < lowest && !atomic_compare_exchange_weak(&state->failed_block, &lowest, block)) {
    }
}

static void run_block(launch_state *state, tg_host_worker *worker, uint32_t block)
{
    tg_host_position_now.block.x = block;
    tg_host_barriers_reset(worker);
    tg_host_shared_reset(worker);
    if (worker->launch->begin_block != NULL) worker->launch->begin_block();
    tg_fiber *first = next_fiber(worker);
    if (first != &worker->main) tg_fiber_switch(&worker->main, first);
    if (worker->status == TG_OK && worker->nb_ended != worker->launch->block)
        worker->status = stuck_error(worker, block);
    if (worker->status != TG_OK) fail(state, worker, block);
}

/* Begin on the calling OpenMP thread; what the worker cannot take fails block 0, before any
 * thread has run. */
static void enter(launch_state *state, tg_host_worker *worker)
{
    worker->status =
        tg_fiber_stacks_of_thread(&worker->stacks, worker->launch->block, &worker->error);
    if (worker->status != TG_OK) fail(state, worker, 0);
    tg_fiber_adopt(&worker->main);
    tg_host_worker_now = worker;
    tg_host_position_now.block_dim.x = worker->launch->block;
    tg_host_position_now.grid_dim.x = worker->launch->grid;
}

/* End on the same OpenMP thread: let every fiber leave for good, also those of a block that is
 * stuck. */
static void leave(tg_host_worker *worker)
{
    worker->is_closing = true;
    for (uint32_t i = 0; i < worker->nb_fibers; i++) {
        tg_fiber_switch(&worker->main, &worker->fibers[i]);
        tg_fiber_destroy(&worker->fibers[i]);
    }
    if (worker->status != TG_OK) tg_fiber_stacks_drop();
    tg_host_worker_now = NULL;
}

/* Blocks are handed out in ascending order and those above a failed one are skipped, so that the
 * lowest block that fails does not depend on the number of OpenMP threads. */
static void run_blocks(launch_state *state, uint32_t grid)
{
#pragma omp parallel num_threads((int)state->nb_workers)
    {
        tg_host_worker *worker = &state->workers[omp_get_thread_num()];
        enter(state, worker);
#pragma omp barrier
#pragma omp for schedule(monotonic : dynamic) nowait
        for (uint32_t block = 0; block < grid; block++) {
            if (worker->status == TG_OK && block < atomic_load(&state->failed_block))
                run_block(state, worker, block);
        }
        leave(worker);
    }
}

static tg_status check_launch(const tg_host_launch *launch, tg_error *error)
{
    if (launch->grid != 0 && launch->grid <= TG_HOST_GRID_MAX_GRID && launch->block != 0 &&
        launch->block <= TG_HOST_GRID_MAX_BLOCK)
        return TG_OK;
    tg_error_set(error, TG_ERR_SIZE, "a launch of %lu blocks of %lu threads on the host",
                 (unsigned long)launch->grid, (unsigned long)launch->block);
    tg_error_how(error, "use 1 to %u blocks, of 1 to %u threads each", TG_HOST_GRID_MAX_GRID,
                 TG_HOST_GRID_MAX_BLOCK);
    return TG_ERR_SIZE;
}

/* What a launch plan asks for is the kernel's own fault, not the caller's. */
static tg_status check_dynamic(const tg_host_launch *launch, tg_error *error)
{
    if (launch->dynamic_bytes <= TG_HOST_GRID_MAX_DYNAMIC) return TG_OK;
    tg_error_set(error, TG_ERR_KERNEL, "a block asks for %zu bytes of shared memory, of %zu",
                 launch->dynamic_bytes, TG_HOST_GRID_MAX_DYNAMIC);
    tg_error_how(error, "let the kernel take less shared memory, or its plan smaller blocks");
    tg_error_failure(error, TG_FAILURE_REFUSED);
    return TG_ERR_KERNEL;
}

static uint32_t workers_of(const tg_host_launch *launch)
{
    uint32_t nb = launch->is_single ? 1 : (uint32_t)omp_get_max_threads();
    if (nb > MAX_STACKS / launch->block) nb = MAX_STACKS / launch->block;
    return nb < launch->grid ? nb : launch->grid;
}

/* Dynamic shared memory of all workers, one behind the other. */
static tg_status create_dynamic(launch_state *state, size_t bytes, tg_error *error)
{
    if (bytes == 0) return TG_OK;
    const tg_sanitizer *sanitizer = tg_sanitizer_now();
    size_t rounded = (bytes + SHARED_ALIGNMENT - 1) / SHARED_ALIGNMENT * SHARED_ALIGNMENT;
    if (sanitizer->poison != NULL) rounded += SHARED_GUARD_BYTES;
    void *buffer = NULL;
    const tg_status status = tg_buffer_create(&buffer, state->nb_workers, rounded, error);
    if (status != TG_OK) return status;
    state->dynamic = buffer;
    for (uint32_t i = 0; i < state->nb_workers; i++) {
        unsigned char *dynamic = state->dynamic + i * rounded;
        state->workers[i].dynamic = dynamic;
        if (sanitizer->poison != NULL) sanitizer->poison(dynamic + bytes, rounded - bytes);
    }
    state->dynamic_bytes = state->nb_workers * rounded;
    return TG_OK;
}

/* Take all that can be taken before a thread runs. On an error destroy_state still has to run. */
static tg_status create_state(launch_state *state, const tg_host_launch *launch, tg_error *error)
{
    void *buffer = NULL;
    const tg_status status =
        tg_buffer_create(&buffer, state->nb_workers, sizeof(tg_host_worker), error);
    if (status != TG_OK) return status;
    state->workers = buffer;
    memset(buffer, 0, state->nb_workers * sizeof(tg_host_worker));
    return create_dynamic(state, launch->dynamic_bytes, error);
}

static void destroy_state(launch_state *state)
{
    const tg_sanitizer *sanitizer = tg_sanitizer_now();
    if (sanitizer->unpoison != NULL && state->dynamic != NULL)
        sanitizer->unpoison(state->dynamic, state->dynamic_bytes);
    tg_buffer_destroy(state->workers);
    tg_buffer_destroy(state->dynamic);
}

/* The error of the lowest block that failed. */
static tg_status lowest_error(const launch_state *state, tg_error *error)
{
    for (uint32_t i = 0; i < state->nb_workers; i++) {
        const tg_host_worker *worker = &state->workers[i];
        if (worker->status == TG_OK || worker->failed_block != atomic_load(&state->failed_block))
            continue;
        if (error != NULL) *error = worker->error;
        return worker->status;
    }
    return TG_OK;
}

tg_status tg_host_grid_run(const tg_host_launch *launch, void (*thread)(void *arguments),
                           void *arguments, tg_error *error)
{
    tg_status status = check_launch(launch, error);
    if (status == TG_OK) status = check_dynamic(launch, error);
    if (status != TG_OK) return status;
    launch_state state = {.nb_workers = workers_of(launch), .failed_block = UINT32_MAX};
    status = create_state(&state, launch, error);
    if (status != TG_OK) goto cleanup;
    for (uint32_t i = 0; i < state.nb_workers; i++) {
        state.workers[i].launch = launch;
        state.workers[i].thread = thread;
        state.workers[i].arguments = arguments;
    }
    run_blocks(&state, launch->grid);
    status = lowest_error(&state, error);
cleanup:
    destroy_state(&state);
    return status;
}

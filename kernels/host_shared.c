/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Shared memory of a block on the host grid. CUDA leaves it undefined when a block begins; here it
 * is poison, so that a kernel that reads what it has not written makes a wrong trace. */
#include "kernels/host_grid_internal.h"

#include <assert.h>
#include <string.h>

void tg_host_shared_reset(tg_host_worker *worker)
{
    worker->nb_shared = 0;
    if (worker->dynamic != NULL)
        memset(worker->dynamic, TG_HOST_SHARED_POISON, worker->launch->dynamic_bytes);
}

void *tg_host_dynamic_shared(void) { return tg_host_worker_now->dynamic; }

size_t tg_host_dynamic_shared_bytes(void) { return tg_host_worker_now->launch->dynamic_bytes; }

/* What a way to fail is called outside, and how it is mended. */
static const struct {
    tg_failure failure;
    const char *how;
} failures[] = {
    [TG_HOST_FAILS] = {TG_FAILURE_OTHER, "mend the kernel there"},
    [TG_HOST_FAILS_ASSERT] = {TG_FAILURE_ASSERT, "mend the kernel there, or what it takes for "
                                                 "granted"},
    [TG_HOST_FAILS_BARRIER] = {TG_FAILURE_BARRIER, "mend the kernel there"},
    [TG_HOST_FAILS_UNSET] = {TG_FAILURE_UNSET, "write it first, and let a __syncthreads() stand "
                                               "between the threads that write and this read"},
    [TG_HOST_FAILS_EXIT] = {TG_FAILURE_EXIT, "let the kernel return there: no kernel may end its "
                                             "process, and none does on a device"},
    [TG_HOST_FAILS_REFUSED] = {TG_FAILURE_REFUSED, "mend the kernel there"},
};
static_assert(sizeof failures / sizeof failures[0] == TG_HOST_NB_FAILURES, "every way to fail");

/* End the block, and with it the launch. */
static void fail_too_many(tg_host_worker *worker)
{
    worker->status = TG_ERR_SIZE;
    tg_error_set(&worker->error, TG_ERR_SIZE,
                 "a block has more than %u static arrays of shared memory",
                 TG_HOST_GRID_MAX_SHARED);
    tg_error_where(&worker->error, "block %lu of %lu", (unsigned long)tg_host_position_now.block.x,
                   (unsigned long)worker->launch->grid);
    tg_error_how(&worker->error, "join arrays of the kernel into one, or raise "
                                 "TG_HOST_GRID_MAX_SHARED in kernels/host_grid.h");
    tg_host_worker_yield(worker, worker->fiber_of[tg_host_position_now.thread.x]);
}

void tg_host_fail(tg_host_failure how, const char *what, const char *file, uint32_t line)
{
    tg_host_worker *worker = tg_host_worker_now;
    worker->status = TG_ERR_KERNEL;
    tg_error_set(&worker->error, TG_ERR_KERNEL, "%s", what);
    if (file[0] != '\0') tg_error_where(&worker->error, "%s:%lu", file, (unsigned long)line);
    tg_error_where(&worker->error, "block %lu of %lu, thread %lu",
                   (unsigned long)tg_host_position_now.block.x, (unsigned long)worker->launch->grid,
                   (unsigned long)tg_host_position_now.thread.x);
    tg_error_how(&worker->error, "%s", failures[how].how);
    tg_error_failure(&worker->error, failures[how].failure);
    tg_error_site(&worker->error, "", file, line);
    tg_host_worker_yield(worker, worker->fiber_of[tg_host_position_now.thread.x]);
}

void tg_host_shared(void *array, size_t len_bytes)
{
    tg_host_worker *worker = tg_host_worker_now;
    for (uint32_t i = 0; i < worker->nb_shared; i++) {
        if (worker->shared[i] == array) return;
    }
    if (worker->nb_shared == TG_HOST_GRID_MAX_SHARED) fail_too_many(worker);
    worker->shared[worker->nb_shared++] = array;
    memset(array, TG_HOST_SHARED_POISON, len_bytes);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The work of the host grid's streams: queueing it, and doing it on the stream's thread. */
#include "gpu/runtime_host_internal.h"

#include "kernels/host_grid.h"
#include "model/memory.h"

#include <errno.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* ---- doing ---- */

/* Tiles of a transpose: 16 words are a cache line, of which one is read and one is written. */
#define TILE 16u

static void transpose(const tg_host_transpose *of)
{
    for (size_t row0 = 0; row0 < of->nb_rows; row0 += TILE) {
        const size_t row_end = of->nb_rows - row0 < TILE ? of->nb_rows : row0 + TILE;
        for (size_t column0 = 0; column0 < of->nb_columns; column0 += TILE) {
            const size_t column_end =
                of->nb_columns - column0 < TILE ? of->nb_columns : column0 + TILE;
            for (size_t column = column0; column < column_end; column++) {
                for (size_t row = row0; row < row_end; row++)
                    of->dst[column * of->nb_rows + row] = of->src[row * of->nb_columns + column];
            }
        }
    }
}

static void run_thread(void *arguments)
{
    const tg_runtime_launch *launch = arguments;
    launch->step->host(launch->d_cells, launch->height, launch->d_events, launch->nb_events,
                       &launch->extra);
}

/* The OpenMP threads of one launch more: all launches that run share those of the machine. */
static int begin_launch(tg_host_device *device)
{
    (void)pthread_mutex_lock(&device->mutex);
    const int nb_threads = device->nb_threads / ++device->nb_launches;
    (void)pthread_mutex_unlock(&device->mutex);
    return nb_threads > 0 ? nb_threads : 1;
}

static void end_launch(tg_host_device *device)
{
    (void)pthread_mutex_lock(&device->mutex);
    device->nb_launches--;
    (void)pthread_mutex_unlock(&device->mutex);
}

static tg_status run_launch(tg_host_device *device, tg_host_grid_launch *of, tg_error *error)
{
    tg_error found = {.status = TG_OK};
    const tg_host_launch shape = {.grid = of->launch.shape.grid,
                                  .block = of->launch.shape.block,
                                  .dynamic_bytes = of->step.shared_bytes};
    // It holds for this thread alone, which is the stream's own.
    omp_set_num_threads(begin_launch(device));
    tg_status status = tg_host_grid_run(&shape, run_thread, &of->launch, &found);
    end_launch(device);
    if (status == TG_OK) return TG_OK;
    // Whatever it was, it was this kernel's.
    if (status != TG_ERR_MEMORY) status = TG_ERR_KERNEL;
    tg_error_set(error, status, "the kernel of %s failed: %s", of->label, found.what);
    if (found.where[0] != '\0') tg_error_where(error, "%s", found.where);
    tg_error_how(error, "%s", found.how);
    return status;
}

static void pause_for(unsigned nb_microseconds)
{
    struct timespec left = {.tv_sec = (time_t)(nb_microseconds / 1000000u),
                            .tv_nsec = (long)(nb_microseconds % 1000000u) * 1000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

tg_status tg_host_do(tg_host_device *device, tg_host_work *work, tg_error *error)
{
    const tg_host_copy *copy = (tg_host_copy *)work;
    const tg_host_set *set = (tg_host_set *)work;
    const tg_host_call *call = (tg_host_call *)work;
    switch (work->kind) {
    case TG_HOST_COPY:
        memcpy(copy->dst, copy->src, copy->len_bytes);
        break;
    case TG_HOST_SET:
        memset(set->bytes, set->byte, set->len_bytes);
        break;
    case TG_HOST_TRANSPOSE:
        transpose((tg_host_transpose *)work);
        break;
    case TG_HOST_LAUNCH:
        return run_launch(device, (tg_host_grid_launch *)work, error);
    case TG_HOST_CALL:
        call->function(call->argument);
        break;
    case TG_HOST_SLEEP:
        pause_for(((tg_host_sleep *)work)->nb_microseconds);
        break;
    case TG_HOST_GIVE:
    case TG_HOST_RECORD:
    case TG_HOST_WAIT:
        TG_VERIFY_CHECK(false);
        break;
    }
    return TG_OK;
}

/* ---- queueing ---- */

void *tg_host_work_create(tg_host_work_kind kind, size_t size)
{
    void *memory = NULL;
    if (tg_buffer_create(&memory, 1, size, NULL) != TG_OK) return NULL;
    memset(memory, 0, size);
    ((tg_host_work *)memory)->kind = kind;
    return memory;
}

int tg_host_queue_copy(void *device, void *dst, const void *src, size_t len_bytes,
                       tg_direction direction, bool is_pinned, void *stream)
{
    tg_host_copy *copy = tg_host_work_create(TG_HOST_COPY, sizeof *copy);
    if (copy == NULL) return TG_ERR_MEMORY;
    copy->dst = dst;
    copy->src = src;
    copy->len_bytes = len_bytes;
    tg_host_queue(stream, &copy->work);
    if (is_pinned || direction == TG_WITHIN_DEVICE) return TG_OK;
    return tg_host_stream_wait(device, stream);
}

int tg_host_queue_set(void *device, void *d_bytes, unsigned char byte, size_t len_bytes,
                      void *stream)
{
    (void)device;
    tg_host_set *set = tg_host_work_create(TG_HOST_SET, sizeof *set);
    if (set == NULL) return TG_ERR_MEMORY;
    set->bytes = d_bytes;
    set->len_bytes = len_bytes;
    set->byte = byte;
    tg_host_queue(stream, &set->work);
    return TG_OK;
}

int tg_host_queue_transpose(void *device, uint32_t *d_dst, const uint32_t *d_src, size_t nb_rows,
                            size_t nb_columns, void *stream)
{
    (void)device;
    tg_host_transpose *of = tg_host_work_create(TG_HOST_TRANSPOSE, sizeof *of);
    if (of == NULL) return TG_ERR_MEMORY;
    of->dst = d_dst;
    of->src = d_src;
    of->nb_rows = nb_rows;
    of->nb_columns = nb_columns;
    tg_host_queue(stream, &of->work);
    return TG_OK;
}

int tg_host_queue_launch(void *device, const tg_runtime_launch *launch, void *stream)
{
    (void)device;
    // What a device would refuse at once.
    if (launch->shape.grid == 0 || launch->shape.grid > TG_HOST_GRID_MAX_GRID ||
        launch->shape.block == 0 || launch->shape.block > TG_HOST_GRID_MAX_BLOCK)
        return TG_ERR_SIZE;
    tg_host_grid_launch *of = tg_host_work_create(TG_HOST_LAUNCH, sizeof *of);
    if (of == NULL) return TG_ERR_MEMORY;
    of->launch = *launch;
    of->step = *launch->step;
    (void)snprintf(of->label, sizeof of->label, "%s", launch->label);
    of->launch.step = &of->step;
    of->launch.label = of->label;
    tg_host_queue(stream, &of->work);
    return TG_OK;
}

int tg_host_queue_call(void *device, tg_scope_function *function, void *argument, void *stream)
{
    (void)device;
    tg_host_call *call = tg_host_work_create(TG_HOST_CALL, sizeof *call);
    if (call == NULL) return TG_ERR_MEMORY;
    call->function = function;
    call->argument = argument;
    tg_host_queue(stream, &call->work);
    return TG_OK;
}

int tg_host_queue_sleep(void *device, unsigned nb_microseconds, void *stream)
{
    (void)device;
    tg_host_sleep *pause = tg_host_work_create(TG_HOST_SLEEP, sizeof *pause);
    if (pause == NULL) return TG_ERR_MEMORY;
    pause->nb_microseconds = nb_microseconds;
    tg_host_queue(stream, &pause->work);
    return TG_OK;
}

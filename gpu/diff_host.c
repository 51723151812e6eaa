/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The search for wrong cells by the host grid, in the host's memory. */
#include "gpu/diff.h"
#include "gpu/plan.h"
#include "kernels/diff.cuh"
#include "kernels/host_grid.h"
#include "model/memory.h"

#include <string.h>

/* Threads of a block, unless the caller says: a warp, which has the fewest fibers. */
#define HOST_BLOCK 32u

static tg_status host_take(__attribute__((unused)) void *at, void **d_bytes, size_t len_bytes,
                           tg_error *error)
{
    return tg_buffer_create(d_bytes, len_bytes, 1, error);
}

static void host_give(__attribute__((unused)) void *at, void *d_bytes)
{
    tg_buffer_destroy(d_bytes);
}

static tg_status host_clear(__attribute__((unused)) void *at, void *d_bytes, size_t len_bytes,
                            __attribute__((unused)) tg_error *error)
{
    memset(d_bytes, 0, len_bytes);
    return TG_OK;
}

static tg_status host_download(__attribute__((unused)) void *at, void *dst, const void *d_src,
                               size_t len_bytes, __attribute__((unused)) tg_error *error)
{
    memcpy(dst, d_src, len_bytes);
    return TG_OK;
}

static void tally_thread(void *work) { tg_diff_tally(work); }
static void rows_thread(void *work) { tg_diff_rows(work); }
static void cells_thread(void *work) { tg_diff_cells(work); }

static tg_status host_launch(void *at, tg_krn_diff_step step, const tg_krn_diff *work,
                             tg_error *error)
{
    static void (*const threads[])(void *work) = {[TG_DIFF_TALLY] = tally_thread,
                                                  [TG_DIFF_ROWS] = rows_thread,
                                                  [TG_DIFF_CELLS] = cells_thread};
    static_assert(sizeof threads / sizeof threads[0] == TG_DIFF_NB_STEPS, "each step's thread");
    const tg_launch *asked = at;
    tg_krn_diff mine = *work;
    tg_host_launch shape = {.grid = 1, .block = HOST_BLOCK};
    if (asked != NULL && asked->block != 0) shape.block = asked->block;
    if (step == TG_DIFF_TALLY) {
        // A block strides on over what is left.
        shape.grid = asked != NULL && asked->grid != 0
                         ? asked->grid
                         : (uint32_t)(work->height / TG_DIFF_TILE_ROWS + 1);
    }
    return tg_host_grid_run(&shape, threads[step], &mine, error);
}

const tg_diff_place tg_diff_on_host = {
    .take = host_take,
    .give = host_give,
    .clear = host_clear,
    .download = host_download,
    .launch = host_launch,
};

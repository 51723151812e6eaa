/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The host grid when memory, stacks or guard pages are refused: the nth request, for every n. */
#include "fault.h"
#include "kernels/fiber_internal.h"
#include "kernels/host_grid.h"
#include "kernels/port.h"
#include "suite.h"

#include <omp.h>

enum { GRID = 8, BLOCK = 40 };

/* Threads pass a number round the block through dynamic shared memory, so that all of them need
 * fibers. */
static void ring_thread(void *arguments)
{
    TG_DYNAMIC_SHARED(uint32_t, words);
    uint32_t *out = arguments;
    words[threadIdx.x] = threadIdx.x;
    __syncthreads();
    out[blockIdx.x * blockDim.x + threadIdx.x] = words[(threadIdx.x + 1) % blockDim.x];
}

static tg_status run(uint32_t out[GRID * BLOCK], tg_error *error)
{
    const tg_host_launch launch = {.grid = GRID,
                                   .block = BLOCK,
                                   .dynamic_bytes = BLOCK * sizeof(uint32_t)};
    return tg_host_grid_run(&launch, ring_thread, out, error);
}

/* OpenMP threads keep their stacks from launch to launch: give them back, so that the next
 * launch asks for all again. */
static void forget_stacks(int nb_threads)
{
#pragma omp parallel num_threads(nb_threads)
    tg_fiber_stacks_drop();
}

static void fail_every_request(int nb_threads)
{
    uint32_t out[GRID * BLOCK];
    omp_set_num_threads(nb_threads);
    // The OpenMP library takes its own memory at the first launch, and has no way to report that it
    // got none.
    tg_assert_ok(run(out, tg_suite_error));
    long nth = 1;
    for (;; nth++) {
        tg_error error = {0};
        forget_stacks(nb_threads);
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = run(out, &error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            break;
        }
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert_int_eq(error.status, TG_ERR_MEMORY);
        ck_assert_int_ne(error.what[0], '\0');
        ck_assert_int_ne(error.how[0], '\0');
    }
    // Workers, dynamic memory, and the stacks with a guard page for each thread of the block.
    ck_assert_int_gt(nth, 4 + BLOCK);
    for (uint32_t i = 0; i < GRID * BLOCK; i++) ck_assert_uint_eq(out[i], (i % BLOCK + 1) % BLOCK);
}

START_TEST(host_grid_fault_one_worker) { fail_every_request(1); }
END_TEST

START_TEST(host_grid_fault_several_workers) { fail_every_request(3); }
END_TEST

TG_SUITE("host_grid_fault", host_grid_fault_one_worker, host_grid_fault_several_workers)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The host grid where it or the process has no more to give: shapes out of range, stacks,
 * thread-specific keys. */
#include "kernels/host_grid.h"
#include "kernels/port.h"
#include "suite.h"

#include <omp.h>
#include <pthread.h>

#define NB(array) (sizeof(array) / sizeof(array)[0])

static void worker_thread(void *arguments)
{
    uint32_t *nb_blocks = arguments;
    if (threadIdx.x == 0) nb_blocks[omp_get_thread_num()]++;
}

/* Stacks are mapped for 8192 threads at the most: of blocks of 1024, eight run at a time. */
START_TEST(host_grid_limits_workers_to_the_stacks)
{
    enum { GRID = 200, NB_THREADS = 20 };
    uint32_t nb_blocks[NB_THREADS] = {0};
    omp_set_num_threads(NB_THREADS);
    const tg_host_launch launch = {.grid = GRID, .block = TG_HOST_GRID_MAX_BLOCK};
    tg_assert_ok(tg_host_grid_run(&launch, worker_thread, nb_blocks, tg_suite_error));
    uint32_t nb_run = 0;
    for (uint32_t i = 0; i < 8; i++) nb_run += nb_blocks[i];
    ck_assert_uint_eq(nb_run, GRID);
}
END_TEST

/* Keys are a process's, of which it has few, and each case is a process of its own. */
START_TEST(host_grid_limits_no_key_is_left)
{
    pthread_key_t key;
    size_t nb_keys = 0;
    while (pthread_key_create(&key, NULL) == 0) nb_keys++;
    ck_assert_uint_gt(nb_keys, 0);
    const tg_host_launch launch = {.grid = 2, .block = 2};
    for (int nb_threads = 1; nb_threads <= 2; nb_threads++) {
        uint32_t nb_blocks[2] = {0};
        omp_set_num_threads(nb_threads);
        tg_assert_fails(TG_ERR_MEMORY, "thread-specific",
                        tg_host_grid_run(&launch, worker_thread, nb_blocks, tg_suite_error));
        ck_assert_uint_eq(nb_blocks[0] + nb_blocks[1], 0);
    }
}
END_TEST

START_TEST(host_grid_limits_shapes)
{
    static const tg_host_launch launches[] = {
        {.grid = 0, .block = 1},         {.grid = 1, .block = 0},
        {.grid = 1, .block = 1025},      {.grid = TG_HOST_GRID_MAX_GRID + 1, .block = 1},
        {.grid = INT32_MAX, .block = 1}, {.grid = UINT32_MAX, .block = 1024}};
    uint32_t count = 0;
    for (size_t i = 0; i < NB(launches); i++) {
        tg_assert_fails(TG_ERR_SIZE, "threads",
                        tg_host_grid_run(&launches[i], worker_thread, &count, tg_suite_error));
    }
    tg_assert_fails(TG_ERR_SIZE, "use 1 to 16777216 blocks",
                    tg_host_grid_run(&launches[3], worker_thread, &count, tg_suite_error));
    const tg_host_launch huge = {.grid = 1, .block = 1, .dynamic_bytes = SIZE_MAX - 3};
    tg_assert_fails(TG_ERR_KERNEL, "bytes of shared memory, of 232448",
                    tg_host_grid_run(&huge, worker_thread, &count, tg_suite_error));
    tg_error why;
    ck_assert_int_eq(tg_host_grid_run(&huge, worker_thread, &count, &why), TG_ERR_KERNEL);
    ck_assert_int_eq(why.failure, TG_FAILURE_REFUSED);
    const tg_host_launch most = {.grid = 1, .block = 1, .dynamic_bytes = TG_HOST_GRID_MAX_DYNAMIC};
    uint32_t nb_run = 0;
    tg_assert_ok(tg_host_grid_run(&most, worker_thread, &nb_run, tg_suite_error));
    ck_assert_uint_eq(count, 0);
}
END_TEST

TG_SUITE("host_grid_limits", host_grid_limits_workers_to_the_stacks,
         host_grid_limits_no_key_is_left, host_grid_limits_shapes)

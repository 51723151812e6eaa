/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The host grid as kernels from a user's source use it: places of barriers, kernels that end
 * themselves, matches, the size of shared memory. */
#include "kernels/host_grid.h"
#include "kernels/port.h"
#include "suite.h"

#include <string.h>

#define NB(array) (sizeof(array) / sizeof(array)[0])

/* ---- places ---- */

static const char first_file[] = "first.cu";
static const char other_file[] = "other.cu";

/* Five groups at five places: more than a message names; each place once. */
static void five_places_thread(void *arguments)
{
    (void)arguments;
    tg_host_place_set(first_file, 10 + threadIdx.x % 5);
    (void)tg_host_warp(TG_WARP_BALLOT, 1u << threadIdx.x | 1u << (threadIdx.x + 1) % 32, 1, 0, 32);
}

/* Lines of one number in two files are two places. Threads below 8 end, and the ninth waits at no
 * known place. */
static void two_files_thread(void *arguments)
{
    (void)arguments;
    if (threadIdx.x < 8) return;
    if (threadIdx.x == 8) {
        tg_host_place_set(NULL, 0);
        tg_host_syncthreads();
        return;
    }
    tg_host_place_set(threadIdx.x % 2 == 0 ? first_file : other_file, 5);
    __syncwarp();
}

static const char *stuck_line(void (*thread)(void *arguments))
{
    static char line[2048];
    const tg_host_launch launch = {.grid = 1, .block = 32};
    tg_error error = {.status = TG_OK};
    ck_assert_int_eq(tg_host_grid_run(&launch, thread, NULL, &error), TG_ERR_KERNEL);
    return tg_error_line(line, sizeof line, &error);
}

static size_t nb_times(const char *line, const char *text)
{
    size_t nb = 0;
    for (const char *at = strstr(line, text); at != NULL; at = strstr(at + 1, text)) nb++;
    return nb;
}

START_TEST(host_grid_places_are_named_once_each_and_three_at_most)
{
    const char *line = stuck_line(five_places_thread);
    ck_assert_msg(nb_times(line, "first.cu:") == 3, "%s", line);
    ck_assert_msg(strstr(line, "first.cu:10, thread 0, first.cu:11, thread 1, first.cu:12, thread "
                               "2") != NULL,
                  "%s", line);
}
END_TEST

START_TEST(host_grid_places_are_told_apart_by_file)
{
    const char *line = stuck_line(two_files_thread);
    ck_assert_msg(strstr(line, "1 in __syncthreads, 23 in __syncwarp") != NULL, "%s", line);
    ck_assert_msg(strstr(line, "other.cu:5, thread 9, first.cu:5, thread 10)") != NULL, "%s", line);
    ck_assert_msg(nb_times(line, ".cu:5") == 2, "%s", line);
}
END_TEST

/* ---- barriers that threads come to apart ---- */

static const char same_file[] = "first.cu";

/* Threads of one barrier: at one line of one file, though its name may stand in two places. */
static void one_place_thread(void *arguments)
{
    (void)arguments;
    tg_host_place_set(threadIdx.x % 2 == 0 ? first_file : same_file, 7);
    __syncthreads();
}

static void other_column_thread(void *arguments)
{
    (void)arguments;
    tg_host_place_set(first_file, 7 | (threadIdx.x < 5 ? 3u : 9u) << TG_HOST_LINE_BITS);
    __syncthreads();
}

static void other_file_thread(void *arguments)
{
    (void)arguments;
    tg_host_place_set(threadIdx.x < 9 ? first_file : other_file, 7);
    __syncthreads();
}

/* What each thread of the first block meets before it ends, by its bits: at no known place. */
static void meets_thread(void *arguments)
{
    const uint32_t *meets = arguments;
    if (blockIdx.x != 0) return;
    if ((*meets >> threadIdx.x % 32 & 1) != 0) __syncthreads();
}

/* One thread does not come. */
static void lacks_thread(void *arguments)
{
    const uint32_t *lacks = arguments;
    if (threadIdx.x != *lacks) __syncthreads();
}

static void votes_thread(void *arguments)
{
    const uint32_t *votes = arguments;
    if ((*votes >> threadIdx.x % 32 & 1) != 0) (void)__ballot_sync(TG_FULL_WARP, 1);
}

START_TEST(host_grid_places_of_one_barrier_are_one)
{
    const tg_host_launch launch = {.grid = 2, .block = 33};
    tg_assert_ok(tg_host_grid_run(&launch, one_place_thread, NULL, tg_suite_error));
    tg_assert_fails(TG_ERR_KERNEL,
                    "threads of a block come to different barriers (block 0 of 2, first.cu:7, "
                    "thread 0, other.cu:7, thread 9)",
                    tg_host_grid_run(&launch, other_file_thread, NULL, tg_suite_error));
    tg_assert_fails(TG_ERR_KERNEL, "(block 0 of 2, first.cu:7, thread 0, first.cu:7, thread 5)",
                    tg_host_grid_run(&launch, other_column_thread, NULL, tg_suite_error));
}
END_TEST

/* Whoever ends first, the threads that wait or those that they wait for. */
START_TEST(host_grid_places_strict_launches_where_all_come_together)
{
    static const struct {
        void (*thread)(void *arguments);
        uint32_t bits;
        uint32_t block;
        const char *text; /* NULL: fine */
    } cases[] = {
        {meets_thread, UINT32_MAX, 97, NULL},
        {meets_thread, 0, 97, NULL},
        {meets_thread, 1, 32,
         "ended: 31 of 32 (block 0 of 3, thread 1 has ended): let all threads of the block"},
        {meets_thread, UINT32_MAX - 1, 32, "ended: 1 of 32 (block 0 of 3, thread 0 has ended)"},
        {meets_thread, UINT32_MAX >> 1, 64, "ended: 2 of 64 (block 0 of 3, thread 31 has ended)"},
        {meets_thread, UINT32_MAX >> 1, 33, "ended: 1 of 33 (block 0 of 3, thread 31 has ended)"},
        {lacks_thread, 77, 97, "ended: 1 of 97 (block 0 of 3, thread 77 has ended)"},
        {lacks_thread, 96, 97, "ended: 1 of 97 (block 0 of 3, thread 96 has ended)"},
        {votes_thread, UINT32_MAX, 65, NULL},
        {votes_thread, 0, 65, NULL},
        {votes_thread, 1, 32, "it: 31 of 32 (block 0 of 3, thread 1 has ended)"},
        {votes_thread, 1u << 31, 64, "it: 31 of 32 (block 0 of 3, thread 0 has ended)"},
        {votes_thread, 0x00ffffff, 20, NULL},
        {votes_thread, 0x00ffff00, 20, "it: 8 of 20 (block 0 of 3, thread 0 has ended)"},
    };
    for (size_t i = 0; i < NB(cases); i++) {
        tg_host_launch launch = {.grid = 3, .block = cases[i].block};
        uint32_t bits = cases[i].bits;
        tg_assert_ok(tg_host_grid_run(&launch, cases[i].thread, &bits, tg_suite_error));
        launch.is_strict = true;
        if (cases[i].text == NULL) {
            tg_assert_ok(tg_host_grid_run(&launch, cases[i].thread, &bits, tg_suite_error));
        } else {
            tg_assert_fails(TG_ERR_KERNEL, cases[i].text,
                            tg_host_grid_run(&launch, cases[i].thread, &bits, tg_suite_error));
        }
    }
}
END_TEST

/* ---- ends ---- */

static void fails_thread(void *arguments)
{
    const char *file = arguments;
    if (blockIdx.x >= 3 && threadIdx.x == 7) {
        tg_host_fail(TG_HOST_FAILS, "the kernel ends itself", file, 12);
        ck_abort_msg("the call returns");
    }
    __syncthreads();
}

START_TEST(host_grid_places_are_those_of_kernels_that_end_themselves)
{
    const tg_host_launch launch = {.grid = 20, .block = 33};
    char known[] = "known.cu";
    char unknown[] = "";
    tg_assert_fails(TG_ERR_KERNEL, "the kernel ends itself (known.cu:12, block 3 of 20, thread 7)",
                    tg_host_grid_run(&launch, fails_thread, known, tg_suite_error));
    tg_assert_fails(TG_ERR_KERNEL, "the kernel ends itself (block 3 of 20, thread 7)",
                    tg_host_grid_run(&launch, fails_thread, unknown, tg_suite_error));
}
END_TEST

/* ---- matches, shared memory ---- */

/* The upper and the lower half of a warp apart: lanes of the other half take no part, whatever
 * their values are. */
static void match_thread(void *arguments)
{
    uint64_t *out = arguments;
    const uint32_t mask = threadIdx.x < 16 ? 0xffffu : 0xffff0000u;
    const uint64_t value = threadIdx.x < 16 ? threadIdx.x / 8 : 1;
    out[threadIdx.x] = tg_host_warp(TG_WARP_MATCH, mask, value, 0, 32);
}

START_TEST(host_grid_places_matches_of_a_mask_alone)
{
    const tg_host_launch launch = {.grid = 1, .block = 32};
    uint64_t out[32];
    tg_assert_ok(tg_host_grid_run(&launch, match_thread, out, tg_suite_error));
    for (size_t i = 0; i < 32; i++) {
        const uint64_t expected = i < 8    ? 0xffu
                                  : i < 16 ? 0xff00u
                                           : 0xffff0000u | TG_HOST_ALL_MATCH;
        ck_assert_uint_eq(out[i], expected);
    }
}
END_TEST

static void bytes_thread(void *arguments)
{
    size_t *out = arguments;
    out[blockIdx.x] = tg_host_dynamic_shared_bytes();
    if (tg_host_dynamic_shared() == NULL) out[blockIdx.x] += 1000;
}

START_TEST(host_grid_places_shared_bytes_as_the_launch_has_them)
{
    static const size_t bytes[] = {0, 1, 63, 64, 4097};
    for (size_t i = 0; i < NB(bytes); i++) {
        const tg_host_launch launch = {.grid = 3, .block = 1, .dynamic_bytes = bytes[i]};
        size_t out[3] = {0};
        tg_assert_ok(tg_host_grid_run(&launch, bytes_thread, out, tg_suite_error));
        for (size_t k = 0; k < 3; k++) ck_assert_uint_eq(out[k], i == 0 ? 1000 : bytes[i]);
    }
}
END_TEST

TG_SUITE("host_grid_places", host_grid_places_are_named_once_each_and_three_at_most,
         host_grid_places_are_told_apart_by_file, host_grid_places_of_one_barrier_are_one,
         host_grid_places_strict_launches_where_all_come_together,
         host_grid_places_are_those_of_kernels_that_end_themselves,
         host_grid_places_matches_of_a_mask_alone,
         host_grid_places_shared_bytes_as_the_launch_has_them)

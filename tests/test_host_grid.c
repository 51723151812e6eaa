/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The host grid: barriers, shared memory, shuffles and votes, with kernels that need them, and
 * with kernels that misuse them. */
#include "kernels/host_grid.h"
#include "kernels/port.h"
#include "suite.h"

#include <assert.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#define NB(array) (sizeof(array) / sizeof(array)[0])

/* Block sizes: one thread, both sides of a warp, a last warp that is not full, the most there
 * may be. */
static const uint32_t blocks[] = {1, 2, 31, 32, 33, 64, 97, 256, 1000, 1024};

static void run(uint32_t grid, uint32_t block, size_t dynamic_bytes, void (*thread)(void *),
                void *arguments)
{
    const tg_host_launch launch = {.grid = grid, .block = block, .dynamic_bytes = dynamic_bytes};
    tg_assert_ok(tg_host_grid_run(&launch, thread, arguments, tg_suite_error));
}

typedef struct array {
    const uint32_t *in;
    uint32_t *out;
    uint32_t nb;
} array;

static uint32_t *numbers(size_t nb)
{
    uint32_t *words = malloc((nb + 1) * sizeof *words);
    ck_assert_ptr_nonnull(words);
    for (size_t i = 0; i < nb; i++) words[i] = (uint32_t)(i * 2654435761u + 12345u);
    return words;
}

/* Lanes of the running thread's warp that the block has. */
static uint32_t lanes_of_warp(void)
{
    const uint32_t first = threadIdx.x / 32 * 32;
    return blockDim.x - first < 32 ? blockDim.x - first : 32;
}

static void count_thread(void *arguments)
{
    uint32_t *counts = arguments;
    counts[blockIdx.x * blockDim.x + threadIdx.x] += 1 + 100 * gridDim.x;
}

START_TEST(host_grid_runs_every_thread_once)
{
    for (size_t i = 0; i < NB(blocks); i++) {
        for (uint32_t grid = 1; grid <= 40; grid += 13) {
            uint32_t *counts = calloc(grid * blocks[i], sizeof *counts);
            ck_assert_ptr_nonnull(counts);
            run(grid, blocks[i], 0, count_thread, counts);
            for (size_t k = 0; k < grid * blocks[i]; k++)
                ck_assert_uint_eq(counts[k], 1 + 100 * grid);
            free(counts);
        }
    }
}
END_TEST

/* Sum of each block's stretch: lanes by shuffles, warps through shared memory. */
static void reduce_thread(void *arguments)
{
    __shared__ uint32_t sums[32];
    const array *a = arguments;
    const size_t index = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    const uint32_t lane = threadIdx.x % 32;
    uint32_t sum = index < a->nb ? a->in[index] : 0;
    for (uint32_t distance = 16; distance != 0; distance /= 2) {
        const uint32_t other = __shfl_down_sync(TG_FULL_WARP, sum, distance);
        // Beyond the last lane of a warp that is not full there is no value.
        if (lane + distance < lanes_of_warp()) sum += other;
    }
    if (lane == 0) sums[threadIdx.x / 32] = sum;
    __syncthreads();
    if (threadIdx.x == 0) {
        for (uint32_t warp = 1; warp * 32 < blockDim.x; warp++) sum += sums[warp];
        a->out[blockIdx.x] = sum;
    }
}

START_TEST(host_grid_reduces)
{
    uint32_t *in = numbers(5000);
    uint32_t out[5000];
    for (size_t i = 0; i < NB(blocks); i++) {
        const uint32_t grid = (5000 + blocks[i] - 1) / blocks[i];
        array a = {.in = in, .out = out, .nb = 5000};
        run(grid, blocks[i], 0, reduce_thread, &a);
        for (uint32_t block = 0; block < grid; block++) {
            uint32_t sum = 0;
            for (uint32_t k = block * blocks[i]; k < (block + 1) * blocks[i] && k < 5000; k++)
                sum += in[k];
            ck_assert_uint_eq(out[block], sum);
        }
    }
    free(in);
}
END_TEST

/* Running sums within each block, by doubling distances in two dynamic buffers. */
static void scan_thread(void *arguments)
{
    TG_DYNAMIC_SHARED(uint32_t, buffers);
    const array *a = arguments;
    const size_t index = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    uint32_t now = 0;
    buffers[threadIdx.x] = a->in[index];
    for (uint32_t distance = 1; distance < blockDim.x; distance *= 2) {
        __syncthreads();
        const uint32_t *from = &buffers[now * blockDim.x];
        uint32_t *to = &buffers[(1 - now) * blockDim.x];
        to[threadIdx.x] =
            from[threadIdx.x] + (threadIdx.x >= distance ? from[threadIdx.x - distance] : 0);
        now = 1 - now;
    }
    a->out[index] = buffers[now * blockDim.x + threadIdx.x];
}

/* The same by shuffles within warps, and the sums of the warps before through shared memory. */
static void warp_scan_thread(void *arguments)
{
    __shared__ uint32_t ends[32];
    const array *a = arguments;
    const size_t index = blockIdx.x * (size_t)blockDim.x + threadIdx.x;
    uint32_t sum = a->in[index];
    for (uint32_t distance = 1; distance < 32; distance *= 2) {
        const uint32_t other = __shfl_up_sync(TG_FULL_WARP, sum, distance, 32);
        if (threadIdx.x % 32 >= distance) sum += other;
    }
    if (threadIdx.x % 32 == lanes_of_warp() - 1) ends[threadIdx.x / 32] = sum;
    __syncthreads();
    for (uint32_t warp = 0; warp < threadIdx.x / 32; warp++) sum += ends[warp];
    a->out[index] = sum;
}

START_TEST(host_grid_scans)
{
    const uint32_t grid = 9;
    for (size_t i = 0; i < NB(blocks); i++) {
        const uint32_t nb = grid * blocks[i];
        uint32_t *in = numbers(nb);
        uint32_t *out = numbers(nb);
        uint32_t *warp_out = numbers(nb);
        array a = {.in = in, .out = out, .nb = nb};
        run(grid, blocks[i], 2 * blocks[i] * sizeof(uint32_t), scan_thread, &a);
        a.out = warp_out;
        run(grid, blocks[i], 0, warp_scan_thread, &a);
        uint32_t sum = 0;
        for (uint32_t k = 0; k < nb; k++) {
            sum = k % blocks[i] == 0 ? in[k] : sum + in[k];
            ck_assert_uint_eq(out[k], sum);
            ck_assert_uint_eq(warp_out[k], sum);
        }
        free(in);
        free(out);
        free(warp_out);
    }
}
END_TEST

/* A matrix of nb rows of `width`, transposed by tiles of 32 by 32; a block takes one tile after
 * the other. */
enum { WIDTH = 75, TILE = 32 };

static void transpose_thread(void *arguments)
{
    __shared__ uint32_t tile[TILE][TILE + 1];
    const array *a = arguments;
    const uint32_t tiles_across = (WIDTH + TILE - 1) / TILE;
    const uint32_t nb_tiles = tiles_across * ((a->nb + TILE - 1) / TILE);
    for (uint32_t t = blockIdx.x; t < nb_tiles; t += gridDim.x) {
        const uint32_t row = t / tiles_across * TILE;
        const uint32_t column = t % tiles_across * TILE;
        for (uint32_t i = threadIdx.x; i < TILE * TILE; i += blockDim.x) {
            if (row + i / TILE < a->nb && column + i % TILE < WIDTH) {
                tile[i / TILE][i % TILE] = a->in[(row + i / TILE) * WIDTH + column + i % TILE];
            }
        }
        __syncthreads();
        for (uint32_t i = threadIdx.x; i < TILE * TILE; i += blockDim.x) {
            if (row + i % TILE < a->nb && column + i / TILE < WIDTH) {
                a->out[(column + i / TILE) * a->nb + row + i % TILE] = tile[i % TILE][i / TILE];
            }
        }
        __syncthreads();
    }
}

START_TEST(host_grid_transposes)
{
    const uint32_t nb_rows = 203;
    uint32_t *in = numbers(nb_rows * WIDTH);
    uint32_t *out = malloc(nb_rows * WIDTH * sizeof *out);
    ck_assert_ptr_nonnull(out);
    for (size_t i = 0; i < NB(blocks); i++) {
        for (uint32_t grid = 1; grid < 30; grid += 7) {
            memset(out, 0, nb_rows * WIDTH * sizeof *out);
            array a = {.in = in, .out = out, .nb = nb_rows};
            run(grid, blocks[i], 0, transpose_thread, &a);
            for (uint32_t k = 0; k < nb_rows * WIDTH; k++)
                ck_assert_uint_eq(out[k % WIDTH * nb_rows + k / WIDTH], in[k]);
        }
    }
    free(in);
    free(out);
}
END_TEST

/* Every third thread ends at once, the others pass a value on through shared memory, twice. */
static void early_exit_thread(void *arguments)
{
    __shared__ uint32_t values[TG_HOST_GRID_MAX_BLOCK];
    uint32_t *out = arguments;
    if (threadIdx.x % 3 == 1) return;
    values[threadIdx.x] = threadIdx.x + blockIdx.x;
    __syncthreads();
    const uint32_t other = values[threadIdx.x % 3 == 0 ? threadIdx.x : threadIdx.x - 2];
    if (threadIdx.x % 3 == 2) return;
    __syncwarp();
    values[threadIdx.x] = 2 * other;
    __syncthreads();
    out[blockIdx.x * blockDim.x + threadIdx.x] = values[(threadIdx.x + 3) % (blockDim.x / 3 * 3)];
}

START_TEST(host_grid_waits_for_threads_that_have_not_ended)
{
    static const uint32_t sizes[] = {3, 33, 96, 999};
    for (size_t i = 0; i < NB(sizes); i++) {
        uint32_t *out = calloc(4 * sizes[i], sizeof *out);
        ck_assert_ptr_nonnull(out);
        run(4, sizes[i], 0, early_exit_thread, out);
        for (uint32_t k = 0; k < 4 * sizes[i]; k++) {
            const uint32_t thread = k % sizes[i];
            const uint32_t expected =
                thread % 3 == 0 ? 2 * ((thread + 3) % sizes[i] + k / sizes[i]) : 0;
            ck_assert_uint_eq(out[k], expected);
        }
        free(out);
    }
}
END_TEST

/* The first threads of a block meet at a barrier, which the others end without. */
static void late_exit_thread(void *arguments)
{
    __shared__ uint32_t nb_there;
    const array *a = arguments;
    if (threadIdx.x == 0) nb_there = 0;
    if (threadIdx.x >= a->nb) return;
    nb_there++;
    __syncthreads();
    a->out[threadIdx.x] = nb_there;
}

START_TEST(host_grid_releases_those_that_wait_when_the_last_other_ends)
{
    for (size_t i = 0; i < NB(blocks); i++) {
        for (uint32_t nb = 1; nb <= blocks[i]; nb += nb < 4 ? 1 : 31) {
            uint32_t out[TG_HOST_GRID_MAX_BLOCK] = {0};
            array a = {.out = out, .nb = nb};
            run(1, blocks[i], 0, late_exit_thread, &a);
            for (uint32_t k = 0; k < nb; k++) ck_assert_uint_eq(out[k], nb);
        }
    }
}
END_TEST

/* What each lane gets from every sort of shuffle and vote. */
enum { NB_RESULTS = 8 };
typedef struct shuffles {
    uint32_t source;
    uint32_t width;
    uint64_t *out; /* [thread][NB_RESULTS] */
} shuffles;

static void shuffle_thread(void *arguments)
{
    const shuffles *s = arguments;
    const uint64_t value = ((uint64_t)7 << 40) + threadIdx.x;
    uint64_t *out = &s->out[threadIdx.x * NB_RESULTS];
    out[0] = __shfl_sync(TG_FULL_WARP, value, s->source, s->width);
    out[1] = __shfl_up_sync(TG_FULL_WARP, value, s->source, s->width);
    out[2] = __shfl_down_sync(TG_FULL_WARP, value, s->source, s->width);
    out[3] = __shfl_xor_sync(TG_FULL_WARP, value, s->source, s->width);
    out[4] = __ballot_sync(TG_FULL_WARP, threadIdx.x % 3 == 0);
    out[5] = __any_sync(TG_FULL_WARP, threadIdx.x == 5);
    out[6] = __all_sync(TG_FULL_WARP, threadIdx.x != 5);
    out[7] = (uint64_t)__shfl_sync(TG_FULL_WARP, (int)threadIdx.x - 64, 0);
}

/* CUDA's rules once more, in signed arithmetic: lane that thread gets a value from. */
static int source_lane(int operation, int lane, int source, int width)
{
    const int first = lane / width * width;
    const int from[] = {first + source % width, lane - source < first ? lane : lane - source,
                        lane + source >= first + width ? lane : lane + source,
                        (lane ^ source) >= first + width ? lane : (lane ^ source)};
    return from[operation];
}

static void check_shuffles(const uint64_t *out, uint32_t block, uint32_t source, uint32_t width)
{
    for (uint32_t thread = 0; thread < block; thread++) {
        const uint32_t first = thread / 32 * 32;
        for (int operation = 0; operation < 4; operation++) {
            const uint32_t from = first + (uint32_t)source_lane(operation, (int)(thread % 32),
                                                                (int)source, (int)width);
            const uint64_t expected = from < block ? ((uint64_t)7 << 40) + from : UINT64_MAX;
            ck_assert_uint_eq(out[thread * NB_RESULTS + (uint32_t)operation], expected);
        }
        uint64_t votes = 0;
        for (uint32_t k = first; k < first + 32 && k < block; k++)
            votes |= (uint64_t)(k % 3 == 0) << (k - first);
        ck_assert_uint_eq(out[thread * NB_RESULTS + 4], votes);
        ck_assert_uint_eq(out[thread * NB_RESULTS + 5], first == 0 && block > 5);
        ck_assert_uint_eq(out[thread * NB_RESULTS + 6], !(first == 0 && block > 5));
        ck_assert_int_eq((int)out[thread * NB_RESULTS + 7], (int)first - 64);
    }
}

START_TEST(host_grid_shuffles_and_votes_as_cuda_does)
{
    static const uint32_t sizes[] = {1, 31, 32, 50, 97};
    uint64_t out[97 * NB_RESULTS];
    for (size_t i = 0; i < NB(sizes); i++) {
        for (uint32_t width = 1; width <= 32; width *= 2) {
            for (uint32_t source = 0; source < 32; source++) {
                shuffles s = {.source = source, .width = width, .out = out};
                run(1, sizes[i], 0, shuffle_thread, &s);
                check_shuffles(out, sizes[i], source, width);
            }
        }
    }
}
END_TEST

/* Lanes of a warp part into two groups that run different numbers of operations. */
static void groups_thread(void *arguments)
{
    uint32_t *out = arguments;
    const uint32_t mask = threadIdx.x % 2 == 0 ? 0x55555555u : 0xaaaaaaaau;
    uint32_t value = threadIdx.x;
    for (uint32_t i = 0; i < 1 + 2 * (threadIdx.x % 2); i++)
        value += __shfl_xor_sync(mask, value, 2);
    __syncwarp();
    out[threadIdx.x] = value + __shfl_sync(TG_FULL_WARP, value, 1);
}

START_TEST(host_grid_keeps_groups_of_lanes_apart)
{
    uint32_t out[64];
    run(1, 64, 0, groups_thread, out);
    for (uint32_t thread = 0; thread < 64; thread++) {
        const uint32_t first = thread / 32 * 32;
        // Each round adds the partner's value, so that both hold the sum, then twice that.
        const uint32_t own =
            (2 * thread + (thread % 4 < 2 ? 2 : (uint32_t)-2)) * (thread % 2 == 0 ? 1 : 4);
        ck_assert_uint_eq(out[thread], own + (2 * (first + 1) + 2) * 4);
    }
}
END_TEST

static void dynamic_thread(void *arguments)
{
    TG_DYNAMIC_SHARED(uint32_t, words);
    uint32_t *out = arguments;
    words[threadIdx.x] = blockIdx.x * 1000 + threadIdx.x;
    __syncthreads();
    out[blockIdx.x * blockDim.x + threadIdx.x] =
        (uintptr_t)words % 16 == 0 ? words[blockDim.x - 1 - threadIdx.x] : 0;
}

START_TEST(host_grid_gives_each_block_its_dynamic_memory)
{
    enum { GRID = 50, BLOCK = 33 };
    uint32_t out[GRID * BLOCK];
    run(GRID, BLOCK, BLOCK * sizeof(uint32_t), dynamic_thread, out);
    for (uint32_t k = 0; k < GRID * BLOCK; k++)
        ck_assert_uint_eq(out[k], k / BLOCK * 1000 + BLOCK - 1 - k % BLOCK);
}
END_TEST

/* Bytes of shared memory that a thread of each block found other than poisoned, before any had
 * written. The arrays are then filled: the next block must not see it. */
enum { POISON_WORDS = 7, POISON_BYTES = 13 };

static uint32_t bytes_unlike_poison(const void *memory, size_t len_bytes)
{
    const unsigned char *bytes = memory;
    uint32_t nb = 0;
    for (size_t i = 0; i < len_bytes; i++) nb += bytes[i] != TG_HOST_SHARED_POISON;
    return nb;
}

static void uninitialized_thread(void *arguments)
{
    TG_SHARED(uint32_t, words, POISON_WORDS);
    TG_DYNAMIC_SHARED(unsigned char, dynamic);
    uint32_t *out = arguments;
    // Threads come here in any order, and the last array only after a barrier.
    uint32_t nb = bytes_unlike_poison(words, sizeof words);
    nb += bytes_unlike_poison(dynamic, POISON_BYTES);
    __syncthreads();
    for (uint32_t i = threadIdx.x; i < POISON_WORDS; i += blockDim.x) words[i] = i;
    for (uint32_t i = threadIdx.x; i < POISON_BYTES; i += blockDim.x) dynamic[i] = 1;
    TG_SHARED(unsigned char, late, POISON_BYTES);
    nb += bytes_unlike_poison(late, sizeof late);
    __syncthreads();
    for (uint32_t i = threadIdx.x; i < POISON_BYTES; i += blockDim.x) late[i] = 2;
    __syncthreads();
    // What the block itself wrote stays.
    for (uint32_t i = 0; i < POISON_WORDS; i++) nb += words[i] != i;
    for (uint32_t i = 0; i < POISON_BYTES; i++) nb += dynamic[i] != 1 || late[i] != 2;
    out[blockIdx.x * blockDim.x + threadIdx.x] = 1 + nb;
}

START_TEST(host_grid_poisons_shared_memory_in_every_block)
{
    enum { GRID = 40 };
    const uint32_t poison = TG_HOST_SHARED_POISON * 0x01010101u;
    ck_assert_uint_gt(poison, 0x7f000001u);
    for (int nb_threads = 1; nb_threads <= 3; nb_threads++) {
        omp_set_num_threads(nb_threads);
        for (size_t i = 0; i < NB(blocks); i++) {
            uint32_t *out = calloc(GRID * blocks[i], sizeof *out);
            ck_assert_ptr_nonnull(out);
            run(GRID, blocks[i], POISON_BYTES, uninitialized_thread, out);
            for (size_t k = 0; k < GRID * blocks[i]; k++) ck_assert_uint_eq(out[k], 1);
            free(out);
        }
    }
}
END_TEST

#define SHARED_BYTE(name) TG_SHARED(unsigned char, name, 1);
#define FOUR_SHARED_BYTES(name) \
    SHARED_BYTE(name##0) SHARED_BYTE(name##1) SHARED_BYTE(name##2) SHARED_BYTE(name##3)

/* As many arrays as there may be, and in the second half of the grid one more, which all threads
 * meet behind a barrier. */
static void many_arrays_thread(void *arguments)
{
    FOUR_SHARED_BYTES(a)
    FOUR_SHARED_BYTES(b)
    FOUR_SHARED_BYTES(c)
    FOUR_SHARED_BYTES(d)
    static_assert(TG_HOST_GRID_MAX_SHARED == 16, "as many as there may be");
    const uint32_t *first_bad = arguments;
    __syncthreads();
    if (blockIdx.x < *first_bad) return;
    SHARED_BYTE(beyond)
    ck_abort_msg("%u: the call returns", beyond[0]);
}

START_TEST(host_grid_refuses_more_shared_arrays_than_it_can_poison)
{
    const tg_host_launch launch = {.grid = 300, .block = 33};
    for (int nb_threads = 1; nb_threads <= 4; nb_threads++) {
        omp_set_num_threads(nb_threads);
        uint32_t first_bad = 300;
        tg_assert_ok(tg_host_grid_run(&launch, many_arrays_thread, &first_bad, tg_suite_error));
        first_bad = 150;
        tg_assert_fails(TG_ERR_SIZE,
                        "more than 16 static arrays of shared memory (block 150 of 300)",
                        tg_host_grid_run(&launch, many_arrays_thread, &first_bad, tg_suite_error));
    }
}
END_TEST

START_TEST(host_grid_does_not_depend_on_openmp_threads)
{
    const uint32_t grid = 3000;
    uint32_t *in = numbers(grid * 33);
    uint32_t *expected = numbers(grid);
    uint32_t *out = numbers(grid);
    array a = {.in = in, .out = expected, .nb = grid * 33};
    omp_set_num_threads(1);
    run(grid, 33, 0, reduce_thread, &a);
    a.out = out;
    for (int nb = 2; nb <= 7; nb++) {
        omp_set_num_threads(nb);
        memset(out, 0, grid * sizeof *out);
        run(grid, 33, 0, reduce_thread, &a);
        ck_assert_mem_eq(out, expected, grid * sizeof *out);
    }
    free(in);
    free(expected);
    free(out);
}
END_TEST

/* Half of the block is in __syncthreads, the lanes of the other half wait for lanes of the
 * first. */
static void stuck_thread(void *arguments)
{
    const uint32_t *first_stuck = arguments;
    if (blockIdx.x < *first_stuck) {
        __syncthreads();
        return;
    }
    if (threadIdx.x == 5) return;
    if (threadIdx.x % 2 == 0) __syncthreads();
    __syncwarp();
}

static void masks_thread(void *arguments)
{
    (void)arguments;
    (void)__ballot_sync(threadIdx.x < 16 ? 0x0001ffffu : TG_FULL_WARP, 1);
}

static void operations_thread(void *arguments)
{
    (void)arguments;
    if (threadIdx.x < 16) {
        (void)__ballot_sync(TG_FULL_WARP, 1);
    } else {
        __syncwarp();
    }
}

static void foreign_mask_thread(void *arguments)
{
    (void)arguments;
    (void)__shfl_sync(1u, threadIdx.x, 0);
}

START_TEST(host_grid_reports_threads_that_wait_for_ever)
{
    static const struct {
        void (*thread)(void *arguments);
        const char *text;
    } cases[] = {
        {stuck_thread, "16 in __syncthreads, 15 in __syncwarp, 0 in a shuffle or vote; 1 of 32 "
                       "have ended (block 0 of 3)"},
        {masks_thread, "0 in __syncthreads, 0 in __syncwarp, 32 in a shuffle or vote; 0 of 32 have "
                       "ended (block 0 of 3)"},
        {operations_thread,
         "16 in __syncwarp, 16 in a shuffle or vote; 0 of 32 have ended (block 0 of 3)"},
        {foreign_mask_thread, "31 in a shuffle or vote; 1 of 32 have ended (block 0 of 3)"},
    };
    for (size_t i = 0; i < NB(cases); i++) {
        const tg_host_launch launch = {.grid = 3, .block = 32};
        uint32_t first_stuck = 0;
        tg_assert_fails(TG_ERR_KERNEL, cases[i].text,
                        tg_host_grid_run(&launch, cases[i].thread, &first_stuck, tg_suite_error));
        // What is left of the block disturbs no later launch.
        uint32_t out[64];
        run(1, 64, 0, groups_thread, out);
    }
}
END_TEST

START_TEST(host_grid_reports_the_lowest_block_that_is_stuck)
{
    const tg_host_launch launch = {.grid = 500, .block = 64};
    for (int nb = 1; nb <= 6; nb++) {
        omp_set_num_threads(nb);
        uint32_t first_stuck = 77;
        tg_assert_fails(TG_ERR_KERNEL, "block 77 of 500",
                        tg_host_grid_run(&launch, stuck_thread, &first_stuck, tg_suite_error));
        ck_assert_int_eq(tg_host_grid_run(&launch, stuck_thread, &first_stuck, NULL),
                         TG_ERR_KERNEL);
    }
}
END_TEST

TG_SUITE("host_grid", host_grid_runs_every_thread_once, host_grid_reduces, host_grid_scans,
         host_grid_transposes, host_grid_waits_for_threads_that_have_not_ended,
         host_grid_shuffles_and_votes_as_cuda_does, host_grid_keeps_groups_of_lanes_apart,
         host_grid_gives_each_block_its_dynamic_memory,
         host_grid_poisons_shared_memory_in_every_block,
         host_grid_refuses_more_shared_arrays_than_it_can_poison,
         host_grid_does_not_depend_on_openmp_threads, host_grid_reports_threads_that_wait_for_ever,
         host_grid_reports_the_lowest_block_that_is_stuck,
         host_grid_releases_those_that_wait_when_the_last_other_ends)

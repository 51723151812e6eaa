/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the port header gives kernels on the CPU in place of CUDA's atomics, from many threads, and
 * in place of its arithmetic. */
#include "kernels/host_grid.h"
#include "kernels/port.h"
#include "suite.h"

#include <omp.h>
#include <string.h>

#define NB_BLOCKS 64
#define NB_THREADS 128
#define NB_ALL (NB_BLOCKS * NB_THREADS)

typedef struct counters {
    uint32_t added;
    uint32_t lowest;
    unsigned char was_seen[NB_ALL]; /* words before an addition */
    uint32_t before_lowest[NB_ALL]; /* words before a minimum, by the thread's number */
} counters;

/* Each thread adds 1, and lowers a bound to a number of its own. */
static void count_thread(void *arguments)
{
    counters *all = arguments;
    const uint32_t number = blockIdx.x * NB_THREADS + threadIdx.x;
    // One writes each: an addition hands out no word twice.
    all->was_seen[atomicAdd(&all->added, 1)]++;
    all->before_lowest[number] = atomicMin(&all->lowest, (number * 4099u) % NB_ALL + 1000u);
}

static const tg_host_launch launch = {.grid = NB_BLOCKS, .block = NB_THREADS};

START_TEST(port_additions_lose_nothing)
{
    static counters all;
    memset(&all, 0, sizeof all);
    omp_set_num_threads(4);
    tg_assert_ok(tg_host_grid_run(&launch, count_thread, &all, tg_suite_error));
    ck_assert_uint_eq(all.added, NB_ALL);
    for (size_t i = 0; i < NB_ALL; i++) ck_assert_uint_eq(all.was_seen[i], 1);
}
END_TEST

START_TEST(port_minima_find_the_lowest)
{
    static counters all;
    memset(&all, 0, sizeof all);
    all.lowest = UINT32_MAX;
    omp_set_num_threads(4);
    tg_assert_ok(tg_host_grid_run(&launch, count_thread, &all, tg_suite_error));
    // 4099 is odd, so that its multiples take all values below a power of two.
    ck_assert_uint_eq(all.lowest, 1000);
    size_t nb_first = 0;
    for (size_t i = 0; i < NB_ALL; i++) {
        nb_first += all.before_lowest[i] == UINT32_MAX;
        ck_assert_uint_ge(all.before_lowest[i], 1000);
    }
    ck_assert_uint_eq(nb_first, 1);
}
END_TEST

START_TEST(port_atomics_give_the_word_before)
{
    uint32_t word = 7;
    ck_assert_uint_eq(atomicAdd(&word, 0xffffffffu), 7);
    ck_assert_uint_eq(word, 6);
    ck_assert_uint_eq(atomicMin(&word, 9), 6);
    ck_assert_uint_eq(word, 6);
    ck_assert_uint_eq(atomicMin(&word, 5), 6);
    ck_assert_uint_eq(word, 5);
}
END_TEST

/* High halves of products, by sums of products of 16 bits. */
START_TEST(port_multiplies_to_high_halves)
{
    static const uint32_t words[] = {0,          1,          0xffff,     0x10000,    0x7fffffff,
                                     0x80000000, 0x80000001, 0xfffffffe, 0xffffffff, 0x12345678};
    const size_t nb = sizeof words / sizeof words[0];
    for (size_t i = 0; i < nb * nb; i++) {
        const uint32_t a = words[i / nb];
        const uint32_t b = words[i % nb];
        const uint32_t low = (a & 0xffff) * (b & 0xffff);
        const uint64_t middle =
            (uint64_t)(a >> 16) * (b & 0xffff) + (uint64_t)(a & 0xffff) * (b >> 16) + (low >> 16);
        const uint32_t high = (a >> 16) * (b >> 16) + (uint32_t)(middle >> 16);
        ck_assert_uint_eq(__umulhi(a, b), high);
        // A negative factor is its word less 2^32.
        const uint32_t signs = (a >> 31 != 0 ? b : 0) + (b >> 31 != 0 ? a : 0);
        ck_assert_uint_eq((uint32_t)__mulhi((int32_t)a, (int32_t)b), high - signs);
    }
}
END_TEST

TG_SUITE("port", port_additions_lose_nothing, port_minima_find_the_lowest,
         port_atomics_give_the_word_before, port_multiplies_to_high_halves)

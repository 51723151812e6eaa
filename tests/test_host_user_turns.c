/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launches of a module whose static shared memory is one for all blocks, by several threads of this
 * process at once: each waits for its turn. */
#include "kernels/host_user.h"
#include "modules/host_build.h"
#include "suite.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define NB_THREADS 4
#define NB_LAUNCHES 100
#define NB_WORDS 256u

/* Shared memory of the whole file, written and read on both sides of a barrier. */
static const char source[] =
    "#include <cuda_runtime.h>\n"
    "__shared__ unsigned tile[64];\n"
    "extern \"C\" __global__ void run(unsigned *out, unsigned nb, unsigned base)\n"
    "{\n"
    "    const unsigned i = blockIdx.x * blockDim.x + threadIdx.x;\n"
    "    tile[threadIdx.x] = base + i;\n"
    "    __syncthreads();\n"
    "    if (i < nb) out[i] = tile[blockDim.x - 1 - threadIdx.x];\n"
    "}\n";

/* What one thread does. */
typedef struct caller {
    tg_host_user *user;
    unsigned base;
    size_t nb_wrong;
    tg_status status;
} caller;

static void launch(caller *of)
{
    uint32_t words[NB_WORDS];
    uint32_t *out = words;
    uint32_t nb = NB_WORDS;
    void *values[] = {&out, &nb, &of->base};
    const tg_user_entry *entry = NULL;
    const tg_host_launch shape = {.grid = NB_WORDS / 64, .block = 64};
    of->status = tg_host_user_find(&entry, of->user, "run", NULL);
    if (of->status == TG_OK) of->status = tg_host_user_run(of->user, entry, &shape, values, NULL);
    for (uint32_t i = 0; i < NB_WORDS && of->status == TG_OK; i++) {
        const uint32_t expected = of->base + i / 64 * 64 + (63 - i % 64);
        of->nb_wrong += words[i] != expected;
    }
}

static void *call(void *argument)
{
    caller *of = argument;
    for (size_t i = 0; i < NB_LAUNCHES && of->status == TG_OK; i++) launch(of);
    return NULL;
}

START_TEST(host_user_turns_launches_wait_for_each_other)
{
    char folder[256];
    char file[TG_PATH_BYTES];
    char path[TG_PATH_BYTES];
    char log[TG_PATH_BYTES];
    static const char *const kernel = "run";
    pthread_t threads[NB_THREADS];
    caller callers[NB_THREADS];
    tg_host_user *user = NULL;
    tg_suite_make_folder(folder);
    ck_assert_int_eq(setenv("TRACEGATE_CACHE", folder, 1), 0);
    (void)snprintf(file, sizeof file, "%s/tile.cu", folder);
    FILE *stream = fopen(file, "w");
    ck_assert_ptr_nonnull(stream);
    ck_assert_int_ge(fputs(source, stream), 0);
    ck_assert_int_eq(fclose(stream), 0);
    const tg_host_build build = {.source = file, .nb_kernels = 1, .kernels = &kernel};
    tg_assert_ok(tg_host_build_run(path, log, &build, tg_suite_error));
    tg_assert_ok(tg_host_user_open(&user, path, tg_suite_error));
    ck_assert(tg_host_user_is_single(user));
    for (size_t i = 0; i < NB_THREADS; i++) {
        callers[i] = (caller){.user = user, .base = (unsigned)(1000000 * i)};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, call, &callers[i]), 0);
    }
    for (size_t i = 0; i < NB_THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
        ck_assert_int_eq(callers[i].status, TG_OK);
        ck_assert_uint_eq(callers[i].nb_wrong, 0);
    }
    tg_host_user_close(user);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("host_user_turns", host_user_turns_launches_wait_for_each_other)

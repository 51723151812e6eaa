/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Device code of fill and checks.
 *
 * Each thread tallies what it finds in registers and adds it up at its end, if there is anything:
 * in a good run nothing is. Sums, minima and maxima of integers do not depend on the order of the
 * atomics.
 */
#include "gpu/check_internal.h"

/* One index after another for each thread, for any launch shape. */
#define EACH_INDEX(i, nb)                                     \
    size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x; \
    i < (nb);                                                 \
    i += (size_t)gridDim.x * blockDim.x

static __device__ void tally_note(tg_device_tally *tally, uint64_t index)
{
    // A thread's indices rise.
    if (tally->nb == 0) tally->first = index;
    tally->last = index;
    tally->nb++;
}

static __device__ void tally_add(tg_device_tally *total, const tg_device_tally *tally)
{
    static_assert(sizeof(unsigned long long) == sizeof(uint64_t),
                  "CUDA's 64-bit atomics take unsigned long long");
    if (tally->nb == 0) return;
    atomicAdd((unsigned long long *)&total->nb, (unsigned long long)tally->nb);
    atomicMin((unsigned long long *)&total->first, (unsigned long long)tally->first);
    atomicMax((unsigned long long *)&total->last, (unsigned long long)tally->last);
}

TG_GPU_KERNEL void tg_gpu_fill(uint32_t *words, size_t nb_words, uint32_t word)
{
    for (EACH_INDEX(i, nb_words)) {
        words[i] = word;
    }
}

TG_GPU_KERNEL void tg_gpu_find_unlike(tg_device_tally *found, const uint32_t *words,
                                      size_t nb_words, uint32_t word)
{
    tg_device_tally mine = {0, 0, 0};
    for (EACH_INDEX(i, nb_words)) {
        if (words[i] != word) tally_note(&mine, i);
    }
    tally_add(found, &mine);
}

TG_GPU_KERNEL void tg_gpu_compare_bytes(tg_device_tally *changed, const unsigned char *first,
                                        const unsigned char *second, size_t len_bytes)
{
    tg_device_tally mine = {0, 0, 0};
    for (EACH_INDEX(i, len_bytes)) {
        if (first[i] != second[i]) tally_note(&mine, i);
    }
    tally_add(changed, &mine);
}

TG_GPU_KERNEL void tg_gpu_compare_runs(tg_device_tally *runs, const uint32_t *first,
                                       const uint32_t *second, size_t nb_cells,
                                       uint32_t first_poison, uint32_t second_poison)
{
    tg_device_tally unwritten = {0, 0, 0};
    tg_device_tally unstable = {0, 0, 0};
    for (EACH_INDEX(i, nb_cells)) {
        if (first[i] == first_poison && second[i] == second_poison) {
            tally_note(&unwritten, i);
        } else if (first[i] != second[i]) {
            tally_note(&unstable, i);
        }
    }
    tally_add(&runs[0], &unwritten);
    tally_add(&runs[1], &unstable);
}

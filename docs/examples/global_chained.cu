/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Global as SP1 6.2.0 makes it: one block scans up to 256 points; more are scanned by sections
 * whose blocks wait for each other in a chain. global-chained.json says how it is launched.
 */
#include "global_rows.cuh"

/* Up to 256 points, a thread each. Those behind the last are infinity and change nothing. */
extern "C" __global__ void global_scan_small(point_words *points, uint64_t nb)
{
    extern __shared__ point_words section[];
    load_section(section, points, nb, 0);
    scan_section(section);
    if (threadIdx.x < nb) points[threadIdx.x] = section[threadIdx.x];
}

/* A block takes its number from a counter: all with lower ones have begun then, and so will come to
 * an end. It waits for the sum of all sections before its own, hands on the one with its own, and
 * adds what was before to its points.
 *   flags  [sections] not 0: the sum is there
 *   sums   [sections] of all points up to the section's end */
extern "C" __global__ void global_scan_large(point_words *points, uint64_t nb, uint32_t *counter,
                                             uint32_t *flags, point_words *sums)
{
    extern __shared__ point_words section[];
    __shared__ uint32_t number;
    __shared__ point_words before;
    if (threadIdx.x == 0) number = atomicAdd(counter, 1u);
    __syncthreads();
    const uint64_t first = (uint64_t)number * SECTION;
    // There are twice as many blocks as sections.
    if (first >= nb) return;
    load_section(section, points, nb, first);
    scan_section(section);
    if (threadIdx.x == 0) {
        for (int k = 0; k < 14; k++) before.words[k] = 0;
        if (number != 0) {
            while (atomicAdd(&flags[number - 1], 0u) == 0) {
            }
            // The sum is read behind its flag.
            __threadfence();
            const volatile uint32_t *left = sums[number - 1].words;
            for (int k = 0; k < 14; k++) before.words[k] = left[k];
        }
        sums[number] = add_points(before, section[SECTION - 1]);
        __threadfence();
        atomicExch(&flags[number], 1u);
    }
    __syncthreads();
    for (unsigned i = threadIdx.x; i < SECTION; i += blockDim.x) {
        if (first + i < nb) points[first + i] = add_points(before, section[i]);
    }
}

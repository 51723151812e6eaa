/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Global as SP1 makes it from 6.9.0 on: sections are scanned each for itself, their sums are the
 * points of the next level, and what was before is added on the way back. No block waits for
 * another. global-recursive.json says how it is launched.
 */
#include "global_rows.cuh"

/* Scan a section a block; its sum is a point of the next level. */
extern "C" __global__ void global_scan_sections(point_words *points, uint64_t nb, point_words *sums)
{
    extern __shared__ point_words section[];
    const uint64_t first = (uint64_t)blockIdx.x * SECTION;
    load_section(section, points, nb, first);
    scan_section(section);
    for (unsigned i = threadIdx.x; i < SECTION; i += blockDim.x) {
        if (first + i < nb) points[first + i] = section[i];
    }
    if (threadIdx.x == 0) sums[blockIdx.x] = section[SECTION - 1];
}

/* Add the sum of all sections before its own, which has been scanned by now, to a section. */
extern "C" __global__ void global_add_sums(point_words *points, uint64_t nb,
                                           const point_words *sums)
{
    const uint64_t first = (uint64_t)blockIdx.x * SECTION;
    if (blockIdx.x == 0) return;
    const point_words before = sums[blockIdx.x - 1];
    for (unsigned i = threadIdx.x; i < SECTION; i += blockDim.x) {
        if (first + i < nb) points[first + i] = add_points(before, points[first + i]);
    }
}

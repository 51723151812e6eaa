/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What both of SP1's ways to make Global have in common: everything but the scan of the points.
 * Field, curve and permutation are the program's own (kernels/); a chip of yours brings its own.
 *
 * A point in memory is 14 Montgomery words, x and then y; all zeros is the point at infinity.
 */
#pragma once

#include "kernels/curve.cuh"
#include "kernels/poseidon2_states.cuh"
#include "model/global.h"

/* Points of a section: what one block scans in shared memory, two for each of its 256 threads. */
#define SECTION 512

struct point_words {
    uint32_t words[14];
};

/* Number of a column. */
#define COLUMN(member) (offsetof(tg_global_main_columns, member) / sizeof(tg_felt))

__device__ inline tg_krn_point load_point(const point_words &from)
{
    tg_krn_point point;
    for (int i = 0; i < 7; i++) {
        point.x.c[i] = tg_krn_balanced_of_word(from.words[i]);
        point.y.c[i] = tg_krn_balanced_of_word(from.words[7 + i]);
    }
    return point;
}

__device__ inline point_words words_of(const tg_krn_point &point)
{
    point_words to;
    for (int i = 0; i < 7; i++) {
        to.words[i] = tg_krn_word_of_balanced(point.x.c[i]);
        to.words[7 + i] = tg_krn_word_of_balanced(point.y.c[i]);
    }
    return to;
}

__device__ inline point_words add_points(const point_words &a, const point_words &b)
{
    const tg_krn_point left = load_point(a);
    const tg_krn_point right = load_point(b);
    return words_of(tg_krn_point_add(&left, &right));
}

/* Columns of a point, from the one of x's first coefficient on. */
__device__ inline void store_point(uint32_t *row, uintptr_t height, size_t column,
                                   const point_words &point)
{
    for (size_t i = 0; i < 14; i++) row[(column + i) * height] = point.words[i];
}

/* ---- rows without their sums ---- */

/* The cells that an event's own words give. offset: of the candidate that was taken; y6: residue of
 * y's last coefficient. */
__device__ inline void store_words(uint32_t *row, uintptr_t height, const tg_global_event &event,
                                   uintptr_t index, uint32_t offset, uint32_t y6)
{
    const bool is_receive = event.is_receive != 0;
    const uint32_t distance = is_receive ? y6 - 1 : TG_P - 1 - y6;
    for (size_t i = 0; i < 8; i++)
        row[(COLUMN(message) + i) * height] = tg_krn_word_of(event.message[i]);
    row[COLUMN(kind) * height] = tg_krn_word_of(event.kind);
    row[COLUMN(message_0_16bit_limb) * height] = tg_krn_word_of(event.message[0] & 0xffff);
    row[COLUMN(message_0_8bit_limb) * height] = tg_krn_word_of(event.message[0] >> 16 & 0xff);
    row[COLUMN(interaction.offset) * height] = tg_krn_word_of(offset);
    for (size_t i = 0; i < 4; i++)
        row[(COLUMN(interaction.y6_byte_decomp) + i) * height] =
            tg_krn_word_of(distance >> (8 * i) & 0xff);
    row[COLUMN(is_real) * height] = tg_krn_word_of(1);
    row[COLUMN(is_receive) * height] = tg_krn_word_of(is_receive);
    row[COLUMN(is_send) * height] = tg_krn_word_of(!is_receive);
    row[COLUMN(index) * height] = tg_krn_word_of((uint32_t)index);
}

/* The point of an event: the first candidate that has one of the event's side. Returns its number,
 * or the number of candidates if there is none. */
__device__ inline uint32_t find_point(tg_krn_point *point, const tg_global_event &event)
{
    uint32_t message[8];
    for (int i = 0; i < 8; i++) message[i] = event.message[i];
    for (uint32_t offset = 0; offset < TG_GLOBAL_MAX_CANDIDATES; offset++) {
        tg_krn_candidate candidate;
        if (!tg_krn_candidate_make(&candidate, message, event.kind, offset) ||
            !tg_krn_candidate_lift(&point->y, &candidate, event.is_receive))
            continue;
        point->x = candidate.x;
        return offset;
    }
    *point = tg_krn_point_infinity();
    return TG_GLOBAL_MAX_CANDIDATES;
}

/* A thread a row, padding too. The cells of the sum before the event hold its own point, of row 0
 * with the start of the sum, and of padding the point at infinity: what the scan takes. */
extern "C" __global__ void global_decompress(uint32_t *trace, uintptr_t height,
                                             const tg_global_event *events, uintptr_t nb_events,
                                             uint32_t *bad_event)
{
    const uintptr_t i = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x;
    if (i >= height) return;
    uint32_t *row = trace + i;
    uint32_t state[TG_KRN_WIDTH];
    uint32_t message[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    uint32_t offset = 0;
    tg_krn_point point = tg_krn_point_infinity();
    if (i < nb_events) {
        const tg_global_event event = events[i];
        offset = find_point(&point, event);
        if (offset == TG_GLOBAL_MAX_CANDIDATES) {
            atomicMin(bad_event, (uint32_t)i);
            return;
        }
        for (int k = 0; k < 8; k++) message[k] = event.message[k];
        store_point(row, height, COLUMN(interaction.x_coordinate), words_of(point));
        store_words(row, height, event, i, offset, tg_krn_residue_of_balanced(point.y.c[6]));
    }
    const uint32_t kind = i < nb_events ? events[i].kind : 0;
    tg_krn_candidate_input(state, message, kind, offset);
    tg_krn_permute_storing(row + COLUMN(interaction.permutation) * height, height, state);
    if (i == 0) {
        const tg_krn_point start = tg_krn_start;
        point = tg_krn_point_add(&start, &point);
    }
    store_point(row, height, COLUMN(accumulation.initial_digest), words_of(point));
}

/* The points of all rows, one behind the other. */
extern "C" __global__ void global_transpose(const uint32_t *trace, uintptr_t height,
                                            point_words *points)
{
    const uintptr_t i = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x;
    if (i >= height) return;
    for (size_t k = 0; k < 14; k++)
        points[i].words[k] = trace[(COLUMN(accumulation.initial_digest) + k) * height + i];
}

/* ---- a section ---- */

/* Replace the points of shared memory by the sums up to each, by an up-sweep and a down-sweep. All
 * threads of the block, of which there are SECTION / 2. */
__device__ inline void scan_section(point_words *shared)
{
    for (unsigned distance = 1; distance < SECTION; distance *= 2) {
        const unsigned at = (threadIdx.x + 1) * 2 * distance - 1;
        __syncthreads();
        if (at < SECTION) shared[at] = add_points(shared[at - distance], shared[at]);
    }
    for (unsigned distance = SECTION / 4; distance >= 1; distance /= 2) {
        const unsigned at = (threadIdx.x + 1) * 2 * distance - 1;
        __syncthreads();
        if (at + distance < SECTION)
            shared[at + distance] = add_points(shared[at], shared[at + distance]);
    }
    __syncthreads();
}

/* Take the section from `first` on into shared memory; behind the last point stands infinity. */
__device__ inline void load_section(point_words *shared, const point_words *points, uint64_t nb,
                                    uint64_t first)
{
    for (unsigned i = threadIdx.x; i < SECTION; i += blockDim.x) {
        if (first + i < nb) {
            shared[i] = points[first + i];
        } else {
            for (int k = 0; k < 14; k++) shared[i].words[k] = 0;
        }
    }
}

/* ---- rows with their sums ---- */

extern "C" __global__ void global_finalize(uint32_t *trace, uintptr_t height,
                                           const tg_global_event *events, uintptr_t nb_events,
                                           const point_words *points, uint32_t *cumulative_sum,
                                           uint32_t *event_count)
{
    const uintptr_t i = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x;
    (void)events;
    if (i >= height) return;
    uint32_t *row = trace + i;
    const point_words start = words_of(tg_krn_start);
    if (i < nb_events) {
        store_point(row, height, COLUMN(accumulation.initial_digest),
                    i != 0 ? points[i - 1] : start);
        store_point(row, height, COLUMN(accumulation.cumulative_sum), points[i]);
    } else {
        store_point(row, height, COLUMN(interaction.x_coordinate), words_of(tg_krn_dummy));
        store_point(row, height, COLUMN(accumulation.initial_digest), start);
        store_point(row, height, COLUMN(accumulation.cumulative_sum),
                    words_of(tg_krn_start_plus_dummy));
    }
    if (i != 0) return;
    const tg_krn_point sum = nb_events != 0 ? load_point(points[nb_events - 1]) : tg_krn_start;
    for (int k = 0; k < 7; k++) {
        cumulative_sum[k] = tg_krn_residue_of_balanced(sum.x.c[k]);
        cumulative_sum[7 + k] = tg_krn_residue_of_balanced(sum.y.c[k]);
    }
    *event_count = (uint32_t)nb_events;
}

/* ---- lookups ---- */

__device__ inline uint32_t residue_at(const uint32_t *row, uintptr_t height, size_t column)
{
    return tg_krn_word((uint32_t)tg_krn_reduce((int64_t)row[column * height]));
}

/* Count the byte lookups of each row; the counters are zeros before. */
extern "C" __global__ void global_lookups(const uint32_t *trace, uintptr_t height,
                                          const tg_global_event *events, uintptr_t nb_events,
                                          uint32_t *lookups)
{
    const uintptr_t i = blockIdx.x * (uintptr_t)blockDim.x + threadIdx.x;
    if (i >= nb_events) return;
    const uint32_t *row = trace + i;
    const tg_global_event event = events[i];
    const size_t bytes = COLUMN(interaction.offset);
    atomicAdd(&lookups[TG_RANGE_LOOKUP(16, event.message[0] & 0xffff)], 1u);
    atomicAdd(&lookups[TG_RANGE_LOOKUP(16, event.message[7] & 0xffff)], 1u);
    atomicAdd(&lookups[TG_BYTE_LOOKUP(TG_BYTE_OP_U8_RANGE, event.message[0] >> 16 & 0xff, 0)], 1u);
    atomicAdd(&lookups[TG_RANGE_LOOKUP(6, event.kind & 0x3f)], 1u);
    // The offset, and the three low bytes beside it.
    for (size_t k = 0; k < 4; k++) {
        const uint32_t byte = residue_at(row, height, bytes + k) & 0xff;
        atomicAdd(&lookups[TG_BYTE_LOOKUP(TG_BYTE_OP_U8_RANGE, 0, byte)], 1u);
    }
    const uint32_t top = residue_at(row, height, bytes + 4) & 0x3f;
    atomicAdd(&lookups[TG_BYTE_LOOKUP(TG_BYTE_OP_LTU, top, 63)], 1u);
}

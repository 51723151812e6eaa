/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of Global, the steps of its launch plan (gpu/global_plan.h):
 *   search  a square for every event, by threads that take the next event when theirs is found
 *   lift    the points, one thread an event; an event whose point is neither a receive's nor a
 *           send's, one in 127, is put aside
 *   retry   those that were put aside, each to its end
 *   sums, top, scan  sums up to each event (kernels/global_points.cuh)
 *   rows    all cells, and digest and count
 *   lookups the byte lookups, counted from events and trace
 */
#include "kernels/global_points.cuh"
#include "kernels/poseidon2_states.cuh"
#include "kernels/stage.cuh"
#include "model/global.h"

#define EVENTS_OF_BLOCK 128
#define ROWS_OF_BLOCK 128

/* ---- points ---- */

/* Zero the counters and lay out the levels: one thread's work. */
TG_ROWS_PER_BLOCK(global_begin, 1)
TG_STEP_KERNEL(global_begin, tg_global_event)
{
    tg_global_counters *counters = (tg_global_counters *)extra.scratch[TG_GLOBAL_COUNTERS];
    if (blockIdx.x != 0 || threadIdx.x != 0) return;
    counters->next_event = 0;
    counters->nb_retries = 0;
    size_t nb_points = nb_events;
    size_t start = 0;
    TG_KEEP_LOOP for (int level = 0; level <= TG_GLOBAL_NB_LEVELS; level++)
    {
        counters->levels[level].start = start;
        counters->levels[level].nb_points = nb_points;
        // The events' points lie elsewhere.
        if (level != 0) start += nb_points;
        nb_points = (nb_points + TG_GLOBAL_CHAIN - 1) / TG_GLOBAL_CHAIN;
    }
}

/* Look for the next candidate of an event that points have, from number first on. Returns its
 * number, or max_candidates if there is none. */
TG_DEVICE uint32_t next_candidate(tg_krn_candidate *candidate, const tg_global_event *event,
                                  uint32_t first, uint32_t max_candidates)
{
    for (uint32_t offset = first; offset < max_candidates; offset++) {
        if (tg_krn_candidate_make(candidate, event->message, event->kind, offset)) return offset;
    }
    return max_candidates;
}

/* Keep a candidate: x and norm, and its number, which y stands beside. */
TG_DEVICE void keep_candidate(tg_global_slot *point, const tg_krn_candidate *candidate,
                              uint32_t offset)
{
    tg_krn_septic_store(point->x, &candidate->x, candidate->norm);
    point->offset = (int32_t)offset;
}

/* Threads try one candidate a round, of whatever event is theirs at the moment: no thread waits for
 * a neighbour that is out of luck. */
TG_ROWS_PER_BLOCK(global_search, EVENTS_OF_BLOCK)
TG_STEP_KERNEL(global_search, tg_global_event)
{
    tg_global_counters *counters = (tg_global_counters *)extra.scratch[TG_GLOBAL_COUNTERS];
    tg_global_slot *points = (tg_global_slot *)extra.scratch[TG_GLOBAL_POINTS];
    // More threads than events would have nothing to take, and could be so many that the counter
    // begins anew.
    if (blockIdx.x * (size_t)blockDim.x + threadIdx.x >= nb_events) return;
    uint32_t event = atomicAdd(&counters->next_event, 1);
    uint32_t offset = 0;
    while (event < nb_events) {
        tg_krn_candidate candidate;
        const tg_global_event *from = &events[event];
        const bool is_found = tg_krn_candidate_make(&candidate, from->message, from->kind, offset);
        if (!is_found) offset++;
        if (is_found || offset == extra.max_candidates) {
            if (!is_found) (void)atomicMin(extra.bad_event, event);
            keep_candidate(&points[event], &candidate, offset);
            event = atomicAdd(&counters->next_event, 1);
            offset = 0;
        }
    }
}

TG_DEVICE void store_y(tg_global_slot *point, const tg_krn_septic *y, uint32_t offset)
{
    tg_krn_septic_store(point->y, y, (int32_t)offset);
}

TG_ROWS_PER_BLOCK(global_lift, EVENTS_OF_BLOCK)
TG_STEP_KERNEL(global_lift, tg_global_event)
{
    tg_global_counters *counters = (tg_global_counters *)extra.scratch[TG_GLOBAL_COUNTERS];
    tg_global_slot *points = (tg_global_slot *)extra.scratch[TG_GLOBAL_POINTS];
    uint32_t *retries = (uint32_t *)extra.scratch[TG_GLOBAL_RETRIES];
    TG_FOR_ROWS(event, nb_events)
    {
        tg_krn_candidate candidate;
        tg_krn_septic y;
        candidate.x = tg_krn_septic_load(points[event].x);
        candidate.norm = points[event].norm;
        if (tg_krn_candidate_lift(&y, &candidate, events[event].is_receive)) {
            store_y(&points[event], &y, (uint32_t)points[event].offset);
        } else {
            retries[atomicAdd(&counters->nb_retries, 1)] = (uint32_t)event;
        }
    }
}

/* The order of the list is any; each event's point is its own. */
TG_ROWS_PER_BLOCK(global_retry, EVENTS_OF_BLOCK)
TG_STEP_KERNEL(global_retry, tg_global_event)
{
    const tg_global_counters *counters =
        (const tg_global_counters *)extra.scratch[TG_GLOBAL_COUNTERS];
    tg_global_slot *points = (tg_global_slot *)extra.scratch[TG_GLOBAL_POINTS];
    const uint32_t *retries = (const uint32_t *)extra.scratch[TG_GLOBAL_RETRIES];
    TG_FOR_ROWS(i, counters->nb_retries)
    {
        const uint32_t event = retries[i];
        uint32_t offset = (uint32_t)points[event].offset;
        tg_krn_candidate candidate;
        tg_krn_septic y;
        bool is_found = false;
        while (!is_found && offset < extra.max_candidates) {
            offset = next_candidate(&candidate, &events[event], offset + 1, extra.max_candidates);
            is_found = offset < extra.max_candidates &&
                       tg_krn_candidate_lift(&y, &candidate, events[event].is_receive);
        }
        if (is_found) {
            keep_candidate(&points[event], &candidate, offset);
            store_y(&points[event], &y, offset);
        } else {
            (void)atomicMin(extra.bad_event, event);
            // The sums read every point.
            const tg_krn_point infinity = tg_krn_point_infinity();
            tg_krn_slot_store(&points[event], &infinity);
        }
    }
}

/* ---- sums ---- */

/* A level in memory. */
typedef struct level_points {
    tg_global_slot *points;
    size_t nb_points;
} level_points;

/* Level 0 are the events' own points. Its sizes are read, not computed: nvcc 13.0 does
 * not come to an end with loops whose bounds are quotients of quotients. */
TG_DEVICE level_points level_at(const tg_krn_extra *extra, int level)
{
    const tg_global_counters *counters =
        (const tg_global_counters *)extra->scratch[TG_GLOBAL_COUNTERS];
    tg_global_slot *all =
        (tg_global_slot *)extra->scratch[level == 0 ? TG_GLOBAL_POINTS : TG_GLOBAL_LEVELS];
    const level_points found = {all + counters->levels[level].start,
                                counters->levels[level].nb_points};
    return found;
}

/* Sum the chains of a level, `batch` a thread. */
#define GLOBAL_SUMS_KERNEL(name, level, batch)                                            \
    TG_ROWS_PER_BLOCK(name, 128 * (batch))                                                \
    TG_STEP_KERNEL(name, tg_global_event)                                                 \
    {                                                                                     \
        const level_points from = level_at(&extra, level);                                \
        const level_points to = level_at(&extra, (level) + 1);                            \
        TG_FOR_ROWS(i, (to.nb_points + (batch)-1) / (batch))                              \
        {                                                                                 \
            tg_krn_chains_sum(to.points, from.points, from.nb_points, i *(batch), batch); \
        }                                                                                 \
    }

/* Turn a level's points into sums of all before them; or, into another place, into sums with them.
 */
#define GLOBAL_SCAN_KERNEL(name, level, batch, out, inclusive)                                     \
    TG_ROWS_PER_BLOCK(name, 128 * (batch))                                                         \
    TG_STEP_KERNEL(name, tg_global_event)                                                          \
    {                                                                                              \
        const level_points from = level_at(&extra, level);                                         \
        const level_points before = level_at(&extra, (level) + 1);                                 \
        TG_FOR_ROWS(i, (before.nb_points + (batch)-1) / (batch))                                   \
        {                                                                                          \
            tg_krn_chains_scan(out, from.points, before.points, from.nb_points, i *(batch), batch, \
                               inclusive);                                                         \
        }                                                                                          \
    }

GLOBAL_SUMS_KERNEL(global_sums_0, 0, TG_GLOBAL_BATCH)
GLOBAL_SUMS_KERNEL(global_sums_1, 1, 1)
GLOBAL_SUMS_KERNEL(global_sums_2, 2, 1)

/* Sum of points first .. last - 1, each replaced by what is in `sum` before it if is_scan. */
TG_DEVICE tg_krn_point run_through(tg_global_slot *points, size_t first, size_t last,
                                   tg_krn_point sum, bool is_scan)
{
    for (size_t i = first; i < last; i++) {
        const tg_krn_point point = tg_krn_slot_load(&points[i]);
        if (is_scan) tg_krn_slot_store(&points[i], &sum);
        sum = tg_krn_point_add(&sum, &point);
    }
    return sum;
}

/* The top level, by one block: each thread sums a part of it, the threads' sums are scanned in
 * shared memory by doubling distances, and each runs through its part again. The sum starts with
 * its first point. */
TG_ROWS_PER_BLOCK(global_top, TG_STEP_MAX_BLOCK)
TG_STEP_KERNEL(global_top, tg_global_event)
{
    TG_SHARED(tg_krn_point, sums, TG_STEP_MAX_BLOCK);
    if (blockIdx.x != 0) return;
    const level_points top = level_at(&extra, TG_GLOBAL_NB_LEVELS);
    const size_t nb_points = top.nb_points;
    const size_t part = (nb_points + blockDim.x - 1) / blockDim.x;
    const size_t first = threadIdx.x * part < nb_points ? threadIdx.x * part : nb_points;
    const size_t last = first + part < nb_points ? first + part : nb_points;
    tg_krn_point own = threadIdx.x == 0 ? tg_krn_start : tg_krn_point_infinity();
    own = run_through(top.points, first, last, own, false);
    sums[threadIdx.x] = own;
    for (uint32_t distance = 1; distance < blockDim.x; distance *= 2) {
        __syncthreads();
        const bool has_left = threadIdx.x >= distance;
        const tg_krn_point left = has_left ? sums[threadIdx.x - distance] : tg_krn_point_infinity();
        __syncthreads();
        if (has_left) own = tg_krn_point_add(&left, &own);
        sums[threadIdx.x] = own;
    }
    __syncthreads();
    const tg_krn_point before = threadIdx.x != 0 ? sums[threadIdx.x - 1] : tg_krn_start;
    (void)run_through(top.points, first, last, before, true);
}

GLOBAL_SCAN_KERNEL(global_scan_2, 2, 1, from.points, false)
GLOBAL_SCAN_KERNEL(global_scan_1, 1, 1, from.points, false)
GLOBAL_SCAN_KERNEL(global_scan_0, 0, TG_GLOBAL_BATCH,
                   (tg_global_slot *)extra.scratch[TG_GLOBAL_SUMS], true)

/* ---- rows ---- */

/* Column of a member. */
#define COLUMN(member) (offsetof(tg_global_main_columns, member) / sizeof(tg_felt))

/* Write an element to seven columns. cell: the row's cell in the first of them. */
TG_DEVICE void store_element(uint32_t *__restrict__ cell, size_t height, const tg_krn_septic *a)
{
    TG_UNROLL for (size_t i = 0; i < TG_KRN_SEPTIC; i++) cell[i * height] =
        tg_krn_word_of_balanced(a->c[i]);
}

TG_DEVICE void store_point(uint32_t *__restrict__ cell, size_t height, const tg_krn_point *a)
{
    store_element(cell, height, &a->x);
    store_element(cell + TG_KRN_SEPTIC * height, height, &a->y);
}

/* What differs between rows that hold an event and padding rows, apart from points. */
typedef struct row_words {
    uint32_t kind;
    uint32_t offset;
    uint32_t y6_bytes; /* y6 - 1 of a receive, p - 1 - y6 of a send */
    uint32_t message_0;
    uint32_t is_real;
    uint32_t is_receive;
    uint32_t index;
} row_words;

/* The columns beside message, permutation and points; all words are integers. */
TG_DEVICE void store_words(uint32_t *__restrict__ row, size_t height, const row_words *words)
{
    row[COLUMN(kind) * height] = tg_krn_word_of(words->kind);
    row[COLUMN(message_0_16bit_limb) * height] = tg_krn_word_of(words->message_0 & 0xffff);
    row[COLUMN(message_0_8bit_limb) * height] = tg_krn_word_of(words->message_0 >> 16 & 0xff);
    row[COLUMN(interaction.offset) * height] = tg_krn_word_of(words->offset);
    TG_UNROLL for (uint32_t i = 0; i < 4; i++)
    {
        row[(COLUMN(interaction.y6_byte_decomp) + i) * height] =
            tg_krn_word_of(words->y6_bytes >> (8 * i) & 0xff);
    }
    row[COLUMN(is_real) * height] = words->is_real != 0 ? TG_WORD_ONE : 0;
    row[COLUMN(is_receive) * height] = words->is_receive != 0 ? TG_WORD_ONE : 0;
    row[COLUMN(is_send) * height] = words->is_real != 0 && words->is_receive == 0 ? TG_WORD_ONE : 0;
    row[COLUMN(index) * height] = tg_krn_word_of(words->index);
}

/* The message's columns are its words, the permutation's those of its states. input: residues of
 * the message, or zeros. */
TG_DEVICE void store_hash(uint32_t *__restrict__ row, size_t height, const uint32_t message[8],
                          const row_words *words)
{
    uint32_t state[TG_KRN_WIDTH];
    TG_UNROLL for (size_t i = 0; i < 8; i++) row[(COLUMN(message) + i) * height] =
        tg_krn_word_of(message[i]);
    tg_krn_candidate_input(state, message, words->kind, words->offset);
    tg_krn_permute_storing(row + COLUMN(interaction.permutation) * height, height, state);
}

TG_DEVICE void store_event_row(uint32_t *__restrict__ row, size_t height,
                               const tg_global_event *event, size_t index,
                               const tg_global_slot *points, const tg_global_slot *sums)
{
    const tg_krn_point point = tg_krn_slot_load(&points[index]);
    store_point(row + COLUMN(interaction.x_coordinate) * height, height, &point);
    const uint32_t y6 = tg_krn_residue_of_balanced(point.y.c[6]);
    uint32_t message[8];
    TG_UNROLL for (int i = 0; i < 8; i++) message[i] = event->message[i];
    const row_words words = {event->kind,
                             (uint32_t)points[index].offset,
                             event->is_receive != 0 ? y6 - 1 : TG_P - 1 - y6,
                             message[0],
                             1,
                             event->is_receive,
                             (uint32_t)index};
    store_words(row, height, &words);
    const tg_krn_point before = index != 0 ? tg_krn_slot_load(&sums[index - 1]) : tg_krn_start;
    store_point(row + COLUMN(accumulation.initial_digest) * height, height, &before);
    const tg_krn_point after = tg_krn_slot_load(&sums[index]);
    store_point(row + COLUMN(accumulation.cumulative_sum) * height, height, &after);
    store_hash(row, height, message, &words);
}

TG_DEVICE void store_padding_row(uint32_t *__restrict__ row, size_t height)
{
    const row_words words = {0, 0, 0, 0, 0, 0, 0};
    uint32_t message[8];
    TG_UNROLL for (int i = 0; i < 8; i++) message[i] = 0;
    store_point(row + COLUMN(interaction.x_coordinate) * height, height, &tg_krn_dummy);
    store_words(row, height, &words);
    store_point(row + COLUMN(accumulation.initial_digest) * height, height, &tg_krn_start);
    store_point(row + COLUMN(accumulation.cumulative_sum) * height, height,
                &tg_krn_start_plus_dummy);
    store_hash(row, height, message, &words);
}

/* The sum after the last event, as residues, and the number of events. */
TG_DEVICE void store_sides(uint32_t *const sides[TG_MAX_SIDES], const tg_global_slot *sums,
                           size_t nb_events)
{
    const tg_krn_point sum = nb_events != 0 ? tg_krn_slot_load(&sums[nb_events - 1]) : tg_krn_start;
    TG_UNROLL for (int i = 0; i < TG_KRN_SEPTIC; i++)
    {
        sides[TG_GLOBAL_SIDE_CUMULATIVE_SUM][i] = tg_krn_residue_of_balanced(sum.x.c[i]);
        sides[TG_GLOBAL_SIDE_CUMULATIVE_SUM][TG_KRN_SEPTIC + i] =
            tg_krn_residue_of_balanced(sum.y.c[i]);
    }
    sides[TG_GLOBAL_SIDE_EVENT_COUNT][0] = (uint32_t)nb_events;
}

TG_ROWS_PER_BLOCK(global_rows, ROWS_OF_BLOCK)
TG_STEP_KERNEL(global_rows, tg_global_event)
{
    const tg_global_slot *points = (const tg_global_slot *)extra.scratch[TG_GLOBAL_POINTS];
    const tg_global_slot *sums = (const tg_global_slot *)extra.scratch[TG_GLOBAL_SUMS];
    TG_FOR_ROWS(row, height)
    {
        if (row == 0) store_sides(extra.sides, sums, nb_events);
        if (row < nb_events) {
            store_event_row(trace + row, height, &events[row], row, points, sums);
        } else {
            store_padding_row(trace + row, height);
        }
    }
}

/* ---- lookups ---- */

TG_ROWS_PER_BLOCK(global_lookups_clear, 1024)
TG_STEP_KERNEL(global_lookups_clear, tg_global_event)
{
    uint32_t *counts = extra.sides[TG_GLOBAL_SIDE_LOOKUPS];
    TG_FOR_ROWS(i, TG_NB_BYTE_LOOKUPS) { counts[i] = 0; }
}

/* Counts of a block for the tuples that most rows share: adding each to memory at once would have
 * all rows wait for the same few words. */
enum { U8_C = 0, U8_B = 256, LESS_THAN_63 = 512, KIND = 576, NB_SHARED_COUNTS = 640 };

/* Counter that a shared count belongs to. */
TG_DEVICE uint32_t shared_counter(uint32_t i)
{
    if (i < U8_B) return TG_BYTE_LOOKUP(TG_BYTE_OP_U8_RANGE, 0, i);
    if (i < LESS_THAN_63) return TG_BYTE_LOOKUP(TG_BYTE_OP_U8_RANGE, i - U8_B, 0);
    if (i < KIND) return TG_BYTE_LOOKUP(TG_BYTE_OP_LTU, i - LESS_THAN_63, 63);
    return TG_RANGE_LOOKUP(6, i - KIND);
}

/* Residue of a cell. */
TG_DEVICE uint32_t cell_residue(uint32_t cell)
{
    return tg_krn_word((uint32_t)tg_krn_reduce((int64_t)cell));
}

TG_DEVICE void count_row(uint32_t *shared, uint32_t *counts, const uint32_t *__restrict__ row,
                         size_t height, const tg_global_event *event)
{
    const uint32_t first = event->message[0];
    (void)atomicAdd(&counts[TG_RANGE_LOOKUP(16, first & 0xffff)], 1);
    (void)atomicAdd(&counts[TG_RANGE_LOOKUP(16, event->message[7] & 0xffff)], 1);
    (void)atomicAdd(&shared[U8_B + (first >> 16 & 0xff)], 1);
    (void)atomicAdd(&shared[KIND + (event->kind & 0x3f)], 1);
    // Offset and the three low bytes have neighbouring columns. A right trace holds bytes, and
    // events below the limit; a wrong one must not count beyond the table.
    TG_UNROLL for (uint32_t i = 0; i < 4; i++)
    {
        const uint32_t byte = cell_residue(row[(COLUMN(interaction.offset) + i) * height]);
        (void)atomicAdd(&shared[U8_C + (byte & 0xff)], 1);
    }
    const uint32_t top = cell_residue(row[(COLUMN(interaction.y6_byte_decomp) + 3) * height]);
    (void)atomicAdd(&shared[LESS_THAN_63 + (top & 0x3f)], 1);
}

TG_ROWS_PER_BLOCK(global_lookups, 1024)
TG_STEP_KERNEL(global_lookups, tg_global_event)
{
    TG_SHARED(uint32_t, shared, NB_SHARED_COUNTS);
    uint32_t *counts = extra.sides[TG_GLOBAL_SIDE_LOOKUPS];
    for (uint32_t i = threadIdx.x; i < NB_SHARED_COUNTS; i += blockDim.x) shared[i] = 0;
    __syncthreads();
    TG_FOR_ROWS(row, nb_events) { count_row(shared, counts, trace + row, height, &events[row]); }
    __syncthreads();
    for (uint32_t i = threadIdx.x; i < NB_SHARED_COUNTS; i += blockDim.x) {
        if (shared[i] != 0) (void)atomicAdd(&counts[shared_counter(i)], shared[i]);
    }
}

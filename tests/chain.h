/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A launch plan of several steps for suites, run by the host grid: running sums of numbers, by
 * parts. It has all that a plan can have: two scratch buffers that hand results from step to step,
 * items that are not rows, side outputs, steps that make only these, and events that cannot be
 * made.
 *
 * Row i holds the sum of the numbers before number i and with it; rows without a number hold all
 * ones. Side outputs are the sum of all numbers, and for each number modulo 4 how many there are.
 * Number v takes v modulo 256 candidates, and one more.
 */
#ifndef TRACEGATE_TESTS_CHAIN_H
#define TRACEGATE_TESTS_CHAIN_H

#include "gpu/plan.h"
#include "kernels/port.h"

#include <string.h>

#define CHAIN_PART 8
#define CHAIN_WIDTH 2
#define CHAIN_NB_COUNTS 4
enum { CHAIN_PARTS, CHAIN_STARTS };
enum { CHAIN_SIDE_TOTAL, CHAIN_SIDE_COUNTS, CHAIN_NB_SIDES };

#define CHAIN_FOR(i, nb)                                                     \
    for (size_t i = blockIdx.x * (size_t)blockDim.x + threadIdx.x; i < (nb); \
         i += (size_t)gridDim.x * blockDim.x)

static size_t chain_nb_parts(size_t height, size_t nb_events)
{
    (void)height;
    return (nb_events + CHAIN_PART - 1) / CHAIN_PART;
}

static size_t chain_nb_one(size_t height, size_t nb_events)
{
    (void)height;
    (void)nb_events;
    return 1;
}

static size_t chain_parts_bytes(size_t height, size_t nb_events)
{
    return chain_nb_parts(height, nb_events) * sizeof(uint32_t);
}

/* Sum of each part. */
TG_ROWS_PER_BLOCK(chain_parts, 3)
TG_STEP_KERNEL(chain_parts, uint32_t)
{
    uint32_t *parts = (uint32_t *)extra.scratch[CHAIN_PARTS];
    CHAIN_FOR(part, chain_nb_parts(height, nb_events))
    {
        uint32_t sum = 0;
        for (size_t i = part * CHAIN_PART; i < (part + 1) * CHAIN_PART && i < nb_events; i++) {
            if (events[i] % 256 >= extra.max_candidates)
                (void)atomicMin(extra.bad_event, (uint32_t)i);
            sum += events[i];
        }
        parts[part] = sum;
    }
}

/* What each part starts with. */
TG_ROWS_PER_BLOCK(chain_starts, 1)
TG_STEP_KERNEL(chain_starts, uint32_t)
{
    const uint32_t *parts = (const uint32_t *)extra.scratch[CHAIN_PARTS];
    uint32_t *starts = (uint32_t *)extra.scratch[CHAIN_STARTS];
    uint32_t sum = 0;
    if (blockIdx.x != 0 || threadIdx.x != 0) return;
    for (size_t part = 0; part < chain_nb_parts(height, nb_events); part++) {
        starts[part] = sum;
        sum += parts[part];
    }
    extra.sides[CHAIN_SIDE_TOTAL][0] = sum;
}

TG_ROWS_PER_BLOCK(chain_rows, 32)
TG_STEP_KERNEL(chain_rows, uint32_t)
{
    const uint32_t *starts = (const uint32_t *)extra.scratch[CHAIN_STARTS];
    CHAIN_FOR(row, height)
    {
        uint32_t before = UINT32_MAX;
        uint32_t after = UINT32_MAX;
        if (row < nb_events) {
            before = starts[row / CHAIN_PART];
            for (size_t i = row / CHAIN_PART * CHAIN_PART; i < row; i++) before += events[i];
            after = before + events[row];
        }
        trace[row] = before;
        trace[height + row] = after;
    }
}

TG_ROWS_PER_BLOCK(chain_clear, CHAIN_NB_COUNTS)
TG_STEP_KERNEL(chain_clear, uint32_t)
{
    CHAIN_FOR(i, CHAIN_NB_COUNTS) { extra.sides[CHAIN_SIDE_COUNTS][i] = 0; }
}

TG_ROWS_PER_BLOCK(chain_count, 64)
TG_STEP_KERNEL(chain_count, uint32_t)
{
    CHAIN_FOR(i, nb_events)
    {
        (void)atomicAdd(&extra.sides[CHAIN_SIDE_COUNTS][events[i] % CHAIN_NB_COUNTS], 1);
    }
}

#define CHAIN_STEP(kernel, ...)                                                                 \
    {                                                                                           \
        .name = #kernel, .host = tg_krn_host_##kernel, .rows_per_block = &tg_krn_rows_##kernel, \
        .phase = #kernel, __VA_ARGS__                                                           \
    }
static const tg_step chain_steps[] = {
    CHAIN_STEP(chain_parts, .nb_items = chain_nb_parts),
    CHAIN_STEP(chain_starts, .nb_items = chain_nb_one),
    CHAIN_STEP(chain_rows, .block = 64),
    CHAIN_STEP(chain_clear, .nb_items = chain_nb_one, .is_side = true),
    CHAIN_STEP(chain_count, .is_side = true),
};
#define CHAIN_NB_STEPS (sizeof chain_steps / sizeof chain_steps[0])

static const tg_plan chain_plan = {
    .nb_steps = CHAIN_NB_STEPS,
    .steps = chain_steps,
    .nb_scratch = 2,
    .scratch_bytes = {[CHAIN_PARTS] = chain_parts_bytes, [CHAIN_STARTS] = chain_parts_bytes}};

static const tg_trace chain_trace = {.name = "Chain.main", .max_candidates = 256};

/* What a plan makes of numbers, and what it should make. */
typedef struct chain_result {
    uint32_t cells[CHAIN_WIDTH * 600]; /* [CHAIN_WIDTH][height] */
    uint32_t total;
    uint32_t counts[CHAIN_NB_COUNTS];
} chain_result;

static inline tg_product chain_product(chain_result *result)
{
    return (tg_product){
        .cells = result->cells,
        .sides = {[CHAIN_SIDE_TOTAL] = &result->total, [CHAIN_SIDE_COUNTS] = result->counts}};
}

/* The result by one loop; what no cell takes is left as poison. */
static inline void chain_expect(chain_result *result, size_t height, const uint32_t *numbers,
                                size_t nb_numbers)
{
    memset(result, 0xa5, sizeof *result);
    result->total = 0;
    memset(result->counts, 0, sizeof result->counts);
    for (size_t row = 0; row < height; row++) {
        const bool has_number = row < nb_numbers;
        result->cells[row] = has_number ? result->total : UINT32_MAX;
        if (has_number) result->total += numbers[row];
        if (has_number) result->counts[numbers[row] % CHAIN_NB_COUNTS]++;
        result->cells[height + row] = has_number ? result->total : UINT32_MAX;
    }
}

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels of Tally, the steps of its launch plan (gpu/tally_plan.h):
 *   parts  the sum of each part of the events, into scratch
 *   rows   the sums before each row: of the parts before its own, and of its own so far
 *   total  the side output */
#include "kernels/field.cuh"
#include "kernels/stage.cuh"
#include "model/tally.h"

#define PART 32

TG_DEVICE uint32_t sum_of(const tg_tally_event *events, size_t first, size_t last, uint32_t sum)
{
    for (size_t i = first; i < last; i++) sum = tg_krn_add(sum, events[i].amount);
    return sum;
}

TG_ROWS_PER_BLOCK(tally_parts, 64 * PART)
TG_STEP_KERNEL(tally_parts, tg_tally_event)
{
    uint32_t *parts = (uint32_t *)extra.scratch[0];
    TG_FOR_ROWS(part, (nb_events + PART - 1) / PART)
    {
        const size_t last = (part + 1) * PART < nb_events ? (part + 1) * PART : nb_events;
        parts[part] = sum_of(events, part * PART, last, 0);
    }
}

TG_ROWS_PER_BLOCK(tally_rows, 64)
TG_STEP_KERNEL(tally_rows, tg_tally_event)
{
    const uint32_t *parts = (const uint32_t *)extra.scratch[0];
    TG_FOR_ROWS(row, height)
    {
        uint32_t before = 0;
        if (row < nb_events) {
            for (size_t part = 0; part < row / PART; part++)
                before = tg_krn_add(before, parts[part]);
            before = sum_of(events, row / PART * PART, row, before);
        }
        trace[row] = before;
        trace[height + row] = row < nb_events ? tg_krn_add(before, events[row].amount) : 0;
    }
}

TG_ROWS_PER_BLOCK(tally_total, 1)
TG_STEP_KERNEL(tally_total, tg_tally_event)
{
    if (blockIdx.x + threadIdx.x != 0) return;
    extra.sides[0][0] = nb_events != 0 ? trace[height + nb_events - 1] : 0;
    extra.sides[0][1] = (uint32_t)nb_events;
}

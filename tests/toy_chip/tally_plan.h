/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launch plan of Tally: three steps, and scratch for a sum of each part. */
#ifndef TRACEGATE_GPU_TALLY_PLAN_H
#define TRACEGATE_GPU_TALLY_PLAN_H

static size_t tally_nb_events(size_t height, size_t nb_events)
{
    (void)height;
    return nb_events;
}

/* 32 events a part. */
static size_t tally_parts_bytes(size_t height, size_t nb_events)
{
    (void)height;
    return (nb_events / 32 + 1) * sizeof(uint32_t);
}

static size_t tally_nb_one(size_t height, size_t nb_events)
{
    (void)height;
    (void)nb_events;
    return 1;
}

#define TG_STEPS_tally_main(STEP)                                                                 \
    STEP(tally_parts, .phase = "sums", .nb_items = tally_nb_events,                               \
         .max_block = TG_STEP_MAX_BLOCK)                                                          \
    STEP(tally_rows, .phase = "rows", .max_block = TG_STEP_MAX_BLOCK)                             \
    STEP(tally_total, .phase = "total", .nb_items = tally_nb_one, .max_block = TG_STEP_MAX_BLOCK, \
         .is_side = true)
#define TG_SCRATCH_tally_main .nb_scratch = 1, .scratch_bytes = {tally_parts_bytes}

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launch plan of Global: points, sums of them, rows, lookups.
 *
 * A block has 128 threads: the kernels take so many registers that larger ones would leave part of
 * a multiprocessor's registers idle.
 */
#ifndef TRACEGATE_GPU_GLOBAL_PLAN_H
#define TRACEGATE_GPU_GLOBAL_PLAN_H

#include "kernels/global_layout.h"
#include "model/byte_lookups.h"

/* Items of the steps: what their grids are divided for. */
static size_t global_nb_one(size_t height, size_t nb_events)
{
    (void)height;
    (void)nb_events;
    return 1;
}

static size_t global_nb_events(size_t height, size_t nb_events)
{
    (void)height;
    return nb_events;
}

/* One event in 127 is retried, by a thread each: the threads for twice as many. More retries, which
 * chance or events made for it may give, take several rounds. */
static size_t global_nb_retries(size_t height, size_t nb_events)
{
    (void)height;
    return nb_events / 64 + 1;
}

/* Points of a level above the events' own. */
static size_t global_level_points(size_t nb_events, int level)
{
    size_t nb_points = nb_events;
    for (int i = 0; i < level; i++) nb_points = (nb_points + TG_GLOBAL_CHAIN - 1) / TG_GLOBAL_CHAIN;
    return nb_points;
}

static size_t global_nb_chains_0(size_t height, size_t nb_events)
{
    (void)height;
    return global_level_points(nb_events, 1);
}

static size_t global_nb_chains_1(size_t height, size_t nb_events)
{
    (void)height;
    return global_level_points(nb_events, 2);
}

static size_t global_nb_chains_2(size_t height, size_t nb_events)
{
    (void)height;
    return global_level_points(nb_events, 3);
}

static size_t global_nb_counters(size_t height, size_t nb_events)
{
    (void)height;
    (void)nb_events;
    return TG_NB_BYTE_LOOKUPS;
}

/* Sizes of the scratch. */
static size_t global_counters_bytes(size_t height, size_t nb_events)
{
    (void)height;
    (void)nb_events;
    return sizeof(tg_global_counters);
}

static size_t global_points_bytes(size_t height, size_t nb_events)
{
    (void)height;
    return nb_events * sizeof(tg_global_slot);
}

static size_t global_levels_bytes(size_t height, size_t nb_events)
{
    (void)height;
    size_t nb_points = 0;
    for (int level = 1; level <= TG_GLOBAL_NB_LEVELS; level++)
        nb_points += global_level_points(nb_events, level);
    return nb_points * sizeof(tg_global_slot);
}

static size_t global_retries_bytes(size_t height, size_t nb_events)
{
    (void)height;
    return nb_events * sizeof(uint32_t);
}

#define GLOBAL_STEP(phase_, nb_items_) \
    .phase = phase_, .nb_items = nb_items_, .block = 128, .max_block = TG_STEP_MAX_BLOCK

#define TG_STEPS_global_main(STEP)                                                           \
    STEP(global_begin, GLOBAL_STEP("points", global_nb_one))                                 \
    STEP(global_search, GLOBAL_STEP("points", global_nb_events))                             \
    STEP(global_lift, GLOBAL_STEP("points", global_nb_events))                               \
    STEP(global_retry, GLOBAL_STEP("points", global_nb_retries))                             \
    STEP(global_sums_0, GLOBAL_STEP("scan", global_nb_chains_0))                             \
    STEP(global_sums_1, GLOBAL_STEP("scan", global_nb_chains_1))                             \
    STEP(global_sums_2, GLOBAL_STEP("scan", global_nb_chains_2))                             \
    STEP(global_top, .phase = "scan", .nb_items = global_nb_one, .block = TG_STEP_MAX_BLOCK, \
         .max_block = TG_STEP_MAX_BLOCK)                                                     \
    STEP(global_scan_2, GLOBAL_STEP("scan", global_nb_chains_2))                             \
    STEP(global_scan_1, GLOBAL_STEP("scan", global_nb_chains_1))                             \
    STEP(global_scan_0, GLOBAL_STEP("scan", global_nb_chains_0))                             \
    STEP(global_rows, GLOBAL_STEP("finish", NULL))                                           \
    STEP(global_lookups_clear, GLOBAL_STEP("lookups", global_nb_counters), .is_side = true)  \
    STEP(global_lookups, GLOBAL_STEP("lookups", global_nb_events), .is_side = true)

#define TG_SCRATCH_global_main                                      \
    .nb_scratch = TG_GLOBAL_NB_SCRATCH,                             \
    .scratch_bytes = {[TG_GLOBAL_COUNTERS] = global_counters_bytes, \
                      [TG_GLOBAL_POINTS] = global_points_bytes,     \
                      [TG_GLOBAL_SUMS] = global_points_bytes,       \
                      [TG_GLOBAL_LEVELS] = global_levels_bytes,     \
                      [TG_GLOBAL_RETRIES] = global_retries_bytes}

#endif

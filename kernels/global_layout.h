/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Scratch of Global's launch plan: what its steps hand to each other. Its kernels and its plan
 * agree on it here.
 *
 *   TG_GLOBAL_COUNTERS  one tg_global_counters
 *   TG_GLOBAL_POINTS    [nb_events] points of the events; beside x stands the norm, for the steps
 * up to retry, and beside y the offset, to the last step TG_GLOBAL_SUMS      [nb_events] sums up to
 * each event, with it TG_GLOBAL_LEVELS    points of the levels above, one level behind the other
 *   TG_GLOBAL_RETRIES   [nb_events] indices of events whose first square was no point for them
 */
#ifndef TRACEGATE_KERNELS_GLOBAL_LAYOUT_H
#define TRACEGATE_KERNELS_GLOBAL_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

enum {
    TG_GLOBAL_COUNTERS,
    TG_GLOBAL_POINTS,
    TG_GLOBAL_SUMS,
    TG_GLOBAL_LEVELS,
    TG_GLOBAL_RETRIES,
    TG_GLOBAL_NB_SCRATCH
};

/* A point in memory, balanced Montgomery words: 64 bytes, so that a thread reads whole sectors. */
typedef struct tg_global_slot {
    int32_t x[7];
    int32_t norm; /* of the curve's right side at x */
    int32_t y[7];
    int32_t offset;
} tg_global_slot;

/* Points of a chain. Short ones give more threads work; long ones leave fewer levels' points. */
#define TG_GLOBAL_CHAIN 8

/* Levels of sums above the points of the events. */
#define TG_GLOBAL_NB_LEVELS 3

/* Points of one level. */
typedef struct tg_global_level {
    size_t start; /* of its first, in TG_GLOBAL_LEVELS; of level 0 in TG_GLOBAL_POINTS */
    size_t nb_points;
} tg_global_level;

typedef struct tg_global_counters {
    uint32_t next_event; /* of the search: the first that no thread has taken */
    uint32_t nb_retries;
    tg_global_level levels[TG_GLOBAL_NB_LEVELS + 1]; /* 0: the events' */
} tg_global_counters;

#endif

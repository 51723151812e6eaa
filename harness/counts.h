/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Event counts and heights at which something ends: a row, a warp, a block, a tile of a kernel, the
 * height that the chip's rule gives. For campaigns and fuzzers, which can try them all or draw.
 */
#ifndef TRACEGATE_HARNESS_COUNTS_H
#define TRACEGATE_HARNESS_COUNTS_H

#include "harness/subject.h"

/* Numbers, ascending, each once; what has no room is left out. */
#define TG_MAX_LIMITS 1024
typedef struct tg_limits {
    size_t nb_values; /* 1 at the least */
    size_t values[TG_MAX_LIMITS];
} tg_limits;

/* Event counts of a trace: one less than a limit, the limit, one more, of
 *   no events and the first few, 16 and 32 rows, every power of two and the warps around it
 *   one, two and three times the block and the tile of each step of the launch plan
 * where a limit is one of events, and of rows with all their entries.
 * limits      caller's; overwritten
 * max_events  none of the counts is above it; nor above the first count of which events are ignored
 *             (tg_trace.max_events) */
void tg_boundary_counts(tg_limits *limits, const tg_subject *subject, size_t max_events);

/* Fixed heights for nb_events, all of them legal: 0, which leaves it to the rule, the rows needed,
 * and what lies around them: odd numbers, the rule's height, powers of two, multiples of the steps'
 * blocks and tiles, none above max_height but 0. 0 alone where fixed heights are ignored, or
 * nb_events need more rows.
 * limits  caller's; overwritten */
void tg_boundary_heights(tg_limits *limits, const tg_subject *subject, size_t nb_events,
                         size_t max_height);

/* One of the numbers, drawn: a function of the list, key and number alone. */
size_t tg_boundary_drawn(const tg_limits *limits, uint64_t key, uint64_t number);

#endif

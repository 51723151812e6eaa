/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How events are drawn: what is peculiar to a chip. Everything else follows from its description
 * (harness/generator.h).
 */
#ifndef TRACEGATE_HARNESS_DRAWS_H
#define TRACEGATE_HARNESS_DRAWS_H

#include "harness/std_rng.h"

#include <stdbool.h>
#include <stddef.h>

/* Draws of one trace. A NULL or false member leaves the general way: fields in struct order,
 * each by its type. */
typedef struct tg_trace_draws {
    /* SP1's test draws one event in its own order, or derives fields. event: all zero on entry. */
    void (*upstream)(tg_std_rng *rng, void *event);
    /* SP1's test draws the whole list. events: nb_events structs, all zero on entry. */
    void (*upstream_list)(tg_std_rng *rng, void *events, size_t nb_events);
    /* Number of events that SP1's records have where nb_events > 0 are asked for; 0: nb_events. */
    size_t upstream_nb_events;
    /* SP1's test draws a u64 after each instruction, which fills an unused offset. */
    bool upstream_filler;
    /* Make one event consistent after its fields were drawn at random: fields that follow from
     * others. */
    void (*complete)(void *event);
} tg_trace_draws;

/* Draws of a chip; harness/<file>.c defines tg_draws_<file>. */
typedef struct tg_draws {
    tg_trace_draws preprocessed;
    tg_trace_draws main;
} tg_draws;

#endif

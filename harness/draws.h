/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How events are drawn: what is peculiar to a chip. Everything else follows from its description
 * (harness/generator.h).
 */
#ifndef TRACEGATE_HARNESS_DRAWS_H
#define TRACEGATE_HARNESS_DRAWS_H

#include "harness/std_rng.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Draw events number first .. first + nb - 1 of a stream in which each event is a function of key
 * and its number alone, for every number below 2^63.
 * events  nb structs, all zero on entry
 * key     Philox key of the seed, the trace and the profile
 * Calls for parts of one stream run at the same time. */
typedef void tg_numbered_draw(void *events, uint64_t key, uint64_t first, size_t nb);

/* A profile drawn by a function of the chip's own. */
typedef struct tg_own_profile {
    tg_numbered_draw *draw; /* NULL: the trace has the general one, or none */
    size_t period;          /* events after which it has shown all that it has, and begins anew
                               with other values; 0: it does not */
    size_t section;         /* a script whose parts begin at multiples of this, and are worth having
                               whole in mixed events: a divisor of the period, and a multiple of 128.
                               0: no such parts */
} tg_own_profile;

/* Calls of code that was loaded at run time, for whoever watches that they return. */
typedef struct tg_calls {
    uint64_t nb_begun; /* both atomically */
    uint64_t nb_ended;
} tg_calls;

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
    tg_calls *calls; /* counts those of complete; NULL: nobody watches */
    /* Make one event consistent with the chip's constraints, whatever its fields hold, by changing
     * fields that follow from others. Values that the constraints allow stay.
     * draw  a random word, for what the fields leave open: which operation a result is of */
    void (*constrain)(void *event, uint32_t draw);
    tg_own_profile realistic; /* a trace has it only with a function of its own */
    tg_own_profile boundary;  /* instead of the general one (harness/generator_boundary.c) */
} tg_trace_draws;

/* Call complete, which is there. */
void tg_draws_complete(const tg_trace_draws *draws, void *event);

/* Draws of a chip; harness/<file>.c defines tg_draws_<file>. */
typedef struct tg_draws {
    tg_trace_draws preprocessed;
    tg_trace_draws main;
} tg_draws;

#endif

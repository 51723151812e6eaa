/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Limits of counts and heights, from a trace's description and its launch plan. */
#include "harness/counts.h"

#include "harness/philox.h"

#include <string.h>

/* Rows of a warp, and the unit of heights (model/trace.h). */
#define WARP ((size_t)32)

/* Height of a trace without events. */
#define EMPTY_HEIGHT ((size_t)16)

/* Multiples of a block that are worth a try: one block, two, and one between others. */
#define NB_MULTIPLES 3

/* Insert a number, if there is room; numbers above max are left out. */
static void insert(tg_limits *limits, size_t value, size_t max)
{
    size_t place = limits->nb_values;
    while (place > 0 && limits->values[place - 1] > value) {
        place--;
    }
    const bool is_there = place > 0 && limits->values[place - 1] == value;
    if (value > max || is_there || limits->nb_values == TG_MAX_LIMITS) return;
    memmove(limits->values + place + 1, limits->values + place,
            (limits->nb_values - place) * sizeof limits->values[0]);
    limits->values[place] = value;
    limits->nb_values++;
}

/* Insert a number and those around it. */
static void insert_around(tg_limits *limits, size_t value, size_t max)
{
    if (value != 0) insert(limits, value - 1, max);
    insert(limits, value, max);
    insert(limits, value + 1, max);
}

/* A limit of rows, which is one of events too. */
static void insert_rows(tg_limits *limits, const tg_trace *trace, size_t nb_rows, size_t max)
{
    insert_around(limits, nb_rows, max);
    if (trace->events_per_row == 1) return;
    insert_around(limits, (nb_rows - 1) * trace->events_per_row, max);
    insert_around(limits, nb_rows * trace->events_per_row, max);
    insert_around(limits, (nb_rows + 1) * trace->events_per_row, max);
}

/* Sizes that a step of a plan has of its own, in rows or other items. */
typedef struct step_sizes {
    size_t values[2];
} step_sizes;

static step_sizes sizes_of(const tg_step *step)
{
    const tg_launch shape = tg_step_launch(step, NULL, 0, 0);
    return (step_sizes){.values = {shape.block, *step->rows_per_block}};
}

void tg_boundary_counts(tg_limits *limits, const tg_subject *subject, size_t max_events)
{
    const tg_trace *trace = subject->trace;
    const size_t max = tg_trace_nb_events_worth(trace, max_events);
    *limits = (tg_limits){.nb_values = 0};
    insert_around(limits, 1, max);
    insert_rows(limits, trace, EMPTY_HEIGHT, max);
    const size_t nb_steps = subject->plan != NULL ? subject->plan->nb_steps : 0;
    for (size_t i = 0; i < nb_steps; i++) {
        const step_sizes sizes = sizes_of(&subject->plan->steps[i]);
        for (size_t multiple = 1; multiple <= NB_MULTIPLES; multiple++) {
            insert_rows(limits, trace, multiple * sizes.values[0], max);
            insert_rows(limits, trace, multiple * sizes.values[1], max);
        }
    }
    for (size_t power = 2; power / 2 <= max && power <= TG_MAX_HEIGHT; power *= 2) {
        insert_rows(limits, trace, power, max);
        if (power <= WARP) continue;
        insert(limits, power - WARP, max);
        insert(limits, power + WARP, max);
    }
}

/* The smallest multiple of a unit that is not below value. */
static size_t rounded_up(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

/* Insert the height and those around it which have all the rows. */
static void insert_height(tg_limits *limits, size_t height, size_t nb_rows, size_t max)
{
    for (size_t candidate = height != 0 ? height - 1 : 0; candidate <= height + 1; candidate++) {
        if (candidate >= nb_rows) insert(limits, candidate, max);
    }
}

void tg_boundary_heights(tg_limits *limits, const tg_subject *subject, size_t nb_events,
                         size_t max_height)
{
    const tg_trace *trace = subject->trace;
    const size_t max = max_height < TG_MAX_HEIGHT ? max_height : TG_MAX_HEIGHT;
    const size_t nb_rows = tg_trace_nb_rows(trace, nb_events);
    *limits = (tg_limits){.nb_values = 1};
    if (trace->height_rule != TG_HEIGHT_MULTIPLE_OF_32 || nb_rows > max) return;
    // An odd height, one that is no multiple of anything, and much padding.
    insert_height(limits, nb_rows, nb_rows, max);
    insert_height(limits, nb_rows + EMPTY_HEIGHT, nb_rows, max);
    insert(limits, nb_rows + 5 * WARP + 3, max);
    insert_height(limits, rounded_up(nb_rows, WARP), nb_rows, max);
    insert_height(limits, rounded_up(nb_rows, WARP) + WARP, nb_rows, max);
    size_t power = 1;
    while (power < nb_rows) {
        power *= 2;
    }
    insert_height(limits, power, nb_rows, max);
    const size_t nb_steps = subject->plan != NULL ? subject->plan->nb_steps : 0;
    for (size_t i = 0; i < nb_steps; i++) {
        const step_sizes sizes = sizes_of(&subject->plan->steps[i]);
        insert_height(limits, rounded_up(nb_rows, sizes.values[0]), nb_rows, max);
        insert_height(limits, rounded_up(nb_rows, sizes.values[1]), nb_rows, max);
    }
}

size_t tg_boundary_drawn(const tg_limits *limits, uint64_t key, uint64_t number)
{
    TG_VERIFY_CHECK(limits->nb_values != 0);
    uint32_t words[TG_PHILOX_LANES];
    tg_philox_block(words, key, number, 0, 0);
    return limits->values[(size_t)words[0] * limits->nb_values >> 32];
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Shrinking: fewer events, and a plainer height and launch shape. */
#include "harness/triage_internal.h"

#include "harness/counts.h"

#include <string.h>

/* Heights that are tried, at the most. */
#define MAX_HEIGHTS ((size_t)24)

/* ---- events ---- */

/* Try the smallest case without some of its events. */
static bool try_without(triage_shrink *shrink, size_t start, size_t nb)
{
    tg_case *next = triage_next(shrink);
    const size_t nb_behind = next->nb_events - start - nb;
    if (nb_behind != 0)
        memmove(triage_event(next, start), triage_event(next, start + nb),
                nb_behind * tg_trace_event_size(next->subject.trace));
    next->nb_events -= nb;
    return triage_try(shrink, next);
}

/* Try the smallest case with its first events only. */
static bool try_count(triage_shrink *shrink, size_t nb_events)
{
    tg_case first = shrink->smallest;
    first.nb_events = nb_events;
    return triage_try(shrink, &first);
}

/* Whether all events are alike, so that only their number counts. */
static bool are_alike(const tg_case *work)
{
    const size_t size = tg_trace_event_size(work->subject.trace);
    if (size == 0 || work->nb_events < 2) return true;
    return memcmp(work->events, triage_event(work, 1), (work->nb_events - 1) * size) == 0;
}

/* Find the fewest events of those that are alike: the first count that does among those at which
 * something ends, and then by halves between it and the one before. */
static void drop_alike(triage_shrink *shrink)
{
    tg_limits limits;
    const size_t nb_events = shrink->smallest.nb_events;
    tg_boundary_counts(&limits, &shrink->smallest.subject, nb_events);
    size_t low = 0;
    for (size_t i = 0; i < limits.nb_values && limits.values[i] < nb_events; i++) {
        if (try_count(shrink, limits.values[i]) || triage_is_over(shrink)) break;
        low = limits.values[i];
    }
    while (shrink->smallest.nb_events > low + 1 && !triage_is_over(shrink)) {
        const size_t middle = low + (shrink->smallest.nb_events - low) / 2;
        if (!try_count(shrink, middle)) low = middle;
    }
}

/* Drop events by halves, quarters and so on, down to each by itself. */
static void drop_parts(triage_shrink *shrink)
{
    size_t part = (shrink->smallest.nb_events + 1) / 2;
    while (part != 0) {
        bool has_dropped = false;
        // From the end on, so that what is left keeps its rows as long as it can.
        size_t end = shrink->smallest.nb_events;
        while (end > 0 && !triage_is_over(shrink)) {
            const size_t start = end > part ? end - part : 0;
            if (end - start < shrink->smallest.nb_events && try_without(shrink, start, end - start))
                has_dropped = true;
            end = start;
        }
        if (triage_is_over(shrink)) return;
        if (!has_dropped || part > 1) part /= 2;
    }
}

/* Try the same number of events, all of them like one. */
static void make_alike(triage_shrink *shrink, size_t model)
{
    tg_case *next = triage_next(shrink);
    const size_t size = tg_trace_event_size(next->subject.trace);
    for (size_t i = 0; i < next->nb_events; i++) {
        memcpy(triage_event(next, i), triage_event(&shrink->smallest, model), size);
    }
    (void)triage_try(shrink, next);
}

void triage_drop_events(triage_shrink *shrink)
{
    const size_t nb_events = shrink->smallest.nb_events;
    if (nb_events == 0) return;
    // Without events there is no eventful cell, unless rows are only counted.
    if (try_count(shrink, 0) || nb_events == 1) return;
    // Where it is their number that counts and not what they hold, a few runs tell.
    if (!are_alike(&shrink->smallest)) make_alike(shrink, nb_events - 1);
    if (!are_alike(&shrink->smallest)) make_alike(shrink, 0);
    if (are_alike(&shrink->smallest)) {
        drop_alike(shrink);
    } else {
        drop_parts(shrink);
    }
}

/* ---- shape ---- */

static void simplify_height(triage_shrink *shrink)
{
    tg_case next = shrink->smallest;
    if (next.fixed_height == 0) return;
    next.fixed_height = 0;
    if (triage_try(shrink, &next)) return;
    tg_limits limits;
    tg_boundary_heights(&limits, &next.subject, next.nb_events, shrink->smallest.fixed_height - 1);
    for (size_t i = 0; i < limits.nb_values && i < MAX_HEIGHTS; i++) {
        next.fixed_height = limits.values[i];
        if (next.fixed_height != 0 && triage_try(shrink, &next)) return;
    }
}

/* Try a shape that is simpler than the one at hand: the plan's number is simplest, then fewer. */
static bool try_shape(triage_shrink *shrink, uint32_t grid, uint32_t block)
{
    const tg_launch launch = shrink->smallest.launch;
    const bool is_simpler_grid = launch.grid != 0 && grid < launch.grid;
    const bool is_simpler_block = launch.block != 0 && block < launch.block;
    if ((grid != launch.grid && !is_simpler_grid) || (block != launch.block && !is_simpler_block) ||
        (grid == launch.grid && block == launch.block))
        return false;
    tg_case next = shrink->smallest;
    next.launch = (tg_launch){.grid = grid, .block = block};
    return triage_try(shrink, &next);
}

static void simplify_launch(triage_shrink *shrink)
{
    static const uint32_t small[] = {0, 1, 2, 3, 4, 8, 16, 32, 64, 128, 256, 512};
    const size_t nb = sizeof small / sizeof small[0];
    if (try_shape(shrink, 0, 0)) return;
    for (size_t i = 0; i < nb; i++) {
        if (try_shape(shrink, small[i], shrink->smallest.launch.block)) break;
    }
    for (size_t i = 0; i < nb; i++) {
        if (try_shape(shrink, shrink->smallest.launch.grid, small[i])) break;
    }
}

void triage_simplify_shape(triage_shrink *shrink)
{
    if (shrink->smallest.max_candidates != 0) {
        tg_case next = shrink->smallest;
        next.max_candidates = 0;
        (void)triage_try(shrink, &next);
    }
    simplify_launch(shrink);
    simplify_height(shrink);
}

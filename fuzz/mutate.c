/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Mutations of cases: decode, change, encode. */
#include "fuzz/mutate_internal.h"
#include "model/memory.h"

#include <string.h>

/* Rows and counts at which something turns whatever the kernel: height rules, warps, blocks, powers
 * of two; each with its neighbours. */
static const size_t common_limits[] = {1, 16, 32, 64, 128, 256, 512, 1024};

/* Changes of one mutation, at the most. */
#define MAX_CHANGES 4

/* ---- mutations ---- */

/* Begin to change the case that bytes are. */
static bool begin(tg_fuzz_change *of, const tg_fuzz_mutator *mutator, const uint8_t *bytes,
                  size_t nb_bytes, uint64_t seed)
{
    *of = (tg_fuzz_change){.mutator = mutator, .random = seed};
    if (tg_case_decode(&of->work, &mutator->subject, bytes, nb_bytes, NULL) != TG_OK) return false;
    if (of->work.events != NULL)
        memcpy(mutator->events, of->work.events, of->work.nb_events * mutator->event_size);
    tg_buffer_destroy(of->work.events);
    of->work.events = NULL;
    return true;
}

/* A height below the rows that the events need is raised when it is decoded: at once, so that the
 * bytes are what they mean. */
static void raise_height(tg_case *work)
{
    const tg_trace *trace = work->subject.trace;
    const size_t nb_rows = tg_trace_nb_rows(trace, work->nb_events);
    if (trace->height_rule != TG_HEIGHT_MULTIPLE_OF_32 || work->fixed_height == 0) return;
    if (work->fixed_height < nb_rows) work->fixed_height = nb_rows;
}

/* Let events be those whose turn it is of the first nb. */
static void repeat_events(const tg_fuzz_change *of, size_t nb)
{
    const size_t event_size = of->mutator->event_size;
    for (size_t i = nb; i < of->work.nb_events; i++) {
        memcpy(tg_fuzz_event_at(of, i), tg_fuzz_event_at(of, i - nb), event_size);
    }
}

/* Encode the changed case; events that do not fit become repetitions. Returns the number of bytes;
 * 0 without memory. */
static size_t end(tg_fuzz_change *of, uint8_t *bytes, size_t max_bytes)
{
    const tg_fuzz_mutator *mutator = of->mutator;
    size_t nb_bytes = 0;
    if (max_bytes < TG_CASE_HEAD_BYTES) {
        // Too little for a head: zeros are the smallest case.
        memset(bytes, 0, max_bytes);
        return max_bytes;
    }
    if (tg_case_mend_events(mutator->events, &mutator->subject, of->work.nb_events, NULL) != TG_OK)
        return 0;
    of->work.events = mutator->event_size != 0 ? mutator->events : NULL;
    raise_height(&of->work);
    const tg_status status = tg_case_encode(bytes, &nb_bytes, max_bytes, &of->work, NULL);
    if (status == TG_OK || mutator->event_size == 0) return nb_bytes;
    const size_t nb_fitting = (max_bytes - TG_CASE_HEAD_BYTES) / mutator->event_size;
    if (nb_fitting == 0) {
        of->work.nb_events = 0;
    } else {
        repeat_events(of, nb_fitting);
    }
    return tg_case_encode(bytes, &nb_bytes, max_bytes, &of->work, NULL) == TG_OK ? nb_bytes : 0;
}

size_t tg_fuzz_mutate(tg_fuzz_mutator *mutator, uint8_t *bytes, size_t nb_bytes, size_t max_bytes,
                      uint64_t seed)
{
    tg_fuzz_change of;
    if (!begin(&of, mutator, bytes, nb_bytes, seed)) return nb_bytes;
    const size_t nb_changes = 1 + tg_fuzz_below(&of, MAX_CHANGES);
    tg_fuzz_make_small(&of);
    for (size_t i = 0; i < nb_changes; i++) {
        tg_fuzz_change_any(&of);
    }
    if (tg_fuzz_one_in(&of, 32)) tg_fuzz_change_candidates(&of);
    tg_fuzz_shrink_shape(&of);
    const size_t nb_after = end(&of, bytes, max_bytes);
    return nb_after != 0 ? nb_after : nb_bytes;
}

/* Take the head's numbers from the other case, each or not. */
static void cross_head(tg_fuzz_change *of, const tg_case *other)
{
    if (tg_fuzz_one_in(of, 2)) of->work.fixed_height = other->fixed_height;
    if (tg_fuzz_one_in(of, 2)) of->work.launch.grid = other->launch.grid;
    if (tg_fuzz_one_in(of, 2)) of->work.launch.block = other->launch.block;
    if (tg_fuzz_one_in(of, 2)) of->work.max_candidates = other->max_candidates;
}

/* Put a run of the other's events into the case: in place of some, or behind all. */
static void cross_events(tg_fuzz_change *of, const tg_case *other)
{
    const tg_fuzz_mutator *mutator = of->mutator;
    const size_t most = TG_CASE_MAX_EVENTS;
    if (other->nb_events == 0) return;
    const size_t first = tg_fuzz_below(of, other->nb_events);
    const size_t nb_taken = 1 + tg_fuzz_below(of, other->nb_events - first);
    const size_t at =
        tg_fuzz_one_in(of, 2) ? of->work.nb_events : tg_fuzz_below(of, of->work.nb_events + 1);
    const size_t nb = at + nb_taken <= most ? nb_taken : most - at;
    if (at + nb > of->work.nb_events) of->work.nb_events = at + nb;
    if (mutator->event_size == 0 || nb == 0) return;
    memcpy(tg_fuzz_event_at(of, at), (unsigned char *)other->events + first * mutator->event_size,
           nb * mutator->event_size);
}

size_t tg_fuzz_cross(tg_fuzz_mutator *mutator, uint8_t *out, size_t max_bytes, const uint8_t *first,
                     size_t nb_first, const uint8_t *second, size_t nb_second, uint64_t seed)
{
    tg_fuzz_change of;
    tg_case other;
    if (!begin(&of, mutator, first, nb_first, seed)) return 0;
    if (tg_case_decode(&other, &mutator->subject, second, nb_second, NULL) != TG_OK) return 0;
    cross_head(&of, &other);
    cross_events(&of, &other);
    tg_case_clear(&other);
    tg_fuzz_make_small(&of);
    return end(&of, out, max_bytes);
}

/* ---- preparation ---- */

/* Add a count with its neighbours, in order, each once. */
static void add_limit(tg_fuzz_mutator *mutator, size_t limit)
{
    for (size_t count = limit - 1; count <= limit + 1; count++) {
        size_t at = 0;
        while (at < mutator->nb_limits && mutator->limits[at] < count) {
            at++;
        }
        const bool is_known = at < mutator->nb_limits && mutator->limits[at] == count;
        if (is_known || mutator->nb_limits == TG_FUZZ_MAX_LIMITS) continue;
        memmove(&mutator->limits[at + 1], &mutator->limits[at],
                (mutator->nb_limits - at) * sizeof *mutator->limits);
        mutator->limits[at] = count;
        mutator->nb_limits++;
    }
}

static void add_limits(tg_fuzz_mutator *mutator)
{
    const tg_trace *trace = mutator->subject.trace;
    const tg_plan *plan = mutator->subject.plan;
    for (size_t i = 0; i < sizeof common_limits / sizeof common_limits[0]; i++) {
        add_limit(mutator, common_limits[i]);
    }
    for (size_t i = 0; i < plan->nb_steps; i++) {
        const tg_launch launch = tg_step_launch(&plan->steps[i], NULL, 32, 1);
        mutator->is_plan_large = mutator->is_plan_large || launch.grid > TG_CASE_MAX_GRID;
        // What one block takes, in rows and in events.
        const size_t nb_rows = *plan->steps[i].rows_per_block;
        const size_t counts[] = {nb_rows, nb_rows * trace->events_per_row};
        for (size_t k = 0; k < 2; k++) {
            if (counts[k] != 0 && counts[k] <= TG_CASE_MAX_EVENTS) add_limit(mutator, counts[k]);
        }
    }
}

/* Keep the leaves that hold something to change. */
static void list_leaves(tg_fuzz_mutator *mutator, size_t nb_all)
{
    tg_type_leaves(mutator->leaves, mutator->subject.trace->event);
    for (size_t i = 0; i < nb_all; i++) {
        const tg_form form = mutator->leaves[i].type->form;
        if (form == TG_FORM_PAD || form == TG_FORM_ONE) continue;
        mutator->leaves[mutator->nb_leaves++] = mutator->leaves[i];
    }
}

tg_status tg_fuzz_mutator_init(tg_fuzz_mutator *mutator, const tg_subject *subject, tg_error *error)
{
    const tg_trace *trace = subject->trace;
    *mutator = (tg_fuzz_mutator){.subject = *subject,
                                 .event_size = tg_trace_event_size(trace),
                                 .is_searched = trace->max_candidates != 0};
    add_limits(mutator);
    if (trace->event == NULL) return TG_OK;
    void *buffer = NULL;
    const size_t nb_leaves = tg_type_nb_leaves(trace->event);
    tg_status status = tg_buffer_create(&buffer, nb_leaves, sizeof *mutator->leaves, error);
    mutator->leaves = buffer;
    if (status != TG_OK) return status;
    status = tg_buffer_create(&buffer, TG_CASE_MAX_EVENTS, mutator->event_size, error);
    mutator->events = buffer;
    if (status == TG_OK) list_leaves(mutator, nb_leaves);
    return status;
}

void tg_fuzz_mutator_clear(tg_fuzz_mutator *mutator)
{
    tg_buffer_destroy(mutator->leaves);
    tg_buffer_destroy(mutator->events);
    *mutator = (tg_fuzz_mutator){.leaves = NULL};
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The quick way to run a case. */
#include "fuzz/trace_run.h"

#include <string.h>

static tg_status side_init(tg_fuzz_side *side, const tg_trace *trace, tg_error *error)
{
    tg_status status = tg_fuzz_arena_init(
        &side->cells, TG_CASE_MAX_HEIGHT * tg_trace_width(trace) * sizeof(uint32_t), error);
    for (size_t i = 0; i < trace->nb_sides && status == TG_OK; i++) {
        status = tg_fuzz_arena_init(&side->sides[i],
                                    tg_side_nb_words(&trace->sides[i]) * sizeof(uint32_t), error);
    }
    return status;
}

static void side_clear(tg_fuzz_side *side)
{
    tg_fuzz_arena_clear(&side->cells);
    for (size_t i = 0; i < TG_MAX_SIDES; i++) {
        tg_fuzz_arena_clear(&side->sides[i]);
    }
}

tg_status tg_fuzz_run_init(tg_fuzz_run *run, const tg_subject *subject, tg_error *error)
{
    const tg_trace *trace = subject->trace;
    *run = (tg_fuzz_run){.events = {.buffer = NULL}};
    tg_status status =
        tg_fuzz_arena_init(&run->events, TG_CASE_MAX_EVENTS * tg_trace_event_size(trace), error);
    if (status == TG_OK) status = side_init(&run->expected, trace, error);
    if (status == TG_OK) status = side_init(&run->actual, trace, error);
    return status;
}

void tg_fuzz_run_clear(tg_fuzz_run *run)
{
    tg_fuzz_arena_clear(&run->events);
    side_clear(&run->expected);
    side_clear(&run->actual);
}

static uint32_t *lend_poisoned(tg_fuzz_arena *arena, size_t nb_words, uint32_t poison)
{
    uint32_t *words = tg_fuzz_arena_lend(arena, nb_words * sizeof *words);
    // Both poisons are one byte four times.
    memset(words, (int)(poison & 0xff), nb_words * sizeof *words);
    return words;
}

static tg_product lend_product(tg_fuzz_side *side, const tg_trace *trace, size_t height,
                               uint32_t poison)
{
    tg_product product = {.cells =
                              lend_poisoned(&side->cells, height * tg_trace_width(trace), poison)};
    for (size_t i = 0; i < trace->nb_sides; i++) {
        product.sides[i] =
            lend_poisoned(&side->sides[i], tg_side_nb_words(&trace->sides[i]), poison);
    }
    return product;
}

static tg_status mismatch(tg_error *error, const tg_case *work, const char *what)
{
    tg_error_set(error, TG_ERR_MISMATCH, "%s", what);
    tg_error_where(error, "%s", work->subject.trace->name);
    tg_error_how(error, "run the case again by the line that is printed with it");
    return TG_ERR_MISMATCH;
}

/* Number of the event that an error is about: both sides begin "event 17 of". */
static size_t event_of(const tg_error *error)
{
    size_t event = SIZE_MAX;
    if (sscanf(error->what, "event %zu of", &event) != 1) return SIZE_MAX;
    return event;
}

/* The reference refuses the events, since none of an event's candidates will do: so must the
 * kernels, for the same event. */
static tg_status compare_refusals(const tg_error *expected, tg_status actual_status,
                                  const tg_error *actual, const tg_case *work, tg_error *error)
{
    if (actual_status == TG_ERR_EVENT && event_of(expected) == event_of(actual)) return TG_OK;
    return mismatch(error, work, "the reference refuses an event, and the kernels another or none");
}

/* As memcmp, which a sanitizer would have look at all of the memory's state first: side outputs
 * have millions of bytes. */
static bool are_equal(const uint32_t *first, const uint32_t *second, size_t nb_words)
{
    uint32_t different = 0;
    for (size_t i = 0; i < nb_words; i++) {
        different |= first[i] ^ second[i];
    }
    return different == 0;
}

/* True if all words are below p. */
static bool are_reduced(const uint32_t *words, size_t nb_words)
{
    uint32_t greatest = 0;
    for (size_t i = 0; i < nb_words; i++) {
        greatest = words[i] > greatest ? words[i] : greatest;
    }
    return greatest < TG_P;
}

static tg_status compare(const tg_product *expected, const tg_product *actual, const tg_case *work,
                         size_t height, tg_error *error)
{
    const tg_trace *trace = work->subject.trace;
    const size_t nb_cells = height * tg_trace_width(trace);
    if (!are_equal(expected->cells, actual->cells, nb_cells))
        return mismatch(error, work, "cells differ");
    if (!are_reduced(actual->cells, nb_cells))
        return mismatch(error, work, "cells hold words that are not below p, on both sides");
    for (size_t i = 0; i < trace->nb_sides; i++) {
        const size_t nb_words = tg_side_nb_words(&trace->sides[i]);
        if (!are_equal(expected->sides[i], actual->sides[i], nb_words))
            return mismatch(error, work, "side outputs differ");
    }
    return TG_OK;
}

/* The machine's failures are no findings. */
static tg_status failed(tg_status status, const tg_error *why, const tg_case *work,
                        const char *what, tg_error *error)
{
    if (tg_status_exit_code(status) != 3) return mismatch(error, work, what);
    if (error != NULL) *error = *why;
    return status;
}

tg_status tg_fuzz_run_case(tg_fuzz_run *run, const tg_case *work, bool turned, tg_error *error)
{
    const tg_trace *trace = work->subject.trace;
    const size_t nb_event_bytes = work->nb_events * tg_trace_event_size(trace);
    tg_request request = {.trace = trace,
                          .nb_events = work->nb_events,
                          .max_candidates = work->max_candidates};
    tg_error expected_error = {0};
    tg_error actual_error = {0};
    tg_status status =
        tg_trace_height(trace, work->nb_events, work->fixed_height, &request.height, error);
    if (status != TG_OK) return status;
    void *events = tg_fuzz_arena_lend(&run->events, nb_event_bytes);
    if (nb_event_bytes != 0) memcpy(events, work->events, nb_event_bytes);
    request.events = nb_event_bytes != 0 ? events : NULL;
    const tg_product expected = lend_product(&run->expected, trace, request.height,
                                             turned ? TG_POISON_SECOND : TG_POISON_FIRST);
    const tg_product actual = lend_product(&run->actual, trace, request.height,
                                           turned ? TG_POISON_FIRST : TG_POISON_SECOND);

    status = tg_ref_make(&expected, work->subject.reference, &request, &expected_error);
    if (status != TG_OK && status != TG_ERR_EVENT)
        return failed(status, &expected_error, work, "the reference fails", error);
    const tg_status actual_status =
        tg_plan_run_host(work->subject.plan, &work->launch, &actual, &request, &actual_error);
    if (status == TG_ERR_EVENT)
        return compare_refusals(&expected_error, actual_status, &actual_error, work, error);
    if (actual_status != TG_OK)
        return failed(actual_status, &actual_error, work, "the kernels fail", error);
    if (nb_event_bytes != 0 && memcmp(events, work->events, nb_event_bytes) != 0)
        return mismatch(error, work, "events were changed");
    return compare(&expected, &actual, work, request.height, error);
}

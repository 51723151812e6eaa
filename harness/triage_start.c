/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Shrinking: from the whole case to a few events.
 *
 * One bug is met in many events, and what the first of them shows by itself may be less than the
 * bug does: two fields that are exchanged and happen to be equal. So several wrong events are tried
 * by themselves, and the one is taken that shows what the whole shows: the first wrong column and
 * the first cause. That is what makes the keys of one bug agree wherever it is met.
 */
#include "harness/triage_internal.h"

#include <string.h>

/* Wrong events that are tried by themselves: the first few, and others spread over the trace. */
#define MAX_STARTS ((size_t)12)
#define NB_FIRST_STARTS ((size_t)6)

/* Events that are tried at once, at the most, unless the whole has no more than this: beyond,
 * traces take memory by the gigabyte. */
#define MAX_WINDOW ((size_t)1 << 17)

/* Wrong events. */
typedef struct starts {
    size_t nb;
    size_t events[MAX_STARTS];
} starts;

static void add_start(starts *list, size_t event)
{
    for (size_t i = 0; i < list->nb; i++) {
        if (list->events[i] == event) return;
    }
    if (list->nb < MAX_STARTS) list->events[list->nb++] = event;
}

/* The event of a wrong eventful cell; false: it is none. */
static bool wrong_event(size_t *event, const tg_mismatch *mismatch, size_t row, size_t column)
{
    const tg_matrix *expected = &mismatch->expected;
    const tg_matrix *actual = &mismatch->actual;
    const uint32_t word = actual->cells[column * actual->height + row];
    if (expected->cells[column * expected->height + row] == word && word < TG_P) return false;
    const tg_cell_source source = tg_trace_cell(mismatch->trace, mismatch->nb_events, row, column);
    *event = source.event;
    return source.eventful;
}

/* Wrong events of one column: the first ones, and then, from further and further down, the first
 * behind an even part of its rows. */
static void add_column_starts(starts *list, const tg_mismatch *mismatch, size_t column)
{
    const size_t height = mismatch->expected.height < mismatch->actual.height
                              ? mismatch->expected.height
                              : mismatch->actual.height;
    size_t event = 0;
    for (size_t row = 0; row < height && list->nb < NB_FIRST_STARTS; row++) {
        if (wrong_event(&event, mismatch, row, column)) add_start(list, event);
    }
    const size_t nb_parts = MAX_STARTS - NB_FIRST_STARTS + 1;
    for (size_t part = 1; part < nb_parts; part++) {
        for (size_t row = height * part / nb_parts; row < height * (part + 1) / nb_parts; row++) {
            if (!wrong_event(&event, mismatch, row, column)) continue;
            add_start(list, event);
            break;
        }
    }
}

/* Wrong events to start with; none where it is not events that are wrong. */
static void list_starts(starts *list, const triage_shrink *shrink)
{
    const tg_mismatch *mismatch = &shrink->mismatch;
    *list = (starts){.nb = 0};
    if (shrink->sign.place.part != TG_PART_EVENTFUL || mismatch->trace->event == NULL ||
        mismatch->expected.cells == NULL || mismatch->actual.cells == NULL)
        return;
    if (shrink->sign.place.column != SIZE_MAX)
        add_column_starts(list, mismatch, shrink->sign.place.column);
}

/* Part of the whole's events. plainness 2 leaves height and shape to rule and plan, 1 the height, 0
 * none. */
static tg_case part_of(const tg_case *whole, size_t start, size_t end, unsigned plainness)
{
    tg_case part = *whole;
    if (whole->subject.trace->event != NULL) part.events = triage_event(whole, start);
    part.nb_events = end - start;
    if (plainness >= 1) part.fixed_height = 0;
    if (plainness >= 2) {
        part.launch = (tg_launch){0};
        part.max_candidates = 0;
    }
    return part;
}

/* Whether a plainness is the same as a plainer one. */
static bool is_plain(const tg_case *whole, unsigned plainness)
{
    if (plainness == 2) return false;
    if (plainness == 1)
        return whole->launch.grid == 0 && whole->launch.block == 0 && whole->max_candidates == 0;
    return whole->fixed_height == 0;
}

/* Try a part of the events, as plain as it shows. */
static bool try_part(triage_shrink *shrink, size_t start, size_t end)
{
    for (unsigned plainness = 3; plainness-- > 0;) {
        if (is_plain(shrink->whole, plainness)) continue;
        const tg_case part = part_of(shrink->whole, start, end, plainness);
        if (triage_try(shrink, &part)) return true;
    }
    return false;
}

/* How far what a case shows is from what the whole shows; 0: it is the same. */
static uint64_t distance(const triage_shrink *shrink, const triage_sign *sign, tg_cause cause)
{
    const uint64_t is_other_place = strcmp(sign->place.text, shrink->sign.place.text) != 0;
    const uint64_t is_other_cause = sign->cause != cause;
    const uint64_t column = is_other_place ? sign->place.column & 0xffffff : 0;
    return is_other_place << 63 | is_other_cause << 62 | column << 16 |
           (is_other_cause ? (uint64_t)sign->cause : 0);
}

/* Try wrong events by themselves, and take the one that shows most like the whole. */
static bool try_single(triage_shrink *shrink, const starts *list, tg_cause cause)
{
    uint64_t least = UINT64_MAX;
    tg_case best = {.events = NULL};
    for (unsigned plainness = 3; plainness-- > 0 && least == UINT64_MAX;) {
        if (is_plain(shrink->whole, plainness)) continue;
        for (size_t i = 0; i < list->nb && least != 0; i++) {
            triage_sign sign;
            const size_t event = list->events[i];
            const tg_case part = part_of(shrink->whole, event, event + 1, plainness);
            if (!triage_shows(shrink, &part, &sign)) continue;
            const uint64_t found = distance(shrink, &sign, cause);
            if (found >= least) continue;
            least = found;
            best = part;
        }
    }
    if (least == UINT64_MAX) return false;
    triage_adopt(shrink, &best);
    return true;
}

/* Try windows of more and more events that end with a wrong one. */
static bool try_windows(triage_shrink *shrink, size_t event)
{
    for (size_t window = 2;; window *= 2) {
        const size_t length = window < event + 1 ? window : event + 1;
        if (length > MAX_WINDOW) return false;
        if (try_part(shrink, event + 1 - length, event + 1)) return true;
        if (length == event + 1 || triage_is_over(shrink)) return false;
    }
}

/* Try more and more events from the first on. */
static bool try_prefixes(triage_shrink *shrink)
{
    const size_t nb_events = shrink->whole->nb_events;
    for (size_t length = 0; length < nb_events && length <= MAX_WINDOW;
         length = length == 0 ? 1 : 2 * length) {
        if (try_part(shrink, 0, length)) return true;
        if (triage_is_over(shrink)) return false;
    }
    return false;
}

void triage_find_start(triage_shrink *shrink, tg_cause cause)
{
    starts list;
    list_starts(&list, shrink);
    shrink->level = TRIAGE_PART;
    if (list.nb != 0) {
        if (try_single(shrink, &list, cause) || try_windows(shrink, list.events[0])) return;
    } else if (try_prefixes(shrink)) {
        return;
    }
    // It takes what lies behind, or the number of events.
    if (shrink->whole->nb_events <= MAX_WINDOW) (void)try_part(shrink, 0, shrink->whole->nb_events);
}

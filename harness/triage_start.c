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

/* How many times the events that are enough to show something are taken to show what the whole
 * does. */
#define MAX_WORTH 4

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

/* How far what a case shows is from what the whole shows; 0: it is the same. */
static uint64_t distance(const triage_shrink *shrink, const triage_sign *sign, tg_cause cause)
{
    const uint64_t is_other_place = strcmp(sign->place.text, shrink->sign.place.text) != 0;
    const uint64_t is_other_cause = sign->cause != cause;
    const uint64_t column = is_other_place ? sign->place.column & 0xffffff : 0;
    return is_other_place << 63 | is_other_cause << 62 | column << 16 |
           (is_other_cause ? (uint64_t)sign->cause : 0);
}

/* A part of the events that shows something: the first one that shows what the whole shows, else
 * the first one. */
typedef struct found_part {
    bool is_found;
    bool is_like; /* it shows what the whole shows */
    tg_case part;
} found_part;

/* Look at a part of the events, as plain as it shows. Returns whether it shows anything. */
static bool look_at_part(found_part *found, triage_shrink *shrink, size_t start, size_t end,
                         tg_cause cause)
{
    for (unsigned plainness = 3; plainness-- > 0;) {
        if (is_plain(shrink->whole, plainness)) continue;
        triage_sign sign;
        const tg_case part = part_of(shrink->whole, start, end, plainness);
        if (!triage_shows(shrink, &part, &sign)) continue;
        const bool is_like = distance(shrink, &sign, cause) == 0;
        if (!found->is_found || is_like) found->part = part;
        found->is_found = true;
        found->is_like = is_like;
        return true;
    }
    return false;
}

/* Take the part that was found; false: none was. */
static bool take_part(triage_shrink *shrink, const found_part *found)
{
    if (found->is_found) triage_adopt(shrink, &found->part);
    return found->is_found;
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

/* Try windows of more and more events that end with a wrong one, and at last the one behind it,
 * too: its row, or padding, is there to be compared with. Few events may look like anything: more
 * of them are tried until they look like the whole. */
static bool try_windows(triage_shrink *shrink, size_t event, tg_cause cause)
{
    found_part found = {.is_found = false};
    size_t start = event + 1;
    size_t most = MAX_WINDOW;
    for (size_t window = 2; start != 0 && !triage_is_over(shrink); window *= 2) {
        const size_t length = window < event + 1 ? window : event + 1;
        if (length > most) break;
        start = event + 1 - length;
        const bool is_first = !found.is_found;
        if (look_at_part(&found, shrink, start, event + 1, cause) && is_first)
            most = MAX_WORTH * length < MAX_WINDOW ? MAX_WORTH * length : MAX_WINDOW;
        if (found.is_like) break;
    }
    if (start == 0 && !found.is_like && event + 2 <= shrink->whole->nb_events)
        (void)look_at_part(&found, shrink, 0, event + 2, cause);
    return take_part(shrink, &found);
}

/* Try more and more events from the first on. Where none and one event look like something else
 * than the whole, it is no more events that make the difference. */
static bool try_prefixes(triage_shrink *shrink, tg_cause cause)
{
    const size_t nb_events = shrink->whole->nb_events;
    found_part found = {.is_found = false};
    for (size_t length = 0; length < nb_events && length <= MAX_WINDOW && !triage_is_over(shrink);
         length = length == 0 ? 1 : 2 * length) {
        (void)look_at_part(&found, shrink, 0, length, cause);
        if (found.is_like || (found.is_found && length != 0)) break;
    }
    return take_part(shrink, &found);
}

/* Try all events. */
static void try_whole(triage_shrink *shrink, tg_cause cause)
{
    found_part found = {.is_found = false};
    (void)look_at_part(&found, shrink, 0, shrink->whole->nb_events, cause);
    (void)take_part(shrink, &found);
}

void triage_find_start(triage_shrink *shrink, tg_cause cause)
{
    starts list;
    list_starts(&list, shrink);
    shrink->level = TRIAGE_PART;
    if (list.nb != 0) {
        if (try_single(shrink, &list, cause) || try_windows(shrink, list.events[0], cause)) return;
    } else if (try_prefixes(shrink, cause)) {
        return;
    }
    // It takes what lies behind, or the number of events.
    if (shrink->whole->nb_events <= MAX_WINDOW) try_whole(shrink, cause);
}

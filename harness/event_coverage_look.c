/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The classes of events, one event after the other: a mask for each item, then the groups. */
#include "harness/event_coverage_look_internal.h"

#include <string.h>

/* Items looked at in one call: some milliseconds of one core at first. Each call that sees nothing
 * new halves it, down to a tenth of a millisecond, and one that does begins anew. Events are looked
 * at in stretches, so that what follows each other in a stream is seen. */
#define MAX_ITEMS_LOOKED_AT ((size_t)1 << 18)
#define MIN_ITEMS_LOOKED_AT ((size_t)1 << 13)
#define STRETCH ((size_t)256)

/* What a word that is near to the end of its range is below it by, at the most: as
 * tg_near_word's. */
#define NEAR 64u

static uint32_t load_word(const unsigned char *at)
{
    uint32_t word = 0;
    memcpy(&word, at, sizeof word);
    return word;
}

static bool is_corner(const tg_event_coverage *coverage, uint32_t word)
{
    uint32_t slot = coverage_slot_of(word);
    while (coverage->corners[slot] != 0) {
        if (coverage->corners[slot] == word) return true;
        slot = (slot + 1) % COVERAGE_NB_SLOTS;
    }
    return false;
}

/* Words at which a form's classes are. */
typedef struct word_marks {
    uint32_t one;
    uint32_t last;
    uint32_t end; /* first word that is not one; 0: 2^32 */
    uint32_t high_bit;
} word_marks;

static word_marks marks_of(const tg_type *type)
{
    switch (type->form) {
    case TG_FORM_FELT:
        return (word_marks){TG_WORD_ONE, TG_P - TG_WORD_ONE, TG_P, UINT32_C(1) << 30};
    case TG_FORM_RESIDUE:
        return (word_marks){1, TG_P - 1, TG_P, UINT32_C(1) << 30};
    default:
        return (word_marks){1, UINT32_MAX, 0, UINT32_C(1) << 31};
    }
}

/* Classes of a word, but for equality. */
static uint64_t word_classes(const tg_event_coverage *coverage, const coverage_item *item,
                             uint32_t word)
{
    const word_marks marks = marks_of(item->type);
    uint64_t mask = 0;
    if (word == 0) {
        mask |= coverage_bit(COVERAGE_WORD_ZERO);
    } else if (word == marks.one) {
        mask |= coverage_bit(COVERAGE_WORD_ONE);
    } else if (word == marks.last) {
        mask |= coverage_bit(COVERAGE_WORD_LAST);
    } else if (is_corner(coverage, word)) {
        mask |= coverage_bit(COVERAGE_WORD_CORNER);
    }
    if (marks.end - 1 - word < NEAR) mask |= coverage_bit(COVERAGE_WORD_NEAR_END);
    if (mask == 0) mask |= coverage_bit(COVERAGE_WORD_OTHER);
    if ((word & marks.high_bit) != 0) mask |= coverage_bit(COVERAGE_WORD_HIGH_BIT);
    return mask;
}

/* Mark the item of a word as equal to an earlier one of the event, and that one too.
 * stamp  of the event: slots with another one are free */
static void mark_equal(tg_event_coverage *coverage, size_t item, uint32_t word, uint64_t stamp)
{
    uint32_t at = coverage_slot_of(word);
    while (coverage->slots[at].stamp == stamp && coverage->slots[at].word != word) {
        at = (at + 1) % COVERAGE_NB_SLOTS;
    }
    coverage_slot *slot = &coverage->slots[at];
    if (slot->stamp == stamp) {
        coverage->masks[item] |= coverage_bit(COVERAGE_WORD_EQUAL);
        coverage->masks[slot->first] |= coverage_bit(COVERAGE_WORD_EQUAL);
    } else {
        *slot = (coverage_slot){.stamp = stamp, .word = word, .first = (uint32_t)item};
    }
}

static uint64_t array_classes(const coverage_item *item, const unsigned char *event)
{
    const unsigned char *words = event + item->offset;
    const uint32_t first = load_word(words);
    const uint32_t second = load_word(words + sizeof first);
    size_t nb_not_zero = first != 0;
    size_t nb_unlike_first = 0;
    size_t nb_unlike_second = first != second;
    for (size_t i = 1; i < item->nb; i++) {
        const uint32_t word = load_word(words + i * sizeof word);
        nb_not_zero += word != 0;
        nb_unlike_first += word != first;
        nb_unlike_second += word != second;
    }
    uint64_t mask = 0;
    if (nb_not_zero == 0) mask |= coverage_bit(COVERAGE_ARRAY_ZERO);
    if (nb_unlike_first == 0 && first != 0) mask |= coverage_bit(COVERAGE_ARRAY_FLAT);
    if (nb_not_zero == 1) {
        mask |= coverage_bit(COVERAGE_ARRAY_ONE_HOT);
        if (first == marks_of(item->type).one) mask |= coverage_bit(COVERAGE_ARRAY_UNIT);
    } else if (nb_unlike_first == 1 || nb_unlike_second == 1) {
        mask |= coverage_bit(COVERAGE_ARRAY_ALMOST);
    }
    return mask;
}

/* Whether another array of the event, of the same length, has the same words. */
static bool has_equal(const tg_event_coverage *coverage, size_t item, const unsigned char *event)
{
    const coverage_item *array = &coverage->items[item];
    for (size_t i = 0; i < coverage->nb_items; i++) {
        const coverage_item *other = &coverage->items[i];
        if (i != item && other->sort == COVERAGE_ARRAY && other->nb == array->nb &&
            memcmp(event + other->offset, event + array->offset, array->nb * sizeof(uint32_t)) == 0)
            return true;
    }
    return false;
}

static uint32_t load_value(const coverage_item *item, const unsigned char *event)
{
    return item->type->size == 1 ? event[item->offset] : load_word(event + item->offset);
}

static uint64_t value_classes(const coverage_item *item, const unsigned char *event)
{
    const uint32_t value = load_value(item, event);
    const size_t nb_values = coverage_nb_values(item->type);
    if (nb_values <= COVERAGE_MAX_CLASSES) return coverage_bit(value % COVERAGE_MAX_CLASSES);
    return coverage_bit(value == 0               ? COVERAGE_VALUE_ZERO
                        : value == 1             ? COVERAGE_VALUE_ONE
                        : value == nb_values - 1 ? COVERAGE_VALUE_LAST
                                                 : COVERAGE_VALUE_OTHER);
}

static uint64_t bound_classes(const coverage_item *item, const unsigned char *event)
{
    const uint32_t word = load_word(event + item->offset);
    if (word + 1 == item->bound) return coverage_bit(COVERAGE_BOUND_LAST);
    if (word == item->bound) return coverage_bit(COVERAGE_BOUND_FIRST);
    return coverage_bit(word < item->bound ? COVERAGE_BOUND_BELOW : COVERAGE_BOUND_BEYOND);
}

/* Fill the masks of one event. */
static void fill_masks(tg_event_coverage *coverage, const unsigned char *event)
{
    const uint64_t stamp = ++coverage->nb_looked_at;
    const bool compares = coverage->nb_words <= COVERAGE_MAX_COMPARED;
    for (size_t i = 0; i < coverage->nb_items; i++) {
        const coverage_item *item = &coverage->items[i];
        switch (item->sort) {
        case COVERAGE_WORD: {
            const uint32_t word = load_word(event + item->offset);
            coverage->masks[i] = word_classes(coverage, item, word);
            if (compares) mark_equal(coverage, i, word, stamp);
            break;
        }
        case COVERAGE_ARRAY:
            coverage->masks[i] = array_classes(item, event);
            if (has_equal(coverage, i, event))
                coverage->masks[i] |= coverage_bit(COVERAGE_ARRAY_EQUAL);
            break;
        case COVERAGE_VALUE:
            coverage->masks[i] = value_classes(item, event);
            break;
        case COVERAGE_BOUND:
            coverage->masks[i] = bound_classes(item, event);
            break;
        }
    }
}

/* Mark what the masks hold, for each item and for its pairs with the selectors' values. */
static void mark_masks(tg_event_coverage *coverage, const unsigned char *event)
{
    for (size_t i = 0; i < coverage->nb_items; i++) {
        coverage->reached[i] |= coverage->masks[i] & coverage->classes[i];
        const coverage_item *selector = &coverage->items[i];
        if (!selector->is_selector) continue;
        const size_t value = load_value(selector, event);
        if (value >= coverage_nb_values(selector->type)) continue;
        const size_t first = selector->first_pair + value * coverage->nb_pair_items;
        for (size_t j = 0; j < coverage->nb_items; j++) {
            const coverage_item *item = &coverage->items[j];
            if (item->sort != COVERAGE_WORD && item->sort != COVERAGE_ARRAY) continue;
            const size_t group = first + item->first_pair;
            coverage->reached[group] |= coverage->masks[j] & coverage->classes[group];
        }
    }
}

/* Classes of events that were not seen. */
static size_t nb_missing(const tg_event_coverage *coverage)
{
    size_t nb = 0;
    for (size_t i = 0; i < coverage->count_group; i++) {
        nb += (size_t)__builtin_popcountll(coverage->classes[i] & ~coverage->reached[i]);
    }
    return nb;
}

/* Look at less or more the next time. */
static void set_budget(tg_event_coverage *coverage, bool has_new)
{
    const size_t half = coverage->nb_items_next / 2;
    coverage->nb_items_next = has_new || half == 0         ? MAX_ITEMS_LOOKED_AT
                              : half < MIN_ITEMS_LOOKED_AT ? MIN_ITEMS_LOOKED_AT
                                                           : half;
}

size_t tg_event_coverage_pace(const tg_event_coverage *coverage) { return coverage->nb_items_next; }

bool tg_event_coverage_set_pace(tg_event_coverage *coverage, size_t pace)
{
    if (pace > MAX_ITEMS_LOOKED_AT) return false;
    coverage->nb_items_next = pace;
    return true;
}

void coverage_look_at_events(tg_event_coverage *coverage, const void *events, size_t nb_events)
{
    const size_t nb_missing_before = nb_missing(coverage);
    if (nb_missing_before == 0) return;
    if (coverage->nb_items_next == 0) set_budget(coverage, true);
    const unsigned char *first = events;
    const size_t event_size = coverage->trace->event->size;
    const size_t nb_used = tg_trace_nb_events_used(coverage->trace, nb_events);
    const size_t nb_stretches = (nb_used + STRETCH - 1) / STRETCH;
    const size_t nb_affordable = coverage->nb_items_next / STRETCH / (coverage->nb_items + 1) + 1;
    const size_t nb_looked_at = nb_stretches < nb_affordable ? nb_stretches : nb_affordable;
    for (size_t i = 0; i < nb_looked_at; i++) {
        // Spread evenly, the first one and the last one included.
        const size_t stretch = nb_looked_at > 1 ? i * (nb_stretches - 1) / (nb_looked_at - 1) : i;
        const size_t start = stretch * STRETCH;
        const size_t end = nb_used - start < STRETCH ? nb_used : start + STRETCH;
        for (size_t k = start; k < end; k++) {
            fill_masks(coverage, first + k * event_size);
            mark_masks(coverage, first + k * event_size);
        }
    }
    set_budget(coverage, nb_missing(coverage) < nb_missing_before);
}

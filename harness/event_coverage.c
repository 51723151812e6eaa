/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Event coverage: the groups of a trace, and what is marked in them. */
#include "harness/event_coverage_internal.h"

#include "harness/corners.h"
#include "harness/event_coverage_look_internal.h"
#include "model/memory.h"

#include <string.h>

/* Rows around which counts have classes of their own: a trace without rows of a warp, small blocks,
 * tiles and blocks of kernels, and large ones. */
static const size_t limits[] = {16, 32, 64, 128, 256, 512, 1024, 4096, 65536};
#define NB_LIMITS (sizeof limits / sizeof limits[0])

/* Rows above which a height is large, and padding rows that a fixed height has to show that it was
 * not rounded up. */
#define LARGE_HEIGHT ((size_t)65536)
#define WARP ((size_t)32)
#define EMPTY_HEIGHT ((size_t)16)

const char *tg_coverage_section_name(tg_coverage_section section)
{
    static const char *const names[] = {
#define SECTION_NAME(constant, name, text) [constant] = (name),
        TG_COVERAGE_SECTION_LIST(SECTION_NAME)
#undef SECTION_NAME
    };
    static_assert(sizeof names / sizeof names[0] == TG_NB_COVERAGE_SECTIONS,
                  "a name for each section");
    return names[section];
}

const tg_trace *tg_event_coverage_trace(const tg_event_coverage *coverage)
{
    return coverage->trace;
}

/* ---- what there is to reach ---- */

/* Counts that make sense: those above the first of which events are ignored are alike. */
static void list_counts(tg_event_coverage *coverage)
{
    const tg_trace *trace = coverage->trace;
    const size_t max = tg_trace_nb_events_worth(trace, SIZE_MAX);
    coverage->counts_rows = trace->events_per_row > 1;
    for (size_t count = 0; count <= 2 && count <= max; count++) {
        coverage->counts[coverage->nb_counts++] = count;
    }
    for (size_t i = 0; i < NB_LIMITS; i++) {
        for (size_t count = limits[i] - 1; count <= limits[i] + 1 && count <= max; count++) {
            coverage->counts[coverage->nb_counts++] = count;
        }
    }
}

/* Numbers, more than the last of them, and a last row that is not full. */
static uint64_t count_classes(const tg_event_coverage *coverage)
{
    const tg_trace *trace = coverage->trace;
    uint64_t classes = coverage_first(coverage->nb_counts);
    if (trace->max_events == 0) classes |= coverage_bit(coverage_count_more(coverage));
    if (coverage->counts_rows) classes |= coverage_bit(coverage_count_partial(coverage));
    return classes;
}

static uint64_t height_classes(const tg_trace *trace)
{
    switch (trace->height_rule) {
    case TG_HEIGHT_MULTIPLE_OF_32:
        return coverage_first(COVERAGE_NB_HEIGHT);
    case TG_HEIGHT_NEVER_FIXED:
        return coverage_first(COVERAGE_HEIGHT_LARGE + 1);
    case TG_HEIGHT_ALWAYS_16:
        return coverage_bit(COVERAGE_HEIGHT_EMPTY) | coverage_bit(COVERAGE_HEIGHT_16);
    }
    return 0;
}

/* Number the groups of pairs behind those of the items. Returns the number of all groups so far. */
static size_t number_pairs(tg_event_coverage *coverage)
{
    size_t nb_groups = coverage->nb_items;
    for (size_t i = 0; i < coverage->nb_items; i++) {
        coverage_item *item = &coverage->items[i];
        coverage->nb_words += item->sort == COVERAGE_WORD;
        if (item->sort == COVERAGE_WORD || item->sort == COVERAGE_ARRAY)
            item->first_pair = coverage->nb_pair_items++;
    }
    for (size_t i = 0; i < coverage->nb_items; i++) {
        coverage_item *item = &coverage->items[i];
        if (!item->is_selector) continue;
        item->first_pair = nb_groups;
        nb_groups += coverage_nb_values(item->type) * coverage->nb_pair_items;
    }
    return nb_groups;
}

/* Classes of the items and of their pairs. */
static void set_classes(tg_event_coverage *coverage)
{
    for (size_t i = 0; i < coverage->nb_items; i++) {
        const coverage_item *item = &coverage->items[i];
        coverage->classes[i] = item->classes;
        if (!item->is_selector) continue;
        const size_t nb_values = coverage_nb_values(item->type);
        for (size_t j = 0; j < coverage->nb_items; j++) {
            const coverage_item *other = &coverage->items[j];
            if (other->sort != COVERAGE_WORD && other->sort != COVERAGE_ARRAY) continue;
            for (size_t value = 0; value < nb_values; value++) {
                coverage->classes[item->first_pair + value * coverage->nb_pair_items +
                                  other->first_pair] = other->classes;
            }
        }
    }
    coverage->classes[coverage->count_group] = count_classes(coverage);
    coverage->classes[coverage->height_group] = height_classes(coverage->trace);
    if (coverage->own != NULL)
        coverage->classes[coverage->own_group] = coverage_first(coverage->own->nb_classes);
}

/* The table of corner words that have no class of their own. */
static void fill_corners(tg_event_coverage *coverage)
{
    for (uint32_t i = 0; i < tg_nb_corner_words(); i++) {
        const uint32_t word = tg_corner_word(i);
        if (word == 0) continue;
        uint32_t slot = coverage_slot_of(word);
        while (coverage->corners[slot] != 0 && coverage->corners[slot] != word) {
            slot = (slot + 1) % COVERAGE_NB_SLOTS;
        }
        coverage->corners[slot] = word;
    }
}

static tg_status take_words(uint64_t **words, size_t nb, tg_error *error)
{
    void *buffer = NULL;
    const tg_status status = tg_buffer_create(&buffer, nb, sizeof **words, error);
    if (status == TG_OK) memset(buffer, 0, nb * sizeof **words);
    *words = buffer;
    return status;
}

static tg_status coverage_init(tg_event_coverage *coverage, tg_error *error)
{
    void *items = NULL;
    coverage->nb_items = coverage_list_items(NULL, coverage->trace);
    tg_status status = tg_buffer_create(&items, coverage->nb_items, sizeof *coverage->items, error);
    coverage->items = items;
    if (status != TG_OK) return status;
    (void)coverage_list_items(coverage->items, coverage->trace);
    list_counts(coverage);
    coverage->own = coverage_own_of(coverage->trace);
    coverage->count_group = number_pairs(coverage);
    coverage->height_group = coverage->count_group + 1;
    coverage->own_group = coverage->height_group + 1;
    coverage->nb_groups = coverage->own_group + (coverage->own != NULL);
    status = take_words(&coverage->classes, coverage->nb_groups, error);
    if (status == TG_OK) status = take_words(&coverage->reached, coverage->nb_groups, error);
    if (status == TG_OK) status = take_words(&coverage->masks, coverage->nb_items, error);
    if (status != TG_OK) return status;
    set_classes(coverage);
    fill_corners(coverage);
    return TG_OK;
}

tg_status tg_event_coverage_create(tg_event_coverage **coverage, const tg_trace *trace,
                                   tg_error *error)
{
    *coverage = NULL;
    void *buffer = NULL;
    tg_status status = tg_buffer_create(&buffer, 1, sizeof **coverage, error);
    if (status != TG_OK) return status;
    memset(buffer, 0, sizeof **coverage);
    tg_event_coverage *created = buffer;
    created->trace = trace;
    status = coverage_init(created, error);
    if (status != TG_OK) {
        tg_event_coverage_destroy(created);
        return status;
    }
    *coverage = created;
    return TG_OK;
}

void tg_event_coverage_destroy(tg_event_coverage *coverage)
{
    if (coverage == NULL) return;
    tg_buffer_destroy(coverage->masks);
    tg_buffer_destroy(coverage->reached);
    tg_buffer_destroy(coverage->classes);
    tg_buffer_destroy(coverage->items);
    tg_buffer_destroy(coverage);
}

/* ---- what is reached ---- */

static void mark_count(tg_event_coverage *coverage, size_t nb_events)
{
    const tg_trace *trace = coverage->trace;
    const size_t count = coverage->counts_rows ? tg_trace_nb_rows(trace, nb_events) : nb_events;
    uint64_t reached = 0;
    for (size_t i = 0; i < coverage->nb_counts; i++) {
        if (coverage->counts[i] == count) reached |= coverage_bit((unsigned)i);
    }
    if (count > coverage->counts[coverage->nb_counts - 1])
        reached |= coverage_bit(coverage_count_more(coverage));
    if (nb_events % trace->events_per_row != 0)
        reached |= coverage_bit(coverage_count_partial(coverage));
    coverage->reached[coverage->count_group] |= reached & coverage->classes[coverage->count_group];
}

static uint64_t fixed_height_classes(size_t height, size_t nb_rows, size_t by_rule)
{
    const size_t nb_padding = height - nb_rows;
    uint64_t reached = 0;
    if (height == by_rule) reached |= coverage_bit(COVERAGE_HEIGHT_FIXED);
    if (nb_padding == 0) reached |= coverage_bit(COVERAGE_HEIGHT_FIXED_FULL);
    if (nb_padding == 1) reached |= coverage_bit(COVERAGE_HEIGHT_FIXED_ONE);
    if (nb_padding > WARP) reached |= coverage_bit(COVERAGE_HEIGHT_FIXED_PADDED);
    if (height % 2 == 1) reached |= coverage_bit(COVERAGE_HEIGHT_FIXED_ODD);
    return reached;
}

static void mark_height(tg_event_coverage *coverage, const tg_request *request, size_t fixed_height)
{
    const tg_trace *trace = coverage->trace;
    const size_t nb_rows = tg_trace_nb_rows(trace, request->nb_events);
    const size_t height = request->height;
    uint64_t reached = 0;
    size_t by_rule = 0;
    if (nb_rows > height || tg_trace_height(trace, request->nb_events, 0, &by_rule, NULL) != TG_OK)
        return;
    if (nb_rows == 0) reached |= coverage_bit(COVERAGE_HEIGHT_EMPTY);
    if (height > LARGE_HEIGHT) reached |= coverage_bit(COVERAGE_HEIGHT_LARGE);
    if (fixed_height != 0 && trace->height_rule == TG_HEIGHT_MULTIPLE_OF_32) {
        reached |= fixed_height_classes(height, nb_rows, by_rule);
    } else {
        if (height == EMPTY_HEIGHT) reached |= coverage_bit(COVERAGE_HEIGHT_16);
        reached |= coverage_bit(height == nb_rows ? COVERAGE_HEIGHT_FULL : COVERAGE_HEIGHT_PADDED);
    }
    coverage->reached[coverage->height_group] |=
        reached & coverage->classes[coverage->height_group];
}

void tg_event_coverage_add(tg_event_coverage *coverage, const tg_request *request,
                           size_t fixed_height, const tg_product *made)
{
    mark_count(coverage, request->nb_events);
    mark_height(coverage, request, fixed_height);
    if (coverage->trace->event != NULL)
        coverage_look_at_events(coverage, request->events, request->nb_events);
    const size_t own = coverage->own_group;
    if (coverage->own == NULL || made == NULL || coverage->reached[own] == coverage->classes[own])
        return;
    coverage->reached[own] |= coverage->own->reached(request, made) & coverage->classes[own];
}

void tg_event_coverage_merge(tg_event_coverage *to, const tg_event_coverage *from)
{
    TG_VERIFY_CHECK(to->trace == from->trace);
    for (size_t i = 0; i < to->nb_groups; i++) {
        to->reached[i] |= from->reached[i];
    }
}

bool tg_event_coverage_mark(tg_event_coverage *coverage, size_t index, uint64_t classes)
{
    if ((classes & ~coverage->classes[index]) != 0) return false;
    coverage->reached[index] |= classes;
    return true;
}

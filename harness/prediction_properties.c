/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The properties that events can have, from their description. */
#include "harness/prediction_internal.h"

#include <stdlib.h>
#include <string.h>

/* Words of an event at the most for which pairs of them are compared. */
#define MAX_COMPARED 26u

/* Values of an enum, flag or byte for which each is a property; sets of them are masks. */
#define MAX_VALUES 64u
#define MAX_NAMED 4u

#define SORT_ENTRY(constant, kind_, is_plain_) [constant] = {(kind_), (is_plain_)},
static const struct {
    prediction_kind kind;
    bool is_plain;
} sorts[] = {PREDICTION_SORT_LIST(SORT_ENTRY)};
#undef SORT_ENTRY

prediction_kind property_kind(const property *own) { return sorts[own->sort].kind; }
bool property_is_plain(const property *own) { return sorts[own->sort].is_plain; }

/* ---- reading ---- */

static const unsigned char *event_at(const prediction_input *input, size_t event)
{
    return input->events + event * input->trace->event->size;
}

static uint32_t load(const unsigned char *event, const tg_leaf *leaf)
{
    uint32_t word = 0;
    if (leaf->type->size == 1) return event[leaf->offset];
    memcpy(&word, event + leaf->offset, sizeof word);
    return word;
}

static bool is_montgomery(const tg_type *type)
{
    return type->form == TG_FORM_FELT || type->form == TG_FORM_ONE;
}

static uint32_t one_of(const tg_type *type) { return is_montgomery(type) ? TG_WORD_ONE : 1; }

static uint32_t last_of(const tg_type *type)
{
    if (type->form == TG_FORM_COUNT) return UINT32_MAX;
    return is_montgomery(type) ? TG_P - TG_WORD_ONE : TG_P - 1;
}

static bool is_array_zero(const unsigned char *event, const property *own)
{
    for (size_t i = 0; i < own->nb; i++) {
        tg_leaf leaf = own->leaf;
        leaf.offset += i * sizeof(uint32_t);
        if (load(event, &leaf) != 0) return false;
    }
    return true;
}

static bool repeats(const prediction_input *input, size_t event)
{
    return event != 0 && memcmp(event_at(input, event), event_at(input, event - 1),
                                input->trace->event->size) == 0;
}

static bool holds_at(const property *own, const prediction_input *input, size_t event)
{
    switch (own->sort) {
    case PROPERTY_FINAL:
        return event + 1 == input->nb_events;
    case PROPERTY_FIRST:
        return event == 0;
    case PROPERTY_AT:
        return event % own->parameter == own->place;
    case PROPERTY_FROM:
        return event >= own->parameter;
    case PROPERTY_BEFORE:
        return event < own->parameter;
    default:
        return repeats(input, event);
    }
}

bool property_holds(const property *own, const prediction_input *input, size_t event)
{
    if (property_kind(own) == PREDICTION_PLACES || own->sort == PROPERTY_REPEATS)
        return holds_at(own, input, event);
    const unsigned char *bytes = event_at(input, event);
    const uint32_t word = load(bytes, &own->leaf);
    switch (own->sort) {
    case PROPERTY_VALUE:
        return word == own->parameter;
    case PROPERTY_SET:
        return word < MAX_VALUES && (own->parameter >> word & 1) != 0;
    case PROPERTY_ZERO:
        return word == 0;
    case PROPERTY_ONE:
        return word == one_of(own->leaf.type);
    case PROPERTY_LAST_WORD:
        return word == last_of(own->leaf.type);
    case PROPERTY_ARRAY_ZERO:
        return is_array_zero(bytes, own);
    case PROPERTY_BEYOND:
    case PROPERTY_ABOVE:
    case PROPERTY_HIGH_WORD:
        return word >= own->parameter;
    case PROPERTY_BIT:
        return (word >> own->parameter & 1) != 0;
    case PROPERTY_EQUAL:
        return word == load(bytes, &own->other);
    case PROPERTY_NOT_ZERO:
        return word != 0;
    case PROPERTY_NOT_ONE:
        return word != one_of(own->leaf.type);
    case PROPERTY_UNEQUAL:
        return word != load(bytes, &own->other);
    default:
        return false;
    }
}

/* ---- listing ---- */

typedef struct property_list {
    property *properties;
    size_t nb;
} property_list;

static void add(property_list *list, const property *own)
{
    if (list->nb < PREDICTION_MAX_PROPERTIES) list->properties[list->nb++] = *own;
}

static bool is_word(const tg_type *type)
{
    return !type->ignored && (type->form == TG_FORM_FELT || type->form == TG_FORM_RESIDUE ||
                              type->form == TG_FORM_COUNT);
}

static size_t nb_values(const tg_type *type)
{
    if (type->ignored) return 0;
    if (type->form == TG_FORM_FLAG) return 2;
    const bool has_values = type->form == TG_FORM_ENUM || type->form == TG_FORM_BYTE;
    return has_values && type->nb_values <= MAX_VALUES ? type->nb_values : 0;
}

/* The set of values that wrong events have. */
static uint64_t wrong_values(const prediction_input *input, const tg_leaf *leaf)
{
    uint64_t wrong = 0;
    for (size_t i = 0; i < input->nb; i++) {
        const uint32_t value = load(event_at(input, input->which[i]), leaf);
        if (input->is_wrong[i] && value < MAX_VALUES) wrong |= UINT64_C(1) << value;
    }
    return wrong;
}

static void add_values(property_list *list, const prediction_input *input, const property *own)
{
    const size_t nb = nb_values(own->leaf.type);
    property added = *own;
    if (nb == 0) return;
    added.sort = PROPERTY_VALUE;
    for (size_t value = 0; value < nb; value++) {
        added.parameter = value;
        add(list, &added);
    }
    // Of an enum's values the first one is a value like the others.
    if (own->leaf.type->form == TG_FORM_BYTE) {
        added.sort = PROPERTY_NOT_ZERO;
        add(list, &added);
    }
    added.sort = PROPERTY_SET;
    added.parameter = wrong_values(input, &own->leaf);
    // More than one, and few enough to be named.
    const size_t nb_wrong = (size_t)__builtin_popcountll(added.parameter);
    if (nb_wrong > 1 && nb_wrong < nb && nb_wrong <= MAX_NAMED) add(list, &added);
}

static void add_words(property_list *list, const property *own)
{
    static const property_sort word_sorts[] = {PROPERTY_ZERO, PROPERTY_ONE, PROPERTY_LAST_WORD,
                                               PROPERTY_NOT_ZERO, PROPERTY_NOT_ONE};
    property added = *own;
    if (!is_word(own->leaf.type)) return;
    for (size_t i = 0; i < sizeof word_sorts / sizeof word_sorts[0]; i++) {
        added.sort = word_sorts[i];
        add(list, &added);
    }
    if (is_montgomery(own->leaf.type)) {
        added.sort = PROPERTY_HIGH_WORD;
        added.parameter = UINT64_C(1) << 30;
        add(list, &added);
        return;
    }
    // Plain numbers have bits that mean something.
    for (uint64_t bits = 8; bits <= 24; bits += 8) {
        added.sort = PROPERTY_ABOVE;
        added.parameter = UINT64_C(1) << bits;
        add(list, &added);
    }
    for (uint64_t bit = 0; bit < 32; bit++) {
        added.sort = PROPERTY_BIT;
        added.parameter = bit;
        add(list, &added);
    }
}

static void add_pairs(property_list *list, const tg_type *event, size_t nb_leaves, size_t nb_words)
{
    for (size_t i = 0; i < nb_leaves && nb_words <= MAX_COMPARED; i++) {
        property added = {.leaf = tg_type_leaf_at(event, i), .number = i};
        if (!is_word(added.leaf.type)) continue;
        for (size_t k = i + 1; k < nb_leaves; k++) {
            added.other = tg_type_leaf_at(event, k);
            added.other_number = k;
            if (!is_word(added.other.type)) continue;
            added.sort = PROPERTY_EQUAL;
            add(list, &added);
            added.sort = PROPERTY_UNEQUAL;
            add(list, &added);
        }
    }
}

static void add_arrays(property_list *list, const tg_type *event)
{
    for (size_t i = 0; i < event->nb_fields; i++) {
        const tg_field *field = &event->fields[i];
        if (!is_word(field->type) || field->size <= field->type->size) continue;
        property added = {.sort = PROPERTY_ARRAY_ZERO, .nb = field->size / field->type->size};
        while (tg_type_leaf_at(event, added.number).offset != field->offset) {
            added.number++;
        }
        added.leaf = tg_type_leaf_at(event, added.number);
        add(list, &added);
    }
}

static void add_bounds(property_list *list, const tg_trace *trace)
{
    for (size_t i = 0; i < trace->nb_bounds; i++) {
        property added = {.sort = PROPERTY_BEYOND, .parameter = trace->bounds[i].below};
        while (tg_type_leaf_at(trace->event, added.number).offset != trace->bounds[i].offset) {
            added.number++;
        }
        added.leaf = tg_type_leaf_at(trace->event, added.number);
        add(list, &added);
    }
}

/* First and last wrong event's number. */
static size_t end_wrong(const prediction_input *input, bool is_last)
{
    size_t at = 0;
    for (size_t i = 0; i < input->nb; i++) {
        if (!input->is_wrong[i]) continue;
        at = input->which[i];
        if (!is_last) break;
    }
    return at;
}

static void add_places(property_list *list, const prediction_input *input)
{
    static const size_t units[] = {2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};
    const size_t nb_units = sizeof units / sizeof units[0];
    const size_t first = end_wrong(input, false);
    add(list, &(property){.sort = PROPERTY_FINAL});
    add(list, &(property){.sort = PROPERTY_FIRST});
    for (size_t i = 0; i <= nb_units; i++) {
        const size_t unit = i < nb_units ? units[i] : input->block;
        if (unit < 2 || unit >= input->nb_events) continue;
        const size_t place = first % unit;
        if (place == 0 || place == unit - 1 || unit <= 8)
            add(list, &(property){.sort = PROPERTY_AT, .parameter = unit, .place = place});
    }
    add(list, &(property){.sort = PROPERTY_FROM, .parameter = first});
    add(list, &(property){.sort = PROPERTY_BEFORE, .parameter = end_wrong(input, true) + 1});
}

static int compare_properties(const void *a, const void *b)
{
    const property *left = a;
    const property *right = b;
    if (left->sort != right->sort) return left->sort < right->sort ? -1 : 1;
    if (left->number != right->number) return left->number < right->number ? -1 : 1;
    if (left->other_number != right->other_number)
        return left->other_number < right->other_number ? -1 : 1;
    return (left->parameter > right->parameter) - (left->parameter < right->parameter);
}

size_t prediction_list(property *properties, const prediction_input *input)
{
    property_list list = {.properties = properties};
    const tg_type *event = input->trace->event;
    const size_t nb_leaves = tg_type_nb_leaves(event);
    size_t nb_words = 0;
    // Leaves beyond these, of an event that has very many, would push out what is said of pairs.
    for (size_t i = 0; i < nb_leaves; i++) {
        const property own = {.leaf = tg_type_leaf_at(event, i), .number = i};
        nb_words += is_word(own.leaf.type);
        add_values(&list, input, &own);
        add_words(&list, &own);
    }
    add_arrays(&list, event);
    add_bounds(&list, input->trace);
    add(&list, &(property){.sort = PROPERTY_REPEATS});
    add_places(&list, input);
    add_pairs(&list, event, nb_leaves, nb_words);
    qsort(properties, list.nb, sizeof *properties, compare_properties);
    return list.nb;
}

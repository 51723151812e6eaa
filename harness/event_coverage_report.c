/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Event coverage: names of groups and classes, and text for people. */
#include "harness/event_coverage_internal.h"

#include "harness/report.h"

#include <inttypes.h>
#include <string.h>

/* ---- names ---- */

#define CLASS_NAME(constant, name) [constant] = (name),
static const char *const word_names[] = {COVERAGE_WORD_LIST(CLASS_NAME)};
static const char *const array_names[] = {COVERAGE_ARRAY_LIST(CLASS_NAME)};
static const char *const bound_names[] = {COVERAGE_BOUND_LIST(CLASS_NAME)};
static const char *const value_names[] = {COVERAGE_VALUE_LIST(CLASS_NAME)};
static const char *const height_names[] = {COVERAGE_HEIGHT_LIST(CLASS_NAME)};
#undef CLASS_NAME

/* Name of an item: of its leaf, without the indices behind it where it is an array. */
static void item_name(char name[TG_NAME_BYTES], const tg_event_coverage *coverage,
                      const coverage_item *item)
{
    (void)tg_type_leaf_name(name, TG_NAME_BYTES, coverage->trace->event, item->leaf);
    size_t length = strlen(name);
    while (item->sort == COVERAGE_ARRAY && length != 0 && name[length - 1] == ']') {
        while (length != 0 && name[length - 1] != '[') {
            length--;
        }
        if (length != 0) name[--length] = '\0';
    }
}

/* Name of a value: an enum's, or the number. */
static void value_name(char text[TG_NAME_BYTES], const tg_type *type, size_t value)
{
    if (type->form == TG_FORM_ENUM && type->value_names[value] != NULL) {
        (void)snprintf(text, TG_NAME_BYTES, "%s", type->value_names[value]);
    } else {
        (void)snprintf(text, TG_NAME_BYTES, "%zu", value);
    }
}

/* The item whose classes a group has; the selector's value in *selector and *value, *selector NULL
 * outside of pairs. NULL: a group of counts, of heights, or the chip's own. */
static const coverage_item *group_item(const coverage_item **selector, size_t *value,
                                       const tg_event_coverage *coverage, size_t index)
{
    *selector = NULL;
    *value = 0;
    if (index < coverage->nb_items) return &coverage->items[index];
    if (index >= coverage->count_group) return NULL;
    for (size_t i = 0; i < coverage->nb_items; i++) {
        const coverage_item *item = &coverage->items[i];
        const size_t nb = coverage->nb_pair_items;
        if (!item->is_selector || index < item->first_pair ||
            index >= item->first_pair + coverage_nb_values(item->type) * nb)
            continue;
        *selector = item;
        *value = (index - item->first_pair) / nb;
        const size_t pair = (index - item->first_pair) % nb;
        for (size_t j = 0; j < coverage->nb_items; j++) {
            const coverage_item *other = &coverage->items[j];
            if ((other->sort == COVERAGE_WORD || other->sort == COVERAGE_ARRAY) &&
                other->first_pair == pair)
                return other;
        }
    }
    return NULL;
}

static void group_name(char name[TG_COVERAGE_NAME_BYTES], const tg_event_coverage *coverage,
                       size_t index)
{
    const coverage_item *selector = NULL;
    size_t value = 0;
    const coverage_item *item = group_item(&selector, &value, coverage, index);
    if (item == NULL) {
        (void)snprintf(name, TG_COVERAGE_NAME_BYTES, "%s",
                       index == coverage->height_group  ? "height"
                       : index != coverage->count_group ? "rows show"
                       : coverage->counts_rows          ? "rows"
                                                        : "events");
        return;
    }
    char own_name[TG_NAME_BYTES];
    item_name(own_name, coverage, item);
    if (selector == NULL) {
        (void)snprintf(name, TG_COVERAGE_NAME_BYTES, "%s", own_name);
        return;
    }
    char selector_name[TG_NAME_BYTES];
    char chosen[TG_NAME_BYTES];
    item_name(selector_name, coverage, selector);
    value_name(chosen, selector->type, value);
    (void)snprintf(name, TG_COVERAGE_NAME_BYTES, "%.100s where %.100s is %.100s", own_name,
                   selector_name, chosen);
}

static tg_coverage_section section_of(const tg_event_coverage *coverage, size_t index)
{
    if (index < coverage->nb_items) return TG_COVERAGE_FIELDS;
    if (index < coverage->count_group) return TG_COVERAGE_PAIRS;
    if (index == coverage->count_group) return TG_COVERAGE_COUNTS;
    return index == coverage->height_group ? TG_COVERAGE_HEIGHTS : TG_COVERAGE_OWN;
}

size_t tg_event_coverage_nb_groups(const tg_event_coverage *coverage)
{
    return coverage->nb_groups;
}

void tg_event_coverage_group_at(tg_coverage_group *group, const tg_event_coverage *coverage,
                                size_t index)
{
    group->section = section_of(coverage, index);
    group->classes = coverage->classes[index];
    group->reached = coverage->reached[index];
    group_name(group->name, coverage, index);
}

/* Name of a class of counts. */
static void count_name(char *text, const tg_event_coverage *coverage, unsigned class)
{
    if (class < coverage->nb_counts) {
        (void)snprintf(text, TG_COVERAGE_NAME_BYTES, "%zu", coverage->counts[class]);
    } else if (class == coverage_count_more(coverage)) {
        (void)snprintf(text, TG_COVERAGE_NAME_BYTES, "more than %zu",
                       coverage->counts[coverage->nb_counts - 1]);
    } else {
        (void)snprintf(text, TG_COVERAGE_NAME_BYTES, "a last row that is not full");
    }
}

static const char *item_class_name(char value[TG_NAME_BYTES], const coverage_item *item,
                                   unsigned class)
{
    switch (item->sort) {
    case COVERAGE_WORD:
        return class == COVERAGE_WORD_LAST && item->type->form == TG_FORM_COUNT ? "2^32 - 1"
                                                                                : word_names[class];
    case COVERAGE_ARRAY:
        return array_names[class];
    case COVERAGE_BOUND:
        return bound_names[class];
    case COVERAGE_VALUE:
        if (coverage_nb_values(item->type) > COVERAGE_MAX_CLASSES) return value_names[class];
        value_name(value, item->type, class);
        return value;
    }
    return "";
}

const char *tg_event_coverage_class_name(char *text, const tg_event_coverage *coverage,
                                         size_t index, unsigned class)
{
    TG_VERIFY_CHECK((coverage->classes[index] & coverage_bit(class)) != 0);
    const coverage_item *selector = NULL;
    size_t number = 0;
    const coverage_item *item = group_item(&selector, &number, coverage, index);
    char value[TG_NAME_BYTES];
    if (index == coverage->count_group) {
        count_name(text, coverage, class);
        return text;
    }
    (void)snprintf(text, TG_COVERAGE_NAME_BYTES, "%s",
                   item != NULL                      ? item_class_name(value, item, class)
                   : index == coverage->height_group ? height_names[class]
                                                     : coverage->own->names[class]);
    return text;
}

tg_coverage_tally tg_event_coverage_tally(const tg_event_coverage *coverage,
                                          tg_coverage_section section)
{
    tg_coverage_tally tally = {0};
    for (size_t i = 0; i < coverage->nb_groups; i++) {
        if (section != TG_NB_COVERAGE_SECTIONS && section_of(coverage, i) != section) continue;
        tally.nb_classes += (size_t)__builtin_popcountll(coverage->classes[i]);
        tally.nb_reached += (size_t)__builtin_popcountll(coverage->reached[i]);
    }
    return tally;
}

/* ---- text ---- */

/* Where text goes: breaks lines, or ends with "..." at the width. */
typedef struct writer {
    FILE *out;
    size_t column;
    size_t indent; /* of further lines */
    bool breaks;   /* false: one line */
    bool is_full;
} writer;

/* Room that the end of a line needs. */
#define ELLIPSIS " ..."

static void put(writer *to, const char *text)
{
    if (to->is_full) return;
    if (to->breaks && (*text == ',' || *text == ';')) {
        (void)fputc(*text++, to->out);
        to->column++;
    }
    const size_t length = strlen(text);
    // A line that is broken ends with a comma.
    const size_t room = strlen(to->breaks ? "," : ELLIPSIS);
    if (to->column + length + room > TG_REPORT_WIDTH) {
        if (!to->breaks) {
            (void)fputs(ELLIPSIS, to->out);
            to->is_full = true;
            return;
        }
        (void)fprintf(to->out, "\n%*s", (int)to->indent, "");
        to->column = to->indent;
        if (*text == ' ') text++;
    }
    (void)fputs(text, to->out);
    to->column += strlen(text);
}

/* Write the classes of a section that were not reached: group by group. */
static void put_missing(writer *to, const tg_event_coverage *coverage, tg_coverage_section section,
                        bool *is_first)
{
    for (size_t i = 0; i < coverage->nb_groups && !to->is_full; i++) {
        if (section_of(coverage, i) != section) continue;
        uint64_t missing = coverage->classes[i] & ~coverage->reached[i];
        if (missing == 0) continue;
        char text[TG_COVERAGE_NAME_BYTES + 8];
        char name[TG_COVERAGE_NAME_BYTES];
        group_name(name, coverage, i);
        (void)snprintf(text, sizeof text, "%s %s:", *is_first ? "" : ";", name);
        put(to, text);
        *is_first = false;
        for (const char *between = ""; missing != 0; missing &= missing - 1, between = ",") {
            const unsigned class = (unsigned)__builtin_ctzll(missing);
            (void)tg_event_coverage_class_name(name, coverage, i, class);
            (void)snprintf(text, sizeof text, "%s %s", between, name);
            put(to, text);
        }
    }
}

void tg_event_coverage_print_line(FILE *out, const tg_event_coverage *coverage, size_t indent)
{
    // What a line has no room for are counts, of which one run has few.
    static const tg_coverage_section order[] = {TG_COVERAGE_FIELDS, TG_COVERAGE_OWN,
                                                TG_COVERAGE_PAIRS, TG_COVERAGE_HEIGHTS,
                                                TG_COVERAGE_COUNTS};
    static_assert(sizeof order / sizeof order[0] == TG_NB_COVERAGE_SECTIONS, "every section");
    writer to = {.out = out, .column = indent};
    const tg_coverage_tally all = tg_event_coverage_tally(coverage, TG_NB_COVERAGE_SECTIONS);
    char text[64];
    (void)snprintf(text, sizeof text, "%zu of %zu%s", all.nb_reached, all.nb_classes,
                   all.nb_reached < all.nb_classes ? "; not reached:" : "");
    put(&to, text);
    bool is_first = true;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        put_missing(&to, coverage, order[i], &is_first);
    }
    (void)fputc('\n', out);
}

void tg_event_coverage_print(FILE *out, const tg_event_coverage *coverage)
{
    const tg_coverage_tally all = tg_event_coverage_tally(coverage, TG_NB_COVERAGE_SECTIONS);
    (void)fprintf(out, "%s: %zu of %zu classes\n", coverage->trace->name, all.nb_reached,
                  all.nb_classes);
    for (tg_coverage_section section = 0; section < TG_NB_COVERAGE_SECTIONS; section++) {
        const tg_coverage_tally tally = tg_event_coverage_tally(coverage, section);
        if (tally.nb_classes == 0) continue;
        char text[96];
        writer to = {.out = out, .indent = 4, .breaks = true};
        (void)snprintf(text, sizeof text, "  %-8s %zu of %zu%s", tg_coverage_section_name(section),
                       tally.nb_reached, tally.nb_classes,
                       tally.nb_reached < tally.nb_classes ? "; not reached:" : "");
        put(&to, text);
        bool is_first = true;
        put_missing(&to, coverage, section, &is_first);
        (void)fputc('\n', out);
    }
}

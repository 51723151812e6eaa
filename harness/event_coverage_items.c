/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What has classes in an event, from its description. */
#include "harness/event_coverage_internal.h"

/* TG_COVERAGE_OF_<file> of every chip; made by cmake/chips.cmake. */
#include "chip_coverages.h"

/* Values that get a class each. */
#define MAX_VALUES COVERAGE_MAX_CLASSES

/* Values of a selector at the most: beyond that, pairs of them say little and are many. */
#define MAX_SELECTOR_VALUES 16u

/* Own coverage of every trace, in the order of tg_trace_at. */
static const struct {
    const tg_chip_coverage *coverage;
    tg_kind kind;
} own_coverages[] = {
#define TG_COVERAGE_ENTRY(file, kind_) {TG_COVERAGE_OF_##file, TG_KIND_##kind_},
#define TG_CHIP(id, file, name, kinds) TG_KINDS_##kinds(TG_COVERAGE_ENTRY, file)
#include "model/chips.def"
#undef TG_CHIP
#undef TG_COVERAGE_ENTRY
};
#define NB_OWN_COVERAGES (sizeof own_coverages / sizeof own_coverages[0])

const tg_own_coverage *coverage_own_of(const tg_trace *trace)
{
    TG_VERIFY_CHECK(tg_nb_listed_traces() == NB_OWN_COVERAGES);
    for (size_t i = 0; i < NB_OWN_COVERAGES; i++) {
        if (tg_trace_at(i) != trace || own_coverages[i].coverage == NULL) continue;
        const tg_chip_coverage *chip = own_coverages[i].coverage;
        const tg_own_coverage *own =
            own_coverages[i].kind == TG_KIND_main ? &chip->main : &chip->preprocessed;
        return own->nb_classes != 0 ? own : NULL;
    }
    return NULL;
}

static bool is_word(const tg_type *type)
{
    return !type->ignored && (type->form == TG_FORM_FELT || type->form == TG_FORM_RESIDUE ||
                              type->form == TG_FORM_COUNT);
}

static bool is_value(const tg_type *type)
{
    return !type->ignored &&
           (type->form == TG_FORM_ENUM || type->form == TG_FORM_FLAG || type->form == TG_FORM_BYTE);
}

/* A list that grows, or is only counted. */
typedef struct item_list {
    coverage_item *items; /* NULL: count */
    size_t nb_items;
    size_t nb_words;
} item_list;

static void add(item_list *list, const coverage_item *item)
{
    if (list->items != NULL) list->items[list->nb_items] = *item;
    list->nb_items++;
}

static coverage_item value_item(const tg_leaf *leaf, size_t number)
{
    const size_t nb_values = coverage_nb_values(leaf->type);
    return (coverage_item){
        .sort = COVERAGE_VALUE,
        .type = leaf->type,
        .leaf = number,
        .offset = leaf->offset,
        .nb = 1,
        .classes = coverage_first(nb_values <= MAX_VALUES ? nb_values : COVERAGE_NB_VALUE),
        .is_selector = leaf->type->form != TG_FORM_BYTE && nb_values <= MAX_SELECTOR_VALUES};
}

/* Words and values, in order of offsets. */
static void list_leaves(item_list *list, const tg_type *event)
{
    const size_t nb_leaves = tg_type_nb_leaves(event);
    for (size_t i = 0; i < nb_leaves; i++) {
        const tg_leaf leaf = tg_type_leaf_at(event, i);
        if (is_value(leaf.type)) {
            const coverage_item item = value_item(&leaf, i);
            add(list, &item);
        } else if (is_word(leaf.type)) {
            add(list, &(coverage_item){.sort = COVERAGE_WORD,
                                       .type = leaf.type,
                                       .leaf = i,
                                       .offset = leaf.offset,
                                       .nb = 1,
                                       .classes = coverage_first(COVERAGE_NB_WORD)});
            list->nb_words++;
        }
    }
}

/* Number of the leaf at an offset. */
static size_t leaf_at(const tg_type *event, size_t offset)
{
    size_t leaf = 0;
    while (tg_type_leaf_at(event, leaf).offset != offset) {
        leaf++;
    }
    return leaf;
}

/* Arrays of words, in order of offsets: each with all of its dimensions. */
static void list_arrays(item_list *list, const tg_type *event, const tg_type *type, size_t offset)
{
    for (size_t i = 0; i < type->nb_fields; i++) {
        const tg_field *field = &type->fields[i];
        const size_t nb = field->size / field->type->size;
        if (field->type->form == TG_FORM_STRUCT) {
            for (size_t element = 0; element < nb; element++) {
                list_arrays(list, event, field->type,
                            offset + field->offset + element * field->type->size);
            }
        } else if (is_word(field->type) && nb > 1) {
            add(list, &(coverage_item){.sort = COVERAGE_ARRAY,
                                       .type = field->type,
                                       .leaf = leaf_at(event, offset + field->offset),
                                       .offset = offset + field->offset,
                                       .nb = nb,
                                       .classes = coverage_first(COVERAGE_NB_ARRAY)});
        }
    }
}

static void list_bounds(item_list *list, const tg_trace *trace)
{
    for (size_t i = 0; i < trace->nb_bounds; i++) {
        const size_t leaf = leaf_at(trace->event, trace->bounds[i].offset);
        add(list, &(coverage_item){.sort = COVERAGE_BOUND,
                                   .type = tg_type_leaf_at(trace->event, leaf).type,
                                   .leaf = leaf,
                                   .offset = trace->bounds[i].offset,
                                   .nb = 1,
                                   .bound = trace->bounds[i].below,
                                   .classes = coverage_first(COVERAGE_NB_BOUND)});
    }
}

/* Leave out what an event cannot have: nothing equals the only word, or an array without another of
 * its length; of two words that are not equal each is all but one. */
static void leave_out(item_list *list)
{
    for (size_t i = 0; i < list->nb_items; i++) {
        coverage_item *item = &list->items[i];
        const bool compares = list->nb_words > 1 && list->nb_words <= COVERAGE_MAX_COMPARED;
        if (item->sort == COVERAGE_WORD && !compares)
            item->classes &= ~coverage_bit(COVERAGE_WORD_EQUAL);
        if (item->sort != COVERAGE_ARRAY) continue;
        bool has_like = false;
        for (size_t j = 0; j < list->nb_items; j++) {
            has_like = has_like || (j != i && list->items[j].sort == COVERAGE_ARRAY &&
                                    list->items[j].nb == item->nb);
        }
        if (!has_like) item->classes &= ~coverage_bit(COVERAGE_ARRAY_EQUAL);
        if (item->nb == 2) item->classes &= ~coverage_bit(COVERAGE_ARRAY_ALMOST);
    }
}

size_t coverage_list_items(coverage_item *items, const tg_trace *trace)
{
    item_list list = {.items = items};
    if (trace->event == NULL) return 0;
    list_leaves(&list, trace->event);
    list_arrays(&list, trace->event, trace->event, 0);
    list_bounds(&list, trace);
    if (items != NULL) leave_out(&list);
    return list.nb_items;
}

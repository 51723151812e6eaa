/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Shrinking: simpler events.
 *
 * Every leaf of an event goes towards 0, then 1, then other values of a list in a fixed order; a
 * value that stands further in front is simpler. For a case of one event, all events are tried that
 * are zero but for one leaf, in the order of the list: whatever event a bug was met in, the case
 * then ends at the same one.
 */
#include "harness/triage_internal.h"

#include "model/memory.h"
#include "reference/field.h"

#include <string.h>

/* Events of one case that are simplified leaf by leaf; more are only made zero. */
#define MAX_EVENTS ((size_t)8)

/* Leaves of an event that are taken one by one. */
#define MAX_LEAVES ((size_t)64)

/* Values in the order of simplicity: small ones; powers of two, which fill bytes and halves of
 * words; the last before such a limit; p - 1 and the middle of the field, where signs change. */
static const uint32_t values[] = {
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    15,
    16,
    31,
    32,
    63,
    64,
    127,
    128,
    255,
    256,
    512,
    1u << 10,
    1u << 11,
    1u << 12,
    1u << 13,
    1u << 14,
    1u << 15,
    0xffff,
    1u << 16,
    1u << 17,
    1u << 18,
    1u << 19,
    1u << 20,
    1u << 21,
    1u << 22,
    1u << 23,
    0xffffff,
    1u << 24,
    1u << 25,
    1u << 26,
    1u << 27,
    1u << 28,
    1u << 29,
    1u << 30,
    TG_P - 1,
    TG_P - 2,
    TG_P / 2,
    TG_P / 2 + 1,
};
#define NB_VALUES (sizeof values / sizeof values[0])

/* ---- leaves ---- */

/* Values that a leaf can have: the list's, or as many as the leaf has. */
static size_t nb_values_of(const tg_type *type)
{
    switch (type->form) {
    case TG_FORM_FLAG:
        return 2;
    case TG_FORM_ENUM:
    case TG_FORM_BYTE:
        return type->nb_values;
    case TG_FORM_FELT:
    case TG_FORM_RESIDUE:
    case TG_FORM_COUNT:
        return NB_VALUES;
    case TG_FORM_ONE:
    case TG_FORM_PAD:
    case TG_FORM_STRUCT:
        break;
    }
    return 0;
}

/* Give a leaf its value number `rank`. */
static void set_leaf(unsigned char *event, const tg_leaf *leaf, size_t rank)
{
    uint32_t word = (uint32_t)rank;
    if (leaf->type->form == TG_FORM_RESIDUE || leaf->type->form == TG_FORM_COUNT)
        word = values[rank];
    if (leaf->type->form == TG_FORM_FELT) word = tg_ref_to_word(values[rank]);
    // Of a byte, the low one: events have their low byte first, as this machine has.
    memcpy(event + leaf->offset, &word, leaf->type->size);
}

/* Number of the value that a leaf has; that of values if it is none of them. */
static size_t rank_of(const unsigned char *event, const tg_leaf *leaf)
{
    const size_t nb = nb_values_of(leaf->type);
    unsigned char other[sizeof(uint32_t)];
    const tg_leaf alone = {.type = leaf->type, .offset = 0};
    for (size_t rank = 0; rank < nb; rank++) {
        set_leaf(other, &alone, rank);
        if (memcmp(other, event + leaf->offset, leaf->type->size) == 0) return rank;
    }
    return nb;
}

/* List the leaves that have a choice. */
static bool take_leaves(triage_shrink *shrink)
{
    const tg_type *type = shrink->whole->subject.trace->event;
    if (shrink->leaves != NULL) return true;
    const size_t nb_all = tg_type_nb_leaves(type);
    void *leaves = NULL;
    shrink->status = tg_buffer_create(&leaves, nb_all, sizeof(tg_leaf), shrink->error);
    if (shrink->status != TG_OK) return false;
    shrink->leaves = leaves;
    tg_type_leaves(leaves, type);
    for (size_t i = 0; i < nb_all; i++) {
        if (nb_values_of(shrink->leaves[i].type) > 1)
            shrink->leaves[shrink->nb_leaves++] = shrink->leaves[i];
    }
    return true;
}

/* ---- trying ---- */

/* Try `next`, of whose events only number index was changed. It is made valid first, which may undo
 * the change: then there is nothing to try. */
static bool try_event(triage_shrink *shrink, tg_case *next, size_t index)
{
    unsigned char *event = triage_event(next, index);
    shrink->status = tg_case_mend_events(event, &next->subject, 1, shrink->error);
    if (shrink->status != TG_OK) return false;
    const size_t size = tg_trace_event_size(next->subject.trace);
    if (memcmp(event, triage_event(&shrink->smallest, index), size) == 0) return false;
    return triage_try(shrink, next);
}

/* Try to make bytes of an event zero. */
static bool try_zero(triage_shrink *shrink, size_t index, size_t offset, size_t nb_bytes)
{
    tg_case *next = triage_next(shrink);
    memset(triage_event(next, index) + offset, 0, nb_bytes);
    return try_event(shrink, next, index);
}

/* Whether the events below were tried in the height and shape of the smallest case: they are the
 * same in every round. */
static bool has_tried_canonical(const triage_shrink *shrink)
{
    const tg_case *before = &shrink->canonical;
    const tg_case *now = &shrink->smallest;
    return shrink->has_canonical && before->fixed_height == now->fixed_height &&
           before->max_candidates == now->max_candidates &&
           before->launch.grid == now->launch.grid && before->launch.block == now->launch.block;
}

/* Try the event that is zero but for one leaf. Returns whether it is the one to end with: it shows
 * what is kept, or is the one at hand. */
static bool try_canonical_event(triage_shrink *shrink, const tg_leaf *leaf, size_t rank)
{
    tg_case *next = triage_next(shrink);
    unsigned char *event = triage_event(next, 0);
    const size_t size = next->subject.trace->event->size;
    memset(event, 0, size);
    set_leaf(event, leaf, rank);
    shrink->status = tg_case_mend_events(event, &next->subject, 1, shrink->error);
    if (triage_is_over(shrink)) return false;
    return memcmp(event, shrink->smallest.events, size) == 0 || triage_try(shrink, next);
}

/* Try events that are zero but for one leaf, the simplest first, until the one at hand is met. */
static void try_canonical(triage_shrink *shrink)
{
    bool is_met = false;
    if (has_tried_canonical(shrink)) return;
    for (size_t rank = 1; rank < NB_VALUES && !is_met; rank++) {
        for (size_t i = 0; i < shrink->nb_leaves && i < MAX_LEAVES && !is_met; i++) {
            const tg_leaf *leaf = &shrink->leaves[i];
            if (rank >= nb_values_of(leaf->type) || leaf->type->ignored) continue;
            is_met = try_canonical_event(shrink, leaf, rank);
            if (triage_is_over(shrink)) return;
        }
    }
    shrink->canonical = shrink->smallest;
    shrink->has_canonical = true;
}

/* Try simpler values of one leaf. */
static void simplify_leaf(triage_shrink *shrink, size_t index, const tg_leaf *leaf)
{
    const size_t rank = rank_of(triage_event(&shrink->smallest, index), leaf);
    for (size_t simpler = 0; simpler < rank && !triage_is_over(shrink); simpler++) {
        tg_case *next = triage_next(shrink);
        set_leaf(triage_event(next, index), leaf, simpler);
        if (try_event(shrink, next, index)) return;
    }
}

static bool are_zero(const unsigned char *bytes, size_t nb_bytes)
{
    for (size_t i = 0; i < nb_bytes; i++) {
        if (bytes[i] != 0) return false;
    }
    return true;
}

/* Simplify one event: whole fields, then each leaf. */
static void simplify_event(triage_shrink *shrink, size_t index)
{
    const tg_type *type = shrink->smallest.subject.trace->event;
    for (size_t i = 0; i < type->nb_fields && !triage_is_over(shrink); i++) {
        const tg_field *field = &type->fields[i];
        if (!are_zero(triage_event(&shrink->smallest, index) + field->offset, field->size))
            (void)try_zero(shrink, index, field->offset, field->size);
    }
    for (size_t i = 0; i < shrink->nb_leaves && i < MAX_LEAVES && !triage_is_over(shrink); i++) {
        simplify_leaf(shrink, index, &shrink->leaves[i]);
    }
}

/* Try to make events zero, many at once first. */
static void zero_events(triage_shrink *shrink)
{
    const size_t nb = shrink->smallest.nb_events;
    const size_t size = tg_trace_event_size(shrink->smallest.subject.trace);
    for (size_t part = nb; part != 0; part /= 2) {
        for (size_t start = 0; start < nb && !triage_is_over(shrink); start += part) {
            const size_t end = nb - start < part ? nb : start + part;
            tg_case *next = triage_next(shrink);
            memset(triage_event(next, start), 0, (end - start) * size);
            shrink->status = tg_case_mend_events(triage_event(next, start), &next->subject,
                                                 end - start, shrink->error);
            if (shrink->status != TG_OK) return;
            if (memcmp(triage_event(next, start), triage_event(&shrink->smallest, start),
                       (end - start) * size) != 0)
                (void)triage_try(shrink, next);
        }
    }
}

void triage_simplify_fields(triage_shrink *shrink)
{
    const size_t nb_events = shrink->smallest.nb_events;
    if (shrink->whole->subject.trace->event == NULL || nb_events == 0 || !take_leaves(shrink))
        return;
    zero_events(shrink);
    if (nb_events == 1) try_canonical(shrink);
    size_t nb_done = 0;
    for (size_t i = 0; i < nb_events && nb_done < MAX_EVENTS && !triage_is_over(shrink); i++) {
        const size_t size = tg_trace_event_size(shrink->smallest.subject.trace);
        if (are_zero(triage_event(&shrink->smallest, i), size)) continue;
        simplify_event(shrink, i);
        nb_done++;
    }
}

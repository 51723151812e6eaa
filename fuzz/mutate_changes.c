/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The changes that mutations make. */
#include "fuzz/mutate_internal.h"
#include "harness/generator.h"

#include <string.h>

/* Events of a small case; fewer where each is searched for. */
#define SMALL_CASE 16
#define SMALL_SEARCHED_CASE 4

/* Threads of a small block. */
#define SMALL_BLOCK 6

/* The longest run that is repeated with one field changed: 2^3 events. */
#define LG_LONGEST_TWIN 3

/* Leaves drawn until one is a flag; most events that have flags have ten fields or fewer. */
#define NB_FLAG_TRIES 8

/* ---- fields ---- */

unsigned char *tg_fuzz_event_at(const tg_fuzz_change *of, size_t index)
{
    return of->mutator->events + index * of->mutator->event_size;
}

static uint32_t load(const unsigned char *event, const tg_leaf *leaf)
{
    uint32_t value = event[leaf->offset];
    if (leaf->type->size != 1) memcpy(&value, event + leaf->offset, sizeof value);
    return value;
}

static void store(unsigned char *event, const tg_leaf *leaf, uint32_t value)
{
    if (leaf->type->size == 1) {
        event[leaf->offset] = (unsigned char)value;
    } else {
        memcpy(event + leaf->offset, &value, sizeof value);
    }
}

static uint32_t draw_value(tg_fuzz_change *of, const tg_type *type)
{
    switch (type->form) {
    case TG_FORM_FELT:
    case TG_FORM_RESIDUE:
        return tg_fuzz_hard_word(of);
    case TG_FORM_ENUM:
    case TG_FORM_BYTE:
        if (tg_fuzz_one_in(of, 4)) return (uint32_t)type->nb_values - 1;
        return (uint32_t)tg_fuzz_below(of, type->nb_values);
    case TG_FORM_FLAG:
        return (uint32_t)tg_fuzz_below(of, 2);
    case TG_FORM_ONE:
    case TG_FORM_COUNT:
    case TG_FORM_PAD:
    case TG_FORM_STRUCT:
        break;
    }
    return 0;
}

/* ---- changes; none of them where there is nothing to change ---- */

/* An event and a leaf of it, of those that hold something. False: there is none. */
static bool draw_place(tg_fuzz_change *of, unsigned char **event, const tg_leaf **leaf)
{
    if (of->work.nb_events == 0 || of->mutator->nb_leaves == 0) return false;
    *event = tg_fuzz_event_at(of, tg_fuzz_below(of, of->work.nb_events));
    *leaf = &of->mutator->leaves[tg_fuzz_below(of, of->mutator->nb_leaves)];
    return true;
}

static void set_field(tg_fuzz_change *of)
{
    unsigned char *event = NULL;
    const tg_leaf *leaf = NULL;
    if (draw_place(of, &event, &leaf)) store(event, leaf, draw_value(of, leaf->type));
}

/* One more, one less, or a bit: what is not valid is brought into range when it is encoded. */
static void nudge_field(tg_fuzz_change *of)
{
    unsigned char *event = NULL;
    const tg_leaf *leaf = NULL;
    if (!draw_place(of, &event, &leaf)) return;
    const uint32_t value = load(event, leaf);
    const size_t kind = tg_fuzz_below(of, 3);
    const uint32_t bit = 1u << tg_fuzz_below(of, leaf->type->size * 8);
    store(event, leaf, kind == 0 ? value + 1 : kind == 1 ? value - 1 : value ^ bit);
}

/* Make two fields equal, of one event or of two: equal operands. */
static void copy_field(tg_fuzz_change *of)
{
    unsigned char *event = NULL;
    unsigned char *other = NULL;
    const tg_leaf *from = NULL;
    const tg_leaf *to = NULL;
    if (!draw_place(of, &event, &from) || !draw_place(of, &other, &to)) return;
    if (tg_fuzz_one_in(of, 2)) other = event;
    if (from->type->size == to->type->size) store(other, to, load(event, from));
}

static void copy_event(tg_fuzz_change *of)
{
    if (of->work.nb_events < 2 || of->mutator->event_size == 0) return;
    unsigned char *to = tg_fuzz_event_at(of, tg_fuzz_below(of, of->work.nb_events));
    const unsigned char *from = tg_fuzz_event_at(of, tg_fuzz_below(of, of->work.nb_events));
    if (to != from) memcpy(to, from, of->mutator->event_size);
}

static void swap_events(tg_fuzz_change *of)
{
    if (of->work.nb_events < 2 || of->mutator->event_size == 0) return;
    unsigned char *first = tg_fuzz_event_at(of, tg_fuzz_below(of, of->work.nb_events));
    unsigned char *second = tg_fuzz_event_at(of, tg_fuzz_below(of, of->work.nb_events));
    for (size_t i = 0; i < of->mutator->event_size; i++) {
        const unsigned char byte = first[i];
        first[i] = second[i];
        second[i] = byte;
    }
}

/* Draw events first .. first + nb - 1 by any profile of the trace. */
static void draw_events(tg_fuzz_change *of, size_t first, size_t nb)
{
    const tg_subject *subject = &of->work.subject;
    if (nb == 0 || of->mutator->event_size == 0) return;
    const tg_profile profile = (tg_profile)tg_fuzz_below(of, TG_NB_PROFILES);
    if (!tg_generator_has_profile(subject, profile)) return;
    const uint64_t seed = tg_fuzz_draw(of);
    const tg_status status =
        tg_generator_fill(tg_fuzz_event_at(of, first), subject, profile, seed, 0, nb, NULL);
    // Without memory the events stay as they are, which is a mutation too.
    (void)status;
}

static void redraw_event(tg_fuzz_change *of)
{
    if (of->work.nb_events != 0) draw_events(of, tg_fuzz_below(of, of->work.nb_events), 1);
}

static void redraw_all(tg_fuzz_change *of) { draw_events(of, 0, of->work.nb_events); }

/* All events equal, or all but one. */
static void level_events(tg_fuzz_change *of)
{
    const size_t nb_events = of->work.nb_events;
    if (nb_events < 2 || of->mutator->event_size == 0) return;
    const size_t kept = tg_fuzz_one_in(of, 2) ? tg_fuzz_below(of, nb_events) : 0;
    const size_t from = kept != 0 ? 0 : tg_fuzz_below(of, nb_events);
    for (size_t i = 0; i < nb_events; i++) {
        if (i != from && (kept == 0 || i != kept))
            memcpy(tg_fuzz_event_at(of, i), tg_fuzz_event_at(of, from), of->mutator->event_size);
    }
}

/* A leaf to change in many events alike: a flag, mostly, where there is one. */
static const tg_leaf *draw_flag(tg_fuzz_change *of)
{
    const tg_fuzz_mutator *mutator = of->mutator;
    const tg_leaf *leaf = &mutator->leaves[tg_fuzz_below(of, mutator->nb_leaves)];
    for (size_t i = 0; i < NB_FLAG_TRIES && leaf->type->form != TG_FORM_FLAG; i++) {
        leaf = &mutator->leaves[tg_fuzz_below(of, mutator->nb_leaves)];
    }
    return leaf;
}

/* A run of events, and right behind it the same run with one field changed in all of them: what
 * undoes the other, in pairs or all together. Half of the time it is the last run, and the copy is
 * added. */
static void twin_events(tg_fuzz_change *of)
{
    const size_t nb_events = of->work.nb_events;
    const size_t event_size = of->mutator->event_size;
    if (nb_events == 0 || of->mutator->nb_leaves == 0) return;
    size_t nb_run = (size_t)1 << tg_fuzz_below(of, LG_LONGEST_TWIN + 1);
    if (nb_run > nb_events) nb_run = nb_events;
    size_t first = nb_events - nb_run;
    if (!tg_fuzz_one_in(of, 2)) first = tg_fuzz_below(of, first + 1);
    const size_t end = first + 2 * nb_run;
    if (end > TG_CASE_MAX_EVENTS) return;
    if (end > nb_events) of->work.nb_events = end;
    unsigned char *run = tg_fuzz_event_at(of, first);
    unsigned char *copy = tg_fuzz_event_at(of, first + nb_run);
    memcpy(copy, run, nb_run * event_size);
    const tg_leaf *leaf = draw_flag(of);
    const uint32_t value = draw_value(of, leaf->type);
    for (size_t i = 0; i < nb_run; i++, copy += event_size) {
        const bool is_flag = leaf->type->form == TG_FORM_FLAG;
        store(copy, leaf, is_flag ? load(copy, leaf) ^ 1u : value);
    }
}

/* Threads of a block: few mostly, since each that waits at a barrier costs a switch. */
static uint32_t draw_block(tg_fuzz_change *of)
{
    static const uint32_t blocks[] = {0, 7, 16, 31, 32, 33, 64, 96, 128};
    static const uint32_t large_blocks[] = {127, 129, 255, 256, 257, 512, 1023, 1024};
    if (tg_fuzz_one_in(of, 64))
        return large_blocks[tg_fuzz_below(of, sizeof large_blocks / sizeof large_blocks[0])];
    if (tg_fuzz_one_in(of, 8)) return blocks[tg_fuzz_below(of, sizeof blocks / sizeof blocks[0])];
    return 1 + (uint32_t)tg_fuzz_below(of, SMALL_BLOCK);
}

static void change_shape(tg_fuzz_change *of)
{
    static const uint32_t grids[] = {0, 0, 1, 1, 1, 2, 2, 3, 4, 7};
    if (tg_fuzz_one_in(of, 2)) {
        of->work.launch.grid = grids[tg_fuzz_below(of, sizeof grids / sizeof grids[0])];
        if (tg_fuzz_one_in(of, 64)) of->work.launch.grid = TG_CASE_MAX_GRID;
    }
    of->work.launch.block = draw_block(of);
}

/* Fewer events, or more: new ones are drawn, or those that are there once again. */
static void change_count(tg_fuzz_change *of)
{
    const size_t nb_before = of->work.nb_events;
    const size_t nb_events = tg_fuzz_count(of, TG_CASE_MAX_EVENTS);
    const size_t event_size = of->mutator->event_size;
    of->work.nb_events = nb_events;
    // What many events show hangs on the shape too, and such a case is rare.
    if (nb_events > TG_FUZZ_LARGE_CASE) change_shape(of);
    if (nb_events <= nb_before || event_size == 0) return;
    if (nb_before == 0) memset(tg_fuzz_event_at(of, 0), 0, event_size);
    const size_t period = nb_before != 0 ? nb_before : 1;
    for (size_t i = period; i < nb_events; i++) {
        memcpy(tg_fuzz_event_at(of, i), tg_fuzz_event_at(of, i - period), event_size);
    }
    if (tg_fuzz_one_in(of, 2)) draw_events(of, nb_before, nb_events - nb_before);
}

static void change_height(tg_fuzz_change *of)
{
    const size_t nb_rows = tg_trace_nb_rows(of->work.subject.trace, of->work.nb_events);
    switch (tg_fuzz_below(of, 4)) {
    case 0:
        of->work.fixed_height = 0;
        break;
    case 1:
        of->work.fixed_height = nb_rows + tg_fuzz_below(of, 3);
        break;
    default:
        of->work.fixed_height = tg_fuzz_count(of, TG_CASE_MAX_HEIGHT);
        break;
    }
}

void tg_fuzz_shrink_shape(tg_fuzz_change *of)
{
    // A large case takes longer than the table.
    if (!of->mutator->is_plan_large || of->work.nb_events > TG_FUZZ_LARGE_CASE) return;
    if (tg_fuzz_one_in(of, 16)) return;
    if (of->work.launch.grid == 0) of->work.launch.grid = 1 + (uint32_t)tg_fuzz_below(of, 3);
    if (tg_fuzz_one_in(of, 4)) return;
    of->work.launch.grid = 1;
    of->work.launch.block = 1 + (uint32_t)tg_fuzz_below(of, 2);
}

void tg_fuzz_change_candidates(tg_fuzz_change *of)
{
    const uint32_t most = of->work.subject.trace->max_candidates;
    if (most == 0) return;
    of->work.max_candidates = tg_fuzz_one_in(of, 2) ? 0 : (uint32_t)tg_fuzz_below(of, most + 1);
}

/* Every change as often as it stands here: fields first, for they are what most bugs hang on. */
static void (*const changes[])(tg_fuzz_change *of) = {
    set_field,    set_field,    set_field,    set_field,     set_field,
    nudge_field,  nudge_field,  copy_field,   copy_field,    copy_event,
    swap_events,  redraw_event, redraw_event, redraw_all,    level_events,
    twin_events,  twin_events,  change_count, change_count,  change_count,
    change_shape, change_shape, change_shape, change_height, change_height};
#define NB_CHANGES (sizeof changes / sizeof changes[0])

void tg_fuzz_change_any(tg_fuzz_change *of) { changes[tg_fuzz_below(of, NB_CHANGES)](of); }

void tg_fuzz_make_small(tg_fuzz_change *of)
{
    const size_t nb_small = of->mutator->is_searched ? SMALL_SEARCHED_CASE : SMALL_CASE;
    const size_t nb_kept = of->mutator->is_searched ? 32 : 4;
    const uint32_t block = of->work.launch.block;
    const bool is_large = of->work.nb_events > TG_FUZZ_LARGE_CASE;
    if (of->work.nb_events > nb_small && !tg_fuzz_one_in(of, is_large ? 8 * nb_kept : nb_kept))
        of->work.nb_events = tg_fuzz_below(of, nb_small + 1);
    if (of->work.fixed_height > 4 * nb_small && !tg_fuzz_one_in(of, 4)) of->work.fixed_height = 0;
    if ((block == 0 || block > SMALL_BLOCK) && !tg_fuzz_one_in(of, 8))
        of->work.launch.block = 1 + (uint32_t)tg_fuzz_below(of, SMALL_BLOCK);
    if (of->work.launch.grid > 4 && !tg_fuzz_one_in(of, 4)) of->work.launch.grid = 0;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The mixed stream: events of the other numbered profiles.
 *
 * It is made of groups of four slots of TG_SEGMENT_EVENTS events: two boundary, one uniform, one
 * realistic or, where the trace has no such profile, uniform. In every group they come in an order
 * that is drawn: in even groups slot after slot, so that a warp has events of one sort; in odd ones
 * an event of each by turns, so that neighbours differ. Boundary slots are consecutive segments of
 * the boundary stream, so that all its styles are met soon; uniform and realistic slots are those
 * of their streams that have the place of the slot.
 *
 * Where the boundary profile is a script with sections, a section and a section's length of groups
 * take turns. The sections are consecutive ones of the script and stand where they stand in it,
 * so that what a section adds up to remains; the boundary slots of the groups are segments from
 * drawn places of the script, so that all its parts are met soon.
 */
#include "harness/generator_internal.h"
#include "harness/philox.h"

#define NB_SLOTS 4u
#define GROUP_EVENTS (NB_SLOTS * TG_SEGMENT_EVENTS)

/* Slots of a group, before they are shuffled. */
enum { SLOT_BOUNDARY_FIRST, SLOT_BOUNDARY_SECOND, SLOT_UNIFORM, SLOT_REALISTIC };

/* Philox blocks of a group: the order of its slots, then the place in a script of either boundary
 * slot. */
enum { BLOCK_ORDER, BLOCK_PLACE };

/* Numbers of the slots of a group in the order in which they come.
 * slots  zeros before */
static void draw_order(uint32_t slots[NB_SLOTS], uint64_t key, uint64_t group)
{
    uint32_t words[TG_PHILOX_LANES];
    tg_philox_block(words, key, group, BLOCK_ORDER, 0);
    for (uint32_t i = 0; i < NB_SLOTS; i++) {
        const uint32_t place = words[i] % (i + 1);
        slots[i] = slots[place];
        slots[place] = i;
    }
}

/* Number in the boundary stream of the first event of a boundary slot. */
static uint64_t boundary_start(const tg_own_profile *script, uint64_t key, uint64_t group,
                               uint32_t slot)
{
    if (script->section == 0) return (2 * group + slot) * TG_SEGMENT_EVENTS;
    uint32_t words[TG_PHILOX_LANES];
    tg_philox_block(words, key, group, BLOCK_PLACE + slot, 0);
    const uint64_t start = group * GROUP_EVENTS;
    const uint64_t place = words[0] % (script->period / TG_SEGMENT_EVENTS);
    return start - start % script->period + place * TG_SEGMENT_EVENTS;
}

/* What the events of a mixed stream are drawn from. */
typedef struct mixture {
    const tg_event_stream *stream;
    uint64_t key;
    tg_own_profile script; /* the boundary profile where it is one; else without section */
    uint64_t boundary_key;
    tg_part_draw *sources[NB_SLOTS]; /* of each slot */
    uint64_t keys[NB_SLOTS];
} mixture;

static mixture mixture_of(const tg_event_stream *stream, uint64_t key)
{
    const bool has_realistic = tg_generator_has_profile(stream->subject, TG_PROFILE_REALISTIC);
    const uint64_t boundary_key = tg_stream_key(stream, TG_PROFILE_BOUNDARY);
    const uint64_t uniform_key = tg_stream_key(stream, TG_PROFILE_UNIFORM);
    mixture mixed = {
        .stream = stream,
        .key = key,
        .script = tg_own_profile_of(stream->subject, TG_PROFILE_BOUNDARY),
        .boundary_key = boundary_key,
        .sources = {tg_boundary_draw, tg_boundary_draw, tg_uniform_draw, tg_uniform_draw},
        .keys = {boundary_key, boundary_key, uniform_key, uniform_key},
    };
    if (has_realistic) {
        mixed.sources[SLOT_REALISTIC] = tg_realistic_draw;
        mixed.keys[SLOT_REALISTIC] = tg_stream_key(stream, TG_PROFILE_REALISTIC);
    }
    return mixed;
}

/* Number of the first event from `from` on among those of a group that are `step` apart and begin
 * with number `start`. */
static size_t first_in_slot(size_t from, size_t start, size_t step)
{
    return from <= start ? 0 : (from - start + step - 1) / step;
}

/* Draw a part that lies within one group: slot by slot, whatever their order. */
static void draw_group(const tg_part *part, const mixture *mixed)
{
    const uint64_t group = part->first / GROUP_EVENTS;
    const size_t from = part->first % GROUP_EVENTS;
    const size_t step = group % 2 == 0 ? 1 : NB_SLOTS;
    uint32_t slots[NB_SLOTS] = {0};
    draw_order(slots, mixed->key, group);
    for (size_t place = 0; place < NB_SLOTS; place++) {
        const uint32_t slot = slots[place];
        const size_t start = step == 1 ? place * TG_SEGMENT_EVENTS : place;
        const size_t first = first_in_slot(from, start, step);
        const size_t end = first_in_slot(from + part->nb, start, step);
        const size_t last = end < TG_SEGMENT_EVENTS ? end : TG_SEGMENT_EVENTS;
        if (first >= last) continue;
        const uint64_t number = slot <= SLOT_BOUNDARY_SECOND
                                    ? boundary_start(&mixed->script, mixed->key, group, slot)
                                    : group * GROUP_EVENTS + place * TG_SEGMENT_EVENTS;
        const tg_part in_slot = {.events =
                                     part->events + (start + first * step - from) * part->stride,
                                 .stride = step * part->stride,
                                 .first = number + first,
                                 .nb = last - first};
        mixed->sources[slot](&in_slot, mixed->stream, mixed->keys[slot]);
    }
}

/* Draw the beginning of a part: all that lies within one section of a script, or one group. Returns
 * the number of events. */
static size_t draw_piece(const tg_part *part, const mixture *mixed)
{
    const size_t section = mixed->script.section;
    const uint64_t pair = section != 0 ? part->first / (2 * section) : 0;
    const size_t in_pair = section != 0 ? part->first % (2 * section) : 0;
    const bool in_section = section != 0 && in_pair < section;
    const size_t nb_left =
        in_section ? section - in_pair : GROUP_EVENTS - part->first % GROUP_EVENTS;
    tg_part piece = *part;
    if (piece.nb > nb_left) piece.nb = nb_left;
    if (in_section) {
        piece.first = pair * section + in_pair;
        tg_boundary_draw(&piece, mixed->stream, mixed->boundary_key);
    } else {
        draw_group(&piece, mixed);
    }
    return piece.nb;
}

void tg_mixed_draw(const tg_part *part, const tg_event_stream *stream, uint64_t key)
{
    const mixture mixed = mixture_of(stream, key);
    TG_VERIFY_CHECK(mixed.script.section % GROUP_EVENTS == 0);
    tg_part rest = *part;
    while (rest.nb != 0) {
        const size_t nb_drawn = draw_piece(&rest, &mixed);
        rest.events += nb_drawn * rest.stride;
        rest.first += nb_drawn;
        rest.nb -= nb_drawn;
    }
}

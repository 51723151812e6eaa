/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The events of a batch and its expected trace, in memory that is used again.
 *
 * The reference writes straight into that memory: it is the side that a campaign waits for, and one
 * run of it is enough, since a cell that it forgets keeps a guard's word or one of an earlier
 * batch, which the other side does not have. Any other backend runs once in its own wrapper.
 */
#include "harness/campaign_internal.h"

#include "model/memory.h"

#include <string.h>

#define ZONE_BYTES (TG_GUARD_WORDS * sizeof(uint32_t))

static void fill_words(uint32_t *words, size_t nb_words)
{
    for (size_t i = 0; i < nb_words; i++) {
        words[i] = TG_GUARD_WORD;
    }
}

tg_status campaign_room_take(campaign_room *room, size_t len_bytes, tg_error *error)
{
    if (len_bytes <= room->len_bytes && room->buffer != NULL) return TG_OK;
    campaign_room_clear(room);
    // A quarter more than asked for, in whole words, so that it is rarely too small.
    const size_t rounded = (len_bytes / 4 * 5 / sizeof(uint32_t) + 1) * sizeof(uint32_t);
    const size_t taken = rounded > len_bytes ? rounded : len_bytes;
    const tg_status status = tg_buffer_create(&room->buffer, taken, 1, error);
    if (status != TG_OK) return status;
    room->len_bytes = taken;
    fill_words(room->buffer, taken / sizeof(uint32_t));
    return TG_OK;
}

void campaign_room_clear(campaign_room *room)
{
    tg_buffer_destroy(room->buffer);
    *room = (campaign_room){.buffer = NULL};
}

/* An array between two zones. */
static tg_status take_guarded(uint32_t **words, campaign_room *room, size_t nb_words,
                              tg_error *error)
{
    const tg_status status =
        campaign_room_take(room, nb_words * sizeof **words + 2 * ZONE_BYTES, error);
    if (status != TG_OK) return status;
    uint32_t *start = room->buffer;
    fill_words(start, TG_GUARD_WORDS);
    fill_words(start + TG_GUARD_WORDS + nb_words, TG_GUARD_WORDS);
    *words = start + TG_GUARD_WORDS;
    return TG_OK;
}

tg_status campaign_rooms_take(tg_product *product, campaign_room *rooms, const tg_trace *trace,
                              size_t height, tg_error *error)
{
    *product = (tg_product){.cells = NULL};
    // At most a batch's cells: no product overflows.
    tg_status status =
        take_guarded(&product->cells, &rooms[0], height * tg_trace_width(trace), error);
    for (size_t i = 0; i < trace->nb_sides && status == TG_OK; i++) {
        status = take_guarded(&product->sides[i], &rooms[1 + i], tg_side_nb_words(&trace->sides[i]),
                              error);
    }
    return status;
}

/* Count the words of a zone that were changed; is_before: the array lies behind it. */
static void check_zone(tg_conduct *conduct, tg_zone zone, const uint32_t *words, bool is_before)
{
    for (size_t distance = 0; distance < TG_GUARD_WORDS; distance++) {
        const size_t place = is_before ? TG_GUARD_WORDS - 1 - distance : distance;
        if (words[place] == TG_GUARD_WORD) continue;
        if (conduct->nb_zone_words[zone]++ == 0) conduct->first_zone_word[zone] = distance;
    }
}

static void check_zones(tg_conduct *conduct, const tg_product *product, const tg_trace *trace,
                        size_t height)
{
    check_zone(conduct, TG_ZONE_BEFORE_TRACE, product->cells - TG_GUARD_WORDS, true);
    check_zone(conduct, TG_ZONE_AFTER_TRACE, product->cells + height * tg_trace_width(trace),
               false);
    for (size_t i = 0; i < trace->nb_sides; i++) {
        const uint32_t *words = product->sides[i];
        check_zone(conduct, (tg_zone)(TG_ZONE_BEFORE_SIDES + i), words - TG_GUARD_WORDS, true);
        check_zone(conduct, (tg_zone)(TG_ZONE_AFTER_SIDES + i),
                   words + tg_side_nb_words(&trace->sides[i]), false);
    }
}

tg_job campaign_slot_job(const campaign_slot *slot)
{
    return (tg_job){.subject = &slot->subject,
                    .events = slot->subject.trace->event != NULL ? slot->events.buffer : NULL,
                    .nb_events = slot->batch.nb_events,
                    .height = slot->height,
                    .launch = slot->batch.launch};
}

static tg_status draw_events(campaign_slot *slot, tg_error *error)
{
    const tg_trace *trace = slot->subject.trace;
    if (trace->event == NULL) return TG_OK;
    const size_t nb_events = slot->batch.nb_events;
    const tg_status status =
        campaign_room_take(&slot->events, nb_events * trace->event->size, error);
    if (status != TG_OK) return status;
    return tg_generator_draw(slot->events.buffer, &slot->subject, &slot->batch.stream,
                             slot->batch.first, nb_events, error);
}

static tg_status make_expected(campaign_slot *slot, const tg_backend *expected, tg_error *error)
{
    const tg_job job = campaign_slot_job(slot);
    slot->conduct = (tg_conduct){0};
    if (expected->ops != tg_backend_ops_at(0)) {
        const uint32_t poison = slot->batch.number % 2 == 0 ? TG_POISON_FIRST : TG_POISON_SECOND;
        return expected->ops->run(expected->state, &slot->expected, &slot->conduct, &job, poison,
                                  error);
    }
    const tg_request request = tg_job_request(&job);
    const tg_status status = tg_ref_make(&slot->expected, slot->subject.reference, &request, error);
    if (status == TG_OK)
        check_zones(&slot->conduct, &slot->expected, slot->subject.trace, slot->height);
    return status;
}

void campaign_slot_make(campaign_slot *slot, const tg_backend *expected)
{
    const tg_trace *trace = slot->subject.trace;
    slot->error = (tg_error){.status = TG_OK};
    tg_status status = tg_trace_height(trace, slot->batch.nb_events, slot->batch.fixed_height,
                                       &slot->height, &slot->error);
    if (status == TG_OK) status = draw_events(slot, &slot->error);
    if (status == TG_OK)
        status =
            campaign_rooms_take(&slot->expected, slot->rooms, trace, slot->height, &slot->error);
    if (status == TG_OK) status = make_expected(slot, expected, &slot->error);
    slot->status = status;
}

void campaign_slot_clear(campaign_slot *slot)
{
    campaign_room_clear(&slot->events);
    for (size_t i = 0; i < CAMPAIGN_NB_ROOMS; i++) {
        campaign_room_clear(&slot->rooms[i]);
    }
}

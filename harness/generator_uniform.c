/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The uniform stream. Event i of (seed, trace, profile) has the words of Philox blocks with
 *   key      tg_stream_key
 *   counter  i (64 bits), block number (32 bits), attempt (32 bits)
 * The event's leaves that hold something to draw (felts, residues, enums, bytes, flags), in order
 * of offsets, are numbered from 0; leaf n takes lane n % 4 of block n / 4, of attempt 0, 1, ...
 * until one is accepted. No leaf's draw depends on another's. A word w becomes a value below
 * `range` as the high half of w * range; it is rejected if the low half is below 2^32 mod range,
 * which leaves each value the same number of words (Lemire, "Fast Random Integer Generation in an
 * Interval", 2019).
 */
#include "harness/generator_internal.h"
#include "harness/philox.h"

/* Where in the stream one leaf of many events is drawn. */
typedef struct draw_place {
    uint64_t key;
    uint64_t first; /* number of the first event */
    size_t draw;    /* number of the leaf among those that are drawn */
} draw_place;

/* Product of word and range at the first attempt after 0 that is accepted, for event first + k. */
static uint64_t draw_again(const draw_place *place, size_t k, uint32_t range, uint32_t nb_rejected)
{
    uint32_t words[TG_PHILOX_LANES];
    uint64_t product = 0;
    uint32_t attempt = 1;
    do {
        tg_philox_block(words, place->key, place->first + k,
                        (uint32_t)(place->draw / TG_PHILOX_LANES), attempt++);
        product = (uint64_t)words[place->draw % TG_PHILOX_LANES] * range;
    } while ((uint32_t)product < nb_rejected);
    return product;
}

/* Draw one leaf of the first nb events of a part from the words of attempt 0. */
static void draw_leaf(const tg_part *part, const tg_leaf *leaf, const draw_place *place,
                      const uint32_t *words)
{
    const uint32_t range = tg_leaf_range(leaf->type);
    const uint32_t nb_rejected = -range % range; // 2^32 mod range
    unsigned char *event = part->events;
    for (size_t k = 0; k < part->nb; k++, event += part->stride) {
        uint64_t product = (uint64_t)words[k] * range;
        if ((uint32_t)product < nb_rejected) product = draw_again(place, k, range, nb_rejected);
        tg_leaf_store(event, leaf, (uint32_t)(product >> 32));
    }
}

/* Draw at most TG_PHILOX_BATCH events, leaf by leaf. */
static void draw_batch(const tg_part *part, const tg_event_layout *layout, uint64_t key)
{
    uint32_t words[TG_PHILOX_LANES][TG_PHILOX_BATCH];
    draw_place place = {.key = key, .first = part->first, .draw = 0};
    for (size_t i = 0; i < layout->nb_leaves; i++) {
        const tg_leaf *leaf = &layout->leaves[i];
        if (tg_leaf_range(leaf->type) == 0) continue;
        const size_t lane = place.draw % TG_PHILOX_LANES;
        if (lane == 0)
            tg_philox_fill(words, key, part->first, (uint32_t)(place.draw / TG_PHILOX_LANES), 0,
                           part->nb);
        draw_leaf(part, leaf, &place, words[lane]);
        place.draw++;
    }
}

void tg_uniform_draw(const tg_part *part, const tg_event_stream *stream, uint64_t key)
{
    for (size_t start = 0; start < part->nb; start += TG_PHILOX_BATCH) {
        const size_t nb_left = part->nb - start;
        const tg_part batch = {.events = part->events + start * part->stride,
                               .stride = part->stride,
                               .first = part->first + start,
                               .nb = nb_left < TG_PHILOX_BATCH ? nb_left : TG_PHILOX_BATCH};
        draw_batch(&batch, &stream->layout, key);
    }
    if (stream->layout.has_fixed) tg_part_store_fixed(part, &stream->layout);
    for (size_t k = 0; stream->completes && k < part->nb; k++) {
        tg_event_complete(part->events + k * part->stride, stream, key, part->first + k);
    }
}

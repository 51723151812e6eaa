/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The upstream stream: as SP1's own tests draw, one event after the other. */
#include "harness/generator_internal.h"
#include "reference/field.h"

static uint32_t draw_leaf(tg_std_rng *rng, const tg_type *type)
{
    switch (type->form) {
    case TG_FORM_FELT:
        return tg_std_rng_felt(rng);
    case TG_FORM_RESIDUE:
        // SP1 draws the field element and stores its residue.
        return tg_ref_from_word(tg_std_rng_felt(rng));
    case TG_FORM_ENUM:
        return tg_std_rng_below_u32(rng, (uint32_t)type->nb_values);
    case TG_FORM_BYTE:
        return tg_std_rng_below_u8(rng, (uint32_t)type->nb_values);
    case TG_FORM_FLAG:
        return tg_std_rng_bool(rng);
    case TG_FORM_ONE:
        return TG_WORD_ONE;
    case TG_FORM_COUNT:
    case TG_FORM_PAD:
    case TG_FORM_STRUCT:
        return 0;
    }
    return 0;
}

/* Draw one event: in the way of SP1's test, or field by field. */
static void draw_event(tg_std_rng *rng, unsigned char *event, const tg_event_layout *layout,
                       const tg_trace_draws *draws)
{
    if (draws->upstream != NULL) {
        draws->upstream(rng, event);
        return;
    }
    for (size_t i = 0; i < layout->nb_leaves; i++) {
        const tg_leaf *leaf = &layout->leaves[i];
        tg_leaf_store(event, leaf, draw_leaf(rng, leaf->type));
    }
    if (draws->complete != NULL) tg_draws_complete(draws, event);
}

void tg_upstream_draw(unsigned char *events, const tg_event_stream *stream, size_t nb)
{
    const tg_trace_draws general = {0};
    const tg_trace_draws *draws =
        stream->subject->draws != NULL ? stream->subject->draws : &general;
    const size_t size = stream->layout.size;
    tg_std_rng rng;
    tg_std_rng_init(&rng, stream->seed);
    if (draws->upstream_list != NULL) {
        draws->upstream_list(&rng, events, nb);
    } else {
        for (size_t k = 0; k < nb; k++) {
            draw_event(&rng, events + k * size, &stream->layout, draws);
            if (draws->upstream_filler) (void)tg_std_rng_u64(&rng);
        }
    }
    if (stream->validity == TG_VALID_ANY) return;
    const uint64_t key = tg_stream_key(stream, TG_PROFILE_UPSTREAM);
    for (size_t k = 0; stream->completes && k < nb; k++) {
        tg_event_complete(events + k * size, stream, key, k);
    }
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The general boundary stream, from an event's description alone: where arithmetic, copying and
 * selecting break.
 *
 * The stream is a sequence of segments of TG_SEGMENT_EVENTS events, each of one style (the table
 * below), which take turns; an event of a segment follows from key and its number alone, but for
 * the repeats, which follow from the number of the event that they repeat. Words are of Philox
 * blocks with the event's number (the segment's for BLOCK_SELECTOR) as the counter's low half, the
 * block number behind it: leaf n of those that are drawn takes lane n % 4 of block n / 4, as in the
 * uniform stream, but keys differ.
 */
#include "harness/corners.h"
#include "harness/generator_internal.h"
#include "harness/philox.h"
#include "reference/field.h"

/* Blocks far from those of leaves. TG_BLOCK_CONSTRAIN is another. */
#define BLOCK_CHOICE (UINT32_MAX - 1)   /* of an event: what its style leaves open */
#define BLOCK_SELECTOR (UINT32_MAX - 2) /* of a segment: how enums, bytes and flags run on */

/* An event within its style. */
typedef struct event_turn {
    const tg_event_layout *layout;
    uint64_t turn;                    /* number among the events of its style */
    uint32_t choice[TG_PHILOX_LANES]; /* random words */
} event_turn;

/* Change the felts of an event that was drawn. */
typedef void style_change(unsigned char *event, const event_turn *at);

/* Number of the event within a segment that event k of it repeats; length: of a run. */
typedef size_t style_origin(size_t k, size_t length);

/* ---- single words ---- */

static uint32_t any_word(uint32_t draw) { return (uint32_t)((uint64_t)draw * TG_P >> 32); }

/* Six of eight are corner words, one is near to 0 or p, one is any. Chosen without branches, which
 * nothing could predict. */
static inline uint32_t drawn_word(uint32_t draw)
{
    const uint32_t corner = draw / 8 % TG_NB_CORNER_WORDS;
    const uint32_t near = TG_NB_CORNER_WORDS + draw / 8 % TG_NB_NEAR_WORDS;
    const uint32_t is_near = -(uint32_t)(draw % 8 == 1);
    const uint32_t is_any = -(uint32_t)(draw % 8 == 0);
    const uint32_t listed = tg_boundary_words[(corner & ~is_near) | (near & is_near)];
    return (listed & ~is_any) | (any_word(draw) & is_any);
}

/* The same, and words near to 0 or p, for many draws in their place. */
static void drawn_words(uint32_t *words, size_t nb)
{
    for (size_t k = 0; k < nb; k++) {
        words[k] = drawn_word(words[k]);
    }
}

static void near_words(uint32_t *words, size_t nb)
{
    for (size_t k = 0; k < nb; k++) {
        words[k] = tg_near_word(words[k]);
    }
}

static uint32_t get_felt(const unsigned char *event, const tg_event_layout *layout, size_t felt)
{
    uint32_t word = 0;
    memcpy(&word, event + layout->felts[felt], sizeof word);
    return word;
}

static void set_felt(unsigned char *event, const tg_event_layout *layout, size_t felt,
                     uint32_t word)
{
    memcpy(event + layout->felts[felt], &word, sizeof word);
}

static void set_span(unsigned char *event, const tg_event_layout *layout, const tg_span *span,
                     uint32_t word)
{
    for (size_t i = 0; i < span->nb; i++) {
        set_felt(event, layout, span->first + i, word);
    }
}

/* ---- styles ---- */

/* Every corner word in every felt, by turns: the others as drawn. */
static void sweep(unsigned char *event, const event_turn *at)
{
    const uint64_t corner = at->turn % TG_NB_CORNER_WORDS;
    const uint64_t round = at->turn / TG_NB_CORNER_WORDS;
    set_felt(event, at->layout, (size_t)((corner + round) % at->layout->nb_felts),
             tg_corner_word((uint32_t)corner));
}

/* Two operands that are equal: an array or felt and another of the same length. */
static void equal(unsigned char *event, const event_turn *at)
{
    const tg_event_layout *layout = at->layout;
    const tg_span *from = &layout->spans[at->turn % layout->nb_spans];
    const size_t start = at->choice[0] % layout->nb_spans;
    for (size_t i = 0; i < layout->nb_spans; i++) {
        const tg_span *to = &layout->spans[(start + i) % layout->nb_spans];
        if (to->nb != from->nb || to->first == from->first) continue;
        for (size_t felt = 0; felt < to->nb; felt++) {
            set_felt(event, layout, to->first + felt, get_felt(event, layout, from->first + felt));
        }
        return;
    }
    // No other is as long: two of its own elements are equal.
    set_felt(event, layout, from->first + at->choice[1] % from->nb,
             get_felt(event, layout, from->first));
}

/* An operand that is zero: each by turns, and in every second event another one too. */
static void zeros(unsigned char *event, const event_turn *at)
{
    const tg_event_layout *layout = at->layout;
    set_span(event, layout, &layout->spans[at->turn % layout->nb_spans], 0);
    if (at->choice[0] % 2 == 0)
        set_span(event, layout, &layout->spans[at->choice[1] % layout->nb_spans], 0);
}

/* An array, or all felts of the event, whose elements are all equal, all zero but one, or all equal
 * but one. */
static void blocks(unsigned char *event, const event_turn *at)
{
    const tg_event_layout *layout = at->layout;
    const tg_span whole = {.first = 0, .nb = layout->nb_felts};
    const size_t which = (size_t)(at->turn % (layout->nb_arrays + 1));
    const tg_span *span = which == layout->nb_arrays ? &whole : &layout->spans[which];
    const size_t place = span->first + at->choice[1] % span->nb;
    const uint32_t word = drawn_word(at->choice[0]);
    switch (at->choice[2] % 3) {
    case 0:
        set_span(event, layout, span, word);
        break;
    case 1:
        set_span(event, layout, span, 0);
        set_felt(event, layout, place, word != 0 ? word : TG_WORD_ONE);
        break;
    default:
        set_span(event, layout, span, word);
        set_felt(event, layout, place, drawn_word(at->choice[3]));
        break;
    }
}

/* All felts of the event are one word. */
static void flat(unsigned char *event, const event_turn *at)
{
    const tg_span whole = {.first = 0, .nb = at->layout->nb_felts};
    set_span(event, at->layout, &whole, drawn_word(at->choice[0]));
}

/* In every second segment, residues that follow each other as the addresses of a program do: from 0
 * on in its first half, up to p - 1 in its second. */
static void ramp(unsigned char *event, const event_turn *at)
{
    const tg_event_layout *layout = at->layout;
    if (at->turn / TG_SEGMENT_EVENTS % 2 == 0) return;
    const uint64_t in_segment = at->turn % TG_SEGMENT_EVENTS;
    const bool rises = in_segment < TG_SEGMENT_EVENTS / 2;
    const uint64_t in_half = in_segment % (TG_SEGMENT_EVENTS / 2);
    for (size_t felt = 0; felt < layout->nb_felts; felt++) {
        const uint32_t rank = (uint32_t)((in_half * layout->nb_felts + felt) % TG_P);
        set_felt(event, layout, felt, tg_ref_to_word(rises ? rank : TG_P - 1 - rank));
    }
}

/* Runs of equal events, and events that return. */
static size_t run_origin(size_t k, size_t length) { return k - k % length; }

static size_t returning_origin(size_t k, size_t length) { return k % length; }

typedef void style_words(uint32_t *words, size_t nb);

static const struct {
    style_words *words;   /* how felts are drawn */
    style_change *change; /* what becomes of them then; NULL: nothing */
    style_origin *origin; /* NULL: no event repeats another */
} styles[] = {
    {.words = drawn_words, .change = sweep},
    {.words = drawn_words, .change = zeros},
    {.words = drawn_words, .change = equal},
    {.words = drawn_words, .origin = run_origin},
    {.words = drawn_words, .change = blocks},
    {.words = near_words, .change = ramp},
    {.words = drawn_words},
    {.words = drawn_words, .change = flat},
    {.words = drawn_words, .origin = returning_origin},
};
#define NB_STYLES (sizeof styles / sizeof styles[0])

/* Lengths of repeats, by turns. */
static const size_t lengths[] = {2, 4, 3, 16, 8, TG_SEGMENT_EVENTS, 5, 31};
#define NB_LENGTHS (sizeof lengths / sizeof lengths[0])

/* ---- segments ---- */

/* Events of one segment. */
typedef struct segment_part {
    const tg_part *part;
    const tg_event_layout *layout;
    uint64_t key;
    uint64_t segment; /* its number */
    size_t from;      /* number within it of the first event */
    size_t style;
    size_t origins[TG_SEGMENT_EVENTS]; /* number within it of what each event repeats: itself, where
                                          the style has no repeats */
} segment_part;

static uint64_t number_of(const segment_part *events, size_t k)
{
    return events->segment * TG_SEGMENT_EVENTS + events->origins[k];
}

static void copy_words(uint32_t words[TG_PHILOX_LANES][TG_PHILOX_BATCH], size_t to, size_t from)
{
    for (size_t lane = 0; lane < TG_PHILOX_LANES; lane++) {
        words[lane][to] = words[lane][from];
    }
}

/* Words of one block of all the events: words[lane][k]. */
static void draw_words(uint32_t words[TG_PHILOX_LANES][TG_PHILOX_BATCH], const segment_part *events,
                       uint32_t block)
{
    const size_t nb = events->part->nb;
    if (styles[events->style].origin == NULL) {
        tg_philox_fill(words, events->key, number_of(events, 0), block, 0, nb);
        return;
    }
    for (size_t k = 0; k < nb; k++) {
        // What is repeated repeats nothing itself: its words are there, unless the part begins
        // behind it.
        const size_t origin = events->origins[k];
        if (origin >= events->from && origin < events->from + k) {
            copy_words(words, k, origin - events->from);
            continue;
        }
        uint32_t drawn[TG_PHILOX_LANES];
        tg_philox_block(drawn, events->key, number_of(events, k), block, 0);
        for (size_t lane = 0; lane < TG_PHILOX_LANES; lane++) {
            words[lane][k] = drawn[lane];
        }
    }
}

/* Draw an enum, a byte or a flag: the same in the whole segment, by turns, in runs, or at
 * random. draw: number of the leaf among those that are drawn; words: [nb] its own. */
static void draw_selector(const segment_part *events, const tg_leaf *leaf, size_t draw,
                          const uint32_t *words)
{
    const tg_part *part = events->part;
    const uint32_t range = tg_leaf_range(leaf->type);
    uint32_t chosen[TG_PHILOX_LANES];
    tg_philox_block(chosen, events->key, events->segment, BLOCK_SELECTOR, (uint32_t)draw);
    // Every style meets every way.
    const uint64_t way = (events->segment / NB_STYLES + events->segment + draw) % 4;
    const size_t length = (size_t)2 << chosen[1] % 3;
    for (size_t k = 0; k < part->nb; k++) {
        uint64_t value = chosen[0];
        if (way == 1) value += events->origins[k];
        if (way == 2) value += events->origins[k] / length;
        if (way == 3) value = words[k];
        tg_leaf_store(part->events + k * part->stride, leaf, (uint32_t)(value % range));
    }
}

/* Draw a felt as the style does. words: [nb] its own; overwritten */
static void draw_felt(const segment_part *events, const tg_leaf *leaf, uint32_t *words)
{
    const tg_part *part = events->part;
    styles[events->style].words(words, part->nb);
    for (size_t k = 0; k < part->nb; k++) {
        memcpy(part->events + k * part->stride + leaf->offset, &words[k], sizeof words[k]);
    }
}

/* Draw all leaves, each for itself. */
static void draw_leaves(const segment_part *events)
{
    const tg_part *part = events->part;
    const tg_event_layout *layout = events->layout;
    uint32_t words[TG_PHILOX_LANES][TG_PHILOX_BATCH];
    size_t draw = 0;
    for (size_t i = 0; i < layout->nb_leaves; i++) {
        const tg_leaf *leaf = &layout->leaves[i];
        const uint32_t range = tg_leaf_range(leaf->type);
        if (range == 0) continue;
        const size_t lane = draw % TG_PHILOX_LANES;
        if (lane == 0) draw_words(words, events, (uint32_t)(draw / TG_PHILOX_LANES));
        if (range != TG_P) draw_selector(events, leaf, draw, words[lane]);
        if (range == TG_P) draw_felt(events, leaf, words[lane]);
        draw++;
    }
    if (layout->has_fixed) tg_part_store_fixed(part, layout);
}

/* Change the felts as the style does. */
static void change_felts(const segment_part *events)
{
    style_change *const change = styles[events->style].change;
    if (change == NULL || events->layout->nb_felts == 0) return;
    const tg_part *part = events->part;
    const uint64_t turn = events->segment / NB_STYLES * TG_SEGMENT_EVENTS + events->from;
    uint32_t words[TG_PHILOX_LANES][TG_PHILOX_BATCH];
    draw_words(words, events, BLOCK_CHOICE);
    for (size_t k = 0; k < part->nb; k++) {
        const event_turn at = {.layout = events->layout,
                               .turn = turn + k,
                               .choice = {words[0][k], words[1][k], words[2][k], words[3][k]}};
        change(part->events + k * part->stride, &at);
    }
}

/* Draw a part that lies within one segment. */
static void draw_segment(const tg_part *part, const tg_event_stream *stream, uint64_t key)
{
    segment_part events = {.part = part,
                           .layout = &stream->layout,
                           .key = key,
                           .segment = part->first / TG_SEGMENT_EVENTS,
                           .from = part->first % TG_SEGMENT_EVENTS};
    events.style = events.segment % NB_STYLES;
    style_origin *const origin = styles[events.style].origin;
    const size_t length = lengths[events.segment / NB_STYLES % NB_LENGTHS];
    for (size_t k = 0; k < part->nb; k++) {
        const size_t in_segment = events.from + k;
        events.origins[k] = origin != NULL ? origin(in_segment, length) : in_segment;
    }
    draw_leaves(&events);
    change_felts(&events);
    for (size_t k = 0; stream->completes && k < part->nb; k++) {
        tg_event_complete(part->events + k * part->stride, stream, key, number_of(&events, k));
    }
}

void tg_boundary_draw(const tg_part *part, const tg_event_stream *stream, uint64_t key)
{
    tg_numbered_draw *const own = tg_own_profile_of(stream->subject, TG_PROFILE_BOUNDARY).draw;
    if (own != NULL) {
        tg_own_draw(part, stream, key, own);
        return;
    }
    size_t nb_drawn = 0;
    while (nb_drawn < part->nb) {
        const uint64_t first = part->first + nb_drawn;
        const size_t nb_left = part->nb - nb_drawn;
        const size_t nb_in_segment = TG_SEGMENT_EVENTS - first % TG_SEGMENT_EVENTS;
        const tg_part in_segment = {.events = part->events + nb_drawn * part->stride,
                                    .stride = part->stride,
                                    .first = first,
                                    .nb = nb_left < nb_in_segment ? nb_left : nb_in_segment};
        draw_segment(&in_segment, stream, key);
        nb_drawn += in_segment.nb;
    }
}

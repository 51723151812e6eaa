/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Seeded events: the profiles, from the fields of the event's description and what is peculiar to
 * the chip.
 *
 * The uniform stream. Event i of (seed, trace, profile) has the words of Philox blocks with
 *   key      stream_key below
 *   counter  i (64 bits), block number (32 bits), attempt (32 bits)
 * The event's leaves that hold something to draw (felts, residues, enums, bytes, flags), in order
 * of offsets, are numbered from 0; leaf n takes lane n % 4 of block n / 4, of attempt 0, 1, ...
 * until one is accepted. No leaf's draw depends on another's. A word w becomes a value below
 * `range` as the high half of w * range; it is rejected if the low half is below 2^32 mod range,
 * which leaves each value the same number of words (Lemire, "Fast Random Integer Generation in an
 * Interval", 2019).
 */
#include "harness/generator.h"

#include "harness/philox.h"
#include "model/memory.h"
#include "reference/field.h"

#include <stdio.h>
#include <string.h>

/* An event description, flat. */
typedef struct event_layout {
    const tg_leaf *leaves;
    size_t nb_leaves;
    size_t size; /* bytes of an event */
} event_layout;

/* What is to be drawn. */
typedef struct event_stream {
    const tg_subject *subject;
    event_layout layout;
    tg_profile profile;
    uint64_t seed;
    uint64_t first; /* number of the first event */
    size_t nb_events;
} event_stream;

static void store(unsigned char *at, const tg_type *type, uint32_t value)
{
    if (type->size == 1) {
        *at = (unsigned char)value;
    } else {
        memcpy(at, &value, sizeof value);
    }
}

/* ---- uniform ---- */

/* FNV-1a with 64 bits, over a text and its end. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
    // Offset basis and prime of the algorithm's definition; the basis is the caller's first hash.
    do {
        hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
    } while (*text++ != '\0');
    return hash;
}

/* A bijection of 64 bits in which each bit of the input moves half of the output's: the
 * finalizer of SplitMix64. */
static uint64_t mix(uint64_t word)
{
    word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9u;
    word = (word ^ word >> 27) * 0x94d049bb133111ebu;
    return word ^ word >> 31;
}

/* Key of a stream. For one trace and profile, different seeds have different keys. */
static uint64_t stream_key(const event_stream *stream)
{
    const uint64_t names = hash_text(hash_text(0xcbf29ce484222325u, stream->subject->trace->name),
                                     tg_profile_name(stream->profile));
    return mix(names ^ mix(stream->seed));
}

/* Number of values that a leaf may hold; 0 if there is nothing to draw. */
static uint32_t leaf_range(const tg_type *type)
{
    switch (type->form) {
    case TG_FORM_FELT:
    case TG_FORM_RESIDUE:
        return TG_P;
    case TG_FORM_ENUM:
    case TG_FORM_BYTE:
        return (uint32_t)type->nb_values;
    case TG_FORM_FLAG:
        return 2;
    case TG_FORM_ONE:
    case TG_FORM_COUNT: // of side outputs; no event has one
    case TG_FORM_PAD:
    case TG_FORM_STRUCT:
        return 0;
    }
    return 0;
}

/* Where in the stream one leaf of many events is drawn. */
typedef struct draw_place {
    uint64_t key;
    uint64_t first; /* number of the first event */
    size_t draw;    /* number of the leaf among those that are drawn */
} draw_place;

/* Product of word and range at the first attempt after 0 that is accepted, for event first + k. */
static uint64_t draw_again(const draw_place *place, size_t k, uint32_t range, uint32_t nb_rejected)
{
    uint32_t words[TG_PHILOX_LANES][TG_PHILOX_BATCH];
    uint64_t product = 0;
    uint32_t attempt = 1;
    do {
        tg_philox_fill(words, place->key, place->first + k,
                       (uint32_t)(place->draw / TG_PHILOX_LANES), attempt++, 1);
        product = (uint64_t)words[place->draw % TG_PHILOX_LANES][0] * range;
    } while ((uint32_t)product < nb_rejected);
    return product;
}

/* Draw one leaf of nb events from the words of attempt 0. */
static void draw_leaf(unsigned char *events, size_t event_size, const tg_leaf *leaf,
                      const draw_place *place, const uint32_t *words, size_t nb)
{
    const uint32_t range = leaf_range(leaf->type);
    const uint32_t nb_rejected = -range % range; // 2^32 mod range
    unsigned char *at = events + leaf->offset;
    for (size_t k = 0; k < nb; k++, at += event_size) {
        uint64_t product = (uint64_t)words[k] * range;
        if ((uint32_t)product < nb_rejected) product = draw_again(place, k, range, nb_rejected);
        store(at, leaf->type, (uint32_t)(product >> 32));
    }
}

/* Fill nb <= TG_PHILOX_BATCH events from number first on, leaf by leaf. */
static void fill_tile(unsigned char *events, const event_layout *layout, uint64_t key,
                      uint64_t first, size_t nb)
{
    uint32_t words[TG_PHILOX_LANES][TG_PHILOX_BATCH];
    draw_place place = {.key = key, .first = first, .draw = 0};
    memset(events, 0, nb * layout->size);
    for (size_t i = 0; i < layout->nb_leaves; i++) {
        const tg_leaf *leaf = &layout->leaves[i];
        if (leaf->type->form == TG_FORM_ONE) {
            for (size_t k = 0; k < nb; k++) {
                store(events + k * layout->size + leaf->offset, leaf->type, TG_WORD_ONE);
            }
        }
        if (leaf_range(leaf->type) == 0) continue;
        const size_t lane = place.draw % TG_PHILOX_LANES;
        if (lane == 0)
            tg_philox_fill(words, key, first, (uint32_t)(place.draw / TG_PHILOX_LANES), 0, nb);
        draw_leaf(events, layout->size, leaf, &place, words[lane], nb);
        place.draw++;
    }
}

/* Events are drawn in tiles, by all threads. */
static size_t stream_nb_tiles(const event_stream *stream)
{
    return stream->nb_events / TG_PHILOX_BATCH + (stream->nb_events % TG_PHILOX_BATCH != 0);
}

static size_t tile_nb_events(const event_stream *stream, size_t tile)
{
    const size_t nb_left = stream->nb_events - tile * TG_PHILOX_BATCH;
    return nb_left < TG_PHILOX_BATCH ? nb_left : TG_PHILOX_BATCH;
}

static void fill_uniform(unsigned char *events, const event_stream *stream)
{
    const tg_trace_draws *draws = stream->subject->draws;
    const uint64_t key = stream_key(stream);
    const size_t size = stream->layout.size;
    void (*const complete)(void *event) = draws != NULL ? draws->complete : NULL;
    const size_t nb_tiles = stream_nb_tiles(stream);
    // Threads cost more than one tile.
#pragma omp parallel for schedule(static) if (nb_tiles > 1)
    for (size_t tile = 0; tile < nb_tiles; tile++) {
        const size_t start = tile * TG_PHILOX_BATCH;
        const size_t nb = tile_nb_events(stream, tile);
        unsigned char *at = events + start * size;
        fill_tile(at, &stream->layout, key, stream->first + start, nb);
        for (size_t k = 0; complete != NULL && k < nb; k++) {
            complete(at + k * size);
        }
    }
}

/* ---- upstream ---- */

static uint32_t draw_upstream_leaf(tg_std_rng *rng, const tg_type *type)
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

static void fill_upstream(unsigned char *events, const event_stream *stream)
{
    const tg_trace_draws general = {0};
    const tg_trace_draws *draws =
        stream->subject->draws != NULL ? stream->subject->draws : &general;
    const event_layout *layout = &stream->layout;
    tg_std_rng rng;
    tg_std_rng_init(&rng, stream->seed);
    memset(events, 0, stream->nb_events * layout->size);
    if (draws->upstream_list != NULL) {
        draws->upstream_list(&rng, events, stream->nb_events);
        return;
    }
    for (size_t k = 0; k < stream->nb_events; k++, events += layout->size) {
        if (draws->upstream != NULL) {
            draws->upstream(&rng, events);
        } else {
            for (size_t i = 0; i < layout->nb_leaves; i++) {
                const tg_leaf *leaf = &layout->leaves[i];
                store(events + leaf->offset, leaf->type, draw_upstream_leaf(&rng, leaf->type));
            }
            if (draws->complete != NULL) draws->complete(events);
        }
        if (draws->upstream_filler) (void)tg_std_rng_u64(&rng);
    }
}

/* ---- profiles of a trace's own ---- */

/* What the trace has for a profile, which may be nothing. */
static tg_own_profile own_profile(const tg_subject *subject, tg_profile profile)
{
    const tg_trace_draws *draws = subject->draws;
    if (draws != NULL && profile == TG_PROFILE_REALISTIC) return draws->realistic;
    if (draws != NULL && profile == TG_PROFILE_BOUNDARY) return draws->boundary;
    return (tg_own_profile){0};
}

static void fill_own(unsigned char *events, const event_stream *stream)
{
    const uint64_t key = stream_key(stream);
    tg_numbered_draw *const draw = own_profile(stream->subject, stream->profile).draw;
    const size_t size = stream->layout.size;
    const size_t nb_tiles = stream_nb_tiles(stream);
#pragma omp parallel for schedule(static) if (nb_tiles > 1)
    for (size_t tile = 0; tile < nb_tiles; tile++) {
        const size_t start = tile * TG_PHILOX_BATCH;
        const size_t nb = tile_nb_events(stream, tile);
        memset(events + start * size, 0, nb * size);
        draw(events + start * size, key, stream->first + start, nb);
    }
}

/* ---- profiles ---- */

typedef void profile_fill(unsigned char *events, const event_stream *stream);

static profile_fill *const profile_fills[] = {
    [TG_PROFILE_UPSTREAM] = fill_upstream,
    [TG_PROFILE_UNIFORM] = fill_uniform,
    [TG_PROFILE_REALISTIC] = fill_own,
    [TG_PROFILE_BOUNDARY] = fill_own,
};
static_assert(sizeof profile_fills / sizeof profile_fills[0] == TG_NB_PROFILES,
              "every profile has its function");

static const struct {
    const char *name;
    const char *text;
} profile_texts[] = {
#define TG_PROFILE_TEXT(constant, name, text) [constant] = {name, text},
    TG_PROFILE_LIST(TG_PROFILE_TEXT)
#undef TG_PROFILE_TEXT
};

const char *tg_profile_name(tg_profile profile) { return profile_texts[profile].name; }

const char *tg_profile_text(tg_profile profile) { return profile_texts[profile].text; }

tg_status tg_profile_find(tg_profile *profile, const char *name, tg_error *error)
{
    for (tg_profile candidate = (tg_profile)0; candidate < TG_NB_PROFILES; candidate++) {
        if (strcmp(tg_profile_name(candidate), name) == 0) {
            *profile = candidate;
            return TG_OK;
        }
    }
    tg_error_set(error, TG_ERR_USAGE, "no profile is named \"%s\"", name);
#define TG_PROFILE_KNOWN(constant, name, text) " " name
    tg_error_how(error, "use one of the profiles:" TG_PROFILE_LIST(TG_PROFILE_KNOWN));
#undef TG_PROFILE_KNOWN
    return TG_ERR_USAGE;
}

bool tg_generator_has_profile(const tg_subject *subject, tg_profile profile)
{
    return profile == TG_PROFILE_UPSTREAM || profile == TG_PROFILE_UNIFORM ||
           own_profile(subject, profile).draw != NULL;
}

size_t tg_generator_period(const tg_subject *subject, tg_profile profile)
{
    return own_profile(subject, profile).period;
}

size_t tg_generator_nb_events(const tg_subject *subject, tg_profile profile, size_t nb_events)
{
    const bool is_fixed = profile == TG_PROFILE_UPSTREAM && subject->draws != NULL &&
                          subject->draws->upstream_nb_events != 0;
    return is_fixed && nb_events != 0 ? subject->draws->upstream_nb_events : nb_events;
}

static tg_status missing_profile(const tg_subject *subject, tg_profile profile, tg_error *error)
{
    tg_error_set(error, TG_ERR_USAGE, "%s has no profile %s", subject->trace->name,
                 tg_profile_name(profile));
    char names[256] = "";
    size_t used = 0;
    for (tg_profile known = (tg_profile)0; known < TG_NB_PROFILES; known++) {
        if (!tg_generator_has_profile(subject, known) || used >= sizeof names) continue;
        used += (size_t)snprintf(names + used, sizeof names - used, " %s", tg_profile_name(known));
    }
    tg_error_how(error, "use one of its profiles:%s", names);
    return TG_ERR_USAGE;
}

static tg_status check_request(const tg_subject *subject, tg_profile profile, uint64_t first,
                               tg_error *error)
{
    const tg_trace *trace = subject->trace;
    if (trace->event == NULL) {
        tg_error_set(error, TG_ERR_USAGE, "%s has no events, only a count", trace->name);
        tg_error_how(error,
                     "choose another trace; where %s is made, its number of events is enough",
                     trace->name);
        return TG_ERR_USAGE;
    }
    if ((unsigned)profile >= TG_NB_PROFILES) {
        tg_error_set(error, TG_ERR_USAGE, "there is no profile number %u", (unsigned)profile);
        tg_error_how(error, "use a number below %u", (unsigned)TG_NB_PROFILES);
        return TG_ERR_USAGE;
    }
    if (!tg_generator_has_profile(subject, profile))
        return missing_profile(subject, profile, error);
    if (profile == TG_PROFILE_UPSTREAM && first != 0) {
        tg_error_set(error, TG_ERR_USAGE, "the upstream stream of %s cannot start at event %llu",
                     trace->name, (unsigned long long)first);
        tg_error_how(
            error,
            "draw from event 0 on, since its draws follow each other; or use the uniform profile");
        return TG_ERR_USAGE;
    }
    return TG_OK;
}

tg_status tg_generator_fill(void *events, const tg_subject *subject, tg_profile profile,
                            uint64_t seed, uint64_t first, size_t nb_events, tg_error *error)
{
    const tg_trace *trace = subject->trace;
    tg_status status = check_request(subject, profile, first, error);
    if (status != TG_OK || nb_events == 0) return status;
    const size_t nb_leaves = tg_type_nb_leaves(trace->event);
    void *buffer = NULL;
    status = tg_buffer_create(&buffer, nb_leaves, sizeof(tg_leaf), error);
    if (status != TG_OK) return status;
    tg_leaf *leaves = buffer;
    tg_type_leaves(leaves, trace->event);
    const event_stream stream = {
        .subject = subject,
        .layout = {.leaves = leaves, .nb_leaves = nb_leaves, .size = tg_trace_event_size(trace)},
        .profile = profile,
        .seed = seed,
        .first = first,
        .nb_events = nb_events,
    };
    profile_fills[profile](events, &stream);
    tg_buffer_destroy(buffer);
    return TG_OK;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Seeded events: profiles by name, and streams taken apart for the threads. What a profile draws is
 * in harness/generator_<profile>.c; what is peculiar to a chip in its own file (harness/draws.h).
 */
#include "model/fnv.h"
#include "harness/generator_internal.h"
#include "harness/philox.h"
#include "model/memory.h"

#include <stdio.h>
#include <string.h>

/* ---- keys ---- */

/* Hash of a text with its end, behind others. */
static uint64_t hash_text(uint64_t hash, const char *text)
{
    return tg_fnv(hash, text, strlen(text) + 1);
}

/* A bijection of 64 bits in which each bit of the input moves half of the output's: the
 * finalizer of SplitMix64. */
static uint64_t mix(uint64_t word)
{
    word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9u;
    word = (word ^ word >> 27) * 0x94d049bb133111ebu;
    return word ^ word >> 31;
}

uint64_t tg_stream_key(const tg_event_stream *stream, tg_profile profile)
{
    const uint64_t names =
        hash_text(hash_text(TG_FNV_START, stream->subject->trace->name), tg_profile_name(profile));
    return mix(names ^ mix(stream->seed));
}

/* ---- events ---- */

uint32_t tg_leaf_range(const tg_type *type)
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

void tg_part_store_fixed(const tg_part *part, const tg_event_layout *layout)
{
    for (size_t i = 0; i < layout->nb_leaves; i++) {
        const tg_leaf *leaf = &layout->leaves[i];
        for (size_t k = 0; leaf->type->form == TG_FORM_ONE && k < part->nb; k++) {
            tg_leaf_store(part->events + k * part->stride, leaf, TG_WORD_ONE);
        }
    }
}

/* Bring the leaves that the constraints bound below their bounds. */
static void keep_bounds(unsigned char *event, const tg_trace *trace)
{
    for (size_t i = 0; i < trace->nb_bounds; i++) {
        const tg_bound *bound = &trace->bounds[i];
        uint32_t value = 0;
        memcpy(&value, event + bound->offset, sizeof value);
        value %= bound->below;
        memcpy(event + bound->offset, &value, sizeof value);
    }
}

void tg_draws_complete(const tg_trace_draws *draws, void *event)
{
    if (draws->calls != NULL)
        (void)__atomic_add_fetch(&draws->calls->nb_begun, 1, __ATOMIC_ACQ_REL);
    draws->complete(event);
    if (draws->calls != NULL)
        (void)__atomic_add_fetch(&draws->calls->nb_ended, 1, __ATOMIC_ACQ_REL);
}

void tg_event_complete(unsigned char *event, const tg_event_stream *stream, uint64_t key,
                       uint64_t number)
{
    const tg_trace_draws *draws = stream->subject->draws;
    if (stream->validity == TG_VALID_CONSTRAINTS) {
        keep_bounds(event, stream->subject->trace);
        if (draws != NULL && draws->constrain != NULL) {
            uint32_t words[TG_PHILOX_LANES];
            tg_philox_block(words, key, number, TG_BLOCK_CONSTRAIN, 0);
            draws->constrain(event, words[0]);
        }
    }
    if (draws != NULL && draws->complete != NULL) tg_draws_complete(draws, event);
}

/* Whether that does anything. */
static bool stream_completes(const tg_event_stream *stream)
{
    const tg_trace_draws *draws = stream->subject->draws;
    if (draws != NULL && draws->complete != NULL) return true;
    if (stream->validity != TG_VALID_CONSTRAINTS) return false;
    return stream->subject->trace->nb_bounds != 0 || (draws != NULL && draws->constrain != NULL);
}

/* ---- layouts ---- */

static bool is_felt(const tg_leaf *leaf) { return tg_leaf_range(leaf->type) == TG_P; }

/* Length of the innermost arrays of a field: the last of "[8][16]"; 1 for a single element. */
static size_t innermost_length(const tg_field *field)
{
    const char *dim = strrchr(field->dims, '[');
    const size_t nb_elements = field->size / field->type->size;
    size_t length = 1;
    if (dim == NULL || sscanf(dim, "[%zu]", &length) != 1) return 1;
    return length != 0 && nb_elements % length == 0 ? length : 1;
}

/* List the spans of a type whose felts begin with number *first, if arrays are wanted those that
 * are, else the single felts. spans may be NULL: only count. Returns their number. */
static size_t list_spans(tg_span *spans, const tg_type *type, bool arrays, size_t *first)
{
    size_t nb_spans = 0;
    for (size_t i = 0; i < type->nb_fields; i++) {
        const tg_field *field = &type->fields[i];
        const size_t nb_elements = field->size / field->type->size;
        const size_t length = innermost_length(field);
        if (field->type->form == TG_FORM_STRUCT) {
            for (size_t element = 0; element < nb_elements; element++) {
                nb_spans +=
                    list_spans(spans != NULL ? spans + nb_spans : NULL, field->type, arrays, first);
            }
        } else if (tg_leaf_range(field->type) == TG_P) {
            for (size_t start = 0; start < nb_elements; start += length, *first += length) {
                if (arrays != (length > 1)) continue;
                if (spans != NULL) spans[nb_spans] = (tg_span){.first = *first, .nb = length};
                nb_spans++;
            }
        }
    }
    return nb_spans;
}

/* Memory of a layout, to be given back. */
typedef struct layout_memory {
    void *leaves, *felts, *spans;
} layout_memory;

static void layout_clear(layout_memory *memory)
{
    tg_buffer_destroy(memory->leaves);
    tg_buffer_destroy(memory->felts);
    tg_buffer_destroy(memory->spans);
}

/* Lay out a type. memory: all NULL before; to be cleared after an error too. */
static tg_status layout_init(tg_event_layout *layout, layout_memory *memory, const tg_type *type,
                             tg_error *error)
{
    const size_t nb_leaves = tg_type_nb_leaves(type);
    tg_status status = tg_buffer_create(&memory->leaves, nb_leaves, sizeof(tg_leaf), error);
    if (status == TG_OK)
        status = tg_buffer_create(&memory->felts, nb_leaves, sizeof(size_t), error);
    // There are no more spans than felts, nor felts than leaves.
    if (status == TG_OK)
        status = tg_buffer_create(&memory->spans, nb_leaves, sizeof(tg_span), error);
    if (status != TG_OK) return status;
    tg_leaf *leaves = memory->leaves;
    size_t *felts = memory->felts;
    *layout = (tg_event_layout){.leaves = leaves,
                                .nb_leaves = nb_leaves,
                                .size = type->size,
                                .felts = felts,
                                .spans = memory->spans};
    tg_type_leaves(leaves, type);
    for (size_t i = 0; i < nb_leaves; i++) {
        layout->has_fixed = layout->has_fixed || leaves[i].type->form == TG_FORM_ONE;
        if (is_felt(&leaves[i])) felts[layout->nb_felts++] = leaves[i].offset;
    }
    size_t first = 0;
    layout->nb_arrays = list_spans(memory->spans, type, true, &first);
    first = 0;
    layout->nb_spans = layout->nb_arrays + list_spans((tg_span *)memory->spans + layout->nb_arrays,
                                                      type, false, &first);
    return TG_OK;
}

/* ---- profiles ---- */

tg_own_profile tg_own_profile_of(const tg_subject *subject, tg_profile profile)
{
    const tg_trace_draws *draws = subject->draws;
    if (draws != NULL && profile == TG_PROFILE_REALISTIC) return draws->realistic;
    if (draws != NULL && profile == TG_PROFILE_BOUNDARY) return draws->boundary;
    return (tg_own_profile){0};
}

void tg_own_draw(const tg_part *part, const tg_event_stream *stream, uint64_t key,
                 tg_numbered_draw *draw)
{
    // The chip's function takes events that lie side by side.
    const bool is_dense = part->stride == stream->layout.size;
    const size_t nb_at_once = is_dense ? part->nb : 1;
    for (size_t k = 0; k < part->nb; k += nb_at_once) {
        draw(part->events + k * part->stride, key, part->first + k, nb_at_once);
    }
    for (size_t k = 0; stream->completes && k < part->nb; k++) {
        tg_event_complete(part->events + k * part->stride, stream, key, part->first + k);
    }
}

void tg_realistic_draw(const tg_part *part, const tg_event_stream *stream, uint64_t key)
{
    tg_own_draw(part, stream, key, tg_own_profile_of(stream->subject, TG_PROFILE_REALISTIC).draw);
}

/* What draws a part of each profile; the upstream stream has no parts. */
static tg_part_draw *const part_draws[] = {
    [TG_PROFILE_UPSTREAM] = NULL,
    [TG_PROFILE_UNIFORM] = tg_uniform_draw,
    [TG_PROFILE_REALISTIC] = tg_realistic_draw,
    [TG_PROFILE_BOUNDARY] = tg_boundary_draw,
    [TG_PROFILE_MIXED] = tg_mixed_draw,
};
static_assert(sizeof part_draws / sizeof part_draws[0] == TG_NB_PROFILES,
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
    return profile != TG_PROFILE_REALISTIC || tg_own_profile_of(subject, profile).draw != NULL;
}

size_t tg_generator_period(const tg_subject *subject, tg_profile profile)
{
    return tg_own_profile_of(subject, profile).period;
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

static tg_status check_request(const tg_subject *subject, const tg_stream *stream, uint64_t first,
                               tg_error *error)
{
    const tg_trace *trace = subject->trace;
    const tg_profile profile = stream->profile;
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
    if ((unsigned)stream->validity >= TG_NB_VALIDITIES) {
        tg_error_set(error, TG_ERR_USAGE, "there is no validity number %u",
                     (unsigned)stream->validity);
        tg_error_how(error, "use a number below %u", (unsigned)TG_NB_VALIDITIES);
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

/* ---- streams ---- */

/* Events that a thread draws at once. */
#define TILE_EVENTS TG_PHILOX_BATCH

static void draw_tiles(unsigned char *events, const tg_event_stream *stream, uint64_t first,
                       size_t nb_events)
{
    tg_part_draw *const draw = part_draws[stream->profile];
    const uint64_t key = tg_stream_key(stream, stream->profile);
    const size_t size = stream->layout.size;
    const size_t nb_tiles = nb_events / TILE_EVENTS + (nb_events % TILE_EVENTS != 0);
    // Threads cost more than one tile.
#pragma omp parallel for schedule(static) if (nb_tiles > 1)
    for (size_t tile = 0; tile < nb_tiles; tile++) {
        const size_t start = tile * TILE_EVENTS;
        const size_t nb_left = nb_events - start;
        const tg_part part = {.events = events + start * size,
                              .stride = size,
                              .first = first + start,
                              .nb = nb_left < TILE_EVENTS ? nb_left : TILE_EVENTS};
        memset(part.events, 0, part.nb * size);
        draw(&part, stream, key);
    }
}

tg_status tg_generator_draw(void *events, const tg_subject *subject, const tg_stream *stream,
                            uint64_t first, size_t nb_events, tg_error *error)
{
    tg_status status = check_request(subject, stream, first, error);
    if (status != TG_OK || nb_events == 0) return status;
    tg_event_stream drawn = {.subject = subject,
                             .profile = stream->profile,
                             .validity = stream->validity,
                             .seed = stream->seed};
    drawn.completes = stream_completes(&drawn);
    layout_memory memory = {0};
    status = layout_init(&drawn.layout, &memory, subject->trace->event, error);
    if (status != TG_OK) goto cleanup;
    if (stream->profile == TG_PROFILE_UPSTREAM) {
        memset(events, 0, nb_events * drawn.layout.size);
        tg_upstream_draw(events, &drawn, nb_events);
    } else {
        draw_tiles(events, &drawn, first, nb_events);
    }
cleanup:
    layout_clear(&memory);
    return status;
}

tg_status tg_generator_fill(void *events, const tg_subject *subject, tg_profile profile,
                            uint64_t seed, uint64_t first, size_t nb_events, tg_error *error)
{
    const tg_stream stream = {.profile = profile, .validity = TG_VALID_ANY, .seed = seed};
    return tg_generator_draw(events, subject, &stream, first, nb_events, error);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Parts of the generators, for the files generator*.c only.
 *
 * A stream whose events have numbers is drawn by a tg_part_draw: any part of it, by one thread. The
 * profile mixed is made of parts of the others.
 */
#ifndef TRACEGATE_HARNESS_GENERATOR_INTERNAL_H
#define TRACEGATE_HARNESS_GENERATOR_INTERNAL_H

#include "harness/generator.h"

#include <string.h>

/* Events of a warp, and of what the profiles boundary and mixed draw in one manner. */
#define TG_SEGMENT_EVENTS ((size_t)32)

/* Consecutive felts of an event, one innermost array or a single one: what is alike in events of
 * an operation, and can be equal to another. */
typedef struct tg_span {
    size_t first; /* number among the felts */
    size_t nb;
} tg_span;

/* An event description, flat. Felts are all leaves that hold a Montgomery word or a residue. */
typedef struct tg_event_layout {
    const tg_leaf *leaves;
    size_t nb_leaves;
    size_t size;         /* bytes of an event */
    bool has_fixed;      /* leaves whose value is fixed: multiplicities of 1 */
    const size_t *felts; /* [nb_felts] offsets, ascending */
    size_t nb_felts;
    const tg_span *spans; /* [nb_spans] arrays first, single felts behind them */
    size_t nb_spans;
    size_t nb_arrays; /* of the spans */
} tg_event_layout;

/* What is to be drawn. */
typedef struct tg_event_stream {
    const tg_subject *subject;
    tg_event_layout layout;
    tg_profile profile;
    tg_validity validity;
    uint64_t seed;
    bool completes; /* drawn events are to be made consistent: tg_event_complete does something */
} tg_event_stream;

/* Events of a stream that follow each other, and where they go. */
typedef struct tg_part {
    unsigned char *events; /* nb structs, all zero before they are drawn */
    size_t stride;         /* bytes from one to the next; not below their size */
    uint64_t first;        /* number of the first */
    size_t nb;
} tg_part;

/* Draw a part of one profile.
 * key  of the profile (tg_stream_key) */
typedef void tg_part_draw(const tg_part *part, const tg_event_stream *stream, uint64_t key);

tg_part_draw tg_uniform_draw;
tg_part_draw tg_boundary_draw; /* the trace's own where it has one */
tg_part_draw tg_realistic_draw;
tg_part_draw tg_mixed_draw;

/* Draw the upstream stream from its start: events are nb structs, all zero on entry. */
void tg_upstream_draw(unsigned char *events, const tg_event_stream *stream, size_t nb);

/* Philox key of a profile of the stream's trace and seed. For one trace and profile, different
 * seeds have different keys. */
uint64_t tg_stream_key(const tg_event_stream *stream, tg_profile profile);

/* What the trace has of its own for a profile, which may be nothing. */
tg_own_profile tg_own_profile_of(const tg_subject *subject, tg_profile profile);

/* Number of the Philox block that decides what constraints leave open, far from those of
 * leaves. */
#define TG_BLOCK_CONSTRAIN UINT32_MAX

/* Make an event that was drawn consistent: with itself, and with the constraints where the stream
 * is valid. number: what the event follows from, its own or that of the event it repeats. */
void tg_event_complete(unsigned char *event, const tg_event_stream *stream, uint64_t key,
                       uint64_t number);

/* Number of values that a leaf may hold; 0 if there is nothing to draw. */
uint32_t tg_leaf_range(const tg_type *type);

/* Draw a part by a function of the chip's own, and complete it. */
void tg_own_draw(const tg_part *part, const tg_event_stream *stream, uint64_t key,
                 tg_numbered_draw *draw);

/* Write the leaves whose value is fixed. */
void tg_part_store_fixed(const tg_part *part, const tg_event_layout *layout);

static inline void tg_leaf_store(unsigned char *event, const tg_leaf *leaf, uint32_t value)
{
    if (leaf->type->size == 1) {
        event[leaf->offset] = (unsigned char)value;
    } else {
        memcpy(event + leaf->offset, &value, sizeof value);
    }
}

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Traces and events for suites: by name, and made from descriptions alone, without the generators
 * under test.
 */
#ifndef TRACEGATE_TESTS_SAMPLE_H
#define TRACEGATE_TESTS_SAMPLE_H

#include "model/trace.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

/* The trace "Select.main"; ends the case if there is none. */
static inline const tg_trace *sample_trace(const char *name)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (strcmp(tg_trace_at(i)->name, name) == 0) return tg_trace_at(i);
    }
    ck_abort_msg("no trace %s", name);
    return NULL;
}

/* The next 32 bits of a sequence: the high half of a linear congruential generator (Knuth's MMIX
 * constants). */
static inline uint32_t sample_next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 32);
}

static inline void sample_put(unsigned char *event, const tg_leaf *leaf, uint32_t value)
{
    if (leaf->type->size == 1) {
        event[leaf->offset] = (unsigned char)value;
    } else {
        memcpy(event + leaf->offset, &value, sizeof value);
    }
}

/* A valid value for a leaf. */
static inline uint32_t sample_value(const tg_type *type, uint64_t *state)
{
    switch (type->form) {
    case TG_FORM_FELT:
    case TG_FORM_RESIDUE:
        return sample_next(state) % TG_P;
    case TG_FORM_ONE:
        return TG_WORD_ONE;
    case TG_FORM_COUNT:
        return sample_next(state);
    case TG_FORM_ENUM:
    case TG_FORM_BYTE:
        return sample_next(state) % (uint32_t)type->nb_values;
    case TG_FORM_FLAG:
        return sample_next(state) % 2;
    case TG_FORM_PAD:
    case TG_FORM_STRUCT:
        return 0;
    }
    return 0;
}

/* Valid events of any trace, to be freed by the caller; NULL for a trace without events. One
 * event at the least, so that there is always something to point to. They follow from seed alone
 * and contradict themselves where a field follows from others. */
static inline void *sample_events(const tg_trace *trace, size_t nb_events, uint64_t seed)
{
    if (trace->event == NULL) return NULL;
    const size_t size = trace->event->size;
    unsigned char *events = calloc(nb_events + 1, size);
    ck_assert_ptr_nonnull(events);
    const size_t nb_leaves = tg_type_nb_leaves(trace->event);
    tg_leaf *leaves = malloc(nb_leaves * sizeof *leaves);
    ck_assert_ptr_nonnull(leaves);
    tg_type_leaves(leaves, trace->event);
    for (size_t i = 0; i < nb_events; i++) {
        for (size_t leaf = 0; leaf < nb_leaves; leaf++) {
            sample_put(events + i * size, &leaves[leaf], sample_value(leaves[leaf].type, &seed));
        }
    }
    free(leaves);
    return events;
}

/* Cells of a trace, all below p and all different from their neighbours; to be freed by the
 * caller. */
static inline uint32_t *sample_cells(size_t nb_cells, uint64_t seed)
{
    uint32_t *cells = malloc((nb_cells + 1) * sizeof *cells);
    ck_assert_ptr_nonnull(cells);
    for (size_t i = 0; i < nb_cells; i++) {
        cells[i] = sample_next(&seed) % (TG_P / 2) * 2 + i % 2;
    }
    return cells;
}

#endif

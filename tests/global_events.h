/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Global's seeded events for suites.
 */
#ifndef TRACEGATE_TESTS_GLOBAL_EVENTS_H
#define TRACEGATE_TESTS_GLOBAL_EVENTS_H

#include "harness/generator.h"
#include "model/global.h"
#include "suite.h"
#include "vectors.h"

#include <stdlib.h>
#include <string.h>

/* Events of Global.main, in memory that the caller frees. */
static inline tg_global_event *global_events(tg_profile profile, uint64_t seed, uint64_t first,
                                             size_t nb_events)
{
    size_t indices[TG_NB_KINDS], nb_indices = 0;
    tg_assert_ok(tg_subject_find(indices, &nb_indices, "Global.main", tg_suite_error));
    const tg_subject subject = tg_subject_at(indices[0]);
    tg_global_event *events = malloc(nb_events * sizeof *events);
    ck_assert_ptr_nonnull(events);
    memset(events, 0xa5, nb_events * sizeof *events);
    tg_assert_ok(
        tg_generator_fill(events, &subject, profile, seed, first, nb_events, tg_suite_error));
    return events;
}

/* Digest of all bytes of events. */
static inline uint64_t global_digest(const tg_global_event *events, size_t nb_events)
{
    uint64_t digest = VECTORS_FNV_START;
    for (size_t i = 0; i < nb_events * sizeof *events / sizeof(uint32_t); i++) {
        uint32_t word = 0;
        memcpy(&word, (const unsigned char *)events + i * sizeof word, sizeof word);
        digest = vectors_fnv_word(digest, word);
    }
    return digest;
}

static inline bool global_is_equal(const tg_global_event *a, const tg_global_event *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/* Whether two events differ in nothing but their direction. */
static inline bool global_is_opposite(const tg_global_event *a, const tg_global_event *b)
{
    tg_global_event turned = *b;
    turned.is_receive ^= 1;
    return global_is_equal(a, &turned);
}

#endif

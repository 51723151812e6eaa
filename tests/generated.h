/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Seeded events of any trace for suites.
 */
#ifndef TRACEGATE_TESTS_GENERATED_H
#define TRACEGATE_TESTS_GENERATED_H

#include "harness/generator.h"
#include "model/memory.h"
#include "suite.h"

#include <string.h>

#define GENERATED_SEED 0xDEADBEEFu

/* The first events of a stream, in memory that the caller gives back with tg_buffer_destroy. */
static inline void *generated_events(const tg_subject *subject, tg_profile profile,
                                     tg_validity validity, size_t nb_events)
{
    const tg_stream stream = {.profile = profile, .validity = validity, .seed = GENERATED_SEED};
    const size_t size = tg_trace_event_size(subject->trace);
    void *events = NULL;
    tg_assert_ok(tg_buffer_create(&events, nb_events, size, tg_suite_error));
    memset(events, 0xa5, nb_events * size);
    tg_assert_ok(tg_generator_draw(events, subject, &stream, 0, nb_events, tg_suite_error));
    return events;
}

/* The trace "Select.main". */
static inline tg_subject generated_subject(const char *name)
{
    size_t indices[TG_NB_KINDS], nb_indices = 0;
    tg_assert_ok(tg_subject_find(indices, &nb_indices, name, tg_suite_error));
    ck_assert_uint_eq(nb_indices, 1);
    return tg_subject_at(indices[0]);
}

#endif

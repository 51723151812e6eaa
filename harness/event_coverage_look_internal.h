/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Looking at events, for event_coverage.c. */
#ifndef TRACEGATE_HARNESS_EVENT_COVERAGE_LOOK_INTERNAL_H
#define TRACEGATE_HARNESS_EVENT_COVERAGE_LOOK_INTERNAL_H

#include "harness/event_coverage_internal.h"

/* Mark the classes that events have: of all of them, or of a sample that is spread over them, where
 * they are many; of none where all classes are reached. */
void coverage_look_at_events(tg_event_coverage *coverage, const void *events, size_t nb_events);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The check of events on all threads: one alone takes longer for a million of them than their trace
 * takes to be made.
 */
#ifndef TRACEGATE_HARNESS_EVENT_CHECK_H
#define TRACEGATE_HARNESS_EVENT_CHECK_H

#include "model/trace.h"

/* As tg_trace_check_events. */
TG_NODISCARD tg_status tg_events_check(const tg_trace *trace, const void *events, size_t nb_events,
                                       tg_error *error);

#endif

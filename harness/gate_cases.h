/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The gate's cases without the gate: every set of events of which it would make traces.
 */
#ifndef TRACEGATE_HARNESS_GATE_CASES_H
#define TRACEGATE_HARNESS_GATE_CASES_H

#include "harness/case.h"
#include "harness/gate.h"

typedef struct tg_gate_visitor {
    /* Whether the cases of a trace are to be left out from now on; NULL: none */
    bool (*skips)(void *context, const tg_trace *trace);
    /* Take a case, which is gone when this returns. Another status than TG_OK ends the visit. */
    tg_status (*visit)(void *context, const tg_case *work, tg_error *error);
    void *context;
} tg_gate_visitor;

/* Visit the cases that a gate with these options would run, in its order: those of records, small
 * ones first, then drawn ones, trace by trace. Of the options, backends count for nothing.
 * Errors  those of the visitor; TG_ERR_USAGE for names, heights and counts that cannot be; those of
 *         records */
TG_NODISCARD tg_status tg_gate_visit(const tg_gate_options *options, const tg_gate_visitor *visitor,
                                     tg_error *error);

#endif

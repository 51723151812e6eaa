/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A subject: one trace and all that the harness has for it. The built-in ones come from
 * chips.def; others can be made at run time. */
#ifndef TRACEGATE_HARNESS_SUBJECT_H
#define TRACEGATE_HARNESS_SUBJECT_H

#include "gpu/plan.h"
#include "harness/draws.h"
#include "model/names.h"
#include "model/trace.h"
#include "reference/reference.h"

typedef struct tg_subject {
    const tg_trace *trace;
    const tg_ref_generator *reference;
    const tg_plan *plan;
    const tg_trace_draws *draws; /* NULL: nothing peculiar */
    const char *kernel_file;     /* "kernels/select.cu", from the root of the tree */
} tg_subject;

/* Subject number index, in the order of tg_trace_at; index < tg_nb_traces(). */
tg_subject tg_subject_at(size_t index);

/* Kernels in the place of a trace's built-in ones: the plan that runs them, which must live as long
 * as it is used; NULL for a trace: its own plan. */
typedef const tg_plan *tg_plan_of(void *context, const tg_trace *trace);

/* Subject number index, with the plan that plan_of has for it; plan_of NULL: its own. */
tg_subject tg_subject_with_plan(size_t index, tg_plan_of *plan_of, void *context);

/* Indices of the traces that "CHIP" or "CHIP.KIND" names, at most TG_NB_KINDS.
 * Errors  TG_ERR_USAGE for an unknown chip or kind; says the nearest name, if one is near. */
TG_NODISCARD tg_status tg_subject_find(size_t indices[TG_NB_KINDS], size_t *nb_indices,
                                       const char *name, tg_error *error);

/* Mark the traces that any of the names chooses, as tg_subject_find's; all traces if there is none.
 * is_wanted  [tg_nb_traces()], caller's
 * Errors     TG_ERR_USAGE; is_wanted is then undefined */
TG_NODISCARD tg_status tg_subject_choose(bool *is_wanted, const char *const *names, size_t nb_names,
                                         tg_error *error);

#endif

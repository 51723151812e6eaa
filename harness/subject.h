/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A subject: one trace and all that the harness has for it. The built-in ones come from
 * chips.def, others from libraries at run time (harness/chip_library.h). */
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
    const char *kernel_file; /* "kernels/select.cu", from the root of the tree; of a user's kernel
                                its source, or the compiled file */
    size_t kernel_line;      /* from 1; 0: not known */
} tg_subject;

/* Subject number index, in the order of tg_trace_at; index < tg_nb_traces(). Those of chips that
 * were added at run time are the array behind tg_added_chips.subjects, in the order of its
 * traces. */
tg_subject tg_subject_at(size_t index);

/* Kernels in the place of a trace's built-in ones: the plan that runs them, which must live as long
 * as it is used; NULL for a trace: its own plan. */
typedef const tg_plan *tg_plan_of(void *context, const tg_trace *trace);

/* Put a plan in the place of the subject's own, and where its kernel stands, if that is a
 * user's. */
void tg_subject_take_plan(tg_subject *subject, const tg_plan *plan);

/* Subject number index, with the plan that plan_of has for it; plan_of NULL: its own. */
tg_subject tg_subject_with_plan(size_t index, tg_plan_of *plan_of, void *context);

/* Indices of the traces that "CHIP" or "CHIP.KIND" names, at most TG_NB_KINDS.
 * Errors  TG_ERR_USAGE for an unknown chip or kind; says the nearest name, if one is near. */
TG_NODISCARD tg_status tg_subject_find(size_t indices[TG_NB_KINDS], size_t *nb_indices,
                                       const char *name, tg_error *error);

/* Whether there is a kernel of a trace: of every one that is built in, and of an added one where
 * plan_of has one. */
bool tg_subject_has_kernel(size_t index, tg_plan_of *plan_of, void *context);

/* Mark the traces that any of the names chooses, as tg_subject_find's; all that have a kernel of
 * the program's own if there is none.
 * is_wanted  [tg_nb_traces()], caller's
 * Errors     TG_ERR_USAGE; is_wanted is then undefined */
TG_NODISCARD tg_status tg_subject_choose(bool *is_wanted, const char *const *names, size_t nb_names,
                                         tg_error *error);

#endif

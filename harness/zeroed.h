/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Traces that are zeroed before a user's kernel and are to be all zero: a kernel that writes
 * nothing would pass, so that they count as not compared.
 */
#ifndef TRACEGATE_HARNESS_ZEROED_H
#define TRACEGATE_HARNESS_ZEROED_H

#include "harness/backend.h"
#include "harness/diff.h"
#include "harness/subject.h"

/* What is said of one, behind its name, and how to see more. */
#define TG_UNSHOWN "not compared: all is to be 0, and was before the first launch"
#define TG_UNSHOWN_HOW "'tracegate gate --poison' shows whether anything is written"

/* Whether a backend runs kernels over a trace that the subject's plan zeroes first. */
bool tg_is_zeroed(const tg_subject *subject, const tg_backend_ops *ops);

/* Whether zeros alone are wrong: in a cell that an event determines, in any cell where none does,
 * or in a side output.
 * cells  expected
 * sides  [trace->nb_sides] expected; NULL among them: not known */
bool tg_refutes_zeros(const tg_trace *trace, size_t nb_events, const tg_matrix *cells,
                      uint32_t *const *sides);

/* Whether a case shows nothing where it matches: both of the above. */
bool tg_is_unshown(const tg_subject *subject, const tg_backend_ops *ops, size_t nb_events,
                   size_t height, const tg_product *expected);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Which traces are made by users' kernels: those that are named, or all that there are kernels of.
 */
#ifndef TRACEGATE_HARNESS_USER_TRACES_H
#define TRACEGATE_HARNESS_USER_TRACES_H

#include "harness/subject.h"
#include "modules/user_kernels.h"

/* The one trace that a kernel without a manifest makes.
 * trace   its index, in the order of tg_trace_at
 * names   [nb_names] "CHIP" or "CHIP.KIND": one, of one trace
 * Errors  TG_ERR_USAGE */
TG_NODISCARD tg_status tg_user_trace_find(size_t *trace, const char *const *names, size_t nb_names,
                                          tg_error *error);

/* List the traces that are wanted.
 * chosen  [*nb_chosen] names of traces, in the manifest's order; to be destroyed by
 *         tg_buffer_destroy after success
 * names   [nb_names] "CHIP" or "CHIP.KIND", each of which must have a kernel; none: all traces that
 *         have one
 * Errors  TG_ERR_USAGE, TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_user_traces_choose(const char ***chosen, size_t *nb_chosen,
                                             tg_user_kernels *kernels, const char *const *names,
                                             size_t nb_names, tg_error *error);

/* The manifest that a chip library names, where all traces are of its chips.
 * names    [nb_names] "CHIP" or "CHIP.KIND"
 * Returns  NULL: there is none, or no name */
const char *tg_user_traces_manifest(const char *const *names, size_t nb_names);

#endif

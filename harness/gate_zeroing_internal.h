/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Traces that are zeroed before a user's kernel, for the files gate*.c only. */
#ifndef TRACEGATE_HARNESS_GATE_ZEROING_INTERNAL_H
#define TRACEGATE_HARNESS_GATE_ZEROING_INTERNAL_H

#include "gpu/user_plan.h"
#include "harness/gate_trial_internal.h"

/* Columns that are named; bytes of a line about a trace. */
#define GATE_ZEROING_COLUMNS 64
#define GATE_ZEROING_BYTES 1200

/* Remember that a trace of the case's plan is zeroed before a backend runs it, and whether zeros
 * alone are right. The expected trace is run's. */
void gate_mark_zeroed(gate_trial *run, const tg_backend *backend);

/* Take back the comparisons of traces that were zeroed, are to be zero in every case, and were not
 * shown to be written: a kernel that does nothing would pass. They are noted. */
void gate_drop_unshown(gate *state);

/* Whether a backend is to make the case over poison, too: what it makes over zeros must then be
 * here. */
bool gate_tries_poison(const gate_trial *run, const tg_backend *backend);

/* Make the case over poison, if it is to be, and count what relies on the zeroing; what it does
 * wrong beside its cells there alone is a finding. The expected trace and what was made over zeros
 * are run's.
 * zeroed  conduct of the run over zeros
 * Errors  those of a run that say nothing of the kernel; of gate_judge; TG_ERR_MEMORY */
TG_NODISCARD tg_status gate_try_poison(gate_trial *run, size_t index, const tg_conduct *zeroed,
                                       tg_error *error);

/* Whether anything does. */
bool gate_relies_on_zeroing(const gate_zeroing *row);

/* Names of the columns, then side outputs, that do. Returns their number, which may be more than
 * max_names. */
size_t gate_zeroing_columns(char (*names)[TG_NAME_BYTES], size_t max_names, const gate_zeroing *row,
                            const tg_trace *trace);

/* Print a note about each trace that was zeroed, and put it into the document. */
void gate_tell_zeroing(gate *state);

#endif

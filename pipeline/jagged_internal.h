/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For the files *jagged*.c only. */
#ifndef TRACEGATE_PIPELINE_JAGGED_INTERNAL_H
#define TRACEGATE_PIPELINE_JAGGED_INTERNAL_H

#include "pipeline/jagged.h"

/* Add what a chip's dependency step has left to the jagged form: pipeline/<file>_jagged.c of the
 * chips that leave anything defines tg_jagged_correct_<file>.
 * d_dense  on the device, complete but for this
 * Errors   those of scopes; TG_ERR_KERNEL for cells that nothing can be counted by; TG_ERR_USAGE if
 *          the trace to be corrected is not there */
typedef tg_status tg_jagged_correct(uint32_t *d_dense, const tg_jagged_layout *layout,
                                    tg_scope *scope, tg_error *error);

/* Make the columns of a section's pairs on the device, as tg_jagged_section_columns does.
 * d_columns  those of all sections */
TG_NODISCARD tg_status jagged_make_columns(uint32_t *d_columns, const tg_jagged_layout *layout,
                                           const tg_jagged_section *section, tg_scope *scope,
                                           tg_error *error);

#endif

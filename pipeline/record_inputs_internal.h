/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For the files record_inputs*.c and inputs.c only. */
#ifndef TRACEGATE_PIPELINE_RECORD_INPUTS_INTERNAL_H
#define TRACEGATE_PIPELINE_RECORD_INPUTS_INTERNAL_H

#include "pipeline/record_inputs.h"

/* Set the public values that trace generation makes to 0: what it leaves out then shows.
 * values  [TG_PIPELINE_NB_PUBLIC_VALUES] */
void tg_record_clear_made_values(uint32_t *values, const tg_machine *machine);

/* The subject of a trace; all NULL for none. */
tg_subject pipeline_subject_of(const tg_trace *trace);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For the files record_inputs*.c only. */
#ifndef TRACEGATE_PIPELINE_RECORD_INPUTS_INTERNAL_H
#define TRACEGATE_PIPELINE_RECORD_INPUTS_INTERNAL_H

#include "pipeline/record_inputs.h"

/* Check that every trace that the record lists is a chip's of the machine.
 * Errors  TG_ERR_USAGE */
TG_NODISCARD tg_status tg_record_check_machine(const tg_record *record, const tg_machine *machine,
                                               tg_error *error);

/* Set the public values that trace generation makes to 0: what it leaves out then shows.
 * values  [TG_PIPELINE_NB_PUBLIC_VALUES] */
void tg_record_clear_made_values(uint32_t *values, const tg_machine *machine);

#endif

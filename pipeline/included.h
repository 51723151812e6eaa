/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Which chips of a machine a record includes, and how high their main traces are. */
#ifndef TRACEGATE_PIPELINE_INCLUDED_H
#define TRACEGATE_PIPELINE_INCLUDED_H

#include "files/record.h"
#include "model/machine.h"

#include <stdbool.h>
#include <stddef.h>

/* Which chips a record includes, from record.json alone.
 *
 * Recursion machines include all their chips: heights are those that the record has for the chips'
 * main traces, and what the height rule gives without events where it has none. RISC-V machines
 * include what the record's list of the shard's chips says, "chips": it has to agree with the
 * inclusion rules, as far as the record's public values tell, and with the machine's widths and
 * heights. The heights are the shard's, also where the record's own events are only the first ones.
 *
 * is_included  [machine->nb_chips], caller's
 * rows         [machine->nb_chips], caller's: height of the main trace, padding rows included; 0
 *              where the chip is not included
 * Errors       TG_ERR_USAGE for a record that has nothing of this machine, and for a chip that the
 *              machine does not have; TG_ERR_FORMAT for a shard whose chips are not listed, and for
 *              what contradicts the machine; TG_ERR_HEIGHT, TG_ERR_SIZE. Both arrays are then
 *              undefined */
TG_NODISCARD tg_status tg_included_of_record(bool *is_included, size_t *rows,
                                             const tg_machine *machine, const tg_record *record,
                                             tg_error *error);

/* Check that a recorded trace's height is one that its events can have, and the record's fixed
 * height, where it has one and the trace's rule takes it.
 * Errors  TG_ERR_HEIGHT with chip, height and count, TG_ERR_SIZE */
TG_NODISCARD tg_status tg_included_check_height(const tg_record *record,
                                                const tg_record_trace *entry, const tg_trace *trace,
                                                tg_error *error);

#endif

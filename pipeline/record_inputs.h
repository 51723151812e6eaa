/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Inputs of the pipeline from a record (files/record.h): events, heights, public values, and for
 * chips of which the record has digests only, stand-ins of the right height and width.
 */
#ifndef TRACEGATE_PIPELINE_RECORD_INPUTS_H
#define TRACEGATE_PIPELINE_RECORD_INPUTS_H

#include "files/record.h"
#include "pipeline/pipeline.h"

/* Check that the record is of the machine, where it says of which, and that every trace that it
 * lists is a chip's of it.
 * Errors  TG_ERR_USAGE, TG_ERR_FORMAT */
TG_NODISCARD tg_status tg_record_check_machine(const tg_record *record, const tg_machine *machine,
                                               tg_error *error);

/* Read the inputs of one kind. Memory and files are checked before anything is taken: a record that
 * contradicts itself, events that are not valid.
 * inputs   to be handed to a pipeline, or freed by their destroy
 * Errors   TG_ERR_IO, TG_ERR_FORMAT, TG_ERR_EVENT, TG_ERR_HEIGHT (events beyond a fixed height,
 *          with chip, height and count), those of tg_record_check_machine, TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_inputs_from_record(tg_inputs **inputs, const tg_machine *machine,
                                             tg_kind kind, const tg_record *record,
                                             tg_error *error);

/* The same as far as heads of files tell: which chips are included, numbers of events, heights.
 * Nothing can be made of these inputs.
 * inputs   to be freed by their destroy
 * Errors   those of tg_inputs_from_record, but for what the files hold */
TG_NODISCARD tg_status tg_inputs_plan_record(tg_inputs **inputs, const tg_machine *machine,
                                             tg_kind kind, const tg_record *record,
                                             tg_error *error);

/* What a chip's trace is made by. */
typedef enum tg_stand_in {
    TG_STAND_IN_NONE,  /* its generator */
    TG_STAND_IN_CELLS, /* a stand-in: the record's cells */
    TG_STAND_IN_ZEROS, /* a stand-in, and the record has no cells of it */
} tg_stand_in;

/* inputs  of the two above, without patterns */
tg_stand_in tg_inputs_stand_in(const tg_inputs *inputs, size_t chip);

/* Let stand-ins without recorded cells be a pattern of kind, chip, row and column, words below p,
 * in the place of zeros: rows, columns or chips that change places then show. To be called before
 * anything is made.
 * inputs   of tg_inputs_from_record */
void tg_inputs_fill_stand_ins(tg_inputs *inputs);

/* Inputs in memory, for tests and for users who have events: all chips of the machine without
 * events, none included for RISC-V machines, all for recursion machines; heights as their rule. */
TG_NODISCARD tg_status tg_inputs_create(tg_inputs **inputs, const tg_machine *machine, tg_kind kind,
                                        tg_error *error);

/* Give a chip events, which are copied, and set its height.
 * fixed_height  0: the rule's */
TG_NODISCARD tg_status tg_inputs_set(tg_inputs *inputs, const char *chip, const void *events,
                                     size_t nb_events, size_t fixed_height, tg_error *error);

/* Read the public values of a record, all of its shard's, into canonical ones.
 * values    [TG_PIPELINE_NB_PUBLIC_VALUES], caller's
 * is_there  false: the record has none, and values are 0
 * machine   of the shard: beyond its own values there are zeros
 * Errors    TG_ERR_FORMAT for another number of them, for values not below p and for others than 0
 *           beyond the machine's own */
TG_NODISCARD tg_status tg_record_public_values(uint32_t *values, bool *is_there,
                                               const tg_machine *machine, const tg_record *record,
                                               tg_error *error);

/* Open the record that has all events of a shard, where there is one beside the first ones: the
 * folder "whole".
 * whole     caller's; to be cleared by tg_record_clear if is_there
 * Errors    TG_ERR_IO, TG_ERR_FORMAT, TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_record_open_whole(tg_record *whole, bool *is_there,
                                            const tg_record *record, tg_error *error);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For the files gate_pipeline*.c only: the gate of one record. */
#ifndef TRACEGATE_CLI_GATE_PIPELINE_INTERNAL_H
#define TRACEGATE_CLI_GATE_PIPELINE_INTERNAL_H

#include "cli/gate_pipeline.h"
#include "pipeline/record_inputs.h"

/* What was compared. */
typedef struct gate_counts {
    size_t nb_made; /* traces of chips with a generator, with their reference */
    size_t made_cells;
    size_t nb_recorded; /* of these, with the record's cells or digest */
    size_t recorded_cells;
    size_t nb_sides;      /* side outputs, with the record's */
    size_t nb_unrecorded; /* of these traces, those of which the record has neither */
    size_t nb_carried;    /* stand-ins, with what they are to be */
    size_t carried_cells;
    size_t
        nb_values;   /* times that public values which the pipeline makes were, with the record's */
    size_t nb_lists; /* lists of a shard's chips */
    size_t nb_wrong; /* of all these */
} gate_counts;

/* The gate of one record. */
typedef struct gating {
    const tg_gate_pipeline_options *options;
    const tg_shard *shard;
    tg_record whole; /* all events of the shard, where the record has the first ones only */
    bool has_whole;
    const tg_pipeline_result *result;
    tg_inputs *inputs[TG_NB_KINDS]; /* the gate's own; NULL: not of this record */
    gate_counts counts;
} gating;

/* Check by what can be read without cells that the record says the same everywhere of the traces
 * that are made here.
 * of      shard, whole and inputs are used
 * Errors  TG_ERR_FORMAT, TG_ERR_IO, TG_ERR_MEMORY */
TG_NODISCARD tg_status gate_pipeline_check_recorded(const gating *of, tg_error *error);

/* Gate one trace: with the reference and the record, or a stand-in with what it is to be. Prints a
 * line of the table, and what is wrong before it. */
TG_NODISCARD tg_status gate_pipeline_trace(gating *of, const tg_padded_trace *trace, tg_kind kind,
                                           tg_error *error);

/* How the gate of a record ended. */
typedef struct gate_outcome {
    tg_status status; /* what ended it early, which is said already; mismatches are in the counts */
    gate_counts counts;
} gate_outcome;

/* Gate a record in this process, and say what ends it early on standard error. */
void gate_pipeline_record(gate_outcome *outcome, const tg_gate_pipeline_options *options,
                          const char *record);

/* The same in a process of its own, which may take max_s seconds; 0: any number. This process must
 * not have used the device, nor OpenMP. A process that ends early or not in time is TG_ERR_KERNEL,
 * and said. */
void gate_pipeline_record_apart(gate_outcome *outcome, const tg_gate_pipeline_options *options,
                                const char *record, double max_s);

/* Say on standard error what ended the gate of a record. */
void gate_pipeline_say(const char *record, const tg_error *error);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For the files gate_pipeline*.c only: the gate of one record. */
#ifndef TRACEGATE_CLI_GATE_PIPELINE_INTERNAL_H
#define TRACEGATE_CLI_GATE_PIPELINE_INTERNAL_H

#include "cli/apart.h"
#include "cli/gate_pipeline.h"
#include "harness/cause.h"
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
    bool is_concluded; /* all was compared */
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

/* One trace of the pipeline, on the host. */
typedef struct gated_trace {
    const tg_padded_trace *trace;
    tg_kind kind;
    const tg_chip_input *input;
    size_t own_width; /* the machine's */
    tg_product actual;
    const char *with_reference;
    const char *with_record;
    const char *sides; /* with the record's */
    char nb_sides[24]; /* text of a number */
} gated_trace;

/* What is wrong with a trace, but for what it was compared with. */
tg_mismatch gate_pipeline_mismatch(const gated_trace *it);

/* Report cells, and side outputs, that differ from an expected trace's.
 * expected  name of its side
 * sides     NULL: not spoken of */
void gate_pipeline_report(const gating *of, const gated_trace *it, const char *expected,
                          const tg_matrix *matrix, const tg_diff *diff, const tg_sides_diff *sides);

/* Report a digest that is not the record's. */
void gate_pipeline_report_digest(const gating *of, const gated_trace *it,
                                 const tg_record_trace *entry, const tg_digest *digest);

/* Say below what is wrong the line that makes it again, with causes and key of a trace's.
 * mismatch  NULL: it is no trace's */
void gate_pipeline_say_finding(const gating *of, const tg_mismatch *mismatch);

/* What came of the gate of a record. */
typedef struct gate_outcome {
    bool is_concluded; /* all was compared; what differs is in the counts */
    gate_counts counts;
} gate_outcome;

/* Gate a record that was read.
 * shard  is closed
 * told   what ended it early */
void gate_pipeline_record(gate_outcome *outcome, const tg_gate_pipeline_options *options,
                          tg_shard *shard, tg_apart_told *told, tg_apart *apart);

#endif

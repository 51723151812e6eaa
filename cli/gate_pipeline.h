/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* gate --pipeline: all that the pipeline makes of a record's shard, against single chips and the
 * record.
 */
#ifndef TRACEGATE_CLI_GATE_PIPELINE_H
#define TRACEGATE_CLI_GATE_PIPELINE_H

#include "cli/shard.h"

typedef struct tg_gate_pipeline_options {
    const tg_words *records; /* folders */
    const tg_shard_values *shard;
    size_t max_cells;  /* to list of a mismatch */
    const char *again; /* the command line that makes this again */
} tg_gate_pipeline_options;

/* Gate the shards of records, one after the other, and report on standard output: every trace
 * against the reference and against the record's cells or digest, stand-ins against what they are
 * to be, public values, the shard's chips and which of them are virtual.
 * Errors  TG_ERR_MISMATCH, with nothing left to say, if anything differs; TG_ERR_UNAVAILABLE if
 *         nothing was compared; those of records and the pipeline */
TG_NODISCARD tg_status tg_gate_pipeline(const tg_gate_pipeline_options *options, tg_error *error);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* gate --pipeline: all that the pipeline makes of a record's shard, against single chips and the
 * record.
 */
#ifndef TRACEGATE_CLI_GATE_PIPELINE_H
#define TRACEGATE_CLI_GATE_PIPELINE_H

#include "cli/shard.h"
#include "harness/worker.h"

typedef struct tg_gate_pipeline_options {
    const tg_words *records; /* folders */
    const tg_shard_values *shard;
    const tg_isolation *isolation; /* each record has a process of its own, unless never */
    size_t max_cells;              /* to list of a mismatch */
    const char *again;             /* the command line that makes this again */
} tg_gate_pipeline_options;

/* Gate the shards of records, one after the other, and report on standard output: every trace of a
 * chip with a generator against the reference and against the record's cells or digest and side
 * outputs; stand-ins, patterns where nothing is recorded, against what they are to be; public
 * values, the shard's chips and which of them are virtual. All records are opened and checked
 * before the first is gated; then each is gated, whatever becomes of those before it.
 * Errors  what is wrong with a record, if the check finds it.
 *         Else with nothing left to say: TG_ERR_MISMATCH if anything differs; the failure of a
 *         record with the exit code 1 before 3 before 2; TG_ERR_UNAVAILABLE for a record that
 *         nothing was compared with */
TG_NODISCARD tg_status tg_gate_pipeline(const tg_gate_pipeline_options *options, tg_error *error);

#endif

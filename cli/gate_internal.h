/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For the files gate.c and gate_choose.c only: what the command line of a gate says, and what that
 * asks for. */
#ifndef TRACEGATE_CLI_GATE_INTERNAL_H
#define TRACEGATE_CLI_GATE_INTERNAL_H

#include "cli/data_folders.h"
#include "cli/document_files.h"
#include "cli/isolation.h"
#include "cli/kernels.h"
#include "cli/options.h"
#include "cli/shard.h"
#include "harness/gate.h"

typedef struct gate_values {
    tg_words records;
    const char *corpus;
    const char *cases;
    bool no_corpus;
    tg_number nb_events;
    tg_number seed;
    tg_choice profile;
    tg_number height;
    tg_choice expected;
    tg_words actuals;
    tg_number grid;
    tg_number block;
    tg_number repeat;
    bool sweep;
    tg_number max_candidates;
    tg_number max_cells;
    tg_number shrink_seconds;
    tg_number max_failures;
    const char *coverage;
    const char *save;
    bool force;
    const char *ledger;
    bool self_test;
    bool verbose;
    tg_document_values documents;
    tg_isolation_values isolation;
    tg_kernel_values kernels;
    bool pipeline;
    tg_shard_values shard;
} gate_values;

/* What the options ask for: with nothing, records, cases and drawn events; else only what is named.
 * gate     names what lies in given, names and folders
 * Errors   TG_ERR_USAGE for options that exclude each other or would change nothing */
TG_NODISCARD tg_status gate_choose(tg_gate_options *gate, const gate_values *given,
                                   const tg_words *names, const tg_data_folders *folders,
                                   tg_error *error);

/* Which shard of a gate over several jobs this is, as the environment says.
 * Errors  TG_ERR_USAGE */
TG_NODISCARD tg_status gate_choose_shard(tg_gate_options *gate, tg_error *error);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For the files generate*.c only: one run of the pipeline on a record, and what it leaves. */
#ifndef TRACEGATE_CLI_GENERATE_H
#define TRACEGATE_CLI_GENERATE_H

#include "cli/out_folder.h"
#include "cli/shard.h"
#include "harness/progress.h"
#include "pipeline/jagged.h"

/* The file that marks a folder of results, and those of the jagged form. */
#define GENERATE_TRACES_FILE "traces.json"
#define GENERATE_JAGGED_FILE "jagged.json"
#define GENERATE_DENSE_FILE "dense.npy"
#define GENERATE_COLUMNS_FILE "col_index.npy"
#define GENERATE_STARTS_FILE "start_indices.npy"

/* One trace of a run. */
typedef struct generated_trace {
    const char *name; /* the chip's */
    tg_kind kind;
    size_t chip;   /* of the machine */
    size_t height; /* 0: virtual */
    size_t width;
    tg_digest digest; /* of what is not virtual */
} generated_trace;

/* What a run made. */
typedef struct generated {
    size_t nb_traces;
    generated_trace *traces; /* preprocessed, then main, each in name order */
    size_t cluster;
    uint32_t public_values[TG_PIPELINE_NB_PUBLIC_VALUES];
    tg_pipeline_times times;
    double held_s;   /* the permit */
    double jagged_s; /* to make the preprocessed part of the jagged form, once for all runs */
} generated;

/* What is to be run. */
typedef struct generation {
    const tg_shard *shard;
    tg_jagged *jagged; /* NULL: traces by name */
    double jagged_s;
    size_t nb_jobs;
    bool no_times; /* in traces.json: the same inputs then give the same bytes */
    const tg_out_folder *folder;
    tg_progress *progress;
} generation;

/* Make the traces in each of nb_jobs threads at once, check that all made the same, and write the
 * first one's cells.
 * made    caller's; to be cleared in any case
 * Errors  those of inputs, the pipeline and of files: other failures than the returned one are said
 *         on standard error; TG_ERR_KERNEL if two runs differ */
TG_NODISCARD tg_status generate_run(generated *made, const generation *how, tg_error *error);
void generate_clear(generated *made);

/* Write traces.json, and for a jagged trace jagged.json. */
TG_NODISCARD tg_status generate_write_json(const generation *how, const generated *made,
                                           tg_error *error);

/* Write an array of words into the folder. */
TG_NODISCARD tg_status generate_write_words(const generation *how, const char *name,
                                            const uint32_t *words, size_t height, size_t width,
                                            tg_error *error);

#endif

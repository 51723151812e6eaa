/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For the files generate*.c only: one run of the pipeline on a record, and what it leaves. */
#ifndef TRACEGATE_CLI_GENERATE_H
#define TRACEGATE_CLI_GENERATE_H

#include "cli/apart.h"
#include "cli/out_folder.h"
#include "cli/shard.h"
#include "harness/progress.h"
#include "pipeline/jagged.h"
#include "pipeline/record_inputs.h"

/* The file that marks a folder of results, and those of the jagged form. */
#define GENERATE_TRACES_FILE "traces.json"
#define GENERATE_JAGGED_FILE "jagged.json"
#define GENERATE_DENSE_FILE "dense.npy"
#define GENERATE_COLUMNS_FILE "col_index.npy"
#define GENERATE_STARTS_FILE "start_indices.npy"

/* One trace of a run. */
typedef struct generated_trace {
    size_t chip; /* of the machine */
    tg_kind kind;
    bool is_device; /* made by a kernel; else on the host, or virtual */
    tg_stand_in stand_in;
    size_t height; /* 0: virtual */
    size_t width;
    tg_digest digest; /* of what is not virtual */
} generated_trace;

/* What a run made; all in one piece, which goes from one process to another. */
typedef struct generated {
    size_t cluster;
    char device[16]; /* "cuda", "host" */
    uint32_t public_values[TG_PIPELINE_NB_PUBLIC_VALUES];
    bool has_public_values; /* the record has them; else those that are not made are 0 */
    tg_pipeline_times times;
    double held_s;   /* the permit */
    double jagged_s; /* to make the preprocessed part of the jagged form, once for all runs */
    size_t nb_traces;
    generated_trace traces[]; /* preprocessed, then main, each in name order */
} generated;

/* Bytes of one, with as many traces as a machine can have. */
static inline size_t generated_bytes(const tg_machine *machine)
{
    return sizeof(generated) + TG_NB_KINDS * machine->nb_chips * sizeof(generated_trace);
}

/* What is to be run. */
typedef struct generation {
    const tg_shard *shard;
    tg_jagged *jagged; /* NULL: traces by name */
    double jagged_s;
    bool is_program_device[TG_MAX_MACHINE_CHIPS]; /* its preprocessed traces are made there */
    tg_stand_in stand_ins[TG_NB_KINDS][TG_MAX_MACHINE_CHIPS];
    bool has_public_values;
    size_t nb_jobs;
    bool no_times; /* in traces.json: the same inputs then give the same bytes */
    const tg_out_folder *folder;
    tg_progress *progress;
} generation;

/* What a trace with rows was made by: "device", "host", "stand-in". */
const char *generated_by(const generated_trace *trace);

/* Make the traces in each of nb_jobs threads at once, check that all made the same, and write the
 * first one's cells.
 * made  generated_bytes of zeros, caller's
 * told  says what the returned failure is, and those behind it: of inputs, the pipeline and of
 *       files; TG_ERR_KERNEL if two runs differ */
TG_NODISCARD tg_status generate_run(generated *made, const generation *how, tg_apart_told *told);

/* Write traces.json, and for a jagged trace jagged.json. */
TG_NODISCARD tg_status generate_write_json(const generation *how, const generated *made,
                                           tg_error *error);

/* Write an array of words into the folder. */
TG_NODISCARD tg_status generate_write_words(const generation *how, const char *name,
                                            const uint32_t *words, size_t height, size_t width,
                                            tg_error *error);

#endif

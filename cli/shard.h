/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What verbs that run the pipeline on a record share: the options that choose machine and device,
 * the record with its inputs, the pipeline.
 */
#ifndef TRACEGATE_CLI_SHARD_H
#define TRACEGATE_CLI_SHARD_H

#include "cli/launches.h"
#include "cli/options.h"
#include "files/record.h"
#include "pipeline/pipeline.h"

/* What the command line says. */
typedef struct tg_shard_values {
    const char *machine;
    const char *device_chips; /* NULL: those that SP1 makes there */
    const char *device;       /* "cuda", "host"; NULL: the first of them that is there */
    tg_number nb_permits;
    tg_number nb_threads;
    tg_number max_log_rows;
    bool no_overlap;
    bool is_jagged;     /* the jagged form is made */
    tg_number capacity; /* words of it; not given: the machine's own */
} tg_shard_values;

/* Entries of a verb's table of options, behind --machine, which not all verbs require. */
#define TG_SHARD_OPTIONS(VALUES, member)                                                       \
    TG_OPTION(VALUES, member.device_chips, TEXT, "device-chips", "LIST",                       \
              "chips made on the device: all, none, or A,B,... (as SP1 has it)"),              \
        TG_OPTION(VALUES, member.device, TEXT, "device", "D",                                  \
                  "cuda, or host: kernels on the CPU (cuda where there is a GPU)"),            \
        TG_OPTION(VALUES, member.nb_permits, NUMBER, "permits", "N",                           \
                  "shards on the device at once; with --jobs only", .fallback = "1", .min = 1, \
                  .max = 1024),                                                                \
        TG_OPTION(VALUES, member.nb_threads, NUMBER, "threads", "N",                           \
                  "threads that make host chips (one a core)", .min = 1, .max = 1024),         \
        TG_OPTION(VALUES, member.max_log_rows, NUMBER, "max-log-rows", "N",                    \
                  "a trace has at most 2^N rows (the machine's own)", .min = 1, .max = 31),    \
        TG_OPTION(VALUES, member.no_overlap, FLAG, "no-overlap", NULL,                         \
                  "one stream and pageable copies, as SP1 has it")

/* A record, and what makes its traces. */
typedef struct tg_shard {
    const tg_machine *machine;
    tg_record record;
    bool has_program; /* it has preprocessed traces, too */
    unsigned max_log_rows;
    size_t capacity; /* words of the jagged form; 0: it is not made */
    tg_pipeline *pipeline;
    tg_permits *permits;
    const char *device; /* "cuda", "host" */
    const char *verb;   /* where the host took the place of a GPU: what to tell it for; else NULL */
    /* Chips for the device. */
    bool follows_sp1;
    bool *is_on_device; /* [machine->nb_chips]; where they do not */
} tg_shard;

/* Say on standard error that the host takes the place of a GPU, if it does. To be called when all
 * input was found good: an error stands alone. */
void tg_shard_say_device(const tg_shard *shard);

/* Read a record, without a pipeline: nothing of a device is touched, and nothing can be made.
 * Heights, rows and heads of files are checked.
 * shard   caller's; to be closed after success
 * Errors  those of machines and records, and of tg_shard_check_sizes; TG_ERR_USAGE for chips that
 *         cannot be made on a device */
TG_NODISCARD tg_status tg_shard_read(tg_shard *shard, const tg_shard_values *values,
                                     const char *record, tg_error *error);

/* Give a shard that was read its pipeline. Where no device is asked for and there is none, the host
 * grid takes its place, which tg_shard_say_device then says.
 * launches  notes of what is launched, to outlive the shard; NULL: none
 * Errors    those of pipelines; the shard is still to be closed */
TG_NODISCARD tg_status tg_shard_start(tg_shard *shard, const tg_shard_values *values,
                                      const char *verb, tg_launches *launches, tg_error *error);

/* Both, without notes. Errors  after one there is nothing to be closed */
TG_NODISCARD tg_status tg_shard_open(tg_shard *shard, const tg_shard_values *values,
                                     const char *record, const char *verb, tg_error *error);
void tg_shard_close(tg_shard *shard); /* also one that was closed, or is all zero */

/* Cells of all traces that the shard includes.
 * Errors  those of tg_inputs_plan_record */
TG_NODISCARD tg_status tg_shard_nb_cells(size_t *nb_cells, const tg_shard *shard, tg_error *error);

/* Whether the record's list of the shard's chips, where it has one, is that of a cluster of the
 * machine. */
bool tg_shard_lists_cluster(const tg_shard *shard, const tg_cluster *cluster);

/* Check that it is that of the cluster that the shard's traces are made for.
 * Errors  those of tg_record_check_machine and tg_included_of_record; TG_ERR_USAGE for a set of
 * chips that is in no cluster; TG_ERR_FORMAT */
TG_NODISCARD tg_status tg_shard_check_list(const tg_shard *shard, tg_error *error);

/* Inputs of a kind, to be handed to the pipeline or freed by their destroy. */
TG_NODISCARD tg_status tg_shard_inputs(tg_inputs **inputs, const tg_shard *shard, tg_kind kind,
                                       tg_error *error);

/* Inputs of all kinds that the record has, NULL for the others.
 * inputs        [TG_NB_KINDS], caller's; each to be handed on or freed by its destroy; all NULL
 *               after an error
 * has_patterns  stand-ins without recorded cells are patterns, not zeros */
TG_NODISCARD tg_status tg_shard_all_inputs(tg_inputs **inputs, const tg_shard *shard,
                                           bool has_patterns, tg_error *error);
/* Free those that are there. */
void tg_shard_destroy_inputs(tg_inputs **inputs);

/* Let the pipeline make all traces by name.
 * result  caller's, all zero; to be cleared in any case
 * inputs  those above, the call's from now on, also if it fails */
TG_NODISCARD tg_status tg_shard_generate(tg_pipeline_result *result, const tg_shard *shard,
                                         tg_inputs *const *inputs, tg_error *error);

/* Read inputs, and let the pipeline make all traces of them. */
TG_NODISCARD tg_status tg_shard_make(tg_pipeline_result *result, const tg_shard *shard,
                                     bool has_patterns, tg_error *error);

#endif

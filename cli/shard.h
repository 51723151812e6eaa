/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What verbs that run the pipeline on a record share: the options that choose machine and device,
 * the record with its inputs, the pipeline.
 */
#ifndef TRACEGATE_CLI_SHARD_H
#define TRACEGATE_CLI_SHARD_H

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
} tg_shard_values;

/* Entries of a verb's table of options, behind --machine, which not all verbs require. */
#define TG_SHARD_OPTIONS(VALUES, member)                                                    \
    TG_OPTION(VALUES, member.device_chips, TEXT, "device-chips", "LIST",                    \
              "chips made on the device: all, none, or A,B,... (as SP1 has it)"),           \
        TG_OPTION(VALUES, member.device, TEXT, "device", "D",                               \
                  "cuda, or host: kernels on the CPU (cuda where there is a GPU)"),         \
        TG_OPTION(VALUES, member.nb_permits, NUMBER, "permits", "N",                        \
                  "shards on the device at once", .fallback = "1", .min = 1, .max = 1024),  \
        TG_OPTION(VALUES, member.nb_threads, NUMBER, "threads", "N",                        \
                  "threads that make host chips (one a core)", .min = 1, .max = 1024),      \
        TG_OPTION(VALUES, member.max_log_rows, NUMBER, "max-log-rows", "N",                 \
                  "a trace has at most 2^N rows (the machine's own)", .min = 1, .max = 31), \
        TG_OPTION(VALUES, member.no_overlap, FLAG, "no-overlap", NULL,                      \
                  "one stream and pageable copies, as SP1 has it")

/* A record, and what makes its traces. */
typedef struct tg_shard {
    const tg_machine *machine;
    tg_record record;
    bool has_program; /* it has preprocessed traces, too */
    unsigned max_log_rows;
    tg_pipeline *pipeline;
    tg_permits *permits;
    const char *device; /* "cuda", "host" */
    /* Chips for the device. */
    bool follows_sp1;
    bool *is_on_device; /* [machine->nb_chips]; where they do not */
} tg_shard;

/* Open a record and a pipeline for it. Where no device is asked for and there is none, the host
 * grid takes its place, which is said on standard error.
 * shard   caller's; to be closed after success
 * Errors  those of machines, records and pipelines; TG_ERR_USAGE for chips that cannot be made on a
 *         device */
TG_NODISCARD tg_status tg_shard_open(tg_shard *shard, const tg_shard_values *values,
                                     const char *record, const char *verb, tg_error *error);
void tg_shard_close(tg_shard *shard);

/* The same without a pipeline: nothing of a device is touched, and nothing can be made. */
TG_NODISCARD tg_status tg_shard_read(tg_shard *shard, const tg_shard_values *values,
                                     const char *record, tg_error *error);

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
 * after an error has_patterns  stand-ins without recorded cells are patterns, not zeros */
TG_NODISCARD tg_status tg_shard_all_inputs(tg_inputs **inputs, const tg_shard *shard,
                                           bool has_patterns, tg_error *error);

/* Let the pipeline make all traces by name, of inputs as those above.
 * result  caller's, all zero; to be cleared in any case */
TG_NODISCARD tg_status tg_shard_make(tg_pipeline_result *result, const tg_shard *shard,
                                     bool has_patterns, tg_error *error);

/* Say on standard error the failures behind the first one, which is the call's error. */
void tg_shard_say_failures(const tg_pipeline_result *result);

/* Whether a chip's trace is made on the device, if it is included. */
bool tg_shard_is_on_device(const tg_shard *shard, size_t chip, tg_kind kind);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The part of `tracegate bench` that measures the pipeline: what a call takes, and what it cannot
 * take less than. A call cannot be faster than its bytes can be copied, nor than its host traces
 * can be made: its bound is the larger of the two.
 */
#ifndef TRACEGATE_CLI_BENCH_PIPELINE_H
#define TRACEGATE_CLI_BENCH_PIPELINE_H

#include "cli/apart.h"
#include "cli/isolation.h"
#include "cli/shard.h"

/* Repeats, beside a warm-up: of the command line if it does not say, and at the most. */
#define TG_BENCH_PIPELINE_REPEATS 9
#define TG_BENCH_PIPELINE_MAX_REPEATS 99

/* What is copied to measure the link: some milliseconds of the fastest one. */
#define TG_BENCH_PIPELINE_LINK_BYTES ((size_t)256 << 20)

typedef struct tg_bench_pipeline_options {
    const char *record; /* a folder */
    const tg_shard_values *shard;
    const tg_isolation *isolation; /* of all of it, whose rounds have a limit each */
    const char *again;             /* the command line that makes this again */
    size_t nb_repeats;             /* 1 to TG_BENCH_PIPELINE_MAX_REPEATS */
} tg_bench_pipeline_options;

/* What is measured in each round. */
typedef enum tg_bench_series {
    TG_BENCH_PIPELINE,
    TG_BENCH_NO_OVERLAP,     /* the same calls as SP1 does them: one stream, pageable copies */
    TG_BENCH_HOST_IN_TURN,   /* the host chips alone, one after the other, each on all threads; 0
                                if there are none */
    TG_BENCH_HOST_IN_A_CALL, /* the call of TG_BENCH_PIPELINE, until its last host trace was made */
    TG_BENCH_LINK,           /* a copy of TG_BENCH_PIPELINE_LINK_BYTES, pinned */
    TG_BENCH_NB_SERIES
} tg_bench_series;

typedef struct tg_bench_pipeline_result {
    const tg_bench_pipeline_options *options;
    const tg_machine *machine;
    char device[16];       /* "cuda", "host" */
    char device_name[256]; /* the chip's */
    size_t nb_threads;     /* that make host traces */
    bool has_program;      /* preprocessed traces are made too */
    size_t nb_devices;     /* traces made on the device */
    size_t nb_hosts;
    size_t nb_stand_ins;   /* of those on the host */
    size_t uploaded_bytes; /* of one call of TG_BENCH_PIPELINE */
    double times[TG_BENCH_NB_SERIES]
                [TG_BENCH_PIPELINE_MAX_REPEATS]; /* seconds, [nb_repeats] of each, sorted */
} tg_bench_pipeline_result;

/* Measure calls that make all traces of a shard, and what bounds them: in turn, round after round,
 * behind one that counts for nothing, so that what slows the machine for a while slows both sides
 * of a ratio. Takes TG_BENCH_PIPELINE_LINK_BYTES of pinned memory and of the device's beside the
 * shard, and changes the number of OpenMP threads while it runs. Launches are noted in the first
 * round only, which does not count. result  caller's; undefined after a failure shard   was read;
 * it is closed told    how it went: errors of records, the pipeline and the reference */
void tg_bench_pipeline_measure(tg_bench_pipeline_result *result,
                               const tg_bench_pipeline_options *options, tg_shard *shard,
                               tg_apart_told *told, tg_apart *apart);

/* Measure, in a process of its own where it is to be one, and print what was measured to stdout: a
 * table, or as JSON the object "pipeline".
 * Errors  those of tg_shard_read, tg_apart_run and tg_bench_pipeline_measure; TG_ERR_USAGE without
 * a record or a machine (NULL) */
TG_NODISCARD tg_status tg_bench_pipeline_verb(bool as_json,
                                              const tg_bench_pipeline_options *options,
                                              tg_error *error);

#endif

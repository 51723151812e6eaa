/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Measurements of generators and of the comparison. Every figure comes with what it is a share of,
 * measured in the same run.
 *
 * Only the generator is timed: no guard zones, no poison, no copies between host and device. Times
 * are medians of repeats after a warm-up. A launch plan's speed is that of the steps that make the
 * trace; steps that make side outputs only are timed apart, on a device. A user's launch
 * description that wants its trace zeroed has it so before the first repeat, and outside of the
 * time. The reference makes side outputs and trace in one, and both are timed.
 */
#ifndef TRACEGATE_HARNESS_BENCH_H
#define TRACEGATE_HARNESS_BENCH_H

#include "harness/backend.h"

#include <stdbool.h>
#include <stddef.h>

/* What a device's speed is held against: the same bytes moved by the CUDA runtime. */
typedef enum tg_bench_yardstick {
    TG_BENCH_NONE,   /* a CPU backend */
    TG_BENCH_COPY,   /* device-to-device copy; bytes read and bytes written count together */
    TG_BENCH_MEMSET, /* the trace reads no events: nothing to copy */
    TG_BENCH_NB_YARDSTICKS
} tg_bench_yardstick;

/* "", "copy", "memset". */
const char *tg_bench_yardstick_name(tg_bench_yardstick yardstick);

/* One speed. */
typedef struct tg_bench_rate {
    double seconds;      /* one trace, median; 0: not measured */
    double events_per_s; /* nb_events_used over seconds */
    double bytes_per_s;  /* bytes over seconds */
    size_t nb_repeats;   /* that the median is of */
} tg_bench_rate;

/* Steps of a launch plan, one after the other, that have one purpose. */
typedef struct tg_bench_phase {
    const char *name;    /* "scan" */
    double seconds;      /* sum of the medians of its steps */
    double events_per_s; /* nb_events_used over seconds */
    bool is_side;        /* makes side outputs only: not in `best` */
} tg_bench_phase;

typedef struct tg_bench_result {
    const tg_trace *trace;
    const tg_backend_ops *backend;
    bool on_device;        /* tells which of the members below hold something */
    size_t nb_events;      /* asked for */
    size_t nb_events_used; /* of them, those that the trace depends on */
    size_t height;
    size_t bytes_read;    /* event bytes that the trace depends on */
    size_t bytes_written; /* of the trace */
    size_t bytes;         /* both */
    size_t bytes_fetched; /* both, with whole sectors read (tg_trace_event_sector_bytes): what
                             memory must give */
    tg_bench_rate best;   /* all threads, or the device: what a table shows first */
    /* CPU backends */
    size_t nb_threads;        /* OpenMP threads of `best`; 0 on a device */
    tg_bench_rate one_thread; /* the same on one thread: the rate per core */
    /* Devices */
    char device[256]; /* name, "" on a CPU */
    tg_bench_yardstick yardstick;
    tg_bench_rate reference; /* the yardstick moving as many bytes; events_per_s 0 */
    double share; /* best.bytes_per_s over reference.bytes_per_s; 1 is the speed of the yardstick */
    double share_fetched; /* the same of bytes_fetched: it can reach 1 where share cannot, for want
                             of smaller sectors */
    size_t scratch_bytes; /* that the launch plan takes beside trace and events */
    size_t side_bytes;    /* of the side outputs */
    size_t nb_phases;     /* 0 for a plan of one step */
    tg_bench_phase phases[TG_MAX_STEPS]; /* [nb_phases], timed apart: their sum is near `best` */
} tg_bench_result;

/* Measure one trace on one backend, with uniform events of a fixed seed and the height that the
 * rule gives.
 * result   caller's; all zero after an error
 * backend  open; one that generates
 * nb_events  any number; a trace that has no events takes the count
 * Takes seconds for slow generators, and changes the number of OpenMP threads while it runs.
 * Errors  TG_ERR_USAGE for a backend that reads golden traces; TG_ERR_SIZE, TG_ERR_MEMORY; those of
 *         the generator
 */
TG_NODISCARD tg_status tg_bench_run(tg_bench_result *result, const tg_backend *backend,
                                    const tg_subject *subject, size_t nb_events, tg_error *error);

/* Speed of the comparison of two equal traces in memory: bytes of both per second. */
typedef struct tg_bench_diff_result {
    size_t height, width;
    size_t bytes;             /* of both traces */
    size_t nb_threads;        /* of `best` */
    tg_bench_rate best;       /* events_per_s 0 */
    tg_bench_rate one_thread; /* the rate per core */
} tg_bench_diff_result;

/* What the comparison is measured on: the widest trace (Poseidon2WideDeg3.main) at a usual
 * height, 1.5 GB for both. */
#define TG_BENCH_DIFF_HEIGHT ((size_t)1 << 20)
#define TG_BENCH_DIFF_WIDTH 179u

/* Measure tg_diff_run on two different buffers of equal cells, all below p.
 * Errors  TG_ERR_SIZE, TG_ERR_MEMORY: result is then all zero */
TG_NODISCARD tg_status tg_bench_diff(tg_bench_diff_result *result, size_t height, size_t width,
                                     tg_error *error);

/* Speed of the comparison on a device: the pass over two equal traces that lie there. */
typedef struct tg_bench_diff_device_result {
    size_t height, width;
    size_t bytes; /* of both traces */
    char device[256];
    tg_bench_rate best;      /* events_per_s 0 */
    tg_bench_rate reference; /* a copy that reads and writes as many bytes together */
    double share;            /* best.bytes_per_s over reference.bytes_per_s */
} tg_bench_diff_device_result;

/* Measure the pass, without the counts' way back.
 * backend  open, and here: not in a process of its own
 * Errors   TG_ERR_USAGE for a backend that has no device; TG_ERR_SIZE, TG_ERR_MEMORY; those of the
 *          device. result is then all zero */
TG_NODISCARD tg_status tg_bench_diff_device(tg_bench_diff_device_result *result,
                                            const tg_backend *backend, size_t height, size_t width,
                                            tg_error *error);

#endif

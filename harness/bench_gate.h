/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a gate of drawn events takes, and what it cannot take less than.
 *
 * A gate whose traces are compared on the device has to make each expected trace, and to send it
 * and its events there: its bound is the time of the reference on all cores and that of the bytes
 * on the link, one behind the other. Both are measured in the same run as the gate, each in a
 * process of its own, round after round; and so is the gate in either way: its kernels in a worker,
 * and in its own process.
 */
#ifndef TRACEGATE_HARNESS_BENCH_GATE_H
#define TRACEGATE_HARNESS_BENCH_GATE_H

#include "harness/gate.h"

/* Rounds at the most. */
#define TG_BENCH_GATE_MAX_PAIRS 99

/* What is copied to measure the link: some milliseconds of the fastest one. */
#define TG_BENCH_GATE_LINK_BYTES ((size_t)256 << 20)

/* How the kernels of a measured gate run. */
typedef enum tg_bench_gate_way {
    TG_BENCH_GATE_ISOLATED,
    TG_BENCH_GATE_HERE,
    TG_BENCH_GATE_NB_WAYS
} tg_bench_gate_way;

typedef struct tg_bench_gate_options {
    const char *const *names; /* CHIP or CHIP.KIND; none: every trace */
    size_t nb_names;
    const tg_backend_ops *backend; /* under test: one that generates; not the reference */
    size_t nb_events;              /* of each trace */
    size_t nb_pairs;               /* rounds: 1 to TG_BENCH_GATE_MAX_PAIRS */
    /* Called when a measurement of a round has begun, and when it is over; NULL: nobody. Only in
     * between may there be other threads in this process, which forks for the next one. */
    void (*on_step)(void *context, size_t round, const char *what);
    void (*on_step_end)(void *context);
    void *on_step_context;
} tg_bench_gate_options;

/* What is measured of one case, or of all together. Seconds; medians of the rounds. */
typedef struct tg_bench_gate_figures {
    double reference_s; /* the expected trace, made once on all threads into memory used before */
    double link_s;      /* bytes of both directions at the speeds of the link; 0 without one */
    double bound_s;     /* both together */
    tg_gate_times gate[TG_BENCH_GATE_NB_WAYS]; /* of all cases: trace, profile and counts empty */
    double ratio[TG_BENCH_GATE_NB_WAYS];       /* of the gate to the bound, round by round */
} tg_bench_gate_figures;

typedef struct tg_bench_gate_case {
    const tg_trace *trace;
    const char *profile;
    size_t nb_events;
    size_t height;
    size_t uploaded_bytes; /* events, expected cells and lookups */
    size_t downloaded_bytes;
    tg_bench_gate_figures figures;
} tg_bench_gate_case;

typedef struct tg_bench_gate_result {
    const tg_bench_gate_options *options;
    char device[256];    /* "" without one */
    size_t nb_threads;   /* OpenMP's */
    double upload_per_s; /* bytes of pinned memory; medians; 0 without a link */
    double download_per_s;
    tg_bench_gate_case *cases; /* [nb_cases] the result's own */
    size_t nb_cases;
    tg_bench_gate_figures all;             /* the cases together */
    double whole_s[TG_BENCH_GATE_NB_WAYS]; /* gates from start to end, backends opened and closed */
    double isolation;                      /* isolated to not isolated, whole, round by round */
} tg_bench_gate_result;

/* Measure. Gates are those of `tracegate gate --nb-events`: profiles of their own for the chips
 * that have some. Must be called before this process uses CUDA or OpenMP's threads.
 * result  caller's; to be cleared by tg_bench_gate_clear after success
 * Errors  TG_ERR_MISMATCH if the traces are not alike; those of the gate, of the runtime, and of
 *         tg_bench_apart */
TG_NODISCARD tg_status tg_bench_gate(tg_bench_gate_result *result,
                                     const tg_bench_gate_options *options, tg_error *error);
void tg_bench_gate_clear(tg_bench_gate_result *result);

#endif

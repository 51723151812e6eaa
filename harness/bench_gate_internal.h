/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Measurements of a gate, before medians are taken: for the files bench_gate*.c only. */
#ifndef TRACEGATE_HARNESS_BENCH_GATE_INTERNAL_H
#define TRACEGATE_HARNESS_BENCH_GATE_INTERNAL_H

#include "harness/bench_gate.h"

/* One case in one round. */
typedef struct gate_sample {
    double reference_s;
    tg_gate_times gate[TG_BENCH_GATE_NB_WAYS];
} gate_sample;

/* One round. */
typedef struct gate_round {
    double upload_per_s; /* 0 without a link */
    double download_per_s;
    double whole_s[TG_BENCH_GATE_NB_WAYS];
} gate_round;

/* What the processes share. */
typedef struct gate_samples {
    char device[256];
    size_t nb_cases;
    gate_round rounds[TG_BENCH_GATE_MAX_PAIRS];
    gate_sample samples[]; /* [nb_pairs][max_cases] */
} gate_samples;

/* A measurement at work. */
typedef struct gate_measuring {
    const tg_bench_gate_options *options;
    tg_gate_options gate;
    gate_samples *shared;
    size_t max_cases;
    size_t round;
    tg_bench_gate_way way; /* of the gate that is measured */
    const char *what;      /* is measured, in words */
    size_t nb_done;        /* cases of the present measurement */
} gate_measuring;

/* The sample of a case in a round. */
static inline gate_sample *gate_sample_of(const gate_measuring *of, size_t round, size_t index)
{
    return &of->shared->samples[round * of->max_cases + index];
}

/* One measurement of the present round each, in a process of its own. context: gate_measuring. */
tg_status gate_measure_link(void *context, tg_error *error);
tg_status gate_measure_reference(void *context, tg_error *error);
tg_status gate_measure_gate(void *context, tg_error *error);

#endif

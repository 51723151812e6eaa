/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a try works with, for the files of tests/planted only. */
#ifndef TRACEGATE_TESTS_PLANTED_BENCH_H
#define TRACEGATE_TESTS_PLANTED_BENCH_H

#include "planted.h"

#include "harness/kernel_library.h"

/* A bug's kernels, and what it takes to run and compare them. */
typedef struct bench {
    tg_subject subject;
    tg_kernel_library library;
    tg_backend host;
    tg_profile profile;
    void *events; /* [PLANTED_MAX_EVENTS + 1] of the profile; NULL without events */
} bench;

/* Open a bug's kernels. They are never closed.
 * Errors  TG_ERR_FORMAT if steps of the trace are missing; those of tg_kernel_library_open */
TG_NODISCARD tg_status bench_open(bench *work, const planted_bug *bug,
                                  const planted_folders *folders, tg_error *error);

/* `tracegate gate CHIP.KIND`, of the backends only the one that has the bug. Points into work and
 * folders. */
tg_gate_options bench_gate_options(bench *work, const planted_folders *folders);

/* Run the gate to its end, and keep whether it finds the bug. */
TG_NODISCARD tg_status bench_gate(planted_trial *trial, const tg_gate_options *options,
                                  tg_error *error);

/* Keep the keys of the document that the gate makes of the bug. */
TG_NODISCARD tg_status bench_document(planted_trial *trial, bench *work, const planted_bug *bug,
                                      const planted_folders *folders, tg_error *error);

/* Triage what the gate meets first of the bug. */
TG_NODISCARD tg_status bench_triage(planted_trial *trial, bench *work, const planted_bug *bug,
                                    const planted_folders *folders, tg_error *error);

#endif

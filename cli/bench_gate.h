/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The part of `tracegate bench` that measures the gate against its bound. */
#ifndef TRACEGATE_CLI_BENCH_GATE_H
#define TRACEGATE_CLI_BENCH_GATE_H

#include "cli/options.h"
#include "harness/bench_gate.h"

/* Events of each trace where the command line gives none: for a GPU those of large shards, for the
 * kernels on the CPU some seconds of work. */
#define TG_BENCH_GATE_LOG_NB_EVENTS_CPU 14
#define TG_BENCH_GATE_LOG_NB_EVENTS_DEVICE 20

/* Measure, and print what was measured to stdout: a table, or as JSON the object "gate".
 * names      traces; none: all
 * backends   the one under test; none: the GPU where there is one, else the kernels on the CPU
 * nb_events  not given: as above
 * Errors  those of tg_bench_gate; TG_ERR_USAGE for unknown names, for several backends, and for one
 *         that is not under test in a gate */
TG_NODISCARD tg_status tg_bench_gate_verb(bool as_json, const tg_words *names,
                                          const tg_words *backends, const tg_number *nb_events,
                                          size_t nb_pairs, tg_error *error);

#endif

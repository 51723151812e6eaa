/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The part of `tracegate bench` that measures the comparison. */
#ifndef TRACEGATE_CLI_BENCH_DIFF_H
#define TRACEGATE_CLI_BENCH_DIFF_H

#include "cli/json_out.h"
#include "cli/options.h"
#include "harness/bench.h"
#include "harness/progress.h"

/* One speed as a member of an object. */
void tg_bench_rate_json(tg_json_out *json, const char *name, const tg_bench_rate *rate);

/* Measure the comparison on the CPU, and on each device that is here, and print what was measured:
 * members "diff" and "diff_device".
 * json   NULL: text, to stdout
 * named  backends that are to be measured; none: all
 * Errors  those of tg_bench_diff and tg_bench_diff_device */
TG_NODISCARD tg_status tg_bench_diff_verb(tg_json_out *json, tg_progress *progress,
                                          const tg_words *named, tg_error *error);

#endif

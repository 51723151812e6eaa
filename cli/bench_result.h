/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The part of `tracegate bench` that prints what was measured of one trace on one backend. */
#ifndef TRACEGATE_CLI_BENCH_RESULT_H
#define TRACEGATE_CLI_BENCH_RESULT_H

#include "cli/json_out.h"
#include "harness/bench.h"

/* Print the table's first line, and a row of it with the lines that belong to it, to stdout. */
void tg_bench_result_head(void);
void tg_bench_result_row(const tg_bench_result *result);

/* The same as an item of an array. */
void tg_bench_result_json(tg_json_out *json, const tg_bench_result *result);

/* The row, or the item, of a user's kernel, and its speed beside that of the program's own kernel
 * in the same run. kernel    its name built_in  NULL: the program has none */
void tg_bench_result_user_row(const tg_bench_result *result, const char *kernel,
                              const tg_bench_result *built_in);
void tg_bench_result_user_json(tg_json_out *json, const tg_bench_result *result, const char *kernel,
                               const tg_bench_result *built_in);

#endif

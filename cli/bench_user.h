/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The part of `tracegate bench` that measures users' kernels beside the program's own. */
#ifndef TRACEGATE_CLI_BENCH_USER_H
#define TRACEGATE_CLI_BENCH_USER_H

#include "cli/json_out.h"
#include "cli/kernels.h"

/* Events where the command line gives none: seconds of work for the slowest CPU generator, of which
 * one that searches for each event makes the fewest; for a GPU the rows of SP1's largest traces,
 * far beyond its caches. */
#define TG_BENCH_LOG_NB_EVENTS_CPU 18
#define TG_BENCH_LOG_NB_EVENTS_CPU_SEARCH 14
#define TG_BENCH_LOG_NB_EVENTS_DEVICE 22
size_t tg_bench_nb_events(const tg_trace *trace, bool on_device);

/* Measure the kernels that are given, and beside each the program's own on the same backend, in a
 * process of their own: rows of the table to stdout, or items of an open array. On the CPU they are
 * built without sanitizers, whatever given says.
 * json      NULL: a table
 * operands  traces
 * backends  what --backend asks for
 * Errors    those of tg_kernel_set_open, tg_bench_run and tg_bench_apart; TG_ERR_KERNEL for a
 * kernel that ends the process, or does not end */
TG_NODISCARD tg_status tg_bench_user_verb(tg_json_out *json, const tg_kernel_values *given,
                                          const tg_words *operands, const tg_words *backends,
                                          const tg_number *nb_events, tg_error *error);

#endif

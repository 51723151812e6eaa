/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The options of verbs that run kernels under test: whether in a process of their own, and for how
 * long.
 *
 *   typedef struct gate_values {
 *       tg_isolation_values isolation;
 *   } gate_values;
 *   static const tg_option options[] = {TG_ISOLATION_OPTIONS(gate_values, isolation), ...};
 */
#ifndef TRACEGATE_CLI_ISOLATION_H
#define TRACEGATE_CLI_ISOLATION_H

#include "cli/line.h"
#include "cli/options.h"
#include "harness/worker.h"

/* What the command line says. */
typedef struct tg_isolation_values {
    bool isolate;
    bool no_isolate;
    tg_number max_seconds;
} tg_isolation_values;

/* A day: a run that takes longer does not end. */
#define TG_ISOLATION_MAX_SECONDS (24 * 3600)

/* Entries of a verb's table of options. */
#define TG_ISOLATION_OPTIONS(VALUES, member)                                                    \
    TG_OPTION(VALUES, member.isolate, FLAG, "isolate", NULL,                                    \
              "run the kernels under test in a process of their own; a GPU's always are"),      \
        TG_OPTION(VALUES, member.no_isolate, FLAG, "no-isolate", NULL,                          \
                  "run all of them in this process, as a debugger needs it"),                   \
        TG_OPTION(VALUES, member.max_seconds, NUMBER, "max-run-seconds", "N",                   \
                  "isolate, and end a run after so many seconds; 0: never (60, more if large)", \
                  .max = TG_ISOLATION_MAX_SECONDS)

/* What they ask for. Errors  TG_ERR_USAGE for options that exclude each other */
TG_NODISCARD tg_status tg_isolation_choose(tg_isolation *how, const tg_isolation_values *given,
                                           tg_error *error);

/* Whether what runs on a device is to be in a process of its own: a GPU's work by default, and that
 * of a device which is chosen in there.
 * device  "cuda", "host"; NULL: not chosen yet */
bool tg_isolation_wants(const tg_isolation *how, const char *device);

/* Seconds that so many runs of so many cells each may take; 0: no limit. */
double tg_isolation_limit(const tg_isolation *how, size_t nb_runs, size_t nb_cells);

/* Isolate what crashed or did not end when it was found, unless it must not be.
 * key  the finding's, or the text that says what a case was kept for */
void tg_isolation_suit(tg_isolation_values *given, const char *key);

/* Give them to a line that is run in this command's place; its own stay where this one has none
 * that exclude them.
 * Errors  as tg_line_set's */
TG_NODISCARD tg_status tg_isolation_hand_on(tg_line *line, const tg_isolation_values *given,
                                            tg_error *error);

#endif

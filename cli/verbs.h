/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The verbs of the program: the only place that lists them. cli/<verb>.c defines tg_verb_<verb>.
 */
#ifndef TRACEGATE_CLI_VERBS_H
#define TRACEGATE_CLI_VERBS_H

#include "cli/options.h"
#include "harness/report.h"

/* V(name), in the order of `tracegate --help`. */
#define TG_VERB_LIST(V) \
    V(list)             \
    V(describe)         \
    V(machines)         \
    V(gen)              \
    V(trace)            \
    V(generate)         \
    V(gate)             \
    V(watch)            \
    V(fuzz)             \
    V(diff)             \
    V(triage)           \
    V(replay)           \
    V(merge)            \
    V(bench)            \
    V(new_chip)         \
    V(doctor)

#define TG_VERB_DECLARATION(name) extern const tg_verb tg_verb_##name;
TG_VERB_LIST(TG_VERB_DECLARATION)
#undef TG_VERB_DECLARATION

/* The number of elements of a table, for the options of a verb. */
#define TG_NB_ELEMENTS(table) (sizeof(table) / sizeof(table)[0])

/* What the program is for: its help, its man page. */
#define TG_HELP_PROGRAM                                                                            \
    "tracegate gates GPU trace-generation kernels: it makes the same trace with several backends " \
    "from the same\nevents and reports every cell that differs.\n"

/* What several verbs say alike. */
#define TG_HELP_NAMES \
    "CHIP names all traces of a chip, CHIP.KIND one; 'tracegate list' shows them.\n"

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What `tracegate watch` shows of a gate: the verdict first, then the findings in short, on one
 * screen.
 */
#ifndef TRACEGATE_CLI_WATCH_SAY_H
#define TRACEGATE_CLI_WATCH_SAY_H

#include "model/status.h"

#include <stdbool.h>
#include <stdio.h>

/* A gate that has ended. */
typedef struct tg_watch_verdict {
    int exit_code;
    const char *report; /* file of its report as JSON; one that cannot be read is none */
    const char *said;   /* what it printed for people */
    size_t nb_lost;     /* bytes that are left out behind that */
    const char *what;   /* traces or manifest that were gated */
    const char *saved;  /* the file that was saved; NULL: none, it is the first gate */
    double seconds;     /* from then to the verdict */
} tg_watch_verdict;

/* Show it.
 * nb_lines    of the screen; 0: as many as there are to show
 * nb_columns  of the screen, which longer lines are wrapped at; 0: they are not
 * Returns whether there is a report: without one, nothing has matched */
bool tg_watch_say(FILE *out, const tg_watch_verdict *verdict, size_t nb_lines, size_t nb_columns);

#endif

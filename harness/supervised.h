/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a process notes that runs code of others, for the one that waits for it, and what that one
 * makes of its end. The code can end the process in many ways, with any exit code, or hold it for
 * ever; none of them looks like the end of the work.
 */
#ifndef TRACEGATE_HARNESS_SUPERVISED_H
#define TRACEGATE_HARNESS_SUPERVISED_H

#include "harness/draws.h"

#include <stdbool.h>

/* Seconds that a call of a chip library's code may take, loading included. */
#define TG_SUPERVISED_MAX_CALL_S 60.0

/* Memory that both processes share. */
typedef struct tg_supervised {
    int told;       /* the exit code, made unlike what memory holds by chance; 0: none yet */
    tg_calls calls; /* of a chip library's code: one that does not return ends the process */
} tg_supervised;

/* ---- inside ---- */

/* Note the exit code, right before the end. A signal's handler may. */
void tg_supervised_tell(tg_supervised *notes, int exit_code);

/* A call of a chip library's code begins, and has returned. */
void tg_supervised_begin_call(tg_supervised *notes);
void tg_supervised_end_call(tg_supervised *notes);

/* ---- outside ---- */

/* Whether the work came to its end, and with which exit code. */
bool tg_supervised_has_told(int *exit_code, const tg_supervised *notes);

/* Calls as they were looked at last; all zero at first. */
typedef struct tg_supervised_look {
    uint64_t nb_begun, nb_ended;
    double idle_s; /* since something changed, while a call is under way */
} tg_supervised_look;

/* Look again, turn_s seconds later: only time in which this process ran is to be counted.
 * Returns whether a call has taken longer than max_call_s */
bool tg_supervised_look_again(tg_supervised_look *last, const tg_supervised *notes, double turn_s,
                              double max_call_s);

/* How a process ended that told nothing, in words, for "there is no verdict: %s".
 * wait_status  as waitpid gives it; -1: not known
 * was_ended    because a call took longer than max_call_s */
void tg_supervised_explain(char what[128], int wait_status, bool was_ended, double max_call_s);

/* How to mend that. mend: what to do where the code that ran there is to blame, as it is not where
 * somebody else ended the process */
const char *tg_supervised_how(int wait_status, bool was_ended, const char *mend);

#endif

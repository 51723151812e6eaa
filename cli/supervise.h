/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A verb under supervision: it runs in a child, and its exit code counts only together with a note
 * that says that the verb came to its end. Code of others that runs in the verb's own process, of a
 * chip library or, with --no-isolate, a kernel, can end that process in many ways, with any exit
 * code; none of them looks like a verdict.
 *
 * The child is in this process's group and has its standard files: what the terminal sends reaches
 * both, and other signals that this process gets are passed on.
 */
#ifndef TRACEGATE_CLI_SUPERVISE_H
#define TRACEGATE_CLI_SUPERVISE_H

#include "harness/supervised.h"

#include <stdbool.h>

/* Do the verb's work, all that it prints included. Returns the exit code. */
typedef int tg_supervise_work(void *context, tg_supervised *notes);

typedef struct tg_supervise_job {
    const char *verb;
    tg_supervise_work *work;
    void *context;
    double max_call_s; /* how long a call that is counted may take */
} tg_supervise_job;

/* Whether this process is looked into by a debugger, or by a profiler for GPUs that looks into no
 * child: work is then to be done in it. */
bool tg_supervise_is_watched(void);

/* Have work done in a child, before this process has threads. Where the child is ended by a signal
 * for which it was asked, as by Ctrl-C, so is this process.
 * Returns the exit code: the work's own, or 2, with a sentence on standard error, if the child
 * ended without it; 3 if there can be no child */
int tg_supervise(const tg_supervise_job *job);

/* ---- in the child; elsewhere they note nothing ---- */

/* Note the exit code, right before the end. A signal's handler may. */
void tg_supervise_tell(int exit_code);

/* End a verb with an exit code that no status has; what it printed is written out. */
_Noreturn void tg_supervise_leave(int exit_code);

/* This process becomes another program, whose exit code counts as it is; false: it could not. */
void tg_supervise_hand_on(bool becomes);

#endif

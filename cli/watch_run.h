/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* One run of a verb of this program in a process of its own: what it prints is kept, and it can be
 * ended at any moment with all that it started.
 */
#ifndef TRACEGATE_CLI_WATCH_RUN_H
#define TRACEGATE_CLI_WATCH_RUN_H

#include "model/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Bytes of standard error that are kept: what comes first says what is wrong. */
#define TG_WATCH_MAX_SAID ((size_t)256 << 10)

typedef struct tg_watch_run {
    pid_t pid;  /* 0: none runs */
    int result; /* file of its standard output; -1: none */
    int said;   /* its standard error, not blocking; -1: none */
    char *text; /* [TG_WATCH_MAX_SAID + 1] of standard error, a string */
    size_t nb_text;
    size_t nb_lost; /* bytes behind them */
} tg_watch_run;

/* To be closed, also after an error. Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_watch_run_open(tg_watch_run *run, tg_error *error);

/* End what runs, and close. */
void tg_watch_run_close(tg_watch_run *run);

/* Start this program with these words, the last of which is followed by NULL. This process must
 * have one thread, and SIGCHLD, SIGINT, SIGTERM and SIGHUP blocked; the other has them as usual.
 * None may run. Errors  TG_ERR_MEMORY if the system has no process or file for it */
TG_NODISCARD tg_status tg_watch_run_start(tg_watch_run *run, char *const *words, tg_error *error);

/* Read what it has said so far. */
void tg_watch_run_read(tg_watch_run *run);

/* Whether it has ended by itself; all that it said is then read.
 * exit_code  its own, or 128 and the number of the signal that ended it */
bool tg_watch_run_has_ended(tg_watch_run *run, int *exit_code);

/* End it, and what it started; nothing if none runs. */
void tg_watch_run_cancel(tg_watch_run *run);

#endif

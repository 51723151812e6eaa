/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Processes that the program forks, without exec, for work that may not come back: how they begin,
 * are waited for, end and are buried. Nothing here says what such a process does, nor how its end
 * is told.
 *
 * What another process wrote to memory that both share is whatever the work left there: a number
 * may be none of its list, a text may have no end.
 */
#ifndef TRACEGATE_HARNESS_PROCESS_H
#define TRACEGATE_HARNESS_PROCESS_H

#include "model/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Exit code of a process in which exit was called, which only its work does. */
#define TG_PROCESS_EXIT_CALLED 120

/* Seconds that a process that was killed may take to be gone. */
#define TG_PROCESS_GONE_S 10.0

/* Files that can be waited for at once. */
#define TG_PROCESS_MAX_FILES 4

/* Take memory, all zero, that is shared with processes that are forked from now on, and give it
 * back; NULL is taken.
 * nb_bytes  > 0
 * Returns NULL if there is none; errno says why */
void *tg_process_share(size_t nb_bytes);
void tg_process_unshare(void *memory, size_t nb_bytes);

/* ---- inside ---- */

/* Fork. The new process is killed when the thread that forked it ends, leaves no core file, and is
 * ended at once by exit, with TG_PROCESS_EXIT_CALLED: what this process had buffered, its files and
 * handlers are not the other one's to end. What standard output and error have buffered is written
 * beforehand.
 * Returns as fork does; below 0 errno says why */
pid_t tg_process_fork(void);

/* End with the thread that forked this process, or now if that process has ended already. What
 * tg_process_fork does; of a process that was forked otherwise, its first act.
 * parent  the process with that thread */
void tg_process_end_with(pid_t parent);

/* Do work in a thread of its own, and wait for its end. OpenMP's threads are those of the thread
 * that first needed them: the ones that the program had do not exist in a process that was forked.
 * Returns 0, or why there is no thread: an errno */
int tg_process_do(void *(*work)(void *), void *argument);

/* End a process that was forked and whose work is done; builds that count what runs keep it. */
_Noreturn void tg_process_leave(void);
/* The same with an exit code of its own. */
_Noreturn void tg_process_leave_with(int exit_code);

/* ---- outside ---- */

/* Wait until there is something to read, or the other end is closed. Time in which this process was
 * stopped, as by Ctrl-Z, does not count, here and below.
 * max_s  0: for ever
 * Returns 1; 0: not in time; -1: it cannot be waited for, errno says why */
int tg_process_wait_readable(int file, double max_s);

/* The same for one of several.
 * is_ready  [nb_files]: which of them, after 1
 * files     [nb_files], 1 to TG_PROCESS_MAX_FILES; below 0: none
 * left_s    in-out: how long, and what is left of it; NULL: for ever */
int tg_process_wait_any(bool *is_ready, const int *files, size_t nb_files, double *left_s);

/* Wait for a child to end, for max_s seconds at the most; 0: look once.
 * status  as waitpid gives it; -1: not known
 * pid     below 0: all children of that group
 * Returns whether it is gone, also if its status went elsewhere */
bool tg_process_reap(int *status, pid_t pid, double max_s);

/* How a child ended. */
typedef struct tg_process_burial {
    int wait_status;   /* as waitpid gives it; -1: not known */
    bool was_killed;   /* it did not end by itself in time */
    bool is_abandoned; /* it was killed and does not end: a driver holds it, maybe for ever */
} tg_process_burial;

/* Wait for a child to end, and kill it if it does not within max_s seconds; 0: at once. What has
 * ended by itself keeps its own status. */
void tg_process_bury(tg_process_burial *burial, pid_t pid, double max_s);

/* Make an error that another process wrote one that may be read.
 * status  that came with it, and is now the error's own
 * Returns whether the status is one; if not, neither is the error */
TG_NODISCARD bool tg_process_take_error(tg_error *error, tg_status status);

#endif

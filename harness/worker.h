/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Isolation: a backend whose runs are done by a worker, a process of its own, so that a kernel that
 * faults, never ends or ruins its device takes the worker with it and nothing else.
 *
 * A worker is forked, without exec, by a helper process that has the program's memory as it was
 * when the backend was opened, and no threads but one: code, tables and literals mean the same
 * there as here. Events and products go through memory that both share; subject, plan and steps go
 * by value. What else a plan points at - kernels, names, tables - must have been in the program, or
 * loaded into it, before the backend was opened. A helper that was ended from outside is replaced,
 * by one that is forked from the program as it is then; and where a system does not let a helper do
 * what it does, each worker is forked so.
 *
 * Whatever the backend inside answers comes back whole. What ends a worker is a failure of the run
 * at hand, TG_ERR_KERNEL, and the next run gets a new worker. docs/isolation.md has the rest.
 */
#ifndef TRACEGATE_HARNESS_WORKER_H
#define TRACEGATE_HARNESS_WORKER_H

#include "harness/backend.h"
#include "harness/command.h"

/* Seconds that a run may take unless the caller says otherwise, and cells for each of which another
 * second is added: fewer than the slowest generator here makes in one on one core. */
#define TG_WORKER_MAX_SECONDS 60.0
#define TG_WORKER_CELLS_PER_SECOND 1e6

/* Seconds that shrinking a failure may take where each try costs a worker: a device takes a good
 * part of a second to be opened. */
#define TG_WORKER_SHRINK_SECONDS 60.0

typedef enum tg_isolate {
    TG_ISOLATE_BY_BACKEND, /* those that want it (wants_process of tg_backend_ops) */
    TG_ISOLATE_ALWAYS,     /* those under test, and those that want it */
    TG_ISOLATE_NEVER,
} tg_isolate;

/* How backends are isolated; all zero: as it is best by default. */
typedef struct tg_isolation {
    tg_isolate isolate;
    bool has_limit;     /* max_seconds is the caller's; else TG_WORKER_MAX_SECONDS and more for
                           large traces */
    double max_seconds; /* of one run; 0: no limit */
} tg_isolation;

/* Open a backend in a worker. The result has the name, text and abilities of the backend inside;
 * whether it opened there is known at once. It is to be used and closed by the thread that opened
 * it: the worker ends with that thread. CUDA must not have been used in this process; and no other
 * thread is to hold a lock of an allocator at that moment.
 * how     its isolate is not looked at
 * Errors  those of inner->open; TG_ERR_USAGE for a backend that makes nothing; TG_ERR_MEMORY if the
 *         system has no process, file or memory for it; TG_ERR_DEVICE if the worker ended, or did
 *         not come to an end, while it opened the backend. *isolated is then all zero */
TG_NODISCARD tg_status tg_worker_open(tg_backend *isolated, const tg_backend_ops *inner,
                                      const tg_isolation *how, tg_error *error);

/* Open a backend as an isolation says: in a worker or here.
 * how            NULL: all zero
 * is_under_test  it is not the trusted side */
TG_NODISCARD tg_status tg_isolation_open(tg_backend *backend, const tg_backend_ops *ops,
                                         const tg_isolation *how, bool is_under_test,
                                         tg_error *error);

/* Seconds that shrinking may take of what a backend made: TG_WORKER_SHRINK_SECONDS for a failure
 * where a try may end the worker, else 0: no limit. */
double tg_isolation_shrink_seconds(const tg_backend *backend, tg_status failed);

/* Append to the line that makes a run again what it takes to fail as it did: a process of its own,
 * where the backend has none by default, and the caller's limit. Nothing for any other result.
 * how     that the backend was opened with
 * failed  how the run failed; TG_OK: it did not */
void tg_isolation_again(tg_command *again, const tg_isolation *how, const tg_backend *backend,
                        tg_status failed);

#endif

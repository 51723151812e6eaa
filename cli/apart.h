/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Work of a verb that is done in a process of its own: a kernel that ends its process, or never
 * ends, takes that process with it and nothing else, and the verb has something to say.
 *
 * The process is forked, without exec, before anything of a device is touched. What the work has to
 * say comes back in memory that both share. docs/isolation.md has the rest.
 */
#ifndef TRACEGATE_CLI_APART_H
#define TRACEGATE_CLI_APART_H

#include "cli/launches.h"
#include "pipeline/pipeline.h"

/* What work has to say of how it ended. */
typedef struct tg_apart_told {
    tg_status status;
    tg_error error;            /* if status is not TG_OK; what "": it is said already */
    char trace[TG_NAME_BYTES]; /* "Select.main": the one whose kernel failed; "": none that is known
                                */
    char more[8192];           /* lines: failures behind the first one */
} tg_apart_told;

/* The other side of the work. */
typedef struct tg_apart tg_apart;

/* Do the work: what is to come back is written to `result`, zeros at first, and to `told`. Pointers
 * in them are to mean something in both processes. */
typedef void tg_apart_work(void *context, void *result, tg_apart_told *told, tg_apart *apart);

typedef struct tg_apart_job {
    tg_apart_work *work;
    void *context;
    void *result; /* caller's; overwritten with what comes back */
    size_t result_bytes;
    bool is_apart;      /* in a process of its own; else in this one, where a crash ends it */
    bool keeps_stdout;  /* the work's reports go to standard output; else nothing it prints does */
    double max_seconds; /* from its beginning, or the last beat; 0: no limit */
    const char *again;  /* the command line that makes this again */
} tg_apart_job;

/* Have work done. In a process of its own this one must not have threads, nor have used a device.
 * told  overwritten. Beside what the work says, for a process that ends early or not in time:
 *       TG_ERR_KERNEL with the kernels at work, or, before it has begun, TG_ERR_DEVICE;
 *       TG_ERR_MEMORY if the system has no process for it. The result is then all zero */
void tg_apart_run(tg_apart_told *told, const tg_apart_job *job);

/* Called by work. The device is open, which may take its time: limits count from here. */
void tg_apart_begin(tg_apart *apart);
/* Its limit counts from here again. */
void tg_apart_beat(tg_apart *apart);
/* Notes of what it launches; NULL where nobody could read them. */
tg_launches *tg_apart_launches(tg_apart *apart);

/* Tell how a call of the pipeline failed.
 * error  the call's: the first of the result's failures */
void tg_apart_tell_failure(tg_apart_told *told, const tg_pipeline_result *result, tg_status status,
                           const tg_error *error);

/* Say on standard error how work ended: the error, further failures, and for a kernel's failure its
 * key, where the trace is known, and the line that makes it again.
 * head   "tracegate generate" */
void tg_apart_say(const tg_apart_told *told, const char *head, const char *again);

/* Say it where one line is not enough; else leave it to the caller in *error. Returns the status.
 */
TG_NODISCARD tg_status tg_apart_end(const tg_apart_told *told, const char *head, const char *again,
                                    tg_error *error);

#endif

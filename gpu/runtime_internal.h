/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What the files of the runtime share: its pool of tasks, the scopes on them, and the one way to
 * turn a code of the ops into a status. Built with and without CUDA.
 */
#ifndef TRACEGATE_GPU_RUNTIME_INTERNAL_H
#define TRACEGATE_GPU_RUNTIME_INTERNAL_H

#include "gpu/runtime_ops.h"

#include <pthread.h>

/* Scopes of the past that verify builds keep, so that the use of one is refused and not undefined.
 * So many are a hundred kilobytes or two. */
#define TG_RUNTIME_NB_ENDED 128

/* Bytes of the names of traces that one error can be of, which must leave room for its own text. */
#define TG_SUSPECTS_BYTES 128

/* Kernels that were launched and are not known to be done: those that a fault may be of. */
typedef struct tg_queued {
    size_t nb;
    char last[TG_LABEL_BYTES];      /* the last of them, with its shape */
    char traces[TG_SUSPECTS_BYTES]; /* names of their traces, each once: "A.main, B.main" */
    bool has_more_traces;           /* that do not fit */
} tg_queued;

/* A stream and an event. A task after whose work an error showed loses them, with all that the
 * stream knows of the error, and gets others when it is taken again. */
typedef struct tg_task {
    void *stream; /* NULL: not made yet */
    void *event;  /* of the beginnings of children, and of its own end as one */
    struct tg_task *next;
    tg_queued queued; /* guarded by the runtime's mutex: a fault shows wherever it is asked for */
} tg_task;

/* Tasks that were made at once. */
typedef struct tg_task_block {
    struct tg_task_block *next;
    tg_task tasks[]; /* [options.nb_tasks] */
} tg_task_block;

/* Memory that a scope has taken. */
typedef struct tg_block {
    void *d_bytes;
    size_t len_bytes;
    struct tg_block *next;
} tg_block;

struct tg_scope {
    tg_runtime *runtime;
    tg_task *task;
    tg_scope *parent;   /* NULL: none */
    size_t nb_children; /* not ended */
    tg_task *joined;    /* of children that have ended: this scope's work waits for theirs, and
                           errors that come late are looked for here */
    tg_block *blocks;   /* last taken first */
    tg_error error;     /* the first; status TG_OK: none */
    bool has_ended;
};

/* A pinned buffer for staging. */
typedef struct tg_staging {
    void *bytes;     /* NULL: not made yet */
    void *event;     /* behind the last copy from it; NULL: not made yet */
    bool is_pending; /* the copy may be under way */
    struct tg_staging *next;
} tg_staging;

struct tg_runtime {
    const tg_runtime_ops *ops;
    void *device;
    tg_runtime_options options; /* no zeros */

    pthread_mutex_t mutex; /* guards all that follows */
    pthread_cond_t changes;
    tg_task_block *blocks;     /* of all tasks, the last made first */
    tg_task *free_tasks;       /* last given back first: it has its stream */
    uint64_t nb_waits;         /* calls that wait for a task, or have waited */
    uint64_t nb_served;        /* of them, those that have theirs: they come in order */
    tg_staging *stagings;      /* [options.nb_staging] */
    tg_staging *free_stagings; /* the first is the one that was given back first */
    tg_staging **end_of_free_stagings;
    size_t nb_open; /* scopes */
    size_t taken_bytes;
    size_t peak_bytes;
    int lost;                             /* code with which everything was lost; 0: none */
    tg_queued suspects;                   /* of all tasks, as they were then */
    tg_scope *ended[TG_RUNTIME_NB_ENDED]; /* verify builds only: the last ones, NULL: none */
    size_t nb_ended;
};

/* ---- errors: runtime_status.c ---- */

/* TG_OK for code 0, else the status that the code calls for, with the error filled.
 * queued  kernels that a fault may be of; NULL: none. Where everything is lost the code tells
 *         nothing of whose work it was: then it may be of any that the runtime has queued
 * stream  whose own account of the error is better than the code; NULL: none
 * doing   what was tried, as in "copying 12 bytes to the device" */
TG_NODISCARD tg_status tg_runtime_status(tg_runtime *runtime, const tg_queued *queued, void *stream,
                                         int code, tg_error *error, const char *doing, ...)
    TG_PRINTF(6, 7);

/* TG_OK, or TG_ERR_DEVICE where everything was lost. */
TG_NODISCARD tg_status tg_runtime_usable(tg_runtime *runtime, tg_error *error);

/* The same for a call of a scope, whose first error it becomes: a call that goes on all the same
 * need not look. */
tg_status tg_scope_status(tg_scope *scope, int code, tg_error *error, const char *doing, ...)
    TG_PRINTF(4, 5);

/* TG_ERR_USAGE for a scope that has ended, in verify builds, which keep those. */
TG_NODISCARD tg_status tg_scope_check_open(const tg_scope *scope, tg_error *error);

/* First line of every call that takes a scope: TG_OK, or the scope's first error. */
TG_NODISCARD tg_status tg_scope_check(tg_scope *scope, tg_error *error);

/* Keep an error as the scope's if it is the first, and return the scope's.
 * kept  its status TG_OK: nothing to keep */
tg_status tg_scope_keep(tg_scope *scope, const tg_error *kept, tg_error *error);

/* ---- tasks: runtime.c ---- */

/* Take a task whose stream and event are made. Errors  as tg_scope_begin */
TG_NODISCARD tg_status tg_task_take(tg_task **task, tg_runtime *runtime, bool wait,
                                    tg_error *error);

/* Give it back.
 * is_failed  its work had an error: wait for all of it and drop the stream */
void tg_task_give(tg_runtime *runtime, tg_task *task, bool is_failed);

/* One more kernel is queued; or all that were are done; or none but those of before are. */
void tg_task_add_queued(tg_runtime *runtime, tg_task *task, const char *label, const char *trace);
void tg_task_clear_queued(tg_runtime *runtime, tg_task *task);
void tg_task_set_queued(tg_runtime *runtime, tg_task *task, const tg_queued *queued);
tg_queued tg_task_queued(tg_runtime *runtime, const tg_task *task);

/* Add kernels to those that a fault may be of. */
void tg_queued_add(tg_queued *to, const tg_queued *queued);

/* ---- memory: runtime_memory.c ---- */

/* Give all memory back in the order of the scope. What could not be queued is tried once more by
 * the second call, behind a wait, and then forgotten. */
void tg_scope_give_all(tg_scope *scope, bool is_last);

/* ---- staging: runtime_staging.c ---- */

void tg_stagings_init(tg_runtime *runtime);
void tg_stagings_clear(tg_runtime *runtime);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Device runtime: tasks with a stream each, scopes on them, memory in stream order, pinned staging,
 * copies, launch plans, events. One code for CUDA devices and for the host grid, whose streams are
 * threads: what is tested on the one holds for the other.
 *
 * A runtime has a pool of tasks. Whoever has work takes a task as a scope, queues work on it and
 * ends it. Work of one scope is done in the order of the calls; works of two scopes know nothing of
 * each other but through events and parents.
 *
 * Threads: a runtime may be used by all threads at once, a scope by one at a time.
 *
 * Errors of all functions that take a scope, unless said otherwise
 *   TG_ERR_MEMORY  no memory on the device, or no pinned memory: names bytes asked for and free
 *   TG_ERR_KERNEL  a launch was refused or a kernel queued before has faulted: names trace, step
 *                  and launch shape; the context is lost where the device says so. If kernels of
 *                  several traces were queued, in any scope where the context is lost, it names
 *                  these traces: which of them it was is not known
 *   TG_ERR_DEVICE  any other error of the device, and every call behind a lost context; names what
 *                  was tried, with bytes and direction for copies. tg_error.cuda_code has the code
 * The first error of a scope stays: later calls return it again and queue nothing, so that a row of
 * calls may be checked once, at its end. tg_scope_end returns it too.
 *
 * Source: SP1 v6.2.0, sp1-gpu/crates/cuda: tasks, scopes, pinned buffers.
 */
#ifndef TRACEGATE_GPU_RUNTIME_H
#define TRACEGATE_GPU_RUNTIME_H

#include "gpu/plan.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tg_runtime tg_runtime;
typedef struct tg_scope tg_scope;
typedef struct tg_mark tg_mark; /* an event: a place in the work of a scope */

/* What a runtime runs on: gpu/runtime_ops.h. */
typedef struct tg_runtime_ops tg_runtime_ops;
extern const tg_runtime_ops tg_runtime_cuda; /* in a build without CUDA opening is
                                                TG_ERR_UNAVAILABLE */
extern const tg_runtime_ops tg_runtime_host;

/* Tasks of a runtime if its options do not say. */
#define TG_RUNTIME_NB_TASKS 64

typedef struct tg_runtime_options {
    size_t nb_tasks;      /* 0: TG_RUNTIME_NB_TASKS */
    bool grows;           /* so many more are made when all are taken: no scope waits for one */
    size_t nb_staging;    /* pinned buffers for staging; 0: 4 */
    size_t staging_bytes; /* of each; 0: 32 MiB */
} tg_runtime_options;

/* Open a device and its pool of tasks: streams, events and pinned buffers are made when they are
 * first used.
 * options  NULL: all as their zeros say
 * Errors   TG_ERR_UNAVAILABLE (says what is missing and what installs it), TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_runtime_open(tg_runtime **runtime, const tg_runtime_ops *ops,
                                       const tg_runtime_options *options, tg_error *error);

/* Wait for all tasks, free everything; NULL is taken. All scopes must have ended. */
void tg_runtime_close(tg_runtime *runtime);

/* Memory of the device, and of it what scopes have taken and not given back. */
typedef struct tg_runtime_memory {
    size_t free_bytes;
    size_t total_bytes;
    size_t taken_bytes;
    size_t peak_bytes; /* most taken at once since opening */
} tg_runtime_memory;
TG_NODISCARD tg_status tg_runtime_get_memory(tg_runtime_memory *memory, tg_runtime *runtime,
                                             tg_error *error);
const char *tg_runtime_name(const tg_runtime *runtime);

/* Whether everything on the device was lost: an error is then no fault of the call that met it. */
bool tg_runtime_is_lost(tg_runtime *runtime);

/* Whether an error of a runtime is a kernel's of this trace, and can be of no other trace. */
bool tg_runtime_blames(const tg_error *error, const char *trace_name);

/* ---- scopes ---- */

/* Take a task.
 * wait    true: wait for one that is free, first come first served; false: TG_ERR_DEVICE if none
 *         is free now
 * Errors  TG_ERR_MEMORY, TG_ERR_DEVICE; *scope is then NULL */
TG_NODISCARD tg_status tg_scope_begin(tg_scope **scope, tg_runtime *runtime, bool wait,
                                      tg_error *error);

/* A scope on another task that sees all that the parent has queued so far.
 * If no task is free it waits for the work of the parent's children that have ended, whose tasks
 * are then free; and not for other scopes, who might be waiting in the same way: it is
 * TG_ERR_DEVICE then, which is no error of the parent's, whose own stream can do the work. */
TG_NODISCARD tg_status tg_scope_begin_child(tg_scope **child, tg_scope *parent, tg_error *error);

/* End a child: the parent's later work waits for all of the child's, the host does not. Memory that
 * the child has not given back is the parent's from now on. Its error is returned, and is not the
 * parent's; one that comes later is. NULL is taken. */
TG_NODISCARD tg_status tg_scope_end_child(tg_scope *child, tg_error *error);

/* Wait for all work, give all memory back that was not, and the task; NULL is taken. Children must
 * have ended. In verify builds a scope that has ended is refused by all calls, with TG_ERR_USAGE.
 * Errors  the first of this scope, late ones too: nothing is lost */
TG_NODISCARD tg_status tg_scope_end(tg_scope *scope, tg_error *error);

/* Wait until all that is queued is done: the place where late errors show. */
TG_NODISCARD tg_status tg_scope_wait(tg_scope *scope, tg_error *error);

/* Wait until all that is queued, by ended children too, is done, whatever has failed, and tell each
 * error: the scope's first, and that of each stream whose work failed.
 * tell    called on the caller's thread; may be told the same more than once
 * Errors  the scope's first */
typedef void tg_scope_tell(void *context, const tg_error *error);
TG_NODISCARD tg_status tg_scope_drain(tg_scope *scope, tg_scope_tell *tell, void *context,
                                      tg_error *error);

/* Whether all that is queued is done; does not wait. */
TG_NODISCARD tg_status tg_scope_is_done(bool *is_done, tg_scope *scope, tg_error *error);

tg_runtime *tg_scope_runtime(tg_scope *scope);

/* ---- marks ---- */

TG_NODISCARD tg_status tg_mark_create(tg_mark **mark, tg_runtime *runtime, tg_error *error);
void tg_mark_destroy(tg_mark *mark); /* NULL is taken */
/* Put the mark behind all that the scope has queued. */
TG_NODISCARD tg_status tg_scope_record(tg_scope *scope, tg_mark *mark, tg_error *error);
/* Later work of the scope waits for the mark; the host does not. One never recorded is passed. */
TG_NODISCARD tg_status tg_scope_wait_mark(tg_scope *scope, tg_mark *mark, tg_error *error);
/* The host waits for the mark, or asks. */
TG_NODISCARD tg_status tg_mark_wait(tg_mark *mark, tg_error *error);
TG_NODISCARD tg_status tg_mark_is_done(bool *is_done, tg_mark *mark, tg_error *error);

/* ---- memory: usable in the order of the scope ---- */

/* Take memory, uninitialised; 0 bytes give NULL. Aligned to 256 bytes. */
TG_NODISCARD tg_status tg_scope_take(tg_scope *scope, void **d_bytes, size_t len_bytes,
                                     tg_error *error);
/* Give it back in the order of the scope; NULL is taken. */
void tg_scope_give(tg_scope *scope, void *d_bytes);
/* Make memory of one scope another's, whose work must have waited for the first one's. */
void tg_scope_adopt(tg_scope *to, tg_scope *from, void *d_bytes);

TG_NODISCARD tg_status tg_scope_clear(tg_scope *scope, void *d_bytes, size_t len_bytes,
                                      tg_error *error);

/* Pageable memory: src may change, and dst can be read, when the call returns. */
TG_NODISCARD tg_status tg_scope_upload(tg_scope *scope, void *d_dst, const void *src,
                                       size_t len_bytes, tg_error *error);
TG_NODISCARD tg_status tg_scope_download(tg_scope *scope, void *dst, const void *d_src,
                                         size_t len_bytes, tg_error *error);
/* Within the device. */
TG_NODISCARD tg_status tg_scope_copy(tg_scope *scope, void *d_dst, const void *d_src,
                                     size_t len_bytes, tg_error *error);

/* Upload through the runtime's pinned staging buffers, piece by piece: the caller copies the next
 * piece while the device fetches the last; returns when src may change, with pieces still under
 * way. */
TG_NODISCARD tg_status tg_scope_upload_staged(tg_scope *scope, void *d_dst, const void *src,
                                              size_t len_bytes, tg_error *error);

/* Pinned host memory. Copies from and to it are queued and return at once: it must stay as it is
 * until the scope is past them. */
TG_NODISCARD tg_status tg_runtime_take_pinned(tg_runtime *runtime, void **bytes, size_t len_bytes,
                                              tg_error *error);
void tg_runtime_give_pinned(tg_runtime *runtime, void *bytes);
TG_NODISCARD tg_status tg_scope_upload_pinned(tg_scope *scope, void *d_dst, const void *src,
                                              size_t len_bytes, tg_error *error);
TG_NODISCARD tg_status tg_scope_download_pinned(tg_scope *scope, void *dst, const void *d_src,
                                                size_t len_bytes, tg_error *error);

/* Turn row-major words [nb_rows][nb_columns] into column-major ones; must not overlap. */
TG_NODISCARD tg_status tg_scope_transpose(tg_scope *scope, uint32_t *d_dst, const uint32_t *d_src,
                                          size_t nb_rows, size_t nb_columns, tg_error *error);

/* ---- kernels ---- */

/* Queue all steps of a plan; arguments as tg_device_run. Scratch is taken in stream order. Height 0
 * launches nothing. The plan and the request need not outlive the call.
 * d_bad_event  one word on the device, set to TG_NO_BAD_EVENT before the first step: lowered to the
 *              first event that cannot be made; NULL: the trace searches nothing
 * Errors       also TG_ERR_USAGE for NULL where the trace searches candidates */
TG_NODISCARD tg_status tg_scope_run(tg_scope *scope, const tg_plan *plan, const tg_launch *launch,
                                    const tg_product *d_out, const tg_request *request,
                                    uint32_t *d_bad_event, tg_error *error);

/* Call a function on the host, in the order of the scope, on a thread of the runtime's own. It must
 * not call the runtime. Behind work that has failed it is not called. */
typedef void tg_scope_function(void *argument);
TG_NODISCARD tg_status tg_scope_call(tg_scope *scope, tg_scope_function *function, void *argument,
                                     tg_error *error);

/* Let the scope's work pause, for tests of overlaps. */
TG_NODISCARD tg_status tg_scope_sleep(tg_scope *scope, unsigned nb_microseconds, tg_error *error);

#ifdef __cplusplus
}
#endif

#endif

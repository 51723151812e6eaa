/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Scopes: beginnings, ends, children, waiting; and marks.
 *
 * A child's task stays with its parent, joined, until the child's work is known to be done: only
 * then can no error of it come late any more, and whoever takes the task next finds it clean.
 */
#include "gpu/runtime_internal.h"

#include "model/memory.h"

#include <stdio.h>
#include <string.h>

struct tg_mark {
    tg_runtime *runtime;
    void *event;
    tg_queued queued; /* before it; guarded by the runtime's mutex */
};

/* ---- tasks of children that have ended ---- */

static void join_task(tg_scope *scope, tg_task *task)
{
    task->next = scope->joined;
    scope->joined = task;
}

typedef enum reap_what {
    REAP_DONE,  /* the tasks whose work is done; does not wait */
    REAP_FIRST, /* the one that was joined first */
    REAP_ALL,
} reap_what;

/* Who is told of all errors, of which a scope keeps the first. */
typedef struct listener {
    tg_scope_tell *tell;
    void *context;
} listener;

/* Keep an error, and tell it.
 * to  NULL: nobody */
static void take_note(tg_scope *scope, const tg_error *found, const listener *to)
{
    (void)tg_scope_keep(scope, found, NULL);
    if (to != NULL) to->tell(to->context, found);
}

/* Give joined tasks back. Errors of their work become the scope's.
 * to  who is told of each; NULL: nobody */
static void reap(tg_scope *scope, reap_what what, const listener *to)
{
    const tg_runtime_ops *ops = scope->runtime->ops;
    void *device = scope->runtime->device;
    tg_task **link = &scope->joined;
    while (*link != NULL) {
        tg_task *task = *link;
        bool is_done = what != REAP_FIRST || task->next == NULL;
        int code = 0;
        tg_error found = {.status = TG_OK};
        if (what == REAP_DONE) {
            code = ops->stream_query(device, task->stream, &is_done);
        } else if (is_done) {
            code = ops->stream_wait(device, task->stream);
        }
        const tg_queued queued = tg_task_queued(scope->runtime, task);
        const tg_status status = tg_runtime_status(scope->runtime, &queued, task->stream, code,
                                                   &found, "waiting for the work of a child");
        if (status == TG_OK && !is_done) {
            link = &task->next;
            continue;
        }
        *link = task->next;
        if (status != TG_OK) take_note(scope, &found, to);
        tg_task_give(scope->runtime, task, status != TG_OK);
    }
}

/* ---- beginnings ---- */

static tg_status begin(tg_scope **scope, tg_runtime *runtime, bool wait, tg_error *error)
{
    void *memory = NULL;
    tg_status status = tg_runtime_usable(runtime, error);
    if (status == TG_OK) status = tg_buffer_create(&memory, 1, sizeof **scope, error);
    if (status != TG_OK) return status;
    tg_scope *begun = memory;
    memset(begun, 0, sizeof *begun);
    begun->runtime = runtime;
    status = tg_task_take(&begun->task, runtime, wait, error);
    if (status != TG_OK) {
        tg_buffer_destroy(begun);
        return status;
    }
    (void)pthread_mutex_lock(&runtime->mutex);
    runtime->nb_open++;
    (void)pthread_mutex_unlock(&runtime->mutex);
    *scope = begun;
    return TG_OK;
}

/* The last that is done with a scope whose task has gone. Verify builds keep its memory for a
 * while. */
static void forget(tg_scope *scope)
{
    tg_runtime *runtime = scope->runtime;
    tg_scope *old = scope;
    (void)pthread_mutex_lock(&runtime->mutex);
    runtime->nb_open--;
#ifdef TG_VERIFY
    tg_scope **place = &runtime->ended[runtime->nb_ended++ % TG_RUNTIME_NB_ENDED];
    old = *place;
    *place = scope;
    scope->has_ended = true;
#endif
    (void)pthread_mutex_unlock(&runtime->mutex);
    tg_buffer_destroy(old);
}

tg_status tg_scope_begin(tg_scope **scope, tg_runtime *runtime, bool wait, tg_error *error)
{
    *scope = NULL;
    return begin(scope, runtime, wait, error);
}

/* Begin a scope on a task that is free now, or on one of the parent's joined ones: their work is
 * all queued, so that waiting for it comes to an end. */
static tg_status begin_beside(tg_scope **scope, tg_scope *parent, tg_error *error)
{
    tg_error found = {.status = TG_OK};
    reap(parent, REAP_DONE, NULL);
    tg_status status = begin(scope, parent->runtime, false, &found);
    while (status == TG_ERR_DEVICE && parent->joined != NULL) {
        reap(parent, REAP_FIRST, NULL);
        status = begin(scope, parent->runtime, false, &found);
    }
    if (status == TG_OK) {
        if (tg_scope_check(parent, error) == TG_OK) return TG_OK;
        // An error of an earlier child has shown.
        tg_task_give(parent->runtime, (*scope)->task, false);
        forget(*scope);
        return parent->error.status;
    }
    if (error != NULL) *error = found;
    return status;
}

tg_status tg_scope_begin_child(tg_scope **child, tg_scope *parent, tg_error *error)
{
    *child = NULL;
    tg_status status = tg_scope_check(parent, error);
    if (status != TG_OK) return status;
    tg_scope *begun = NULL;
    status = begin_beside(&begun, parent, error);
    if (status != TG_OK) return status;
    tg_runtime *runtime = parent->runtime;
    void *event = parent->task->event;
    int code = runtime->ops->event_record(runtime->device, event, parent->task->stream);
    if (code == 0)
        code = runtime->ops->stream_wait_event(runtime->device, begun->task->stream, event);
    status = tg_runtime_status(runtime, NULL, NULL, code, error, "letting a child wait");
    if (status != TG_OK) {
        tg_task_give(runtime, begun->task, false);
        forget(begun);
        return status;
    }
    begun->parent = parent;
    parent->nb_children++;
    *child = begun;
    return TG_OK;
}

/* ---- ends ---- */

/* Let the parent's later work wait for all of the child's; where that can't be queued, wait here.
 */
static void hand_over_order(tg_scope *child)
{
    tg_runtime *runtime = child->runtime;
    const tg_runtime_ops *ops = runtime->ops;
    void *event = child->task->event;
    int code = ops->event_record(runtime->device, event, child->task->stream);
    if (code == 0)
        code = ops->stream_wait_event(runtime->device, child->parent->task->stream, event);
    if (code != 0 || child->error.status != TG_OK) {
        // An error of the work is older than this one, and says more.
        const int late = ops->stream_wait(runtime->device, child->task->stream);
        (void)tg_scope_status(child, late, NULL, "waiting for the work of a child");
    }
    (void)tg_scope_status(child, code, NULL, "letting the parent wait for its child");
}

tg_status tg_scope_end_child(tg_scope *child, tg_error *error)
{
    if (child == NULL) return TG_OK;
    const tg_status status = tg_scope_check_open(child, error);
    if (status != TG_OK) return status;
    TG_VERIFY_CHECK(child->parent != NULL && child->nb_children == 0);
    tg_scope *parent = child->parent;
    hand_over_order(child);
    while (child->blocks != NULL) tg_scope_adopt(parent, child, child->blocks->d_bytes);
    while (child->joined != NULL) {
        tg_task *task = child->joined;
        child->joined = task->next;
        join_task(parent, task);
    }
    // An error that has shown is the child's alone, and the parent must not find it again.
    if (child->error.status == TG_OK) {
        join_task(parent, child->task);
    } else {
        tg_task_give(child->runtime, child->task, true);
    }
    parent->nb_children--;
    const tg_error first = child->error;
    forget(child);
    if (error != NULL && first.status != TG_OK) *error = first;
    return first.status;
}

tg_status tg_scope_end(tg_scope *scope, tg_error *error)
{
    if (scope == NULL) return TG_OK;
    const tg_status status = tg_scope_check_open(scope, error);
    if (status != TG_OK) return status;
    TG_VERIFY_CHECK(scope->parent == NULL && scope->nb_children == 0);
    tg_runtime *runtime = scope->runtime;
    // Memory of children is the scope's, whose stream waits for their work: one wait is enough.
    tg_scope_give_all(scope, false);
    const int code = runtime->ops->stream_wait(runtime->device, scope->task->stream);
    (void)tg_scope_status(scope, code, NULL, "waiting for the work of a scope");
    tg_scope_give_all(scope, true);
    reap(scope, REAP_ALL, NULL);
    tg_task_give(runtime, scope->task, scope->error.status != TG_OK);
    const tg_error first = scope->error;
    forget(scope);
    if (error != NULL && first.status != TG_OK) *error = first;
    return first.status;
}

/* ---- waiting ---- */

tg_status tg_scope_wait(tg_scope *scope, tg_error *error)
{
    tg_status status = tg_scope_check(scope, error);
    if (status != TG_OK) return status;
    tg_runtime *runtime = scope->runtime;
    const int code = runtime->ops->stream_wait(runtime->device, scope->task->stream);
    status = tg_scope_status(scope, code, error, "waiting for the work of a scope");
    if (status != TG_OK) return status;
    tg_task_clear_queued(runtime, scope->task);
    reap(scope, REAP_ALL, NULL);
    return tg_scope_check(scope, error);
}

tg_status tg_scope_drain(tg_scope *scope, tg_scope_tell *tell, void *context, tg_error *error)
{
    const tg_status status = tg_scope_check_open(scope, error);
    if (status != TG_OK) return status;
    TG_VERIFY_CHECK(scope->nb_children == 0);
    const listener to = {.tell = tell, .context = context};
    tg_runtime *runtime = scope->runtime;
    tg_error found = {.status = TG_OK};
    if (scope->error.status != TG_OK) tell(context, &scope->error);
    const int code = runtime->ops->stream_wait(runtime->device, scope->task->stream);
    const tg_queued queued = tg_task_queued(runtime, scope->task);
    if (tg_runtime_status(runtime, &queued, scope->task->stream, code, &found,
                          "waiting for the work of a scope") != TG_OK) {
        take_note(scope, &found, &to);
    } else {
        tg_task_clear_queued(runtime, scope->task);
    }
    reap(scope, REAP_ALL, &to);
    return tg_scope_check(scope, error);
}

tg_status tg_scope_is_done(bool *is_done, tg_scope *scope, tg_error *error)
{
    *is_done = false;
    const tg_status status = tg_scope_check(scope, error);
    if (status != TG_OK) return status;
    const int code =
        scope->runtime->ops->stream_query(scope->runtime->device, scope->task->stream, is_done);
    return tg_scope_status(scope, code, error, "asking for the work of a scope");
}

tg_runtime *tg_scope_runtime(tg_scope *scope) { return scope->runtime; }

/* ---- marks ---- */

tg_status tg_mark_create(tg_mark **mark, tg_runtime *runtime, tg_error *error)
{
    *mark = NULL;
    void *memory = NULL;
    tg_status status = tg_runtime_usable(runtime, error);
    if (status == TG_OK) status = tg_buffer_create(&memory, 1, sizeof **mark, error);
    if (status != TG_OK) return status;
    tg_mark *created = memory;
    *created = (tg_mark){.runtime = runtime};
    const int code = runtime->ops->event_create(runtime->device, &created->event);
    status = tg_runtime_status(runtime, NULL, NULL, code, error, "making a mark");
    if (status != TG_OK) {
        tg_buffer_destroy(created);
        return status;
    }
    *mark = created;
    return TG_OK;
}

void tg_mark_destroy(tg_mark *mark)
{
    if (mark == NULL) return;
    mark->runtime->ops->event_destroy(mark->runtime->device, mark->event);
    tg_buffer_destroy(mark);
}

tg_status tg_scope_record(tg_scope *scope, tg_mark *mark, tg_error *error)
{
    tg_runtime *runtime = scope->runtime;
    const tg_status status = tg_scope_check(scope, error);
    if (status != TG_OK) return status;
    (void)pthread_mutex_lock(&runtime->mutex);
    mark->queued = scope->task->queued;
    (void)pthread_mutex_unlock(&runtime->mutex);
    const int code = runtime->ops->event_record(runtime->device, mark->event, scope->task->stream);
    return tg_scope_status(scope, code, error, "recording a mark");
}

tg_status tg_scope_wait_mark(tg_scope *scope, tg_mark *mark, tg_error *error)
{
    const tg_status status = tg_scope_check(scope, error);
    if (status != TG_OK) return status;
    const int code = scope->runtime->ops->stream_wait_event(scope->runtime->device,
                                                            scope->task->stream, mark->event);
    return tg_scope_status(scope, code, error, "letting a scope wait for a mark");
}

static tg_status mark_status(tg_mark *mark, int code, tg_error *error)
{
    (void)pthread_mutex_lock(&mark->runtime->mutex);
    const tg_queued queued = mark->queued;
    (void)pthread_mutex_unlock(&mark->runtime->mutex);
    return tg_runtime_status(mark->runtime, &queued, NULL, code, error, "waiting for a mark");
}

tg_status tg_mark_wait(tg_mark *mark, tg_error *error)
{
    const tg_status status = tg_runtime_usable(mark->runtime, error);
    if (status != TG_OK) return status;
    return mark_status(mark, mark->runtime->ops->event_wait(mark->runtime->device, mark->event),
                       error);
}

tg_status tg_mark_is_done(bool *is_done, tg_mark *mark, tg_error *error)
{
    *is_done = false;
    const tg_status status = tg_runtime_usable(mark->runtime, error);
    if (status != TG_OK) return status;
    const tg_runtime_ops *ops = mark->runtime->ops;
    return mark_status(mark, ops->event_query(mark->runtime->device, mark->event, is_done), error);
}

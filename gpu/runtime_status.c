/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Codes of the ops as statuses, and the first error of each scope. */
#include "gpu/runtime_internal.h"

#include <stdarg.h>
#include <stdio.h>

#define DOING_BYTES 160

/* A kernel that was queued has failed, or a launch was refused. */
static tg_status kernel_error(const tg_queued *queued, const char *text, tg_error *error)
{
    if (queued == NULL || queued->nb == 0) {
        tg_error_set(error, TG_ERR_KERNEL, "a kernel failed: %s", text);
    } else if (queued->nb == 1) {
        tg_error_set(error, TG_ERR_KERNEL, "the kernel of %s failed: %s", queued->last, text);
    } else {
        tg_error_set(error, TG_ERR_KERNEL, "one of %zu kernels failed, the last of which is %s: %s",
                     queued->nb, queued->last, text);
    }
    tg_error_how(error, "run the same under compute-sanitizer, which names the access; or with the "
                        "host backend");
    return TG_ERR_KERNEL;
}

static void remember_loss(tg_runtime *runtime, int code)
{
    (void)pthread_mutex_lock(&runtime->mutex);
    if (runtime->lost == 0) runtime->lost = code;
    (void)pthread_mutex_unlock(&runtime->mutex);
}

static tg_status status_of(tg_runtime *runtime, const tg_queued *queued, void *stream, int code,
                           const char *doing, tg_error *error)
{
    const tg_runtime_ops *ops = runtime->ops;
    const char *text = "";
    bool is_lost = false;
    tg_error own = {.status = TG_OK};
    tg_status status = ops->meaning(code, &text, &is_lost);
    const bool has_queued = queued != NULL && queued->nb != 0;
    if (is_lost) remember_loss(runtime, code);
    if (stream != NULL && ops->stream_error != NULL &&
        ops->stream_error(runtime->device, stream, &own)) {
        if (error != NULL) *error = own;
        status = own.status;
    } else if (status == TG_ERR_KERNEL || (is_lost && has_queued)) {
        status = kernel_error(queued, text, error);
    } else {
        if (status != TG_ERR_MEMORY) status = TG_ERR_DEVICE;
        tg_error_set(error, status, "%s: %s", doing, text);
        tg_error_how(error, status == TG_ERR_MEMORY
                                ? "use fewer scopes at once, smaller traces, or a machine with "
                                  "more memory"
                                : "see what the system says of the device, and start again");
    }
    tg_error_where(error, "runtime %s", ops->name);
    if (error != NULL) error->cuda_code = code;
    return status;
}

tg_status tg_runtime_status(tg_runtime *runtime, const tg_queued *queued, void *stream, int code,
                            tg_error *error, const char *doing, ...)
{
    if (code == 0) return TG_OK;
    char text[DOING_BYTES];
    va_list arguments;
    va_start(arguments, doing);
    (void)vsnprintf(text, sizeof text, doing, arguments);
    va_end(arguments);
    return status_of(runtime, queued, stream, code, text, error);
}

tg_status tg_runtime_usable(tg_runtime *runtime, tg_error *error)
{
    (void)pthread_mutex_lock(&runtime->mutex);
    const int lost = runtime->lost;
    (void)pthread_mutex_unlock(&runtime->mutex);
    if (lost == 0) return TG_OK;
    const char *text = "";
    bool is_lost = false;
    (void)runtime->ops->meaning(lost, &text, &is_lost);
    tg_error_set(error, TG_ERR_DEVICE, "the device's context was lost when a kernel failed: %s",
                 text);
    tg_error_where(error, "runtime %s", runtime->ops->name);
    tg_error_how(error, "start the program again, without the trace whose kernel failed");
    if (error != NULL) error->cuda_code = lost;
    return TG_ERR_DEVICE;
}

tg_status tg_scope_keep(tg_scope *scope, const tg_error *kept, tg_error *error)
{
    if (scope->error.status == TG_OK) scope->error = *kept;
    if (error != NULL && scope->error.status != TG_OK) *error = scope->error;
    return scope->error.status;
}

tg_status tg_scope_status(tg_scope *scope, int code, tg_error *error, const char *doing, ...)
{
    if (code == 0) return TG_OK;
    char text[DOING_BYTES];
    tg_error found = {.status = TG_OK};
    va_list arguments;
    va_start(arguments, doing);
    (void)vsnprintf(text, sizeof text, doing, arguments);
    va_end(arguments);
    const tg_queued queued = tg_task_queued(scope->runtime, scope->task);
    (void)status_of(scope->runtime, &queued, scope->task->stream, code, text, &found);
    return tg_scope_keep(scope, &found, error);
}

tg_status tg_scope_check_open(const tg_scope *scope, tg_error *error)
{
#ifdef TG_VERIFY
    if (scope->has_ended) {
        tg_error_set(error, TG_ERR_USAGE, "a scope is used that has ended");
        tg_error_how(error, "end a scope behind its last use, and once");
        return TG_ERR_USAGE;
    }
#else
    (void)scope;
    (void)error;
#endif
    return TG_OK;
}

tg_status tg_scope_check(tg_scope *scope, tg_error *error)
{
    const tg_status status = tg_scope_check_open(scope, error);
    if (status != TG_OK) return status;
    if (scope->error.status != TG_OK) return tg_scope_keep(scope, &scope->error, error);
    tg_error lost = {.status = TG_OK};
    if (tg_runtime_usable(scope->runtime, &lost) == TG_OK) return TG_OK;
    return tg_scope_keep(scope, &lost, error);
}

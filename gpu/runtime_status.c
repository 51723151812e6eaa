/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Codes of the ops as statuses, and the first error of each scope. */
#include "gpu/runtime_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DOING_BYTES 160

/* ---- kernels that a fault may be of ---- */

/* Add a trace to the names, if it is not among them. */
static void add_trace(tg_queued *to, const char *name, size_t len)
{
    for (const char *at = to->traces; (at = strstr(at, name)) != NULL; at++) {
        const bool begins = at == to->traces || at[-1] == ' ';
        if (begins && (at[len] == ',' || at[len] == '\0')) return;
    }
    const size_t used = strlen(to->traces);
    const size_t len_between = used != 0 ? 2 : 0;
    to->has_more_traces = to->has_more_traces || used + len_between + len >= sizeof to->traces;
    if (used + len_between + len >= sizeof to->traces) return;
    memcpy(to->traces + used, ", ", len_between);
    memcpy(to->traces + used + len_between, name, len + 1);
}

void tg_queued_add(tg_queued *to, const tg_queued *queued)
{
    char names[TG_SUSPECTS_BYTES];
    if (queued->nb == 0) return;
    to->nb += queued->nb;
    memcpy(to->last, queued->last, sizeof to->last);
    to->has_more_traces = to->has_more_traces || queued->has_more_traces;
    memcpy(names, queued->traces, sizeof names);
    char *name = names;
    while (name[0] != '\0') {
        char *end = strchr(name, ',');
        char *next = end != NULL ? end + 2 : name + strlen(name);
        if (end != NULL) *end = '\0';
        add_trace(to, name, strlen(name));
        name = next;
    }
}

/* Which kernel has failed, or which may have. tg_runtime_blames reads it. */
static void name_kernels(char text[TG_LABEL_BYTES + DOING_BYTES], const tg_queued *queued)
{
    const size_t size = TG_LABEL_BYTES + DOING_BYTES;
    const bool has_many =
        queued != NULL && (queued->has_more_traces || strchr(queued->traces, ',') != NULL);
    if (queued == NULL || queued->nb == 0) {
        (void)snprintf(text, size, "a kernel failed");
    } else if (queued->nb == 1) {
        (void)snprintf(text, size, "the kernel of %s failed", queued->last);
    } else if (has_many) {
        (void)snprintf(text, size, "one of %zu kernels failed, which are of %s%s", queued->nb,
                       queued->traces, queued->has_more_traces ? " and others" : "");
    } else {
        (void)snprintf(text, size, "one of %zu kernels of %s failed", queued->nb, queued->traces);
    }
}

bool tg_runtime_blames(const tg_error *error, const char *trace_name)
{
    const char *at = strstr(error->what, "kernel of ");
    const char *several = strstr(error->what, "kernels of ");
    if (at != NULL) {
        at += strlen("kernel of ");
    } else if (several != NULL) {
        at = several + strlen("kernels of ");
    } else {
        return false;
    }
    const char *of = strncmp(at, "step ", strlen("step ")) == 0 ? strstr(at, " of ") : NULL;
    if (of != NULL) at = of + strlen(" of ");
    const size_t len = strlen(trace_name);
    return strncmp(at, trace_name, len) == 0 && at[len] == ' ';
}

/* A kernel that was queued has failed. */
static tg_status kernel_error(const tg_queued *queued, const char *text, tg_error *error)
{
    char kernels[TG_LABEL_BYTES + DOING_BYTES];
    name_kernels(kernels, queued);
    tg_error_set(error, TG_ERR_KERNEL, "%s: %s", kernels, text);
    tg_error_how(error, "run the same under compute-sanitizer, which names the access; or with the "
                        "host backend");
    return TG_ERR_KERNEL;
}

/* ---- codes ---- */

/* Remember with what everything was lost, the first time; get the kernels that may have done it. */
static tg_queued remember_loss(tg_runtime *runtime, int code)
{
    (void)pthread_mutex_lock(&runtime->mutex);
    for (const tg_task_block *block = runtime->lost == 0 ? runtime->blocks : NULL; block != NULL;
         block = block->next) {
        for (size_t i = 0; i < runtime->options.nb_tasks; i++)
            tg_queued_add(&runtime->suspects, &block->tasks[i].queued);
    }
    if (runtime->lost == 0) runtime->lost = code;
    const tg_queued suspects = runtime->suspects;
    (void)pthread_mutex_unlock(&runtime->mutex);
    return suspects;
}

static tg_status status_of(tg_runtime *runtime, const tg_queued *queued, void *stream, int code,
                           const char *doing, tg_error *error)
{
    const tg_runtime_ops *ops = runtime->ops;
    const char *text = "";
    bool is_lost = false;
    tg_error own = {.status = TG_OK};
    tg_status status = ops->meaning(code, &text, &is_lost);
    tg_queued suspects = {.nb = 0};
    if (is_lost) {
        suspects = remember_loss(runtime, code);
        queued = &suspects;
    }
    if (stream != NULL && ops->stream_error != NULL &&
        ops->stream_error(runtime->device, stream, &own)) {
        if (error != NULL) *error = own;
        status = own.status;
    } else if (status == TG_ERR_KERNEL || suspects.nb != 0) {
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
    const tg_queued suspects = runtime->suspects;
    (void)pthread_mutex_unlock(&runtime->mutex);
    if (lost == 0) return TG_OK;
    const char *text = "";
    bool is_lost = false;
    char kernels[TG_LABEL_BYTES + DOING_BYTES];
    (void)runtime->ops->meaning(lost, &text, &is_lost);
    name_kernels(kernels, &suspects);
    tg_error_set(error, TG_ERR_DEVICE, "the device's context was lost when %s: %s", kernels, text);
    tg_error_where(error, "runtime %s", runtime->ops->name);
    tg_error_how(error, "start the program again, without the trace whose kernel failed");
    if (error != NULL) error->cuda_code = lost;
    return TG_ERR_DEVICE;
}

bool tg_runtime_is_lost(tg_runtime *runtime) { return tg_runtime_usable(runtime, NULL) != TG_OK; }

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

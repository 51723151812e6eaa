/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* tracegate bench --kernel: users' kernels and the program's own, each trace in one process. */
#include "cli/bench_user.h"

#include "cli/bench_result.h"
#include "cli/stop.h"
#include "gpu/user_plan.h"
#include "harness/bench_apart.h"
#include "harness/progress.h"

#include <stdio.h>
#include <string.h>

/* Seconds that one trace may take on both: a kernel that does not end is ended. */
#define MAX_S 600.0

size_t tg_bench_nb_events(const tg_trace *trace, bool on_device)
{
    if (on_device) return (size_t)1 << TG_BENCH_LOG_NB_EVENTS_DEVICE;
    return (size_t)1 << (trace->max_candidates != 0 ? TG_BENCH_LOG_NB_EVENTS_CPU_SEARCH
                                                    : TG_BENCH_LOG_NB_EVENTS_CPU);
}

/* What comes back from the process that measures. */
typedef struct pair {
    bool has_built_in;
    tg_bench_result built_in;
    tg_bench_result user;
} pair;

/* One trace. */
typedef struct task {
    tg_subject built_in;
    tg_subject user;
    const tg_backend_ops *ops;
    size_t nb_events;
    pair *result; /* shared */
    tg_progress *progress;
} task;

static tg_status measure(void *context, tg_error *error)
{
    const task *given = context;
    tg_backend backend;
    tg_status status = tg_backend_open(&backend, given->ops, error);
    if (status != TG_OK) return status;
    if (given->result->has_built_in)
        status = tg_bench_run(&given->result->built_in, &backend, &given->built_in,
                              given->nb_events, error);
    if (status == TG_OK)
        status =
            tg_bench_run(&given->result->user, &backend, &given->user, given->nb_events, error);
    tg_backend_close(&backend);
    return status;
}

/* Progress is shown by a thread, which must not be there when a process is forked. */
static void begin_progress(void *context)
{
    task *given = context;
    tg_progress_create(&given->progress, stderr);
    tg_progress_say(given->progress, 0, 0, "measuring %s on %s", given->user.trace->name,
                    given->ops->name);
}

static void end_progress(void *context)
{
    task *given = context;
    tg_progress_destroy(given->progress);
    given->progress = NULL;
}

static tg_status measure_apart(task *given, tg_error *error)
{
    const tg_bench_watch watch = {.begun = begin_progress,
                                  .ended = end_progress,
                                  .context = given,
                                  .max_s = MAX_S};
    tg_error why = {.status = TG_OK};
    tg_status status = tg_bench_apart(measure, given, &watch, &why);
    if (status == TG_OK) return TG_OK;
    // It is the kernel that ends its process, or does not end.
    if (status == TG_ERR_DEVICE && !given->ops->wants_process) {
        status = TG_ERR_KERNEL;
        why.status = status;
    }
    tg_error_where(&why, "%s on %s", given->user.trace->name, given->ops->name);
    if (error != NULL) *error = why;
    return status;
}

static void print(tg_json_out *json, const task *given, bool *has_head)
{
    const pair *result = given->result;
    const tg_bench_result *built_in = result->has_built_in ? &result->built_in : NULL;
    const tg_plan *plan = given->user.plan;
    const char *kernel = plan->steps[0].user->kernel->name;
    if (json != NULL) {
        if (built_in != NULL) tg_bench_result_json(json, built_in);
        tg_bench_result_user_json(json, &result->user, kernel, built_in);
        return;
    }
    if (!*has_head) tg_bench_result_head();
    *has_head = true;
    if (built_in != NULL) tg_bench_result_row(built_in);
    tg_bench_result_user_row(&result->user, kernel, built_in);
}

/* Measure all traces of the set. */
static tg_status measure_set(tg_json_out *json, const tg_user_set *set, const tg_number *nb_events,
                             tg_error *error)
{
    void *shared = NULL;
    bool has_head = false;
    task given = {.nb_events = 0};
    tg_status status = tg_backend_find(&given.ops, set->backend, error);
    if (status == TG_OK) status = tg_bench_share(&shared, sizeof(pair), error);
    given.result = shared;
    for (size_t i = 0; i < set->nb_names && status == TG_OK; i++) {
        size_t indices[TG_NB_KINDS];
        size_t nb = 0;
        status = tg_subject_find(indices, &nb, set->names[i], error);
        if (status != TG_OK) break;
        given.built_in = tg_subject_at(indices[0]);
        given.user = given.built_in;
        tg_kernel_set_apply(set, &given.user);
        given.nb_events = nb_events->given
                              ? nb_events->value
                              : tg_bench_nb_events(given.user.trace, given.ops->wants_process);
        *given.result = (pair){.has_built_in = given.built_in.plan != NULL &&
                                               given.built_in.plan->nb_steps != 0};
        status = measure_apart(&given, error);
        if (status != TG_OK) break;
        print(json, &given, &has_head);
        (void)fflush(stdout);
        tg_stop_say(TG_STOP_OF_RUN, "traces measured: %zu of %zu", i + 1, set->nb_names);
    }
    tg_bench_unshare(shared, sizeof(pair));
    return status;
}

tg_status tg_bench_user_verb(tg_json_out *json, const tg_kernel_values *given,
                             const tg_words *operands, const tg_words *backends,
                             const tg_number *nb_events, tg_error *error)
{
    tg_kernel_values plain = *given;
    tg_user_set set;
    plain.no_sanitize = true;
    const tg_status opened = tg_kernel_set_open(&set, &plain, operands, NULL, backends->words,
                                                backends->nb_words, error);
    if (opened != TG_OK) return opened;
    (void)fprintf(stderr, "tracegate bench: nothing is compared; 'tracegate gate' does that%s\n",
                  strcmp(set.backend, "host") == 0 ? "; on the CPU without sanitizers" : "");
    const tg_status status = measure_set(json, &set, nb_events, error);
    tg_user_set_close(&set);
    return status;
}

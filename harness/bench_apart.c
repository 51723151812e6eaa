/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Measurements in processes of their own. */
#include "harness/bench_apart.h"

#include "harness/process.h"
#include "harness/signals.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

/* What comes back, beside what the work shares. */
typedef struct outcome {
    int is_done;
    tg_status status;
    tg_error error;
} outcome;

/* What the thread is given. */
typedef struct task {
    tg_bench_work *work;
    void *context;
    outcome *end;
} task;

static tg_status cannot(tg_error *error, const char *what, int number)
{
    tg_error_set(error, TG_ERR_MEMORY, "nothing can be measured apart: %s: %s", what,
                 strerror(number));
    tg_error_how(error, "let the system have more processes, threads or memory for this user");
    return TG_ERR_MEMORY;
}

tg_status tg_bench_share(void **memory, size_t nb_bytes, tg_error *error)
{
    *memory = tg_process_share(nb_bytes);
    return *memory != NULL ? TG_OK : cannot(error, "mmap", errno);
}

void tg_bench_unshare(void *memory, size_t nb_bytes) { tg_process_unshare(memory, nb_bytes); }

static void *do_task(void *argument)
{
    const task *given = argument;
    given->end->status = given->work(given->context, &given->end->error);
    given->end->is_done = 1;
    return NULL;
}

/* The other process. */
_Noreturn static void live(task *given)
{
    const int failed = tg_process_do(do_task, given);
    if (failed != 0) {
        given->end->status = cannot(&given->end->error, "pthread_create", failed);
        given->end->is_done = 1;
    }
    tg_process_leave();
}

/* What is wrong with a process that ended before its work. */
static tg_status died(tg_error *error, int wait_status)
{
    if (wait_status != -1 && WIFSIGNALED(wait_status)) {
        tg_error_set(error, TG_ERR_DEVICE, "what was measured was ended by signal %d%s",
                     WTERMSIG(wait_status), tg_signal_name(WTERMSIG(wait_status)));
    } else {
        tg_error_set(error, TG_ERR_DEVICE, "what was measured ended its process");
    }
    tg_error_how(error, "gate the same traces first: 'tracegate gate' finds kernels that fault");
    return TG_ERR_DEVICE;
}

/* Kernels that are measured on the CPU reach all memory of their process. */
static tg_status ruined(tg_error *error)
{
    tg_error_set(error, TG_ERR_DEVICE, "what was measured wrote over what it had to say");
    tg_error_how(error, "gate the same traces first: 'tracegate gate' finds kernels that write "
                        "beside their memory");
    return TG_ERR_DEVICE;
}

/* What the process that was forked has to say. */
static tg_status conclude(outcome *end, pid_t pid, const tg_bench_watch *watch, tg_error *error)
{
    const double max_s = watch->max_s > 0 ? watch->max_s : TG_BENCH_APART_MAX_S;
    tg_process_burial burial;
    if (watch->begun != NULL) watch->begun(watch->context);
    tg_process_bury(&burial, pid, max_s);
    if (watch->ended != NULL) watch->ended(watch->context);
    if (burial.was_killed) {
        tg_error_set(error, TG_ERR_DEVICE, "what was measured did not end in %g s", max_s);
        tg_error_how(error, "gate the same traces first, which finds kernels that hang: 'tracegate "
                            "gate'; or measure fewer events");
        return TG_ERR_DEVICE;
    }
    if (end->is_done == 0) return died(error, burial.wait_status);
    if (!tg_process_take_error(&end->error, end->status)) return ruined(error);
    if (end->status != TG_OK && error != NULL) *error = end->error;
    return end->status;
}

tg_status tg_bench_apart(tg_bench_work *work, void *context, const tg_bench_watch *watch,
                         tg_error *error)
{
    static const tg_bench_watch nobody = {.begun = NULL};
    void *memory = NULL;
    tg_status status = tg_bench_share(&memory, sizeof(outcome), error);
    if (status != TG_OK) return status;
    task given = {.work = work, .context = context, .end = memory};
    const pid_t pid = tg_process_fork();
    if (pid == 0) live(&given);
    status = pid < 0 ? cannot(error, "fork", errno)
                     : conclude(memory, pid, watch != NULL ? watch : &nobody, error);
    tg_bench_unshare(memory, sizeof(outcome));
    return status;
}

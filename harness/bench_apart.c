/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Measurements in processes of their own. */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "harness/bench_apart.h"

#include "harness/clock.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Between two looks at whether a process has ended. */
#define PAUSE_NS 5000000L

/* Seconds that a killed process may take to be gone. */
#define BURY_S 10.0

/* What comes back, beside what the work shares. */
typedef struct outcome {
    bool is_done;
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
    void *bytes = mmap(NULL, nb_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    *memory = bytes != MAP_FAILED ? bytes : NULL;
    return bytes != MAP_FAILED ? TG_OK : cannot(error, "mmap", errno);
}

void tg_bench_unshare(void *memory, size_t nb_bytes)
{
    if (memory != NULL) (void)munmap(memory, nb_bytes);
}

static void *do_task(void *argument)
{
    const task *given = argument;
    given->end->status = given->work(given->context, &given->end->error);
    given->end->is_done = true;
    return NULL;
}

/* The other process. OpenMP's threads are those of the thread that first needed them, and this
 * process has none of them: its work is done by a thread of its own. */
_Noreturn static void live(task *given, pid_t parent)
{
    pthread_t thread;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
    const int failed = pthread_create(&thread, NULL, do_task, given);
    if (failed == 0) {
        (void)pthread_join(thread, NULL);
    } else {
        given->end->status = cannot(&given->end->error, "pthread_create", failed);
        given->end->is_done = true;
    }
    // Handlers and buffers are the other process's.
    _exit(0);
}

/* What is wrong with a process that ended before its work. */
static tg_status died(tg_error *error, int wait_status)
{
    if (WIFSIGNALED(wait_status)) {
        tg_error_set(error, TG_ERR_DEVICE, "what was measured ended by signal %d, %s",
                     WTERMSIG(wait_status), strsignal(WTERMSIG(wait_status)));
    } else {
        tg_error_set(error, TG_ERR_DEVICE, "what was measured ended its process");
    }
    tg_error_how(error, "gate the same traces first: 'tracegate gate' finds kernels that fault");
    return TG_ERR_DEVICE;
}

/* Wait for the other process, and end it if that takes too long. Returns whether it ended by
 * itself. */
static bool await_end(pid_t pid, int *wait_status, double max_s)
{
    const double end_s = tg_now_s() + max_s;
    for (;;) {
        const pid_t ended = waitpid(pid, wait_status, WNOHANG);
        if (ended == pid || (ended < 0 && errno != EINTR)) return true;
        if (tg_now_s() >= end_s) break;
        (void)nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    }
    (void)kill(pid, SIGKILL);
    // One in the middle of a driver's call ends when that returns, which may be never.
    const double gone_s = tg_now_s() + BURY_S;
    while (waitpid(pid, wait_status, WNOHANG) != pid && tg_now_s() < gone_s)
        (void)nanosleep(&(struct timespec){.tv_nsec = PAUSE_NS}, NULL);
    return false;
}

/* What the process that was forked has to say. */
static tg_status conclude(const outcome *end, pid_t pid, const tg_bench_watch *watch,
                          tg_error *error)
{
    const double max_s = watch->max_s > 0 ? watch->max_s : TG_BENCH_APART_MAX_S;
    int wait_status = 0;
    if (watch->begun != NULL) watch->begun(watch->context);
    const bool has_ended = await_end(pid, &wait_status, max_s);
    if (watch->ended != NULL) watch->ended(watch->context);
    if (!has_ended) {
        tg_error_set(error, TG_ERR_DEVICE, "what was measured did not end in %g s", max_s);
        tg_error_how(error, "gate the same traces first, which finds kernels that hang: 'tracegate "
                            "gate'; or measure fewer events");
        return TG_ERR_DEVICE;
    }
    if (!end->is_done) return died(error, wait_status);
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
    const pid_t parent = getpid();
    // What is buffered would be written by both.
    (void)fflush(NULL);
    const pid_t pid = fork();
    if (pid == 0) live(&given, parent);
    status = pid < 0 ? cannot(error, "fork", errno)
                     : conclude(memory, pid, watch != NULL ? watch : &nobody, error);
    tg_bench_unshare(memory, sizeof(outcome));
    return status;
}

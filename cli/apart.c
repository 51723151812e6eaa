/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Work in a process of its own. */
#include "cli/apart_internal.h"

#include "cli/crash.h"
#include "harness/process.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Seconds that work may take until it begins: a machine of many devices takes its time. */
#define OPEN_S 120.0

/* Seconds that a process may take to end when it has closed its files: its driver has to let go of
 * the device. */
#define END_S 5.0

/* Memory that both sides share. */
typedef struct shared {
    int has_begun; /* both atomically */
    int is_told;
    tg_apart_told told;
    tg_launches launches;
    max_align_t result[]; /* job->result_bytes */
} shared;

struct tg_apart {
    shared *with; /* NULL: nobody */
    int to;       /* pipe: a byte says that the clock starts again, its end that all is over */
};

/* ---- inside ---- */

static void beat(const tg_apart *apart)
{
    static const char byte = 0;
    if (apart->with == NULL) return;
    const ssize_t written = write(apart->to, &byte, 1);
    (void)written; // there is nobody any more, and this process is about to end
}

void tg_apart_begin(tg_apart *apart)
{
    if (apart->with != NULL) __atomic_store_n(&apart->with->has_begun, 1, __ATOMIC_RELEASE);
    beat(apart);
}

void tg_apart_beat(tg_apart *apart) { beat(apart); }

tg_launches *tg_apart_launches(tg_apart *apart)
{
    return apart->with != NULL ? &apart->with->launches : NULL;
}

_Noreturn static void live(shared *with, int to, const tg_apart_job *job)
{
    tg_apart apart = {.with = with, .to = to};
    if (!job->keeps_stdout) (void)dup2(STDERR_FILENO, STDOUT_FILENO);
    tg_launches_catch();
    job->work(job->context, with->result, &with->told, &apart);
    (void)fflush(stdout);
    // Why it cannot be written, the other process says, which has more to print.
    if (job->keeps_stdout && ferror(stdout) != 0 && with->told.status == TG_OK) {
        with->told.status = TG_ERR_IO;
        with->told.error = (tg_error){.status = TG_ERR_IO};
    }
    __atomic_store_n(&with->is_told, 1, __ATOMIC_RELEASE);
    tg_process_leave();
}

/* ---- outside ---- */

/* Watch the process until it closes its end of the pipe: 1; 0: it does not in time; -1: it cannot
 * be watched. */
static int watch(double *limit_s, int from, const shared *with, double max_s)
{
    for (;;) {
        const bool has_begun = __atomic_load_n(&with->has_begun, __ATOMIC_ACQUIRE) != 0;
        char bytes[64];
        *limit_s = has_begun ? max_s : OPEN_S;
        const int nb = tg_process_wait_readable(from, *limit_s);
        if (nb <= 0) return nb;
        const ssize_t nb_bytes = read(from, bytes, sizeof bytes);
        if (nb_bytes == 0 || (nb_bytes < 0 && errno != EINTR)) return 1;
    }
}

/* Take what was told; whatever the process did to the memory, texts have an end. */
static void take_told(tg_apart_told *told, const tg_apart_job *job, const shared *with)
{
    *told = with->told;
    if (!tg_process_take_error(&told->error, told->status)) {
        told->status = TG_ERR_KERNEL;
        told->error.status = TG_ERR_KERNEL;
    }
    told->trace[sizeof told->trace - 1] = '\0';
    told->more[sizeof told->more - 1] = '\0';
    memcpy(job->result, with->result, job->result_bytes);
}

static void cannot(tg_apart_told *told, const char *what)
{
    told->status = tg_error_set(&told->error, TG_ERR_MEMORY, "no process for the pipeline: %s: %s",
                                what, strerror(errno));
    tg_error_how(&told->error,
                 "let the system have more processes, files or memory for this user, or run it in "
                 "this process with --no-isolate");
}

/* Fork the process; -1: *what cannot be done. */
static pid_t start(int *from, const char **what, shared *with, const tg_apart_job *job)
{
    int ends[2];
    *what = "pipe";
    if (pipe(ends) != 0) return -1;
    *what = "fork";
    const pid_t pid = tg_process_fork();
    if (pid == 0) {
        (void)close(ends[0]);
        live(with, ends[1], job);
    }
    const int number = errno;
    (void)close(ends[1]);
    *from = ends[0];
    if (pid < 0) (void)close(ends[0]);
    errno = number;
    return pid;
}

static void run_apart(tg_apart_told *told, shared *with, const tg_apart_job *job)
{
    int from = -1;
    const char *what = NULL;
    apart_end end = {.has_begun = false};
    const pid_t pid = start(&from, &what, with, job);
    if (pid < 0) {
        cannot(told, what);
        return;
    }
    const int nb = watch(&end.limit_s, from, with, job->max_seconds);
    const int error_number = errno;
    tg_process_burial burial;
    tg_process_bury(&burial, pid, nb > 0 ? END_S : 0);
    (void)close(from);
    if (__atomic_load_n(&with->is_told, __ATOMIC_ACQUIRE) != 0) {
        take_told(told, job, with);
        return;
    }
    if (nb < 0) {
        errno = error_number;
        cannot(told, "poll");
        return;
    }
    end.is_hung = burial.was_killed;
    if (nb > 0) end.limit_s = END_S;
    end.is_abandoned = burial.is_abandoned;
    end.wait_status = burial.wait_status;
    // Whoever reads the report has gone: this process ends as its child did.
    if (job->keeps_stdout && !end.is_hung && end.wait_status != -1 &&
        WIFSIGNALED(end.wait_status) && WTERMSIG(end.wait_status) == SIGPIPE)
        (void)raise(SIGPIPE);
    end.pid = pid;
    end.has_begun = __atomic_load_n(&with->has_begun, __ATOMIC_ACQUIRE) != 0;
    tg_launches_read(&end.launches, &with->launches);
    apart_tell_end(told, &end);
}

void tg_apart_run(tg_apart_told *told, const tg_apart_job *job)
{
    memset(told, 0, sizeof *told);
    memset(job->result, 0, job->result_bytes);
    if (!job->is_apart) {
        tg_apart nobody = {.with = NULL, .to = -1};
        tg_crash_announce(NULL, "the pipeline; --isolate says which kernel", job->again);
        tg_crash_catch();
        job->work(job->context, job->result, told, &nobody);
        tg_crash_announce(NULL, NULL, NULL);
        return;
    }
    const size_t nb_bytes = sizeof(shared) + job->result_bytes;
    void *memory = tg_process_share(nb_bytes);
    if (memory == NULL) {
        cannot(told, "mmap");
        return;
    }
    run_apart(told, memory, job);
    tg_process_unshare(memory, nb_bytes);
}

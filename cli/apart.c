/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Work in a process of its own. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "cli/apart_internal.h"

#include "cli/crash.h"
#include "harness/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Seconds that work may take until it begins: a machine of many devices takes its time. */
#define OPEN_S 120.0

/* Seconds that a process may take to end, killed or by itself; one that is stuck in a driver never
 * does. */
#define BURY_S 5.0
#define BURY_POLL_MS 5

/* A wait is made of turns. One that takes this much longer than it should was not waited: this
 * process was stopped, and the other one with it, as by Ctrl-Z. */
#define TURN_S 0.25
#define STOPPED_S 0.25

/* Exit codes of the process: all is told, and exit was called in it. */
#define EXIT_TOLD 0
#define EXIT_CALLED 120

/* Number of statuses: whatever is not below is none. */
#define COUNT_STATUS(name, exit_code, text) +1
enum { NB_STATUSES = 0 TG_STATUS_LIST(COUNT_STATUS) };
#undef COUNT_STATUS

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

/* Keep the counts of a build that has some (cmake/coverage.cmake). */
static void keep_counts(void)
{
#ifdef TG_COVERAGE
    extern void __gcov_dump(void);
    __gcov_dump();
#endif
}

/* Registered last and so called first: whoever calls exit here must not write out what the other
 * process had buffered, nor remove its files. */
static void leave(void) { _exit(EXIT_CALLED); }

_Noreturn static void live(shared *with, int to, const tg_apart_job *job, pid_t parent)
{
    tg_apart apart = {.with = with, .to = to};
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(EXIT_TOLD);
    // Neither a file of gigabytes nor a program that takes them for each crash: 0 would not keep
    // the latter away.
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){.rlim_cur = 1, .rlim_max = 1});
    if (!job->keeps_stdout) (void)dup2(STDERR_FILENO, STDOUT_FILENO);
    (void)atexit(leave);
    tg_launches_catch();
    job->work(job->context, with->result, &with->told, &apart);
    (void)fflush(stdout);
    // Why it cannot be written, the other process says, which has more to print.
    if (job->keeps_stdout && ferror(stdout) != 0 && with->told.status == TG_OK) {
        with->told.status = TG_ERR_IO;
        with->told.error = (tg_error){.status = TG_ERR_IO};
    }
    keep_counts();
    __atomic_store_n(&with->is_told, 1, __ATOMIC_RELEASE);
    // Neither handlers nor buffers of the other process are this one's to end.
    _exit(EXIT_TOLD);
}

/* ---- outside ---- */

/* Wait until there is something to read, or the other end is closed: 1; 0: not in time. Time in
 * which this process was stopped does not count.
 * max_s  0: for ever */
static int wait_readable(int from, double max_s)
{
    double left_s = max_s;
    do {
        const double wait_s = left_s < TURN_S ? left_s : TURN_S;
        // Rounded up: a wait of no time at all would spin.
        const int wait_ms = max_s <= 0 ? -1 : (int)(wait_s * 1e3) + 1;
        struct pollfd waits = {.fd = from, .events = POLLIN};
        const double start_s = tg_now_s();
        const int nb = poll(&waits, 1, wait_ms);
        if (nb > 0) return nb;
        if (nb < 0 && errno != EINTR) return 0;
        const double took_s = tg_now_s() - start_s;
        left_s -= took_s > wait_s + STOPPED_S ? wait_s : took_s;
    } while (max_s <= 0 || left_s > 0);
    return 0;
}

/* Watch the process until it closes its end of the pipe; false: it does not in time. */
static bool watch(double *limit_s, int from, const shared *with, double max_s)
{
    for (;;) {
        const bool has_begun = __atomic_load_n(&with->has_begun, __ATOMIC_ACQUIRE) != 0;
        char bytes[64];
        *limit_s = has_begun ? max_s : OPEN_S;
        if (wait_readable(from, *limit_s) == 0) return false;
        const ssize_t nb_bytes = read(from, bytes, sizeof bytes);
        if (nb_bytes == 0 || (nb_bytes < 0 && errno != EINTR)) return true;
    }
}

/* Take the process's status, -1 if it cannot be had. */
static int bury(bool *is_abandoned, pid_t pid, bool kills)
{
    const double end_s = tg_now_s() + BURY_S;
    *is_abandoned = false;
    if (kills) (void)kill(pid, SIGKILL);
    for (;;) {
        int status = 0;
        const pid_t ended = waitpid(pid, &status, WNOHANG);
        if (ended == pid) return status;
        if (ended < 0 && errno != EINTR) return -1;
        if (tg_now_s() > end_s) {
            *is_abandoned = kills;
            return kills ? -1 : bury(is_abandoned, pid, true);
        }
        (void)poll(NULL, 0, BURY_POLL_MS);
    }
}

/* Take what was told; whatever the process did to the memory, texts have an end. */
static void take_told(tg_apart_told *told, const tg_apart_job *job, const shared *with)
{
    *told = with->told;
    if ((unsigned)told->status >= NB_STATUSES) told->status = TG_ERR_KERNEL;
    told->error.what[sizeof told->error.what - 1] = '\0';
    told->error.where[sizeof told->error.where - 1] = '\0';
    told->error.how[sizeof told->error.how - 1] = '\0';
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
    const pid_t parent = getpid();
    // What is buffered would be written by both.
    (void)fflush(stdout);
    (void)fflush(stderr);
    *what = "pipe";
    if (pipe(ends) != 0) return -1;
    *what = "fork";
    const pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[0]);
        live(with, ends[1], job, parent);
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
    end.is_hung = !watch(&end.limit_s, from, with, job->max_seconds);
    end.wait_status = bury(&end.is_abandoned, pid, end.is_hung);
    (void)close(from);
    if (__atomic_load_n(&with->is_told, __ATOMIC_ACQUIRE) != 0) {
        take_told(told, job, with);
        return;
    }
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
    void *memory = mmap(NULL, nb_bytes, (int)((unsigned)PROT_READ | (unsigned)PROT_WRITE),
                        (int)((unsigned)MAP_SHARED | (unsigned)MAP_ANONYMOUS), -1, 0);
    if (memory == MAP_FAILED) {
        cannot(told, "mmap");
        return;
    }
    run_apart(told, memory, job);
    (void)munmap(memory, nb_bytes);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Processes that the program forks. */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include "harness/process.h"

#include "harness/clock.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* A wait is made of turns. One that takes this much longer than it should was not waited: this
 * process was stopped. */
#define TURN_S 0.25
#define STOPPED_S 0.25

/* How often a child is looked for: first at once, as nearly all are gone soon. */
#define PAUSE_NS 20000L
#define MAX_PAUSE_NS 10000000L

void *tg_process_share(size_t nb_bytes)
{
    void *memory = mmap(NULL, nb_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory != MAP_FAILED ? memory : NULL;
}

void tg_process_unshare(void *memory, size_t nb_bytes)
{
    if (memory != NULL) (void)munmap(memory, nb_bytes);
}

/* ---- inside ---- */

/* Whether this process was forked: what exit calls can only be told so. */
static volatile sig_atomic_t is_forked;

/* Does nothing in the program. */
static void end_at_once(void)
{
    if (is_forked != 0) _exit(TG_PROCESS_EXIT_CALLED);
}

void tg_process_end_with(pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
}

pid_t tg_process_fork(void)
{
    const pid_t parent = getpid();
    // What is buffered could be written by both.
    (void)fflush(stdout);
    (void)fflush(stderr);
    // Before the fork, since this takes memory and a lock; and before each, since what is
    // registered last is called first.
    if (atexit(end_at_once) != 0) {
        errno = ENOMEM;
        return -1;
    }
    const pid_t pid = fork();
    if (pid != 0) return pid;
    tg_process_end_with(parent);
    // Neither a file of gigabytes nor a program that takes them for each crash, both of which 1 is
    // too little for; 0 would not keep the latter away.
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){.rlim_cur = 1, .rlim_max = 1});
    is_forked = 1;
    return 0;
}

int tg_process_do(void *(*work)(void *), void *argument)
{
    pthread_t thread;
    const int failed = pthread_create(&thread, NULL, work, argument);
    if (failed == 0) (void)pthread_join(thread, NULL);
    return failed;
}

_Noreturn void tg_process_leave(void) { tg_process_leave_with(0); }

_Noreturn void tg_process_leave_with(int exit_code)
{
#ifdef TG_COVERAGE
    extern void __gcov_dump(void);
    __gcov_dump();
#endif
    _exit(exit_code);
}

/* ---- outside ---- */

/* What is left of a limit behind a wait that began at start_s and was to take wait_s. */
static double left_behind(double left_s, double wait_s, double start_s)
{
    const double took_s = tg_now_s() - start_s;
    return left_s - (took_s > wait_s + STOPPED_S ? wait_s : took_s);
}

int tg_process_wait_any(bool *is_ready, const int *files, size_t nb_files, double *left_s)
{
    struct pollfd waits[TG_PROCESS_MAX_FILES];
    TG_VERIFY_CHECK(nb_files <= TG_PROCESS_MAX_FILES);
    for (size_t i = 0; i < nb_files; i++) {
        waits[i] = (struct pollfd){.fd = files[i], .events = POLLIN};
    }
    do {
        const double wait_s = left_s != NULL && *left_s < TURN_S ? *left_s : TURN_S;
        // Rounded up: a wait of no time at all would spin.
        const int wait_ms = left_s == NULL ? -1 : (int)(wait_s * 1e3) + 1;
        const double start_s = tg_now_s();
        const int nb = poll(waits, nb_files, wait_ms);
        if (nb < 0 && errno != EINTR) return -1;
        if (left_s != NULL) *left_s = left_behind(*left_s, wait_s, start_s);
        for (size_t i = 0; i < nb_files && nb > 0; i++) {
            is_ready[i] = waits[i].revents != 0;
        }
        if (nb > 0) return 1;
    } while (left_s == NULL || *left_s > 0);
    return 0;
}

int tg_process_wait_readable(int file, double max_s)
{
    bool is_ready = false;
    double left_s = max_s;
    return tg_process_wait_any(&is_ready, &file, 1, max_s > 0 ? &left_s : NULL);
}

bool tg_process_reap(int *status, pid_t pid, double max_s)
{
    double left_s = max_s;
    struct timespec pause = {.tv_nsec = PAUSE_NS};
    for (;;) {
        const double start_s = tg_now_s();
        const pid_t ended = waitpid(pid, status, WNOHANG);
        if (ended == pid) return true;
        if (ended < 0 && errno != EINTR) break;
        if (ended == 0 && left_s <= 0) break;
        (void)nanosleep(&pause, NULL);
        left_s = left_behind(left_s, 1e-9 * (double)pause.tv_nsec, start_s);
        if (pause.tv_nsec < MAX_PAUSE_NS) pause.tv_nsec *= 2;
    }
    *status = -1;
    return kill(pid, 0) != 0;
}

void tg_process_bury(tg_process_burial *burial, pid_t pid, double max_s)
{
    *burial = (tg_process_burial){.wait_status = -1};
    if (tg_process_reap(&burial->wait_status, pid, max_s)) return;
    burial->was_killed = true;
    (void)kill(pid, SIGKILL);
    // A process in the middle of a driver's call ends when that returns, which may be never.
    burial->is_abandoned = !tg_process_reap(&burial->wait_status, pid, TG_PROCESS_GONE_S);
}

bool tg_process_take_error(tg_error *error, tg_status status)
{
    error->status = status;
    if ((unsigned)error->failure >= TG_NB_FAILURES) error->failure = TG_FAILURE_OTHER;
    error->what[sizeof error->what - 1] = '\0';
    error->where[sizeof error->where - 1] = '\0';
    error->how[sizeof error->how - 1] = '\0';
    error->site[sizeof error->site - 1] = '\0';
    return (unsigned)status < TG_NB_STATUSES;
}

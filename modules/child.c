/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A child process that answers through a pipe: status and error, then the answer's bytes. */
#define _GNU_SOURCE /* pipe2 */
#include "modules/child_internal.h"

#include "files/input.h"
#include "model/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What comes before the answer. */
typedef struct head {
    tg_status status;
    tg_error error;
} head;

static double now_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* ---- the child ---- */

static bool write_all(int file, const void *bytes, size_t nb_bytes)
{
    const char *from = bytes;
    while (nb_bytes != 0) {
        const ssize_t nb = write(file, from, nb_bytes);
        if (nb < 0 && errno != EINTR) return false;
        if (nb > 0) {
            from += nb;
            nb_bytes -= (size_t)nb;
        }
    }
    return true;
}

/* Keep the counts of a build that has some (cmake/coverage.cmake). */
static void keep_counts(void)
{
#ifdef TG_COVERAGE
    extern void __gcov_dump(void);
    __gcov_dump();
#endif
}

_Noreturn static void be_child(int file, pid_t parent, void *answer, size_t nb_bytes,
                               child_work *work, void *context)
{
    static const int usual[] = {SIGHUP, SIGINT,  SIGTERM, SIGSEGV, SIGBUS,
                                SIGFPE, SIGABRT, SIGILL,  SIGCHLD};
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    // The other process's handlers are not for what ends this one; and one that ignores SIGCHLD
    // could not wait for a compiler.
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) (void)signal(usual[i], SIG_DFL);
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){.rlim_cur = 1, .rlim_max = 1});
    // Results of the program go to standard output, and nothing else does.
    (void)dup2(STDERR_FILENO, STDOUT_FILENO);
    head first = {.status = TG_OK};
    first.status = work(answer, context, &first.error);
    keep_counts();
    const bool is_written =
        write_all(file, &first, sizeof first) && write_all(file, answer, nb_bytes);
    _exit(is_written ? 0 : 1);
}

/* ---- who waits ---- */

typedef enum reading { READ_ALL, READ_ENDED, READ_LATE } reading;

static reading read_all(void *bytes, size_t nb_bytes, int file, double end_s)
{
    char *to = bytes;
    while (nb_bytes != 0) {
        struct pollfd wait = {.fd = file, .events = POLLIN};
        const double left_s = end_s - now_s();
        if (left_s <= 0) return READ_LATE;
        // Rounded up: a wait of no time at all would spin.
        const int ready = poll(&wait, 1, (int)(left_s * 1e3) + 1);
        if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
        const ssize_t nb = ready < 0 ? -1 : read(file, to, nb_bytes);
        if (nb < 0 && errno == EINTR) continue;
        if (nb <= 0) return READ_ENDED;
        to += nb;
        nb_bytes -= (size_t)nb;
    }
    return READ_ALL;
}

/* End it, and what it has started if it leads a group of processes. */
static void end_child(pid_t pid)
{
    (void)kill(-pid, SIGKILL);
    (void)kill(pid, SIGKILL);
}

static int bury(pid_t pid)
{
    int status = 0;
    pid_t ended = 0;
    do {
        ended = waitpid(pid, &status, 0);
    } while (ended < 0 && errno == EINTR);
    return ended == pid ? status : -1;
}

static tg_status end_error(reading how, int status, const child_terms *terms, tg_error *error)
{
    if (how == READ_LATE) {
        tg_error_set(error, terms->hung, "%s has not come to an end in %u seconds", terms->name,
                     terms->max_s);
        tg_error_how(error, "%s", terms->hung_how);
        return terms->hung;
    }
    if (status != -1 && WIFSIGNALED(status)) {
        tg_error_set(error, terms->died, "%s has crashed: signal %d (%s)", terms->name,
                     WTERMSIG(status), strsignal(WTERMSIG(status)));
    } else {
        tg_error_set(error, terms->died, "%s has ended its process without an answer", terms->name);
    }
    tg_error_how(error, "%s", terms->died_how);
    return terms->died;
}

static tg_status start(pid_t *pid, int files[2], const char *name, tg_error *error)
{
    if (pipe2(files, O_CLOEXEC) != 0) return tg_io_error(error, "make a pipe to", name, errno);
    // A library that the child closes may flush all streams: nothing of this process's is in them.
    (void)fflush(NULL);
    *pid = fork();
    if (*pid >= 0) return TG_OK;
    const int number = errno;
    (void)close(files[0]);
    (void)close(files[1]);
    return tg_io_error(error, "start a process for", name, number);
}

tg_status child_run(void *answer, size_t nb_bytes, child_work *work, void *context,
                    const child_terms *terms, tg_error *error)
{
    int files[2];
    pid_t pid = 0;
    void *own = NULL;
    head first;
    const pid_t parent = getpid();
    tg_status status = tg_buffer_create(&own, nb_bytes, 1, error);
    if (status != TG_OK) return status;
    memset(own, 0, nb_bytes);
    status = start(&pid, files, terms->name, error);
    if (status != TG_OK) {
        tg_buffer_destroy(own);
        return status;
    }
    if (pid == 0) be_child(files[1], parent, own, nb_bytes, work, context);
    (void)close(files[1]);
    const double end_s = now_s() + terms->max_s;
    reading how = read_all(&first, sizeof first, files[0], end_s);
    if (how == READ_ALL) how = read_all(own, nb_bytes, files[0], end_s);
    (void)close(files[0]);
    // One that has answered has nothing more to do; one that is late is not waited for.
    if (how != READ_ENDED) end_child(pid);
    const int wait_status = bury(pid);
    if (how != READ_ALL) {
        status = end_error(how, wait_status, terms, error);
    } else if (first.status != TG_OK) {
        status = first.status;
        if (error != NULL) *error = first.error;
    } else {
        memcpy(answer, own, nb_bytes);
    }
    tg_buffer_destroy(own);
    return status;
}

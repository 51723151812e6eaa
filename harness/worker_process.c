/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Workers from outside: started, asked, waited for, buried. */
#include "harness/worker_internal.h"

#include "harness/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Seconds that a backend may take to be opened: a machine of many devices takes its time. */
#define OPEN_S 120.0

/* Seconds that a worker may take to close its backend. */
#define CLOSE_S 5.0

/* How often the memory of a worker is looked at: no machine gives all of its own away in that time;
 * and whether it is there: what a kernel forked has its end of the socket, too. */
#define LOOK_S 0.25

/* A wait of no time at all would be one without an end. */
#define LEAST_S 1e-3

void worker_bury(worker *of)
{
    int ignored = 0;
    tg_process_burial burial;
    // With it goes what its kernels forked. One that has ended by itself keeps its status, and its
    // number, until it is buried.
    (void)kill(-of->pid, SIGKILL);
    if (of->abandoned != 0 && tg_process_reap(&ignored, of->abandoned, 0)) of->abandoned = 0;
    tg_process_bury(&burial, of->pid, 0);
    of->wait_status = burial.wait_status;
    if (burial.is_abandoned) of->abandoned = of->pid;
    (void)close(of->socket);
    of->pid = 0;
    of->socket = -1;
}

int worker_wait_readable(int socket, worker_said *said, double max_s)
{
    double left_s = max_s;
    int files[] = {socket, said->read_end};
    for (;;) {
        bool is_ready[2];
        const int nb = tg_process_wait_any(is_ready, files, 2, max_s > 0 ? &left_s : NULL);
        if (nb <= 0) return nb;
        // Whoever printed is gone.
        if (is_ready[1] && !worker_hear(said)) files[1] = -1;
        if (is_ready[0]) return 1;
    }
}

/* Whether what came is the answer; one that could be read beyond its end is none. */
static bool is_answer(worker_answer *answer, ssize_t nb_bytes, uint64_t number)
{
    return nb_bytes == (ssize_t)sizeof *answer && answer->number == number &&
           tg_process_take_error(&answer->error, answer->status);
}

/* Whether the worker has ended, and waits to be buried. */
static bool has_ended(const worker *of)
{
    siginfo_t info = {.si_pid = 0};
    return waitid(P_PID, (id_t)of->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == of->pid;
}

/* Bytes of memory that are a process's own; 0 if nobody can say. */
static size_t memory_of(pid_t pid)
{
    char path[64];
    char line[128];
    size_t resident = 0;
    size_t shared = 0;
    (void)snprintf(path, sizeof path, "/proc/%ld/statm", (long)pid);
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t nb = file >= 0 ? read(file, line, sizeof line - 1) : -1;
    if (file >= 0) (void)close(file);
    if (nb <= 0) return 0;
    line[nb] = '\0';
    if (sscanf(line, "%*u %zu %zu", &resident, &shared) != 2 || shared > resident) return 0;
    return (resident - shared) * (size_t)sysconf(_SC_PAGESIZE);
}

/* Wait as worker_wait_readable does, but not on for a worker that takes all memory. */
static int wait_for_answer(bool *has_grown, worker *of, double max_s)
{
    double left_s = max_s;
    *has_grown = false;
    for (;;) {
        const bool is_last = max_s > 0 && left_s <= LOOK_S;
        const double wait_s = !is_last ? LOOK_S : left_s > LEAST_S ? left_s : LEAST_S;
        const int nb = worker_wait_readable(of->socket, &of->said, wait_s);
        if (nb != 0) return nb;
        // Its last word may have come since.
        if (has_ended(of)) return worker_wait_readable(of->socket, &of->said, LEAST_S);
        left_s -= wait_s;
        *has_grown = of->max_bytes != 0 && memory_of(of->pid) > of->max_bytes;
        if (*has_grown || is_last) return 0;
    }
}

worker_end worker_await(worker_answer *answer, worker *of, uint64_t number, double max_s)
{
    ssize_t received = -1;
    bool has_grown = false;
    const int nb = wait_for_answer(&has_grown, of, max_s);
    if (nb > 0) {
        do {
            received = recv(of->socket, answer, sizeof *answer, 0);
        } while (received < 0 && errno == EINTR);
        if (is_answer(answer, received, number)) return WORKER_ANSWERED;
    }
    of->wait_errno = errno;
    // A worker that was killed with a request unread resets the connection.
    const bool is_over = nb > 0 && (received == 0 || (received < 0 && errno == ECONNRESET));
    const bool is_gone = is_over || (nb >= 0 && has_ended(of));
    worker_bury(of);
    if (is_gone) return WORKER_ENDED;
    if (nb == 0) return has_grown ? WORKER_GREW : WORKER_HUNG;
    return received < 0 ? WORKER_UNHEARD : WORKER_BABBLED;
}

bool worker_send(worker *of, const worker_request *request)
{
    ssize_t sent = 0;
    do {
        sent = send(of->socket, request, sizeof *request, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    if (sent == (ssize_t)sizeof *request) return true;
    worker_bury(of);
    return false;
}

void worker_stop(worker *of)
{
    if (of->pid == 0) return;
    // It reads the end of its requests, closes its backend and ends, which closes the socket.
    (void)shutdown(of->socket, SHUT_WR);
    (void)worker_wait_readable(of->socket, &of->said, CLOSE_S);
    worker_bury(of);
}

static tg_status cannot(tg_error *error, const char *what)
{
    tg_error_set(error, TG_ERR_MEMORY, "no process for a worker: %s: %s", what, strerror(errno));
    tg_error_how(error, "let the system have more processes, files or memory for this user, or run "
                        "the kernels in this process with --no-isolate");
    return TG_ERR_MEMORY;
}

tg_status worker_start(worker *of, tg_error *error)
{
    worker_answer answer;
    const char *failed = worker_helper_fork(of);
    if (failed != NULL) return cannot(error, failed);
    const worker_end end = worker_await(&answer, of, 0, OPEN_S);
    if (end != WORKER_ANSWERED) return worker_not_opened(of, end, OPEN_S, error);
    if (answer.status == TG_OK) return TG_OK;
    worker_stop(of);
    if (error != NULL) *error = answer.error;
    return answer.status;
}

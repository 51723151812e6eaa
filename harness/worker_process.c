/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Workers from outside: started, asked, waited for, buried. */
#include "harness/worker_internal.h"

#include "harness/clock.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Seconds that a backend may take to be opened: a machine of many devices takes its time. */
#define OPEN_S 120.0

/* Seconds that a worker may take to close its backend. */
#define CLOSE_S 5.0

/* How often a killed process is looked for: first at once, as nearly all are gone soon. */
#define REAP_PAUSE_NS 20000L
#define REAP_MAX_PAUSE_NS 10000000L

/* Number of statuses: whatever is not below is none. */
#define COUNT_STATUS(name, exit_code, text) +1
enum { NB_STATUSES = 0 TG_STATUS_LIST(COUNT_STATUS) };
#undef COUNT_STATUS

bool worker_reap(pid_t pid, int *status, double max_s)
{
    const double end_s = tg_now_s() + max_s;
    struct timespec pause = {.tv_nsec = REAP_PAUSE_NS};
    *status = -1;
    for (;;) {
        const pid_t ended = waitpid(pid, status, WNOHANG);
        if (ended == pid) return true;
        if (ended < 0 && errno != EINTR) break;
        if (ended == 0 && tg_now_s() >= end_s) break;
        (void)nanosleep(&pause, NULL);
        if (pause.tv_nsec < REAP_MAX_PAUSE_NS) pause.tv_nsec *= 2;
    }
    *status = -1;
    return kill(pid, 0) != 0;
}

void worker_bury(worker *of)
{
    int ignored = 0;
    if (of->abandoned != 0 && worker_reap(of->abandoned, &ignored, 0)) of->abandoned = 0;
    // What ended by itself keeps its own status.
    (void)kill(of->pid, SIGKILL);
    // A process in the middle of a driver's call ends when that returns, which may be never.
    if (!worker_reap(of->pid, &of->wait_status, WORKER_BURY_S)) of->abandoned = of->pid;
    (void)close(of->socket);
    of->pid = 0;
    of->socket = -1;
}

int worker_wait_readable(int socket, double max_s)
{
    const double end_s = tg_now_s() + max_s;
    for (;;) {
        const double left_s = end_s - tg_now_s();
        // Rounded up: a wait of no time at all would spin.
        const double left_ms = left_s > 0 ? left_s * 1e3 + 1 : 0;
        const int wait_ms = max_s <= 0 ? -1 : left_ms > INT_MAX ? INT_MAX : (int)left_ms;
        struct pollfd waits = {.fd = socket, .events = POLLIN};
        const int nb = poll(&waits, 1, wait_ms);
        if (nb > 0 || (nb == 0 && wait_ms != INT_MAX)) return nb;
        if (nb < 0 && errno != EINTR) return -1;
    }
}

/* Whether what came is the answer; one that could be read beyond its end is none. */
static bool is_answer(worker_answer *answer, ssize_t nb_bytes, uint64_t number)
{
    if (nb_bytes != (ssize_t)sizeof *answer || answer->number != number ||
        (unsigned)answer->status >= NB_STATUSES)
        return false;
    answer->error.what[sizeof answer->error.what - 1] = '\0';
    answer->error.where[sizeof answer->error.where - 1] = '\0';
    answer->error.how[sizeof answer->error.how - 1] = '\0';
    return true;
}

worker_end worker_await(worker_answer *answer, worker *of, uint64_t number, double max_s)
{
    ssize_t received = -1;
    const int nb = worker_wait_readable(of->socket, max_s);
    if (nb > 0) {
        do {
            received = recv(of->socket, answer, sizeof *answer, 0);
        } while (received < 0 && errno == EINTR);
        if (is_answer(answer, received, number)) return WORKER_ANSWERED;
    }
    of->wait_errno = errno;
    // A worker that was killed with a request unread resets the connection.
    const bool has_ended = nb > 0 && (received == 0 || (received < 0 && errno == ECONNRESET));
    worker_bury(of);
    if (has_ended) return WORKER_ENDED;
    if (nb == 0) return WORKER_HUNG;
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
    (void)worker_wait_readable(of->socket, CLOSE_S);
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

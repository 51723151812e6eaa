/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Workers from outside: started, asked, waited for, buried. */
#include "harness/worker_internal.h"

#include "harness/process.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Seconds that a backend may take to be opened: a machine of many devices takes its time. */
#define OPEN_S 120.0

/* Seconds that a worker may take to close its backend. */
#define CLOSE_S 5.0

void worker_bury(worker *of)
{
    int ignored = 0;
    tg_process_burial burial;
    if (of->abandoned != 0 && tg_process_reap(&ignored, of->abandoned, 0)) of->abandoned = 0;
    tg_process_bury(&burial, of->pid, 0);
    of->wait_status = burial.wait_status;
    if (burial.is_abandoned) of->abandoned = of->pid;
    (void)close(of->socket);
    of->pid = 0;
    of->socket = -1;
}

/* Whether what came is the answer; one that could be read beyond its end is none. */
static bool is_answer(worker_answer *answer, ssize_t nb_bytes, uint64_t number)
{
    return nb_bytes == (ssize_t)sizeof *answer && answer->number == number &&
           tg_process_take_error(&answer->error, answer->status);
}

worker_end worker_await(worker_answer *answer, worker *of, uint64_t number, double max_s)
{
    ssize_t received = -1;
    const int nb = tg_process_wait_readable(of->socket, max_s);
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
    (void)tg_process_wait_readable(of->socket, CLOSE_S);
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

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The process that workers are forked by. The program has threads, and what one of them has locked
 * when another forks - an allocator, a sanitizer's tables - stays locked in the child for ever. A
 * helper is forked when a backend is opened, and again only if it was ended from outside, and never
 * has a second thread: its children can lock all that was free when it was forked. Where the system
 * refuses what the helper does, the program forks workers itself all the same. */
#define _GNU_SOURCE /* CLONE_PARENT, syscall */
#include "harness/worker_internal.h"

#include "harness/process.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Seconds that the helper may take to fork: a copy of the tables of all memory. */
#define FORK_S 60.0

/* Ways that are tried to one worker: the helper may have ended since the last one, and the system
 * may refuse what the next does. */
#define MAX_TRIALS 3

/* What the helper answers. */
typedef struct helper_answer {
    pid_t pid; /* -1: there is none */
    int error_number;
} helper_answer;

/* Room for the one file that goes along with a message. */
typedef union file_room {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
} file_room;

/* ---- the helper ---- */

/* A message's file; -1: the other side is gone. */
static int receive_file(int socket)
{
    char byte = 0;
    int file = -1;
    file_room room;
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = room.bytes,
                             .msg_controllen = sizeof room.bytes};
    ssize_t received = 0;
    do {
        received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (received < 0 && errno == EINTR);
    const struct cmsghdr *header = received == 1 ? CMSG_FIRSTHDR(&message) : NULL;
    if (header != NULL && header->cmsg_type == SCM_RIGHTS)
        memcpy(&file, CMSG_DATA(header), sizeof file);
    return file;
}

/* Fork, with the program as the child's parent, whose status it takes then. The C library has no
 * call for that: what its fork does besides is for processes that have more than one thread. */
static pid_t fork_sibling(void)
{
    return (pid_t)syscall(SYS_clone, (long)CLONE_PARENT | SIGCHLD, 0L, 0L, 0L, 0L);
}

/* Fork workers until the program is gone. Nothing here takes memory or a lock. */
_Noreturn static void help(const worker *of, int socket, pid_t parent)
{
    for (;;) {
        const int file = receive_file(socket);
        if (file < 0) _exit(0);
        helper_answer answer = {.pid = fork_sibling()};
        if (answer.pid == 0) worker_live(of, file, parent);
        answer.error_number = errno;
        (void)close(file);
        if (send(socket, &answer, sizeof answer, MSG_NOSIGNAL) != (ssize_t)sizeof answer) _exit(0);
    }
}

/* ---- the program ---- */

static bool open_pair(int sockets[2])
{
    return socketpair(AF_UNIX, (int)SOCK_SEQPACKET | (int)SOCK_CLOEXEC, 0, sockets) == 0;
}

/* Leaves errno as it is. */
static void close_pair(const int sockets[2])
{
    const int error_number = errno;
    (void)close(sockets[0]);
    (void)close(sockets[1]);
    errno = error_number;
}

/* Fork a helper or, without one, a worker, with all signals held back until it is ready for them.
 */
static pid_t fork_apart(const worker *of, int socket)
{
    sigset_t all;
    sigset_t before;
    const pid_t parent = getpid();
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = tg_process_fork();
    if (pid == 0) {
        worker_strip(of, socket);
        if (of->has_no_helper) worker_live(of, socket, parent);
        help(of, socket, parent);
    }
    const int error_number = errno;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error_number;
    return pid;
}

/* Returns what failed; NULL: nothing. */
static const char *start_helper(worker *of)
{
    int sockets[2];
    if (!open_pair(sockets)) return "socketpair";
    const pid_t pid = fork_apart(of, sockets[1]);
    if (pid < 0) {
        close_pair(sockets);
        return "fork";
    }
    (void)close(sockets[1]);
    // Here and there, as it must have its group before anything else is done with it.
    (void)setpgid(pid, pid);
    of->helper = pid;
    of->helper_socket = sockets[0];
    return NULL;
}

void worker_helper_stop(worker *of)
{
    int ignored = 0;
    if (of->helper == 0) return;
    // With it goes a worker that it forked and did not live to tell of: such a one is in its group.
    (void)kill(-of->helper, SIGKILL);
    (void)kill(of->helper, SIGKILL);
    (void)tg_process_reap(&ignored, of->helper, TG_PROCESS_GONE_S);
    (void)tg_process_reap(&ignored, -of->helper, TG_PROCESS_GONE_S);
    (void)close(of->helper_socket);
    of->helper = 0;
    of->helper_socket = -1;
}

static bool send_file(int socket, int file)
{
    char byte = 0;
    file_room room;
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    const struct msghdr message = {.msg_iov = &data,
                                   .msg_iovlen = 1,
                                   .msg_control = room.bytes,
                                   .msg_controllen = sizeof room.bytes};
    memset(&room, 0, sizeof room);
    room.header = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof file),
                                   .cmsg_level = SOL_SOCKET,
                                   .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(&room.header), &file, sizeof file);
    ssize_t sent = 0;
    do {
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == 1;
}

/* Ask the helper. Returns what failed; NULL: nothing. */
static const char *ask_helper(helper_answer *answer, const worker *of, int socket)
{
    if (!send_file(of->helper_socket, socket)) return "sendmsg";
    const int nb = tg_process_wait_readable(of->helper_socket, FORK_S);
    if (nb == 0) errno = ETIMEDOUT;
    if (nb <= 0) return "poll";
    ssize_t received = 0;
    do {
        received = recv(of->helper_socket, answer, sizeof *answer, 0);
    } while (received < 0 && errno == EINTR);
    if (received == (ssize_t)sizeof *answer) return NULL;
    if (received >= 0) errno = ECONNRESET;
    return "recv";
}

/* Whether the system has no such fork as the helper's: sandboxes of their own kernel do not all let
 * a process fork for its parent. */
static bool is_refused(int error_number)
{
    return error_number == EINVAL || error_number == ENOSYS || error_number == EPERM;
}

/* Have the helper, a new one if there is none, fork a worker. Returns what failed; NULL: nothing.
 * is_helpers  whether it was the helper that failed, and has been ended */
static const char *fork_by_helper(pid_t *pid, bool *is_helpers, worker *of, int socket)
{
    helper_answer answer = {.pid = -1};
    const char *what = of->helper == 0 ? start_helper(of) : NULL;
    if (what != NULL) return what;
    what = ask_helper(&answer, of, socket);
    *pid = answer.pid;
    if (what == NULL && answer.pid >= 0) return NULL;
    const int error_number = what != NULL ? errno : answer.error_number;
    if (what == NULL) of->has_no_helper = is_refused(error_number);
    *is_helpers = what != NULL || of->has_no_helper;
    if (*is_helpers) worker_helper_stop(of);
    errno = error_number;
    return what != NULL ? what : "clone";
}

/* Have a worker made. Returns what failed; NULL: nothing.
 * is_helpers  whether there may be another way: see above */
static const char *try_to_fork(bool *is_helpers, worker *of)
{
    int sockets[2];
    pid_t pid = -1;
    const char *what = NULL;
    *is_helpers = false;
    if (!open_pair(sockets)) return "socketpair";
    if (of->has_no_helper) {
        pid = fork_apart(of, sockets[1]);
        if (pid < 0) what = "fork";
    } else {
        what = fork_by_helper(&pid, is_helpers, of, sockets[1]);
    }
    if (what != NULL) {
        close_pair(sockets);
        return what;
    }
    (void)close(sockets[1]);
    of->pid = pid;
    of->socket = sockets[0];
    // Only who is known is let out of the helper's group.
    (void)setpgid(of->pid, of->pid);
    return NULL;
}

const char *worker_helper_fork(worker *of)
{
    const char *what = NULL;
    bool is_helpers = true;
    for (unsigned i = 0; i < MAX_TRIALS && is_helpers; i++) {
        // With a socket of its own: a worker that nobody knew of may have said something.
        what = try_to_fork(&is_helpers, of);
    }
    return what;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A record gated in a process of its own: a kernel that faults or never ends takes that process
 * with it, and the device's context of the next record is a new one. */
#include "cli/gate_pipeline_internal.h"
#include "harness/clock.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Seconds that a killed process may take to end: one that is stuck in a driver never does. */
#define BURY_S 5.0
#define BURY_POLL_MS 10

/* ---- inside ---- */

_Noreturn static void live(int to, const tg_gate_pipeline_options *options, const char *record,
                           pid_t parent)
{
    gate_outcome outcome;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(0);
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){.rlim_cur = 1, .rlim_max = 1});
    gate_pipeline_record(&outcome, options, record);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) outcome.status = TG_ERR_IO;
    const ssize_t nb_bytes = write(to, &outcome, sizeof outcome);
    // Neither handlers nor buffers of the other process are this one's to end.
    _exit(nb_bytes == (ssize_t)sizeof outcome ? 0 : 1);
}

/* ---- outside ---- */

/* Wait for an outcome, or the end of whoever writes it: 1; 0: not in time. */
static int wait_readable(int from, double max_s)
{
    const double end_s = tg_now_s() + max_s;
    for (;;) {
        const double left_ms = (end_s - tg_now_s()) * 1e3 + 1;
        const int wait_ms = max_s <= 0 ? -1 : left_ms > INT_MAX ? INT_MAX : (int)left_ms;
        struct pollfd waits = {.fd = from, .events = POLLIN};
        const int nb = poll(&waits, 1, max_s > 0 && wait_ms < 0 ? 0 : wait_ms);
        if (nb > 0 || (nb == 0 && wait_ms != INT_MAX)) return nb;
        if (nb < 0 && errno != EINTR) return 0;
    }
}

static bool receive(gate_outcome *outcome, int from)
{
    ssize_t nb_bytes = 0;
    do {
        nb_bytes = read(from, outcome, sizeof *outcome);
    } while (nb_bytes < 0 && errno == EINTR);
    return nb_bytes == (ssize_t)sizeof *outcome;
}

/* Take the process's status, -1 if it cannot be had. */
static int bury(pid_t pid, bool kills)
{
    const double end_s = tg_now_s() + BURY_S;
    if (kills) (void)kill(pid, SIGKILL);
    for (;;) {
        int status = 0;
        const pid_t ended = waitpid(pid, &status, WNOHANG);
        if (ended == pid) return status;
        if (ended < 0 && errno != EINTR) return -1;
        if (tg_now_s() > end_s) {
            if (kills) return -1;
            return bury(pid, true);
        }
        (void)poll(NULL, 0, BURY_POLL_MS);
    }
}

static void set_died(tg_error *error, int wait_status)
{
    if (wait_status != -1 && WIFSIGNALED(wait_status)) {
        const int number = WTERMSIG(wait_status);
        tg_error_set(error, TG_ERR_KERNEL, "the process that gated it was ended by signal %d, %s",
                     number, strsignal(number));
    } else {
        tg_error_set(error, TG_ERR_KERNEL, "the process that gated it ended early");
    }
    if (error != NULL) error->failure = TG_FAILURE_CRASH;
}

static void set_hung(tg_error *error, double max_s, int wait_status)
{
    tg_error_set(error, TG_ERR_KERNEL, "it has not ended within %.0f s%s", max_s,
                 wait_status == -1 ? ", nor behind a signal that kills" : "");
    if (error != NULL) error->failure = TG_FAILURE_HANG;
}

static tg_status start(pid_t *pid, int *from, const tg_gate_pipeline_options *options,
                       const char *record, tg_error *error)
{
    int ends[2];
    const pid_t parent = getpid();
    // What is buffered would be written by both.
    (void)fflush(stdout);
    (void)fflush(stderr);
    if (pipe(ends) == 0) {
        *pid = fork();
        if (*pid == 0) {
            (void)close(ends[0]);
            live(ends[1], options, record, parent);
        }
        const int number = errno;
        (void)close(ends[1]);
        *from = ends[0];
        if (*pid > 0) return TG_OK;
        (void)close(ends[0]);
        errno = number;
    }
    tg_error_set(error, TG_ERR_MEMORY, "no process to gate it: %s", strerror(errno));
    tg_error_how(error, "let the system have more processes or files, or give --no-isolate");
    return TG_ERR_MEMORY;
}

void gate_pipeline_record_apart(gate_outcome *outcome, const tg_gate_pipeline_options *options,
                                const char *record, double max_s)
{
    pid_t pid = 0;
    int from = -1;
    tg_error error = {.status = TG_OK};
    *outcome = (gate_outcome){.status = start(&pid, &from, options, record, &error)};
    if (outcome->status != TG_OK) {
        gate_pipeline_say(record, &error);
        return;
    }
    const bool is_in_time = wait_readable(from, max_s) > 0;
    const bool is_told = is_in_time && receive(outcome, from);
    const int wait_status = bury(pid, !is_in_time);
    (void)close(from);
    if (is_told) return;
    // Whoever reads the report has gone: this process ends as its child did.
    if (is_in_time && wait_status != -1 && WIFSIGNALED(wait_status) &&
        WTERMSIG(wait_status) == SIGPIPE)
        (void)raise(SIGPIPE);
    *outcome = (gate_outcome){.status = TG_ERR_KERNEL};
    if (is_in_time) {
        set_died(&error, wait_status);
    } else {
        set_hung(&error, max_s, wait_status);
    }
    tg_error_how(&error, "find the chip with --device-chips, or gate its trace alone");
    gate_pipeline_say(record, &error);
}

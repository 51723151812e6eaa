/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How workers end, in words. */
#include "harness/worker_internal.h"

#include "harness/process.h"
#include "harness/signals.h"
#include "kernels/host_user.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* Set what an end is, of a kernel or of opening. subject: "the kernel of Select.main" */
static void set_end(const worker *of, worker_end end, const char *subject, double limit_s,
                    tg_status status, tg_error *error)
{
    const int how = of->wait_status;
    if (end == WORKER_HUNG) {
        tg_error_set(error, status, "%s has not ended within %.6g s", subject, limit_s);
    } else if (end == WORKER_GREW) {
        tg_error_set(error, status, "%s took more than %.3g GiB of memory", subject,
                     (double)of->max_bytes / (1 << 30));
    } else if (end == WORKER_BABBLED) {
        tg_error_set(error, status, "%s broke its worker, whose answer is none", subject);
    } else if (end == WORKER_UNHEARD) {
        tg_error_set(error, status, "%s: its worker cannot be heard: %s", subject,
                     strerror(of->wait_errno));
    } else if (how != -1 && WIFSIGNALED(how)) {
        const int number = WTERMSIG(how);
        const bool is_outside = tg_signal_is_from_outside(number);
        const char *last = is_outside ? "" : of->said.last;
        tg_error_set(error, status, "%s: its worker was %s signal %d%s%s%s%s", subject,
                     is_outside ? "killed by" : "ended by", number, tg_signal_name(number),
                     last[0] != '\0' ? ", and printed last: '" : "", last,
                     last[0] != '\0' ? "'" : "");
    } else if (how != -1 && WIFEXITED(how) && WEXITSTATUS(how) == TG_PROCESS_EXIT_CALLED) {
        tg_error_set(error, status, "%s, or what it calls, called exit, which ended its worker",
                     subject);
    } else if (how != -1 && WIFEXITED(how)) {
        tg_error_set(error, status, "%s, or what it calls, ended its worker with exit code %d",
                     subject, WEXITSTATUS(how));
    } else {
        tg_error_set(error, status, "%s: its worker has ended", subject);
    }
}

void worker_say_where(const worker *of, const tg_job *job, const worker_request *request,
                      tg_error *error)
{
    const tg_plan *plan = job->subject->plan;
    char shape[96] = "";
    char poison[48];
    if (of->inner->takes_launch && plan != NULL && plan->nb_steps != 0) {
        const tg_launch asked = job->launch;
        const tg_launch used = tg_step_launch(&plan->steps[0], &asked, job->height, job->nb_events);
        // Without a shape that is asked for, not all backends take the one that a device gets.
        const bool is_asked = asked.grid != 0 && asked.block != 0;
        (void)snprintf(shape, sizeof shape, ", %sgrid %lu, block %lu%s",
                       is_asked ? "" : "the plan's shape (on a device ", (unsigned long)used.grid,
                       (unsigned long)used.block, is_asked ? "" : ")");
    }
    if (request->question == WORKER_RUN) {
        (void)snprintf(poison, sizeof poison, "poison 0x%08lx", (unsigned long)request->poison);
    } else {
        (void)snprintf(poison, sizeof poison, "poison 0x%08lx or 0x%08lx",
                       (unsigned long)TG_POISON_FIRST, (unsigned long)TG_POISON_SECOND);
    }
    tg_error_where(error, "%s on %s: %zu events, %zu rows%s, %s", job->subject->trace->name,
                   of->inner->name, job->nb_events, job->height, shape, poison);
}

/* How to see more of a crash. */
static void say_debugger(const worker *of, const tg_job *job, tg_error *error)
{
    const tg_plan *plan = job->subject->plan;
    if (plan == NULL || plan->user == NULL) {
        tg_error_how(error, "run it with --no-isolate under a debugger, or in a build of preset "
                            "verify");
    } else if (strcmp(of->inner->name, "host") == 0 && !tg_host_user_is_sanitized()) {
        tg_error_how(error, "run it without --no-sanitize, which names the line of most crashes, "
                            "or with --no-isolate under a debugger");
    } else {
        tg_error_how(error, "run it with --no-isolate under a debugger");
    }
}

tg_status worker_failed(const worker *of, worker_end end, const tg_job *job, double limit_s,
                        tg_error *error)
{
    char subject[128];
    (void)snprintf(subject, sizeof subject, "the %s of %.100s",
                   of->inner->runs_added ? "reference" : "kernel", job->subject->trace->name);
    const tg_status status = end == WORKER_UNHEARD ? TG_ERR_DEVICE
                             : of->is_trusted      ? TG_ERR_UNAVAILABLE
                                                   : TG_ERR_KERNEL;
    if (end == WORKER_ENDED && worker_report_read(error, of->said.report, subject)) {
        if (error != NULL) error->status = status;
        return status;
    }
    set_end(of, end, subject, limit_s, status, error);
    const bool has_left =
        end == WORKER_ENDED && of->wait_status != -1 && WIFEXITED(of->wait_status);
    if (end != WORKER_UNHEARD)
        tg_error_failure(error, end == WORKER_HUNG ? TG_FAILURE_HANG
                                : has_left         ? TG_FAILURE_EXIT
                                                   : TG_FAILURE_CRASH);
    if (of->abandoned != 0) {
        tg_error_how(error,
                     "process %ld was killed and does not end: see what holds it, which may "
                     "be the device's driver (dmesg)",
                     (long)of->abandoned);
    } else if (end == WORKER_UNHEARD) {
        tg_error_how(error, "see what the system is short of, and run it again");
    } else if (end == WORKER_GREW) {
        tg_error_how(error, "look for what it allocates in a loop; a run needs its buffers alone");
    } else if (end == WORKER_HUNG) {
        tg_error_how(error,
                     "look for a loop without an end, which --max-run-seconds 2 ends sooner; "
                     "give it more time with that, or attach a debugger to it with "
                     "--no-isolate");
    } else if (end == WORKER_ENDED && of->wait_status != -1 && WIFSIGNALED(of->wait_status) &&
               tg_signal_is_from_outside(WTERMSIG(of->wait_status))) {
        tg_error_how(error, "see whether the system was short of memory (dmesg), and run it again");
    } else if (has_left) {
        tg_error_how(error, "look for exit, _exit and what calls them: it may not end its process, "
                            "and has to return");
    } else {
        say_debugger(of, job, error);
    }
    return status;
}

tg_status worker_not_sent(const worker *of, const tg_job *job, tg_error *error)
{
    tg_error_set(
        error, TG_ERR_DEVICE,
        "the worker of the backend %.80s does not stay alive: each ended before it could be "
        "asked for %.80s",
        of->inner->name, job->subject->trace->name);
    tg_error_how(error, "see what ends processes here (dmesg), or run the kernels in this process "
                        "with --no-isolate");
    return TG_ERR_DEVICE;
}

tg_status worker_not_opened(const worker *of, worker_end end, double limit_s, tg_error *error)
{
    char subject[128];
    (void)snprintf(subject, sizeof subject, "opening the backend %.80s", of->inner->name);
    set_end(of, end, subject, limit_s, TG_ERR_DEVICE, error);
    tg_error_how(error, "see what the system says of the device, or open it in this process with "
                        "--no-isolate");
    return TG_ERR_DEVICE;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* How work in a process of its own ended, in words. */
#include "cli/apart_internal.h"

#include "harness/key.h"
#include "harness/process.h"
#include "harness/signals.h"
#include "harness/subject.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* ---- a process that ended ---- */

/* What the failure is of: "the kernel of Select.main in 3 blocks of 64 threads" */
static void set_subject(char *subject, size_t size, const apart_end *end)
{
    if (!end->has_begun) {
        (void)snprintf(subject, size, "opening the device");
    } else if (end->launches.nb_at_work == 1) {
        (void)snprintf(subject, size, "the kernel of %s", end->launches.first);
    } else {
        (void)snprintf(subject, size, "the pipeline");
    }
}

/* Whether somebody else ended the process: no kernel is to blame, and there is nothing to know
 * again. */
static bool is_from_outside(const apart_end *end)
{
    const int how = end->wait_status;
    return !end->is_hung && how != -1 && WIFSIGNALED(how) &&
           tg_signal_is_from_outside(WTERMSIG(how));
}

/* Whether it ended by exit or its like. */
static bool has_left(const apart_end *end)
{
    return !end->is_hung && end->wait_status != -1 && WIFEXITED(end->wait_status);
}

static void set_what(tg_error *error, tg_status status, const apart_end *end)
{
    char subject[TG_LABEL_BYTES + 32];
    const int how = end->wait_status;
    set_subject(subject, sizeof subject, end);
    if (is_from_outside(end)) {
        tg_error_set(error, status, "%s: its process was killed by signal %d%s, from outside",
                     end->has_begun ? "the pipeline" : subject, WTERMSIG(how),
                     tg_signal_name(WTERMSIG(how)));
    } else if (end->is_hung) {
        tg_error_set(error, status, "%s has not ended within %.6g s", subject, end->limit_s);
    } else if (how != -1 && WIFSIGNALED(how)) {
        const int number = WTERMSIG(how);
        tg_error_set(error, status, "%s: its process was ended by signal %d%s", subject, number,
                     tg_signal_name(number));
    } else if (has_left(end) && WEXITSTATUS(how) == TG_PROCESS_EXIT_CALLED) {
        tg_error_set(error, status, "%s, or what it calls, called exit, which ended its process",
                     subject);
    } else if (has_left(end)) {
        tg_error_set(error, status, "%s, or what it calls, ended its process with exit code %d",
                     subject, WEXITSTATUS(how));
    } else {
        tg_error_set(error, status, "%s: its process has ended", subject);
    }
}

static void set_where(tg_error *error, const apart_end *end)
{
    const tg_launches_found *launches = &end->launches;
    if (!end->has_begun) return;
    if (!launches->is_known) {
        tg_error_where(error, "launches are not noted while measuring");
    } else if (launches->nb_at_work == 0) {
        tg_error_where(error, "no kernel was at work");
    } else if (launches->nb_at_work == 1 && is_from_outside(end)) {
        tg_error_where(error, "at work: the kernel of %s", launches->first);
    } else if (launches->nb_at_work == 1) {
        tg_error_where(error, "%zu events, %zu rows", launches->nb_events, launches->height);
    } else {
        tg_error_where(error, "one of the %zu kernels at work: %s", launches->nb_at_work,
                       launches->all);
    }
}

static void set_how(tg_error *error, const apart_end *end)
{
    const int how = end->wait_status;
    if (end->is_abandoned) {
        tg_error_how(error,
                     "process %ld was killed and does not end: see what holds it, which may be the "
                     "device's driver (dmesg)",
                     end->pid);
    } else if (!end->has_begun) {
        tg_error_how(error, "see what the system says of the device, or open it in this process "
                            "with --no-isolate");
    } else if (!end->launches.is_known && !is_from_outside(end)) {
        tg_error_how(error,
                     "'tracegate gate --pipeline' with the same --machine, --record and "
                     "--device says which kernel it is%s",
                     end->is_hung ? "; or give it more time with --max-run-seconds" : "");
    } else if (end->is_hung) {
        tg_error_how(error, "give it more time with --max-run-seconds, or attach a debugger to it "
                            "with --no-isolate");
    } else if (is_from_outside(end) && WTERMSIG(how) == SIGKILL) {
        tg_error_how(error, "see whether the system was short of memory (dmesg), and run it again");
    } else if (is_from_outside(end)) {
        tg_error_how(error, "somebody asked it to end: run it again");
    } else if (has_left(end)) {
        tg_error_how(error, "look for exit, _exit and what calls them: no kernel may end its "
                            "process");
    } else {
        tg_error_how(error, "run it with --no-isolate under a debugger, or in a build of preset "
                            "verify");
    }
}

void apart_tell_end(tg_apart_told *told, const apart_end *end)
{
    memset(told, 0, sizeof *told);
    told->status = end->has_begun ? TG_ERR_KERNEL : TG_ERR_DEVICE;
    set_what(&told->error, told->status, end);
    set_where(&told->error, end);
    set_how(&told->error, end);
    if (!end->has_begun || is_from_outside(end)) return;
    tg_error_failure(&told->error, end->is_hung    ? TG_FAILURE_HANG
                                   : has_left(end) ? TG_FAILURE_EXIT
                                                   : TG_FAILURE_CRASH);
    (void)snprintf(told->trace, sizeof told->trace, "%s", end->launches.trace);
}

/* ---- a call that failed ---- */

void tg_apart_tell_failure(tg_apart_told *told, const tg_pipeline_result *result, tg_status status,
                           const tg_error *error)
{
    char line[sizeof(tg_error) + 16];
    size_t used = 0;
    if (error != &told->error) told->error = *error;
    told->status = status;
    told->error.status = status;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const char *name = tg_trace_at(i)->name;
        if (tg_runtime_blames(&told->error, name))
            (void)snprintf(told->trace, sizeof told->trace, "%s", name);
    }
    for (size_t i = 1; i < result->nb_failures && used < sizeof told->more; i++) {
        const int length = snprintf(told->more + used, sizeof told->more - used, "also %s\n",
                                    tg_error_line(line, sizeof line, &result->failures[i].error));
        if (length > 0) used += (size_t)length;
    }
}

/* ---- saying it ---- */

/* The key that a gate of the trace alone gives the failure. */
static void say_key(const tg_apart_told *told)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_trace *trace = tg_trace_at(i);
        if (strcmp(trace->name, told->trace) != 0) continue;
        tg_key key;
        tg_causes causes;
        const tg_mismatch mismatch = {.trace = trace, .failed = told->status, .why = &told->error};
        if (tg_causes_find(&causes, &mismatch, NULL) != TG_OK) return;
        tg_key_make(&key, &mismatch, &causes);
        (void)fprintf(stderr, "  key          %s (%s)\n", key.text, key.id);
    }
}

void tg_apart_say(const tg_apart_told *told, const char *head, const char *again)
{
    char line[sizeof(tg_error) + 16];
    (void)fflush(stdout);
    if (told->error.what[0] != '\0')
        (void)fprintf(stderr, "%s: %s\n", head, tg_error_line(line, sizeof line, &told->error));
    (void)fputs(told->more, stderr);
    if (told->status != TG_ERR_KERNEL) return;
    say_key(told);
    (void)fprintf(stderr, "  again: %s\n", again);
}

tg_status tg_apart_end(const tg_apart_told *told, const char *head, const char *again,
                       tg_error *error)
{
    if (told->status == TG_OK) return TG_OK;
    if (told->status == TG_ERR_KERNEL || told->more[0] != '\0') {
        tg_apart_say(told, head, again);
        if (error != NULL) *error = (tg_error){.status = told->status};
    } else if (error != NULL) {
        *error = told->error;
    }
    return told->status;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Verbs under supervision. */
#define _GNU_SOURCE /* SI_KERNEL */
#include "cli/supervise.h"

#include "harness/process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EXIT_UNTOLD 2
#define EXIT_NO_CHILD 3

/* Told in its place: the exit code is that of a program that the child has become. */
#define HANDED_ON 0x74686f6e

/* How often the calls of the child are looked at. */
#define TURN_NS 250000000L

/* What is passed on. */
static const int passed_on[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};
#define NB_PASSED_ON (sizeof passed_on / sizeof passed_on[0])

/* Signal state of this process as it was. */
typedef struct signals_before {
    sigset_t mask;
    struct sigaction on_child;
} signals_before;

bool tg_supervise_is_watched(void)
{
    static const char key[] = "TracerPid:";
    const char *preloaded = getenv("LD_PRELOAD");
    char line[256];
    long tracer = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, key, sizeof key - 1) == 0)
            tracer = strtol(line + sizeof key - 1, NULL, 10);
    }
    if (status != NULL) (void)fclose(status);
    // The ways of CUDA's tools into a process.
    return tracer != 0 || getenv("CUDA_INJECTION64_PATH") != NULL ||
           (preloaded != NULL && strstr(preloaded, "njection") != NULL);
}

// A signal's handler takes no context, and tells.
static tg_supervised *told_to;

void tg_supervise_tell(int exit_code)
{
    if (told_to != NULL) tg_supervised_tell(told_to, exit_code);
}

void tg_supervise_hand_on(bool becomes)
{
    if (told_to != NULL)
        __atomic_store_n(&told_to->told, becomes ? HANDED_ON : 0, __ATOMIC_RELEASE);
}

_Noreturn void tg_supervise_leave(int exit_code)
{
    if (told_to == NULL) exit(exit_code);
    // Before it is told: handlers of exit, which may be of others, are not run.
    (void)fflush(stdout);
    (void)fflush(stderr);
    tg_supervise_tell(exit_code);
    tg_process_leave_with(exit_code);
}

/* ---- inside ---- */

_Noreturn static void live(const tg_supervise_job *job, tg_supervised *notes,
                           const signals_before *before)
{
    // SIGCHLD stays as usual: the ends of the verb's own children are to be told, too.
    (void)sigprocmask(SIG_SETMASK, &before->mask, NULL);
    told_to = notes;
    tg_supervise_leave(job->work(job->context, notes));
}

/* ---- outside ---- */

/* Wait for the child's end, and pass on what comes. Returns whether it had to be ended. */
static bool attend(int *wait_status, pid_t child, const sigset_t *awaited,
                   const tg_supervised *notes, double max_call_s)
{
    tg_supervised_look last = {.idle_s = 0};
    while (!tg_process_reap(wait_status, child, 0)) {
        siginfo_t info;
        const int number = sigtimedwait(awaited, &info, &(struct timespec){.tv_nsec = TURN_NS});
        // The terminal's go to the whole group.
        if (number > 0 && number != SIGCHLD && info.si_code != SI_KERNEL) (void)kill(child, number);
        if (number >= 0 || errno != EAGAIN) continue;
        if (tg_supervised_look_again(&last, notes, 1e-9 * TURN_NS, max_call_s)) {
            tg_process_burial burial;
            tg_process_bury(&burial, child, 0);
            return true;
        }
    }
    return false;
}

static void say_untold(const tg_supervise_job *job, int wait_status, bool was_ended)
{
    static const char mend[] =
        "mend the chip library's constructors and complete, or the kernel: run it under a debugger "
        "(with --no-isolate a kernel runs in the program's process)";
    char what[128];
    tg_supervised_explain(what, wait_status, was_ended, job->max_call_s);
    (void)fprintf(stderr, "tracegate %s: there is no verdict, whatever was printed; %s: %s\n",
                  job->verb, what, tg_supervised_how(wait_status, was_ended, mend));
}

/* The exit code of a child that has ended; as it was ended, where somebody asked for its end. */
static int judge(const tg_supervise_job *job, const tg_supervised *notes, int wait_status,
                 bool was_ended)
{
    int exit_code = 0;
    if (tg_supervised_has_told(&exit_code, notes)) return exit_code;
    const int told = __atomic_load_n(&notes->told, __ATOMIC_ACQUIRE);
    if (told == HANDED_ON && wait_status != -1 && WIFEXITED(wait_status))
        return WEXITSTATUS(wait_status);
    if (!was_ended && wait_status != -1 && WIFSIGNALED(wait_status)) {
        const int number = WTERMSIG(wait_status);
        if (number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT ||
            number == SIGPIPE) {
            (void)signal(number, SIG_DFL);
            (void)raise(number);
        }
    }
    say_untold(job, wait_status, was_ended);
    return EXIT_UNTOLD;
}

static int cannot(const char *verb, const char *what)
{
    (void)fprintf(stderr,
                  "tracegate %s: no process to run it in: %s: %s: let the system have more "
                  "processes or memory for this user\n",
                  verb, what, strerror(errno));
    return EXIT_NO_CHILD;
}

int tg_supervise(const tg_supervise_job *job)
{
    signals_before before;
    sigset_t awaited;
    int wait_status = -1;
    tg_supervised *notes = tg_process_share(sizeof *notes);
    if (notes == NULL) return cannot(job->verb, "mmap");
    (void)sigemptyset(&awaited);
    (void)sigaddset(&awaited, SIGCHLD);
    for (size_t i = 0; i < NB_PASSED_ON; i++) (void)sigaddset(&awaited, passed_on[i]);
    // A child whose end nobody is told of could not be waited for.
    (void)sigaction(SIGCHLD, &(struct sigaction){.sa_handler = SIG_DFL}, &before.on_child);
    (void)sigprocmask(SIG_BLOCK, &awaited, &before.mask);
    const pid_t child = tg_process_fork();
    if (child == 0) live(job, notes, &before);
    const int why = errno;
    const bool was_ended =
        child > 0 && attend(&wait_status, child, &awaited, notes, job->max_call_s);
    (void)sigprocmask(SIG_SETMASK, &before.mask, NULL);
    (void)sigaction(SIGCHLD, &before.on_child, NULL);
    errno = why;
    const int exit_code =
        child > 0 ? judge(job, notes, wait_status, was_ended) : cannot(job->verb, "fork");
    tg_process_unshare(notes, sizeof *notes);
    return exit_code;
}

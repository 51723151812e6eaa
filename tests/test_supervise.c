/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Verbs under supervision: an exit code counts only if it was told. */
#include "cli/crash.h"
#include "cli/supervise.h"

#include "suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void says(char text[4096], int file)
{
    const ssize_t length = pread(file, text, 4095, 0);
    ck_assert_int_ge(length, 0);
    text[length] = '\0';
}

/* Supervise work, and look at what is said on standard error. */
static int run(char said[4096], tg_supervise_work *work, void *context, double max_call_s)
{
    const tg_supervise_job job = {.verb = "test",
                                  .work = work,
                                  .context = context,
                                  .max_call_s = max_call_s};
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    (void)fflush(stderr);
    const int kept = dup(STDERR_FILENO);
    ck_assert_int_ge(dup2(fileno(file), STDERR_FILENO), 0);
    const int exit_code = tg_supervise(&job);
    ck_assert_int_ge(dup2(kept, STDERR_FILENO), 0);
    (void)close(kept);
    says(said, fileno(file));
    (void)fclose(file);
    return exit_code;
}

static int ends(void *context, tg_supervised *notes)
{
    const int *exit_code = context;
    (void)notes;
    return *exit_code;
}

START_TEST(supervise_hands_back_what_is_told)
{
    char said[4096];
    for (int exit_code = 0; exit_code < 4; exit_code++) {
        ck_assert_int_eq(run(said, ends, &exit_code, 60), exit_code);
        ck_assert_str_eq(said, "");
    }
    int stopped = 143;
    ck_assert_int_eq(run(said, ends, &stopped, 60), 143);
}
END_TEST

static int leaves(void *context, tg_supervised *notes)
{
    const char *how = context;
    (void)notes;
    if (strcmp(how, "_exit") == 0) _exit(0);
    if (strcmp(how, "exit") == 0) exit(0);
    if (strcmp(how, "kill") == 0) (void)raise(SIGKILL);
    if (strcmp(how, "true") == 0 || strcmp(how, "none") == 0) {
        tg_supervise_hand_on(true);
        (void)execlp(how, how, (char *)NULL);
        tg_supervise_hand_on(false);
        _exit(0);
    }
    if (strcmp(how, "leave") == 0) tg_supervise_leave(130);
    tg_crash_announce(NULL, "host", "tracegate gate");
    tg_crash_catch();
    exit(0);
}

START_TEST(supervise_takes_no_silence_for_a_verdict)
{
    char said[4096];
    static const char none[] = "tracegate test: there is no verdict, whatever was printed; ";
    ck_assert_int_eq(run(said, leaves, "_exit", 60), 2);
    ck_assert_ptr_eq(strstr(said, none), said);
    ck_assert_ptr_nonnull(strstr(said, "ended it with exit code 0"));
    ck_assert_int_eq(run(said, leaves, "exit", 60), 2);
    ck_assert_ptr_nonnull(strstr(said, "called exit"));
    ck_assert_int_eq(run(said, leaves, "kill", 60), 2);
    ck_assert_ptr_nonnull(strstr(said, "ended by signal 9, SIGKILL: see whether the system was "));
    ck_assert_int_eq(run(said, leaves, "none", 60), 2);
    ck_assert_ptr_eq(strstr(said, none), said);
    // Another program ends as it ends.
    ck_assert_int_eq(run(said, leaves, "true", 60), 0);
    ck_assert_str_eq(said, "");
    // What the verb itself says is told.
    ck_assert_int_eq(run(said, leaves, "leave", 60), 130);
    ck_assert_str_eq(said, "");
    ck_assert_int_eq(run(said, leaves, "a finding", 60), 1);
    ck_assert_ptr_nonnull(strstr(said, "the kernel ended this process (host)"));
}
END_TEST

/* 0: the end of a process of its own is told. */
static int forks(void *context, tg_supervised *notes)
{
    int ended = 0;
    (void)context;
    (void)notes;
    const pid_t pid = fork();
    if (pid == 0) _exit(7);
    return waitpid(pid, &ended, 0) == pid && WIFEXITED(ended) && WEXITSTATUS(ended) == 7 ? 0 : 9;
}

START_TEST(supervise_is_told_of_children)
{
    char said[4096];
    ck_assert(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
    ck_assert_int_eq(run(said, forks, NULL, 60), 0);
    ck_assert_str_eq(said, "");
    // Here it is as it was.
    ck_assert_ptr_eq(signal(SIGCHLD, SIG_DFL), SIG_IGN);
}
END_TEST

/* A call that does not return, or calls that do, for longer than one may take. */
static int calls(void *context, tg_supervised *notes)
{
    const bool hangs = context != NULL;
    for (int i = 0; i < 15 || hangs; i++) {
        if (i == 0 || !hangs) (void)__atomic_add_fetch(&notes->calls.nb_begun, 1, __ATOMIC_ACQ_REL);
        (void)nanosleep(&(struct timespec){.tv_nsec = 100000000L}, NULL);
        if (!hangs) (void)__atomic_add_fetch(&notes->calls.nb_ended, 1, __ATOMIC_ACQ_REL);
    }
    return 0;
}

START_TEST(supervise_ends_calls_that_do_not_return)
{
    char said[4096];
    int any = 0;
    ck_assert_int_eq(run(said, calls, &any, 1), 2);
    ck_assert_ptr_nonnull(strstr(said, "the chip library's code has not returned within 1 s"));
    ck_assert_int_eq(run(said, calls, NULL, 1), 0);
    ck_assert_str_eq(said, "");
}
END_TEST

static int waits(void *context, tg_supervised *notes)
{
    const int *is_there = context;
    (void)notes;
    if (write(*is_there, "w", 1) != 1) return 3;
    for (;;) (void)pause();
}

/* A process that supervises one which waits. */
static pid_t start_waiting(int *from)
{
    int ends_of[2];
    ck_assert_int_eq(pipe(ends_of), 0);
    const pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        const tg_supervise_job job = {.verb = "test",
                                      .work = waits,
                                      .context = &ends_of[1],
                                      .max_call_s = 60};
        // The suite's own handlers end all of the suite.
        (void)signal(SIGINT, SIG_DFL);
        (void)signal(SIGTERM, SIG_DFL);
        (void)close(ends_of[0]);
        _exit(tg_supervise(&job));
    }
    (void)close(ends_of[1]);
    *from = ends_of[0];
    return pid;
}

START_TEST(supervise_passes_signals_on)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGKILL};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        int from = -1;
        int ended = 0;
        char byte = 0;
        const pid_t pid = start_waiting(&from);
        ck_assert_int_eq(read(from, &byte, 1), 1);
        ck_assert_int_eq(kill(pid, numbers[i]), 0);
        ck_assert_int_eq(waitpid(pid, &ended, 0), pid);
        ck_assert_msg(WIFSIGNALED(ended) && WTERMSIG(ended) == numbers[i], "signal %d: status %d",
                      numbers[i], ended);
        // The child has gone, too: nobody holds the pipe.
        ck_assert_int_eq(read(from, &byte, 1), 0);
        (void)close(from);
    }
}
END_TEST

/* The exit code of a process that says whether it is watched. */
static int watched(bool is_traced, const char *variable, const char *value)
{
    int ended = 0;
    const pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        if (is_traced && ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(9);
        if (variable != NULL) (void)setenv(variable, value, 1);
        _exit(tg_supervise_is_watched());
    }
    ck_assert_int_eq(waitpid(pid, &ended, 0), pid);
    ck_assert(WIFEXITED(ended));
    return WEXITSTATUS(ended);
}

START_TEST(supervise_knows_debuggers)
{
    ck_assert_int_eq(watched(false, NULL, NULL), 0);
    ck_assert_int_eq(watched(true, NULL, NULL), 1);
    ck_assert_int_eq(watched(false, "CUDA_INJECTION64_PATH", "any.so"), 1);
    ck_assert_int_eq(watched(false, "LD_PRELOAD", "libInterceptorInjectionTarget.so"), 1);
    ck_assert_int_eq(watched(false, "LD_PRELOAD", "other.so"), 0);
}
END_TEST

TG_SUITE("supervise", supervise_hands_back_what_is_told, supervise_takes_no_silence_for_a_verdict,
         supervise_is_told_of_children, supervise_ends_calls_that_do_not_return,
         supervise_passes_signals_on, supervise_knows_debuggers)

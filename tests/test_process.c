/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Processes that are forked: how they begin and end, and how they are waited for. */
#include "harness/clock.h"
#include "harness/process.h"
#include "suite.h"

#include <errno.h>
#include <omp.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Seconds that what comes at once may take on a machine that is busy. */
#define SOON_S 60.0

static void wait_ms(long ms)
{
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    (void)nanosleep(&time, NULL);
}

static void assert_no_child(void)
{
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD);
}

/* ---- inside ---- */

/* What a process sees of itself. */
typedef struct self {
    int death_signal;
    struct rlimit core;
    pid_t parent;
} self;

START_TEST(process_begins_apart)
{
    tg_process_burial burial;
    self *seen = tg_process_share(sizeof *seen);
    ck_assert_ptr_nonnull(seen);
    ck_assert_int_eq(seen->parent, 0);
    const pid_t pid = tg_process_fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        (void)prctl(PR_GET_PDEATHSIG, &seen->death_signal);
        (void)getrlimit(RLIMIT_CORE, &seen->core);
        seen->parent = getppid();
        tg_process_leave();
    }
    tg_process_bury(&burial, pid, SOON_S);
    ck_assert(WIFEXITED(burial.wait_status) && WEXITSTATUS(burial.wait_status) == 0);
    ck_assert_int_eq(seen->death_signal, SIGKILL);
    ck_assert_int_eq(seen->parent, getpid());
    // Nobody gets its memory, a program that takes it neither; less than 1 if this process has
    // less.
    ck_assert_uint_le(seen->core.rlim_cur, 1);
    ck_assert_uint_le(seen->core.rlim_max, 1);
    tg_process_unshare(seen, sizeof *seen);
    tg_process_unshare(NULL, 1);
    assert_no_child();
}
END_TEST

/* Handlers of exit, the program's own, which are not to be called there. */
static volatile int *nb_handled;
static void handle(void) { (*nb_handled)++; }

START_TEST(process_is_ended_by_exit_at_once)
{
    tg_process_burial burial;
    int *nb = tg_process_share(sizeof *nb);
    ck_assert_ptr_nonnull(nb);
    nb_handled = nb;
    ck_assert_int_eq(atexit(handle), 0);
    for (int i = 0; i < 2; i++) {
        const pid_t pid = tg_process_fork();
        ck_assert_int_ge(pid, 0);
        if (pid == 0) exit(3);
        tg_process_bury(&burial, pid, SOON_S);
        ck_assert(WIFEXITED(burial.wait_status));
        ck_assert_int_eq(WEXITSTATUS(burial.wait_status), TG_PROCESS_EXIT_CALLED);
    }
    ck_assert_int_eq(*nb, 0);
}
END_TEST

START_TEST(process_writes_no_buffer_twice)
{
    tg_process_burial burial;
    char text[64] = "";
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    const int before = dup(STDOUT_FILENO);
    (void)fflush(stdout);
    (void)dup2(fileno(file), STDOUT_FILENO);
    (void)fputs("once", stdout);
    const pid_t pid = tg_process_fork();
    if (pid == 0) {
        (void)fputs(", there", stdout);
        (void)fflush(stdout);
        tg_process_leave();
    }
    tg_process_bury(&burial, pid, SOON_S);
    (void)fflush(stdout);
    (void)dup2(before, STDOUT_FILENO);
    (void)close(before);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    ck_assert_str_eq(text, "once, there");
    (void)fclose(file);
}
END_TEST

/* The other end of a pipe is closed when all who have it have ended. */
START_TEST(process_ends_with_its_parent)
{
    int ends[2];
    int begun[2];
    char byte = 0;
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(pipe(begun), 0);
    const pid_t parent = fork();
    ck_assert_int_ge(parent, 0);
    if (parent == 0) {
        const pid_t pid = tg_process_fork();
        if (pid == 0) (void)!write(begun[1], "", 1);
        while (pid == 0) {
            (void)pause();
        }
        // It has begun, and nothing but its parent's end ends it.
        _exit(read(begun[0], &byte, 1) != 1);
    }
    (void)close(begun[0]);
    (void)close(begun[1]);
    (void)close(ends[1]);
    ck_assert_int_eq(waitpid(parent, NULL, 0), parent);
    ck_assert_int_eq(tg_process_wait_readable(ends[0], 10), 1);
    ck_assert_int_eq(read(ends[0], &byte, 1), 0);
    (void)close(ends[0]);
}
END_TEST

START_TEST(process_without_its_parent_does_not_begin)
{
    tg_process_burial burial;
    const pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        // Its own number is that of nobody's parent.
        tg_process_end_with(getpid());
        _exit(1);
    }
    tg_process_bury(&burial, pid, SOON_S);
    ck_assert(WIFEXITED(burial.wait_status) && WEXITSTATUS(burial.wait_status) == 0);
}
END_TEST

/* More threads than one where there are any, which are not those of the thread that forked. */
static void *count_threads(void *argument)
{
    int nb = 0;
#pragma omp parallel num_threads(2) reduction(+ : nb)
    nb++;
    *(int *)argument = nb;
    return NULL;
}

START_TEST(process_has_threads_of_its_own)
{
    tg_process_burial burial;
    int here = 0;
    int *there = tg_process_share(sizeof *there);
    ck_assert_ptr_nonnull(there);
    (void)count_threads(&here);
    ck_assert_int_ge(here, 1);
    const pid_t pid = tg_process_fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        (void)tg_process_do(count_threads, there);
        tg_process_leave();
    }
    tg_process_bury(&burial, pid, SOON_S);
    ck_assert(!burial.was_killed);
    ck_assert_int_eq(*there, here);
}
END_TEST

/* ---- waiting ---- */

START_TEST(process_waits_for_what_can_be_read)
{
    int ends[2];
    tg_process_burial burial;
    ck_assert_int_eq(pipe(ends), 0);
    const double start_s = tg_now_s();
    ck_assert_int_eq(tg_process_wait_readable(ends[0], 0.03), 0);
    ck_assert_double_ge(tg_now_s() - start_s, 0.03);
    // More turns than one.
    ck_assert_int_eq(tg_process_wait_readable(ends[0], 0.6), 0);
    ck_assert_double_ge(tg_now_s() - start_s, 0.63);
    const pid_t pid = tg_process_fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        wait_ms(20);
        _exit(write(ends[1], "", 1) != 1);
    }
    ck_assert_int_eq(tg_process_wait_readable(ends[0], 0), 1);
    tg_process_bury(&burial, pid, SOON_S);
    ck_assert(!burial.was_killed);
    char byte = 1;
    ck_assert_int_eq(read(ends[0], &byte, 1), 1);
    ck_assert_int_eq(tg_process_wait_readable(ends[0], 0.01), 0);
    (void)close(ends[1]);
    ck_assert_int_eq(tg_process_wait_readable(ends[0], 0), 1);
    (void)close(ends[0]);
}
END_TEST

/* A limit, and how long those are stopped whose limit it is. */
#define LIMIT_S 1.0
#define STOP_MS 2000

/* A process that waits for a byte, or for a child that waits for one: exit code 0 if that came. */
static pid_t begin_to_wait(bool is_child, int ends[2])
{
    const pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid != 0) return pid;
    if (!is_child) _exit(tg_process_wait_readable(ends[0], LIMIT_S) != 1);
    int status = 0;
    const pid_t child = fork();
    if (child == 0) _exit(tg_process_wait_readable(ends[0], SOON_S) != 1);
    _exit(!tg_process_reap(&status, child, LIMIT_S) || status != 0);
}

START_TEST(process_does_not_count_time_in_which_it_is_stopped)
{
    int ends[2];
    int status = 0;
    pid_t pids[2];
    ck_assert_int_eq(pipe(ends), 0);
    for (int i = 0; i < 2; i++) pids[i] = begin_to_wait(i == 1, ends);
    wait_ms(50);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(kill(pids[i], SIGSTOP), 0);
        ck_assert_int_eq(waitpid(pids[i], &status, WUNTRACED), pids[i]);
        ck_assert(WIFSTOPPED(status));
    }
    wait_ms(STOP_MS);
    for (int i = 0; i < 2; i++) ck_assert_int_eq(kill(pids[i], SIGCONT), 0);
    wait_ms(50);
    ck_assert_int_eq(write(ends[1], "", 1), 1);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
        ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the time counted: %d", i);
    }
    assert_no_child();
}
END_TEST

/* ---- ends ---- */

static pid_t begin_to_pause(void)
{
    const pid_t pid = tg_process_fork();
    ck_assert_int_ge(pid, 0);
    while (pid == 0) {
        (void)pause();
    }
    return pid;
}

START_TEST(process_reap_does_not_wait_for_ever)
{
    int status = 0;
    const pid_t child = begin_to_pause();
    ck_assert(!tg_process_reap(&status, child, 0.02));
    ck_assert_int_eq(status, -1);
    ck_assert(!tg_process_reap(&status, child, 0));
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert(tg_process_reap(&status, child, SOON_S));
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    // There is nothing more to wait for.
    ck_assert(tg_process_reap(&status, child, SOON_S));
    ck_assert_int_eq(status, -1);
    assert_no_child();
}
END_TEST

START_TEST(process_reap_takes_all_of_a_group)
{
    int status = 0;
    const pid_t first = begin_to_pause();
    const pid_t second = begin_to_pause();
    ck_assert_int_eq(setpgid(first, first), 0);
    ck_assert_int_eq(setpgid(second, first), 0);
    ck_assert(!tg_process_reap(&status, -first, 0.01));
    ck_assert_int_eq(kill(-first, SIGKILL), 0);
    ck_assert(tg_process_reap(&status, -first, SOON_S));
    assert_no_child();
}
END_TEST

START_TEST(process_bury_kills_what_does_not_end)
{
    static const double limits_s[] = {0, 0.05};
    for (size_t i = 0; i < sizeof limits_s / sizeof limits_s[0]; i++) {
        tg_process_burial burial;
        tg_process_bury(&burial, begin_to_pause(), limits_s[i]);
        ck_assert(burial.was_killed);
        ck_assert(!burial.is_abandoned);
        ck_assert(WIFSIGNALED(burial.wait_status) && WTERMSIG(burial.wait_status) == SIGKILL);
        assert_no_child();
    }
}
END_TEST

START_TEST(process_bury_keeps_how_a_process_ended)
{
    tg_process_burial burial;
    siginfo_t info;
    const pid_t pid = tg_process_fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) _exit(7);
    // It is not looked for in time, and is not hung for all that.
    ck_assert_int_eq(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    tg_process_bury(&burial, pid, 0);
    ck_assert(!burial.was_killed && !burial.is_abandoned);
    ck_assert(WIFEXITED(burial.wait_status) && WEXITSTATUS(burial.wait_status) == 7);
    // Nobody's child any more.
    tg_process_bury(&burial, pid, SOON_S);
    ck_assert(!burial.was_killed && !burial.is_abandoned);
    ck_assert_int_eq(burial.wait_status, -1);
}
END_TEST

/* ---- what comes back ---- */

START_TEST(process_takes_errors_that_can_be_read)
{
    tg_error error;
    for (int status = -1; status <= TG_NB_STATUSES; status++) {
        for (int failure = -1; failure <= TG_NB_FAILURES; failure++) {
            memset(&error, 'x', sizeof error);
            error.failure = (tg_failure)failure;
            const bool is_one = status >= 0 && status < TG_NB_STATUSES;
            const bool is_failure = failure >= 0 && failure < TG_NB_FAILURES;
            ck_assert_int_eq(tg_process_take_error(&error, (tg_status)status), is_one);
            ck_assert_int_eq((int)error.status, status);
            ck_assert_int_eq(error.failure, is_failure ? failure : TG_FAILURE_OTHER);
            ck_assert_uint_eq(strlen(error.what), sizeof error.what - 1);
            ck_assert_uint_eq(strlen(error.where), sizeof error.where - 1);
            ck_assert_uint_eq(strlen(error.how), sizeof error.how - 1);
        }
    }
}
END_TEST

TG_SUITE("process", process_begins_apart, process_is_ended_by_exit_at_once,
         process_writes_no_buffer_twice, process_ends_with_its_parent,
         process_without_its_parent_does_not_begin, process_has_threads_of_its_own,
         process_waits_for_what_can_be_read, process_does_not_count_time_in_which_it_is_stopped,
         process_reap_does_not_wait_for_ever, process_reap_takes_all_of_a_group,
         process_bury_kills_what_does_not_end, process_bury_keeps_how_a_process_ended,
         process_takes_errors_that_can_be_read)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The end at Ctrl-C, in processes of their own: what is said is whole, in whatever thread the
 * signal comes in; nobody need read it; signals that are ignored stay so. */
#define _XOPEN_SOURCE 700 /* nanosleep, sigset_t */
#include "cli/stop.h"

#include "suite.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Ends that are tried while lines change. */
#define NB_ENDS 40

#define LENGTH 900
#define MAX_SECONDS 30

/* A process that says it is ready, and waits for its end. */
typedef void prepare(void);

static void wait_for_end(void)
{
    for (;;) {
        (void)pause();
    }
}

/* Start it, with `to` as standard output, and wait until it is ready. */
static pid_t start(int to, prepare *work)
{
    int ready[2];
    char byte = 0;
    ck_assert_int_eq(pipe(ready), 0);
    const pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        // Not the suite's limit, which a handler of the suite would see.
        (void)signal(SIGTERM, SIG_DFL);
        (void)signal(SIGINT, SIG_DFL);
        (void)dup2(to, STDOUT_FILENO);
        (void)close(to);
        work();
        (void)write(ready[1], &byte, 1);
        (void)close(ready[0]);
        (void)close(ready[1]);
        wait_for_end();
    }
    (void)close(ready[1]);
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    (void)close(ready[0]);
    return pid;
}

/* Its wait status; -1: it did not end, and was made to. */
static int status_of(pid_t pid)
{
    int status = 0;
    for (int i = 0; i < MAX_SECONDS * 100; i++) {
        if (waitpid(pid, &status, WNOHANG) == pid) return status;
        (void)nanosleep(&(struct timespec){.tv_nsec = 10000000L}, NULL);
    }
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, &status, 0);
    return -1;
}

#define assert_exit_code(pid, code)                    \
    do {                                               \
        const int ended_ = status_of(pid);             \
        ck_assert_int_ne(ended_, -1);                  \
        ck_assert(WIFEXITED(ended_));                  \
        ck_assert_int_eq(WEXITSTATUS(ended_), (code)); \
    } while (0)

/* What it said: all that is in a pipe whose other ends are closed. */
static void read_all(char *text, size_t max_bytes, int from)
{
    size_t nb_bytes = 0;
    ssize_t nb = 0;
    while (nb_bytes + 1 < max_bytes &&
           (nb = read(from, text + nb_bytes, max_bytes - 1 - nb_bytes)) > 0)
        nb_bytes += (size_t)nb;
    text[nb_bytes] = '\0';
}

/* ---- what is said ---- */

static void say_both(void)
{
    tg_stop_say(TG_STOP_OF_RUN, "never said");
    tg_stop_say(TG_STOP_OF_RUN, "cases %d", 3);
    tg_stop_say(TG_STOP_OF_LIST, "findings %d", 4);
    tg_stop_catch();
}

static void say_nothing(void)
{
    tg_stop_say(TG_STOP_OF_RUN, "never said");
    tg_stop_say(TG_STOP_OF_RUN, NULL);
    tg_stop_catch();
}

START_TEST(stop_says_what_was_done)
{
    static const struct {
        prepare *work;
        int number;
        const char *said;
    } cases[] = {
        {say_both, SIGINT, "\nSTOPPED by SIGINT: cases 3\n\nSTOPPED by SIGINT: findings 4\n"},
        {say_both, SIGTERM, "\nSTOPPED by SIGTERM: cases 3\n\nSTOPPED by SIGTERM: findings 4\n"},
        {say_nothing, SIGINT, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[4096];
        int ends[2];
        ck_assert_int_eq(pipe(ends), 0);
        const pid_t pid = start(ends[1], cases[i].work);
        (void)close(ends[1]);
        ck_assert_int_eq(kill(pid, cases[i].number), 0);
        assert_exit_code(pid, 128 + cases[i].number);
        read_all(text, sizeof text, ends[0]);
        ck_assert_str_eq(text, cases[i].said);
        (void)close(ends[0]);
    }
}
END_TEST

static atomic_bool has_said;

/* Lines of one letter each, by a thread that no signal comes to. */
static void *say_letters(void *nothing)
{
    char text[LENGTH + 1];
    sigset_t all;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, NULL);
    text[LENGTH] = '\0';
    for (unsigned i = 0;; i++) {
        memset(text, 'a' + (int)(i % 26), LENGTH);
        tg_stop_say(TG_STOP_OF_RUN, "%s", text);
        atomic_store(&has_said, true);
    }
    return nothing;
}

static void say_in_thread(void)
{
    pthread_t thread;
    tg_stop_catch();
    if (pthread_create(&thread, NULL, say_letters, NULL) != 0) _exit(1);
    while (!atomic_load(&has_said)) (void)nanosleep(&(struct timespec){.tv_nsec = 1000000L}, NULL);
}

START_TEST(stop_says_whole_lines_in_any_thread)
{
    static const char before[] = "\nSTOPPED by SIGINT: ";
    for (int i = 0; i < NB_ENDS; i++) {
        char text[4096];
        int ends[2];
        ck_assert_int_eq(pipe(ends), 0);
        const pid_t pid = start(ends[1], say_in_thread);
        (void)close(ends[1]);
        ck_assert_int_eq(kill(pid, SIGINT), 0);
        assert_exit_code(pid, 130);
        read_all(text, sizeof text, ends[0]);
        (void)close(ends[0]);
        ck_assert_int_eq(strncmp(text, before, sizeof before - 1), 0);
        const char *line = text + sizeof before - 1;
        ck_assert_uint_eq(strlen(line), LENGTH + 1);
        for (size_t k = 0; k < LENGTH; k++) ck_assert_int_eq(line[k], line[0]);
    }
}
END_TEST

/* ---- nobody reads ---- */

START_TEST(stop_ends_where_nobody_reads)
{
    static const char filler[4096];
    static const int numbers[] = {SIGINT, SIGTERM};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        int ends[2];
        ck_assert_int_eq(pipe(ends), 0);
        ck_assert_int_eq(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
        while (write(ends[1], filler, sizeof filler) > 0) continue;
        ck_assert_int_eq(errno, EAGAIN);
        ck_assert_int_eq(fcntl(ends[1], F_SETFL, 0), 0);
        const pid_t pid = start(ends[1], say_both);
        // A second one, as of timeout, changes nothing.
        ck_assert_int_eq(kill(pid, numbers[i]), 0);
        (void)nanosleep(&(struct timespec){.tv_nsec = 100000000L}, NULL);
        ck_assert_int_eq(kill(pid, numbers[1 - i]), 0);
        assert_exit_code(pid, 128 + numbers[i]);
        (void)close(ends[0]);
        (void)close(ends[1]);
    }
}
END_TEST

/* ---- ignored ---- */

static void ignore_int(void)
{
    (void)signal(SIGINT, SIG_IGN);
    say_both();
}

START_TEST(stop_leaves_ignored_what_is_ignored)
{
    char text[4096];
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    const pid_t pid = start(ends[1], ignore_int);
    (void)close(ends[1]);
    ck_assert_int_eq(kill(pid, SIGINT), 0);
    (void)nanosleep(&(struct timespec){.tv_nsec = 100000000L}, NULL);
    ck_assert_int_eq(kill(pid, SIGTERM), 0);
    assert_exit_code(pid, 143);
    read_all(text, sizeof text, ends[0]);
    (void)close(ends[0]);
    ck_assert_ptr_null(strstr(text, "SIGINT"));
    ck_assert_ptr_nonnull(strstr(text, "STOPPED by SIGTERM: cases 3"));
}
END_TEST

TG_SUITE("stop", stop_says_what_was_done, stop_says_whole_lines_in_any_thread,
         stop_ends_where_nobody_reads, stop_leaves_ignored_what_is_ignored)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Work in a process of its own: what it has to say comes back, and how it ends is told. */
#include "cli/apart.h"
#include "harness/clock.h"
#include "suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a piece of work does, in this order. */
typedef struct plan {
    bool begins;
    unsigned nb_beats; /* each behind BEAT_MS */
    int signal_number; /* 0: none */
    int exit_code;     /* -1: none */
    bool closes;       /* its files */
    bool hangs;
    bool babbles;
    bool notes_nothing; /* from here on */
    unsigned nb_naps;   /* each of NAP_MS */
    tg_status status;
} plan;

#define BEAT_MS 150
#define NAP_MS 20

static const plan quiet = {.begins = true, .exit_code = -1};

static void pause_ms(unsigned ms)
{
    const struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
    (void)nanosleep(&time, NULL);
}

static void work(void *context, void *result, tg_apart_told *told, tg_apart *apart)
{
    const plan *of = context;
    if (of->begins) tg_apart_begin(apart);
    for (unsigned i = 0; i < of->nb_beats; i++) {
        pause_ms(BEAT_MS);
        tg_apart_beat(apart);
    }
    for (unsigned i = 0; i < of->nb_naps; i++) pause_ms(NAP_MS);
    if (of->notes_nothing) tg_launches_stop(tg_apart_launches(apart));
    if (of->signal_number != 0) {
        // The runner of tests has a handler for some.
        if (of->signal_number != SIGKILL) (void)signal(of->signal_number, SIG_DFL);
        (void)raise(of->signal_number);
    }
    if (of->exit_code >= 0) exit(of->exit_code);
    for (int file = STDERR_FILENO + 1; of->closes && file < 256; file++) (void)close(file);
    if (of->hangs) pause_ms(60000);
    memcpy(result, "made", 5);
    told->status = of->status;
    if (of->babbles) {
        memset(told, 0xff, sizeof *told);
    } else if (of->status != TG_OK) {
        tg_error_set(&told->error, of->status, "the work is bad");
    }
}

/* Do it, for a second and a half at the most. */
static void run(tg_apart_told *told, char made[16], const plan *of, bool is_apart, double max_s)
{
    plan copy = *of;
    memset(made, 1, 16);
    const tg_apart_job job = {.work = work,
                              .context = &copy,
                              .result = made,
                              .result_bytes = 16,
                              .is_apart = is_apart,
                              .max_seconds = max_s,
                              .again = "tracegate"};
    tg_apart_run(told, &job);
    // Nobody is left.
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}

static void assert_ends(const plan *of, double max_s, tg_status status, tg_failure failure,
                        const char *words)
{
    tg_apart_told told;
    char made[16];
    run(&told, made, of, true, max_s);
    ck_assert_int_eq(told.status, status);
    ck_assert_int_eq(told.error.failure, failure);
    ck_assert_msg(strstr(told.error.what, words) != NULL, "%s", told.error.what);
    ck_assert(told.error.how[0] != '\0');
    ck_assert_str_eq(told.trace, "");
    for (size_t i = 0; i < sizeof made; i++) ck_assert_int_eq(made[i], 0);
}

START_TEST(apart_brings_what_was_made)
{
    tg_apart_told told;
    char made[16];
    for (int is_apart = 0; is_apart < 2; is_apart++) {
        run(&told, made, &quiet, is_apart == 1, 0);
        ck_assert_int_eq(told.status, TG_OK);
        ck_assert_str_eq(made, "made");
        plan fails = quiet;
        fails.status = TG_ERR_EVENT;
        run(&told, made, &fails, is_apart == 1, 0);
        ck_assert_int_eq(told.status, TG_ERR_EVENT);
        ck_assert_str_eq(told.error.what, "the work is bad");
        // Whatever it wrote elsewhere, this process is as it was.
        ck_assert_str_eq(made, "made");
    }
}
END_TEST

START_TEST(apart_tells_how_a_process_ended)
{
    const plan dies = {.begins = true, .exit_code = -1, .signal_number = SIGILL};
    const plan killed = {.begins = true, .exit_code = -1, .signal_number = SIGKILL};
    const plan leaves = {.begins = true, .exit_code = 3};
    assert_ends(&dies, 0, TG_ERR_KERNEL, TG_FAILURE_CRASH, "was ended by signal 4, SIGILL");
    assert_ends(&killed, 0, TG_ERR_KERNEL, TG_FAILURE_OTHER,
                "the pipeline: its process was killed by signal 9, SIGKILL, from outside");
    plan asked = killed;
    asked.signal_number = SIGTERM;
    assert_ends(&asked, 0, TG_ERR_KERNEL, TG_FAILURE_OTHER,
                "the pipeline: its process was killed by signal 15, SIGTERM, from outside");
    assert_ends(&leaves, 0, TG_ERR_KERNEL, TG_FAILURE_EXIT, "or what it calls, called exit");
    // Before it began no kernel is to blame.
    plan early = dies;
    early.begins = false;
    assert_ends(&early, 0, TG_ERR_DEVICE, TG_FAILURE_OTHER, "opening the device: its process was");
}
END_TEST

START_TEST(apart_ends_what_does_not_end)
{
    const plan hangs = {.begins = true, .exit_code = -1, .hangs = true};
    const double start_s = tg_now_s();
    assert_ends(&hangs, 0.3, TG_ERR_KERNEL, TG_FAILURE_HANG, "has not ended within 0.3 s");
    ck_assert_double_lt(tg_now_s() - start_s, 30);
    // Nor one that has gone as far as to close its files.
    plan stays = hangs;
    stays.closes = true;
    assert_ends(&stays, 0, TG_ERR_KERNEL, TG_FAILURE_HANG, "has not ended within 5 s");
}
END_TEST

START_TEST(apart_says_where_launches_are_not_noted)
{
    tg_apart_told told;
    char made[16];
    const plan dies = {.begins = true,
                       .exit_code = -1,
                       .notes_nothing = true,
                       .signal_number = SIGILL};
    const plan hangs = {.begins = true, .exit_code = -1, .notes_nothing = true, .hangs = true};
    run(&told, made, &dies, true, 0);
    ck_assert_str_eq(told.error.where, "launches are not noted while measuring");
    ck_assert_ptr_nonnull(strstr(told.error.how, "'tracegate gate --pipeline'"));
    ck_assert_ptr_null(strstr(told.error.how, "--max-run-seconds"));
    run(&told, made, &hangs, true, 0.3);
    ck_assert_ptr_nonnull(strstr(told.error.how, "'tracegate gate --pipeline'"));
    ck_assert_ptr_nonnull(strstr(told.error.how, "--max-run-seconds"));
}
END_TEST

START_TEST(apart_does_not_count_time_in_which_it_is_stopped)
{
    // What takes a fifth of its limit, stopped with its process for twice that limit.
    plan naps = quiet;
    naps.nb_naps = 20;
    const double max_s = 5 * 20 * NAP_MS / 1e3;
    int status = 0;
    const pid_t pid = fork();
    if (pid == 0) {
        tg_apart_told told;
        char made[16];
        (void)setpgid(0, 0);
        run(&told, made, &naps, true, max_s);
        _exit(told.status == TG_OK ? 0 : 1);
    }
    (void)setpgid(pid, pid);
    pause_ms(5 * NAP_MS);
    ck_assert_int_eq(kill(-pid, SIGSTOP), 0);
    ck_assert_int_eq(waitpid(pid, &status, WUNTRACED), pid);
    ck_assert(WIFSTOPPED(status));
    pause_ms((unsigned)(2e3 * max_s));
    ck_assert_int_eq(kill(-pid, SIGCONT), 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

START_TEST(apart_counts_from_the_last_beat)
{
    tg_apart_told told;
    char made[16];
    // Longer than its limit, and never longer between two beats: ten times as long as one takes.
    plan beats = quiet;
    beats.nb_beats = 12;
    run(&told, made, &beats, true, 10 * BEAT_MS / 1e3);
    ck_assert_int_eq(told.status, TG_OK);
    ck_assert_str_eq(made, "made");
}
END_TEST

START_TEST(apart_survives_what_is_no_answer)
{
    tg_apart_told told;
    char made[16];
    plan babbles = quiet;
    babbles.babbles = true;
    run(&told, made, &babbles, true, 0);
    ck_assert_int_eq(told.status, TG_ERR_KERNEL);
    ck_assert_uint_lt(strlen(told.error.what), sizeof told.error.what);
    ck_assert_uint_lt(strlen(told.more), sizeof told.more);
    ck_assert_uint_lt(strlen(told.trace), sizeof told.trace);
}
END_TEST

/* What is said on standard error. */
static void said(char *text, size_t size, const tg_apart_told *told, tg_status *status,
                 tg_error *error)
{
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    const int before = dup(STDERR_FILENO);
    (void)fflush(stderr);
    (void)dup2(fileno(file), STDERR_FILENO);
    *status = tg_apart_end(told, "tracegate test", "tracegate test --again", error);
    (void)fflush(stderr);
    (void)dup2(before, STDERR_FILENO);
    (void)close(before);
    rewind(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    (void)fclose(file);
}

START_TEST(apart_says_a_failure_once)
{
    tg_apart_told told = {.status = TG_ERR_IO};
    char text[4096];
    tg_status status = TG_OK;
    tg_error error = {.status = TG_OK};
    tg_error_set(&told.error, TG_ERR_IO, "no such file");
    // One line is the caller's to say.
    said(text, sizeof text, &told, &status, &error);
    ck_assert_int_eq(status, TG_ERR_IO);
    ck_assert_str_eq(error.what, "no such file");
    ck_assert_str_eq(text, "");
    // A kernel's failure has its key and its line, and nothing is left to be said.
    told.status = tg_error_set(&told.error, TG_ERR_KERNEL, "the kernel of it was bad");
    tg_error_failure(&told.error, TG_FAILURE_CRASH);
    (void)snprintf(told.trace, sizeof told.trace, "%s", tg_trace_at(0)->name);
    (void)snprintf(told.more, sizeof told.more, "also another\n");
    said(text, sizeof text, &told, &status, &error);
    ck_assert_int_eq(status, TG_ERR_KERNEL);
    ck_assert_str_eq(error.what, "");
    ck_assert_ptr_eq(strstr(text, "tracegate test: the kernel of it was bad\nalso another\n"),
                     text);
    ck_assert_ptr_nonnull(strstr(text, "\n  again: tracegate test --again\n"));
    char key[256];
    (void)snprintf(key, sizeof key, "\n  key          %s/failed/crashed/", tg_trace_at(0)->name);
    ck_assert_ptr_nonnull(strstr(text, key));
}
END_TEST

TG_SUITE("apart", apart_brings_what_was_made, apart_tells_how_a_process_ended,
         apart_ends_what_does_not_end, apart_says_where_launches_are_not_noted,
         apart_does_not_count_time_in_which_it_is_stopped, apart_counts_from_the_last_beat,
         apart_survives_what_is_no_answer, apart_says_a_failure_once)

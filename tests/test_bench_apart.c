/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Measurements in processes of their own: what comes back, and how one that does not end well is
 * told. */
#include "harness/bench_apart.h"
#include "suite.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a measurement does, and what this process sees of it. */
typedef struct plan {
    int signal_number; /* 0: none */
    bool exits;        /* without handlers, and with them */
    bool calls_exit;
    bool hangs;
    bool babbles;
    tg_status status;
    size_t *shared;
    size_t nb_begun;
    size_t nb_ended;
} plan;

static tg_status work(void *context, tg_error *error)
{
    plan *of = context;
    if (of->signal_number != 0) (void)raise(of->signal_number);
    if (of->exits) _exit(0);
    if (of->calls_exit) exit(0);
    while (of->hangs) (void)pause();
    if (of->babbles) memset(error, 'x', sizeof *error);
    if (of->babbles) return of->status;
    *of->shared = 7;
    of->nb_begun = 100; // of this process only
    if (of->status != TG_OK) {
        tg_error_set(error, of->status, "the work is bad");
        tg_error_how(error, "do better");
    }
    return of->status;
}

static void begin(void *context) { ((plan *)context)->nb_begun++; }
static void end(void *context) { ((plan *)context)->nb_ended++; }

/* Measure, for max_s seconds at the most. Returns what the work left in shared memory. */
static size_t measure(plan of, double max_s, tg_status expected, const char *text)
{
    void *memory = NULL;
    tg_assert_ok(tg_bench_share(&memory, sizeof *of.shared, tg_suite_error));
    of.shared = memory;
    ck_assert_uint_eq(*of.shared, 0);
    const tg_bench_watch watch = {.begun = begin, .ended = end, .context = &of, .max_s = max_s};
    if (expected == TG_OK) {
        tg_assert_ok(tg_bench_apart(work, &of, &watch, tg_suite_error));
    } else {
        tg_assert_fails(expected, text, tg_bench_apart(work, &of, &watch, tg_suite_error));
    }
    ck_assert_uint_eq(of.nb_begun, 1);
    ck_assert_uint_eq(of.nb_ended, 1);
    const size_t left = *of.shared;
    tg_bench_unshare(memory, sizeof *of.shared);
    // None is left behind.
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD);
    return left;
}

START_TEST(bench_apart_shares_what_was_asked_for)
{
    ck_assert_uint_eq(measure((plan){.status = TG_OK}, 0, TG_OK, NULL), 7);
}
END_TEST

START_TEST(bench_apart_brings_the_error_of_the_work)
{
    const plan fails = {.status = TG_ERR_MISMATCH};
    ck_assert_uint_eq(measure(fails, 0, TG_ERR_MISMATCH, "the work is bad"), 7);
}
END_TEST

START_TEST(bench_apart_tells_how_a_process_ended)
{
    (void)measure((plan){.signal_number = SIGKILL}, 0, TG_ERR_DEVICE, "ended by signal 9");
    (void)measure((plan){.exits = true}, 0, TG_ERR_DEVICE, "ended its process");
    (void)measure((plan){.calls_exit = true}, 0, TG_ERR_DEVICE, "ended its process");
}
END_TEST

/* Whatever a kernel did to the memory that tells how it went. */
START_TEST(bench_apart_survives_what_is_no_answer)
{
    const tg_status none[] = {(tg_status)-1, (tg_status)TG_NB_STATUSES};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        (void)measure((plan){.babbles = true, .status = none[i]}, 0, TG_ERR_DEVICE,
                      "wrote over what it had to say");
    }
    // Texts without an end.
    tg_error error = {.status = TG_OK};
    plan of = {.babbles = true, .status = TG_ERR_EVENT};
    ck_assert_int_eq(tg_bench_apart(work, &of, NULL, &error), TG_ERR_EVENT);
    ck_assert_int_eq(error.status, TG_ERR_EVENT);
    ck_assert_uint_lt(strlen(error.what), sizeof error.what);
    ck_assert_uint_lt(strlen(error.how), sizeof error.how);
}
END_TEST

START_TEST(bench_apart_ends_what_does_not_end)
{
    (void)measure((plan){.hangs = true}, 0.3, TG_ERR_DEVICE, "did not end in 0.3 s");
}
END_TEST

/* Nobody has to watch. */
START_TEST(bench_apart_needs_no_watch)
{
    void *memory = NULL;
    tg_assert_ok(tg_bench_share(&memory, sizeof(size_t), tg_suite_error));
    plan of = {.shared = memory};
    tg_assert_ok(tg_bench_apart(work, &of, NULL, tg_suite_error));
    ck_assert_uint_eq(*of.shared, 7);
    tg_bench_unshare(memory, sizeof(size_t));
    tg_bench_unshare(NULL, 1);
}
END_TEST

TG_SUITE("bench_apart", bench_apart_shares_what_was_asked_for,
         bench_apart_brings_the_error_of_the_work, bench_apart_tells_how_a_process_ended,
         bench_apart_survives_what_is_no_answer, bench_apart_ends_what_does_not_end,
         bench_apart_needs_no_watch)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Measurements for which the system has no memory, process or thread: an error that says which. */
#include "fault.h"
#include "harness/bench_apart.h"
#include "suite.h"

#include <sys/wait.h>

static tg_status work(void *context, tg_error *error)
{
    (void)error;
    *(int *)context = 7;
    return TG_OK;
}

static void count(void *context) { (*(int *)context)++; }

/* Measure with a call that fails, and once more without. nb_watched: calls of those who watch */
static void fail_call(tg_fault_kind kind, long nth, const char *words, int nb_watched)
{
    tg_error error = {.status = TG_OK};
    void *shared = NULL;
    int nb = 0;
    const tg_bench_watch watch = {.begun = count, .ended = count, .context = &nb, .max_s = 60};
    tg_assert_ok(tg_bench_share(&shared, sizeof(int), tg_suite_error));
    tg_fault_arm(kind, nth);
    const tg_status status = tg_bench_apart(work, shared, &watch, &error);
    (void)tg_fault_disarm();
    ck_assert_int_eq(*(const int *)shared, 0);
    tg_assert_fails(TG_ERR_MEMORY, words, (*tg_suite_error = error, status));
    ck_assert_int_eq(nb, nb_watched);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    tg_assert_ok(tg_bench_apart(work, shared, &watch, tg_suite_error));
    ck_assert_int_eq(*(const int *)shared, 7);
    tg_bench_unshare(shared, sizeof(int));
}

START_TEST(bench_apart_fault_says_that_there_is_no_memory)
{
    void *shared = &shared;
    tg_error error = {.status = TG_OK};
    fail_call(TG_FAULT_MEMORY, 1, "nothing can be measured apart: mmap: ", 0);
    tg_fault_arm(TG_FAULT_MEMORY, 1);
    const tg_status status = tg_bench_share(&shared, 100, &error);
    ck_assert(tg_fault_disarm());
    tg_assert_fails(TG_ERR_MEMORY, "mmap: ", (*tg_suite_error = error, status));
    ck_assert_ptr_null(shared);
}
END_TEST

START_TEST(bench_apart_fault_says_that_there_is_no_process)
{
    fail_call(TG_FAULT_PROCESS, 1, "nothing can be measured apart: fork: ", 0);
}
END_TEST

/* The second call is the other process's, which has a count of its own. */
START_TEST(bench_apart_fault_says_that_there_is_no_thread)
{
    fail_call(TG_FAULT_PROCESS, 2, "nothing can be measured apart: pthread_create: ", 2);
}
END_TEST

TG_SUITE("bench_apart_fault", bench_apart_fault_says_that_there_is_no_memory,
         bench_apart_fault_says_that_there_is_no_process,
         bench_apart_fault_says_that_there_is_no_thread)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A process for work that the system does not give: it is said what failed, and nothing is left. */
#include "cli/apart.h"
#include "fault.h"
#include "suite.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void work(void *context, void *result, tg_apart_told *told, tg_apart *apart)
{
    const bool *hangs = context;
    tg_apart_begin(apart);
    while (*hangs) {
        (void)pause();
    }
    memcpy(result, "made", 5);
    told->status = TG_OK;
}

static void run_some(tg_apart_told *told, char made[16], bool hangs)
{
    const tg_apart_job job = {.work = work,
                              .context = &hangs,
                              .result = made,
                              .result_bytes = 16,
                              .is_apart = true,
                              .max_seconds = 60,
                              .again = "tracegate"};
    memset(made, 1, 16);
    tg_apart_run(told, &job);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}

static void run(tg_apart_told *told, char made[16]) { run_some(told, made, false); }

static void assert_none(const tg_apart_told *told, const char *made, const char *words)
{
    ck_assert_int_eq(told->status, TG_ERR_MEMORY);
    ck_assert_msg(strstr(told->error.what, words) != NULL, "%s", told->error.what);
    ck_assert(told->error.how[0] != '\0');
    for (size_t i = 0; i < 16; i++) ck_assert_int_eq(made[i], 0);
}

START_TEST(apart_fault_says_that_there_is_no_memory)
{
    tg_apart_told told;
    char made[16];
    tg_fault_arm(TG_FAULT_MEMORY, 1);
    run(&told, made);
    ck_assert(tg_fault_disarm());
    assert_none(&told, made, "no process for the pipeline: mmap: ");
}
END_TEST

START_TEST(apart_fault_says_that_there_is_no_process)
{
    tg_apart_told told;
    char made[16];
    tg_fault_arm(TG_FAULT_PROCESS, 1);
    run(&told, made);
    ck_assert(tg_fault_disarm());
    assert_none(&told, made, "no process for the pipeline: fork: ");
    run(&told, made);
    ck_assert_int_eq(told.status, TG_OK);
    ck_assert_str_eq(made, "made");
}
END_TEST

/* It is not said to hang, and is not left behind. */
START_TEST(apart_fault_says_that_it_cannot_be_watched)
{
    tg_apart_told told;
    char made[16];
    tg_fault_arm(TG_FAULT_PROCESS, 2);
    run_some(&told, made, true);
    ck_assert(tg_fault_disarm());
    assert_none(&told, made, "no process for the pipeline: poll: ");
}
END_TEST

START_TEST(apart_fault_says_that_there_is_no_pipe)
{
    tg_apart_told told;
    char made[16];
    struct rlimit before;
    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    // All numbers below are taken, or this is the first that is free.
    const int free_one = dup(STDERR_FILENO);
    ck_assert_int_ge(free_one, 0);
    (void)close(free_one);
    const struct rlimit none = {.rlim_cur = (rlim_t)free_one, .rlim_max = before.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    run(&told, made);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_none(&told, made, "no process for the pipeline: pipe: ");
    ck_assert_int_eq(dup(STDERR_FILENO), free_one);
    (void)close(free_one);
}
END_TEST

TG_SUITE("apart_fault", apart_fault_says_that_there_is_no_memory,
         apart_fault_says_that_there_is_no_process, apart_fault_says_that_it_cannot_be_watched,
         apart_fault_says_that_there_is_no_pipe)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Processes that the system does not give: each call says so, and nothing is left. */
#include "fault.h"
#include "harness/process.h"
#include "suite.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

START_TEST(process_fault_tells_of_memory)
{
    tg_fault_arm(TG_FAULT_MEMORY, 1);
    const void *memory = tg_process_share(100);
    const int number = errno;
    ck_assert(tg_fault_disarm());
    ck_assert_ptr_null(memory);
    ck_assert_int_eq(number, ENOMEM);
}
END_TEST

START_TEST(process_fault_tells_of_a_fork)
{
    tg_fault_arm(TG_FAULT_PROCESS, 1);
    const pid_t pid = tg_process_fork();
    const int number = errno;
    ck_assert(tg_fault_disarm());
    ck_assert_int_eq(pid, -1);
    ck_assert_int_eq(number, EAGAIN);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

static void *count(void *argument)
{
    (*(int *)argument)++;
    return NULL;
}

START_TEST(process_fault_tells_of_a_thread)
{
    int nb = 0;
    tg_fault_arm(TG_FAULT_PROCESS, 1);
    const int number = tg_process_do(count, &nb);
    ck_assert(tg_fault_disarm());
    ck_assert_int_eq(number, EAGAIN);
    ck_assert_int_eq(nb, 0);
    ck_assert_int_eq(tg_process_do(count, &nb), 0);
    ck_assert_int_eq(nb, 1);
}
END_TEST

/* Not the same as a wait that was in vain. */
START_TEST(process_fault_tells_of_a_wait)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    tg_fault_arm(TG_FAULT_PROCESS, 1);
    const int nb = tg_process_wait_readable(ends[0], 60);
    const int number = errno;
    ck_assert(tg_fault_disarm());
    ck_assert_int_eq(nb, -1);
    ck_assert_int_eq(number, ENOMEM);
    (void)close(ends[0]);
    (void)close(ends[1]);
}
END_TEST

TG_SUITE("process_fault", process_fault_tells_of_memory, process_fault_tells_of_a_fork,
         process_fault_tells_of_a_thread, process_fault_tells_of_a_wait)

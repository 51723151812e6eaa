/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Memory that fails while a program is drawn, files that fail while it is written: a clean error,
 * nothing leaked (the sanitizers look), nothing left on the disk, and the next call works. */
#include "fault.h"
#include "harness/program.h"
#include "suite.h"

#include <stdio.h>
#include <sys/stat.h>

#define NB_INSTRUCTIONS 300

START_TEST(program_fault_of_memory_is_an_error)
{
    for (tg_program_machine machine = 0; machine < TG_NB_PROGRAM_MACHINES; machine++) {
        long nb_failures = 0;
        for (long nth = 1;; nth++) {
            tg_program program;
            tg_error error = {0};
            tg_fault_arm(TG_FAULT_MEMORY, nth);
            const tg_status status = tg_program_draw(&program, machine, 1, NB_INSTRUCTIONS, &error);
            if (!tg_fault_disarm()) {
                ck_assert_int_eq(status, TG_OK);
                tg_program_clear(&program);
                break;
            }
            nb_failures++;
            ck_assert_int_eq(status, TG_ERR_MEMORY);
            ck_assert_int_eq(error.status, TG_ERR_MEMORY);
            ck_assert(error.how[0] != '\0');
            ck_assert_ptr_null(program.lists);
        }
        // All lists of the machine, which grow more than once.
        ck_assert_int_gt(nb_failures, 30);
    }
}
END_TEST

/* Fail every call of one kind in turn while a program is written; returns the number of failures.
 */
static long fail_each_call(const tg_program *program, const char *parent, tg_fault_kind kind)
{
    char folder[300];
    struct stat info;
    for (long nth = 1;; nth++) {
        tg_error error = {0};
        (void)snprintf(folder, sizeof folder, "%s/%d-%ld", parent, (int)kind, nth);
        tg_fault_arm(kind, nth);
        const tg_status status = tg_program_write(program, folder, &error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            return nth - 1;
        }
        // Some failures have a way round: files that cannot be unnamed get a name.
        if (status == TG_OK) continue;
        ck_assert(status == TG_ERR_IO || status == TG_ERR_MEMORY);
        ck_assert_int_eq(error.status, status);
        ck_assert(error.how[0] != '\0');
        ck_assert_msg(lstat(folder, &info) != 0, "%s is left behind", folder);
    }
}

START_TEST(program_fault_while_writing_leaves_nothing)
{
    tg_program program;
    char parent[256];
    tg_suite_make_folder(parent);
    tg_assert_ok(tg_program_draw(&program, TG_PROGRAM_WRAP, 1, 20, tg_suite_error));
    // 17 files of events and record.json.
    ck_assert_int_gt(fail_each_call(&program, parent, TG_FAULT_IO), 18);
    (void)fail_each_call(&program, parent, TG_FAULT_MEMORY);
    tg_program_clear(&program);
    tg_suite_remove_folder(parent);
}
END_TEST

TG_SUITE("program_fault", program_fault_of_memory_is_an_error,
         program_fault_while_writing_leaves_nothing)

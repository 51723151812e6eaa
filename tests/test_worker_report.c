/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What workers print: reports of sanitizers as findings, limits of what is shown, last words. */
#include "harness/worker_internal.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SUBJECT "the kernel of K"

static const char poisoned[] =
    "=================================================================\n"
    "==7==ERROR: AddressSanitizer: use-after-poison on address 0x626000013 at pc 0x7f9 bp 0x7 sp "
    "0x8\n"
    "WRITE of size 16 at 0x626000013 thread T1\n"
    "    #0 0x7f91 in __interceptor_memcpy /src/libsanitizer/sanitizer_common/x.inc:827\n"
    "    #1 0x7f92 in put(unsigned int*, int) /u/my.cuh:3:7\n"
    "    #2 0x7f93 in void tg_port_entry<x>::call(void**) /c/port-4d/tracegate_port_cpp.h:231\n"
    "    #3 0x7f94 in rows<kb31_t> /u/a b/my.cu:13\n"
    "    #4 0x7f95 in run_threads (/b/tracegate+0xdb063)\n"
    "\n"
    "0x626000013 is located 6096 bytes inside of 10240-byte region\n"
    "    #0 0x7f96 in other /u/other.cu:1\n";

static void expect(const char *report, const char *what, const char *where, tg_failure failure,
                   const char *site)
{
    tg_error error = {.status = TG_OK};
    ck_assert_msg(worker_report_read(&error, report, SUBJECT), "no report: %s", report);
    ck_assert_int_eq(error.status, TG_ERR_KERNEL);
    ck_assert_str_eq(error.what, what);
    ck_assert_str_eq(error.where, where);
    ck_assert_int_eq(error.failure, failure);
    ck_assert_str_eq(error.site, site);
    ck_assert_str_ne(error.how, "");
}

START_TEST(worker_report_tells_of_accesses)
{
    expect(poisoned,
           SUBJECT " writes 16 bytes out of bounds at /u/my.cuh:3:7 in put(unsigned int*, int) "
                   "(AddressSanitizer: use-after-poison)",
           "called at /u/a b/my.cu:13 in rows<kb31_t>", TG_FAILURE_OUT_OF_BOUNDS,
           "write at my.cuh:3");
    expect("==7==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x1\n"
           "READ of size 1 at 0x1 thread T0\n    #0 0x7 (/c/kernels.so+0x12)\n",
           SUBJECT " reads 1 byte out of bounds (AddressSanitizer: heap-buffer-overflow)", "",
           TG_FAILURE_OUT_OF_BOUNDS, "read");
    expect(
        "==7==ERROR: AddressSanitizer: attempting double-free on 0x1\n    #0 0x7 in f /u/a.cu:2\n",
        SUBJECT ": AddressSanitizer: attempting double-free at /u/a.cu:2 in f", "",
        TG_FAILURE_CRASH, "attempting double-free at a.cu:2");
    expect(WORKER_FAULT "\n    #0 0x7 in f /u/a.cu:2\n",
           SUBJECT " accesses memory that is nobody's at /u/a.cu:2 in f", "",
           TG_FAILURE_OUT_OF_BOUNDS, "access at a.cu:2");
    expect(WORKER_FAULT_READ "\n    #0 0x7 in f /u/a.cu:2\n",
           SUBJECT " reads memory that is nobody's at /u/a.cu:2 in f", "", TG_FAILURE_OUT_OF_BOUNDS,
           "read at a.cu:2");
    expect(WORKER_FAULT_WRITE "\n    #0 0x7 in f /u/a.cu:2\n",
           SUBJECT " writes memory that is nobody's at /u/a.cu:2 in f", "",
           TG_FAILURE_OUT_OF_BOUNDS, "write at a.cu:2");
    expect(WORKER_FAULT_SHARED "\n",
           SUBJECT " uses dynamic shared memory, and its launch gives it 0 bytes", "",
           TG_FAILURE_NO_SHARED, "");
    expect("what was printed before" WORKER_FAULT_STACK "\n    #0 0x7 in f /u/a.cu:2\n",
           SUBJECT " ran out of stack, as recursion without an end does, at /u/a.cu:2 in f", "",
           TG_FAILURE_CRASH, "stack at a.cu:2");
}
END_TEST

START_TEST(worker_report_tells_of_undefined_behaviour)
{
    expect("my.cu:11:59: runtime error: shift exponent 32 is too large\n"
           "    #0 0x7 in shift /u/my.cu:11\n    #1 0x7 in rows /u/my.cu:20\n",
           SUBJECT ": shift exponent 32 is too large, at my.cu:11:59 (UndefinedBehaviorSanitizer)",
           "called at /u/my.cu:20 in rows", TG_FAILURE_UNDEFINED, "shift exponent at my.cu:11");
    expect("said before\nmy.cu:3:1: runtime error: index 31 out of bounds for type 'int [31]'\n",
           SUBJECT ": index 31 out of bounds for type 'int [31]', at my.cu:3:1 "
                   "(UndefinedBehaviorSanitizer)",
           "", TG_FAILURE_OUT_OF_BOUNDS, "index at my.cu:3");
    // Addresses are other ones in the next run.
    expect("my.cu:3:1: runtime error: load of misaligned address 0x7ffe12 for type 'int'\n",
           SUBJECT ": load of misaligned address for type 'int', at my.cu:3:1 "
                   "(UndefinedBehaviorSanitizer)",
           "", TG_FAILURE_UNDEFINED, "load of misaligned address at my.cu:3");
}
END_TEST

START_TEST(worker_report_tells_of_exceptions_and_of_nothing_else)
{
    tg_error error = {.status = TG_OK};
    expect("AddressSanitizer: CHECK failed: asan_interceptors.cpp:320 \"((real___cxa_throw)) != "
           "(0)\"\n"
           "    #0 0x7 in throws /u/my.cu:9\n",
           SUBJECT " throws an exception at /u/my.cu:9 in throws", "", TG_FAILURE_CRASH,
           "throw at my.cu:9");
    ck_assert(!worker_report_read(&error, "", SUBJECT));
    ck_assert(!worker_report_read(&error, "    #0 0x7 in f /u/a.cu:2\n", SUBJECT));
    ck_assert(!worker_report_read(&error, "AddressSanitizer: CHECK failed: x\n", SUBJECT));
    ck_assert_int_eq(error.status, TG_OK);
}
END_TEST

/* ---- what is said ---- */

static void say(worker_said *said, const char *text)
{
    const size_t length = strlen(text);
    ck_assert_int_eq(write(said->write_end, text, length), (ssize_t)length);
}

/* What is written to standard error while work is done, at most size bytes with the end. */
static void shown(char *text, size_t size, void (*work)(worker_said *said), worker_said *said)
{
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    const int before = dup(STDERR_FILENO);
    ck_assert_int_ge(dup2(fileno(file), STDERR_FILENO), 0);
    work(said);
    ck_assert_int_ge(dup2(before, STDERR_FILENO), 0);
    (void)close(before);
    rewind(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    (void)fclose(file);
}

static void print_much(worker_said *said)
{
    for (unsigned run = 0; run < 10; run++) {
        worker_said_begin(said);
        for (unsigned i = 0; i < 100; i++) {
            for (unsigned k = 0; k < 10; k++)
                say(said, "0123456789012345678901234567890123456789\n");
            worker_hear(said);
        }
        worker_said_end(said);
    }
}

START_TEST(worker_report_limits_what_is_shown)
{
    static char text[1 << 18];
    worker_said said;
    tg_assert_ok(worker_said_init(&said, tg_suite_error));
    shown(text, sizeof text, print_much, &said);
    // 16 KiB of each run until 128 KiB of all are full; the rest is heard and dropped.
    ck_assert_uint_gt(strlen(text), (size_t)128 << 10);
    ck_assert_uint_lt(strlen(text), (size_t)132 << 10);
    ck_assert_ptr_nonnull(strstr(text, "what this run prints beyond this is left out"));
    ck_assert_ptr_nonnull(strstr(text, "what kernels print beyond this is left out"));
    worker_said_clear(&said);
}
END_TEST

static void print_report(worker_said *said)
{
    worker_said_begin(said);
    say(said, "first\nlast\x01words\n");
    worker_hear(said);
    say(said, poisoned);
    say(said, "no end");
    worker_said_end(said);
}

START_TEST(worker_report_is_kept_from_the_screen)
{
    static char text[1 << 16];
    worker_said said;
    tg_error error = {.status = TG_OK};
    tg_assert_ok(worker_said_init(&said, tg_suite_error));
    shown(text, sizeof text, print_report, &said);
    ck_assert_str_eq(text, "first\nlast\x01words\n");
    ck_assert_str_eq(said.last, "last?words");
    ck_assert(worker_report_read(&error, said.report, SUBJECT));
    ck_assert_ptr_nonnull(strstr(said.report, "no end"));
    // Unless it is nobody's finding.
    shown(text, sizeof text, worker_said_begin, &said);
    ck_assert_ptr_nonnull(strstr(text, "use-after-poison"));
    ck_assert_str_eq(said.last, "");
    worker_said_clear(&said);
}
END_TEST

static void print_long(worker_said *said)
{
    char line[3 * WORKER_REPORT_BYTES];
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    say(said, line);
    worker_hear(said);
    say(said, "\nmy.cu:1:1: runtime error: ");
    say(said, line);
    worker_said_end(said);
}

START_TEST(worker_report_has_room_for_long_lines)
{
    static char text[1 << 16];
    worker_said said;
    tg_error error = {.status = TG_OK};
    tg_assert_ok(worker_said_init(&said, tg_suite_error));
    shown(text, sizeof text, print_long, &said);
    ck_assert_uint_lt(said.report_bytes, sizeof said.report);
    ck_assert(worker_report_read(&error, said.report, SUBJECT));
    ck_assert_int_eq(error.failure, TG_FAILURE_UNDEFINED);
    worker_said_clear(&said);
}
END_TEST

TG_SUITE("worker_report", worker_report_tells_of_accesses,
         worker_report_tells_of_undefined_behaviour,
         worker_report_tells_of_exceptions_and_of_nothing_else, worker_report_limits_what_is_shown,
         worker_report_is_kept_from_the_screen, worker_report_has_room_for_long_lines)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Notes of a process that runs code of others, and how its end is told. */
#include "harness/supervised.h"
#include "suite.h"

#include "harness/process.h"

#include <signal.h>
#include <string.h>

START_TEST(supervised_tells_nothing_by_chance)
{
    tg_supervised notes = {.told = 0};
    int exit_code = -1;
    static const int chance[] = {0, 1, 2, 3, 255, -1, 0x746f6d00};
    for (size_t i = 0; i < sizeof chance / sizeof chance[0]; i++) {
        notes.told = chance[i];
        ck_assert(!tg_supervised_has_told(&exit_code, &notes));
    }
    for (int code = 0; code < 256; code++) {
        tg_supervised_tell(&notes, code);
        ck_assert(tg_supervised_has_told(&exit_code, &notes));
        ck_assert_int_eq(exit_code, code);
    }
}
END_TEST

/* A call is late when nothing changes for so long while it is under way, and then only. */
START_TEST(supervised_counts_calls)
{
    tg_supervised notes = {.told = 0};
    tg_supervised_look last = {.idle_s = 0};
    for (int i = 0; i < 100; i++) ck_assert(!tg_supervised_look_again(&last, &notes, 1, 3));
    tg_supervised_begin_call(&notes);
    // The first look sees that something has changed.
    for (int i = 0; i < 3; i++) ck_assert(!tg_supervised_look_again(&last, &notes, 1, 3));
    ck_assert(tg_supervised_look_again(&last, &notes, 1, 3));
    tg_supervised_end_call(&notes);
    for (int i = 0; i < 100; i++) ck_assert(!tg_supervised_look_again(&last, &notes, 1, 3));
    for (int i = 0; i < 100; i++) {
        tg_supervised_begin_call(&notes);
        ck_assert(!tg_supervised_look_again(&last, &notes, 2, 3));
        tg_supervised_end_call(&notes);
        tg_supervised_begin_call(&notes);
        ck_assert(!tg_supervised_look_again(&last, &notes, 2, 3));
        tg_supervised_end_call(&notes);
    }
}
END_TEST

/* As waitpid has them: exit codes in the second byte, signals in the first. */
START_TEST(supervised_explains_ends)
{
    char what[128];
    tg_supervised_explain(what, -1, true, 60);
    ck_assert_str_eq(what, "the chip library's code has not returned within 60 s");
    tg_supervised_explain(what, -1, false, 60);
    ck_assert_str_eq(what, "its process has ended");
    tg_supervised_explain(what, SIGSEGV, false, 60);
    ck_assert_str_eq(what, "its process was ended by signal 11, SIGSEGV");
    tg_supervised_explain(what, TG_PROCESS_EXIT_CALLED << 8, false, 60);
    ck_assert_str_eq(what, "code that runs in its process called exit");
    tg_supervised_explain(what, 0, false, 60);
    ck_assert_str_eq(what, "code that runs in its process ended it with exit code 0");
}
END_TEST

/* Who is ended from outside has nothing to mend. */
START_TEST(supervised_blames_nobody_for_signals_from_outside)
{
    static const char mend[] = "mend it";
    static const int from_outside[] = {SIGTERM, SIGINT, SIGHUP};
    ck_assert_ptr_nonnull(strstr(tg_supervised_how(SIGKILL, false, mend), "dmesg"));
    for (size_t i = 0; i < sizeof from_outside / sizeof from_outside[0]; i++)
        ck_assert_str_eq(tg_supervised_how(from_outside[i], false, mend),
                         "somebody asked it to end: run it again");
    // A call that did not return is ended by SIGKILL, too.
    ck_assert_ptr_eq(tg_supervised_how(SIGKILL, true, mend), mend);
    ck_assert_ptr_eq(tg_supervised_how(SIGSEGV, false, mend), mend);
    ck_assert_ptr_eq(tg_supervised_how(-1, false, mend), mend);
    ck_assert_ptr_eq(tg_supervised_how(0, false, mend), mend);
}
END_TEST

TG_SUITE("supervised", supervised_tells_nothing_by_chance, supervised_counts_calls,
         supervised_explains_ends, supervised_blames_nobody_for_signals_from_outside)

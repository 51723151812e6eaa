/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Progress on a terminal made for the test: quiet at first, then a line, wiped at the end; nothing
 * where there is no terminal. */
#define _XOPEN_SOURCE 700 // pseudo terminals

#include "harness/clock.h"
#include "harness/progress.h"
#include "suite.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WIPE "\r\033[K"

/* Both ends of a terminal: what is written to out can be read from master. */
typedef struct terminal {
    int master;
    FILE *out;
} terminal;

static terminal open_terminal(void)
{
    terminal made = {.master = posix_openpt(O_RDWR | O_NOCTTY)};
    ck_assert_int_ge(made.master, 0);
    ck_assert_int_eq(grantpt(made.master), 0);
    ck_assert_int_eq(unlockpt(made.master), 0);
    const int slave = open(ptsname(made.master), O_RDWR | O_NOCTTY);
    ck_assert_int_ge(slave, 0);
    made.out = fdopen(slave, "w");
    ck_assert_ptr_nonnull(made.out);
    return made;
}

static void close_terminal(terminal *made)
{
    (void)fclose(made->out);
    (void)close(made->master);
}

/* Read what comes within so many seconds; stops at once when wanted, if not NULL, is there. */
static void read_terminal(char *text, size_t size, const terminal *made, double seconds,
                          const char *wanted)
{
    const double end_s = tg_now_s() + seconds;
    size_t used = 0;
    text[0] = '\0';
    for (;;) {
        const double left_s = end_s - tg_now_s();
        struct pollfd waiting = {.fd = made->master, .events = POLLIN};
        if (left_s < 0 || poll(&waiting, 1, (int)(1000 * left_s) + 1) <= 0) return;
        const ssize_t nb_read = read(made->master, text + used, size - 1 - used);
        if (nb_read <= 0) return;
        used += (size_t)nb_read;
        text[used] = '\0';
        if (wanted != NULL && strstr(text, wanted) != NULL) return;
    }
}

START_TEST(progress_shows_long_work_and_wipes_it)
{
    char text[4096];
    terminal made = open_terminal();
    tg_progress *progress = NULL;
    tg_progress_create(&progress, made.out);
    ck_assert_ptr_nonnull(progress);
    tg_progress_say(progress, 0, 0, "making %s", "Select.main");
    read_terminal(text, sizeof text, &made, 1.5, NULL);
    ck_assert_str_eq(text, "");
    read_terminal(text, sizeof text, &made, 10.0, "Select.main, ");
    ck_assert_msg(strstr(text, "\rmaking Select.main, ") != NULL, "no line in '%s'", text);
    // What is said while a step lasts shows without another call.
    tg_progress_say(progress, 3, 10, "making %s", "BaseAlu.main");
    read_terminal(text, sizeof text, &made, 10.0, "left");
    ck_assert_msg(strstr(text, "\r3 of 10  making BaseAlu.main, ") != NULL, "no line in '%s'",
                  text);
    tg_progress_destroy(progress);
    read_terminal(text, sizeof text, &made, 0.2, NULL);
    const size_t length = strlen(text);
    ck_assert_uint_ge(length, strlen(WIPE));
    ck_assert_str_eq(text + length - strlen(WIPE), WIPE);
    close_terminal(&made);
}
END_TEST

START_TEST(progress_can_be_wiped_and_comes_back)
{
    char text[4096];
    terminal made = open_terminal();
    tg_progress *progress = NULL;
    tg_progress_create(&progress, made.out);
    // Longer than a terminal is wide: the line must not wrap, or wiping it would leave a rest.
    tg_progress_say(progress, 0, 0, "%0200d", 1);
    tg_progress_wipe(progress);
    read_terminal(text, sizeof text, &made, 10.0, "\033[K");
    ck_assert_uint_gt(strlen(text), strlen(WIPE));
    ck_assert_uint_lt(strcspn(text + 1, "\033"), 80);
    tg_progress_wipe(progress);
    read_terminal(text, sizeof text, &made, 10.0, "0\033[K");
    ck_assert_msg(strncmp(text, WIPE, strlen(WIPE)) == 0, "not wiped: '%s'", text);
    tg_progress_destroy(progress);
    close_terminal(&made);
}
END_TEST

START_TEST(progress_of_short_work_is_quiet)
{
    char text[4096];
    terminal made = open_terminal();
    for (int i = 0; i < 100; i++) {
        tg_progress *progress = NULL;
        tg_progress_create(&progress, made.out);
        tg_progress_say(progress, 1, 2, "short");
        tg_progress_destroy(progress);
    }
    read_terminal(text, sizeof text, &made, 0.2, NULL);
    ck_assert_str_eq(text, "");
    close_terminal(&made);
}
END_TEST

START_TEST(progress_needs_a_terminal)
{
    FILE *file = tmpfile();
    ck_assert_ptr_nonnull(file);
    FILE *const outs[] = {file, NULL};
    for (size_t i = 0; i < 2; i++) {
        tg_progress *progress = (tg_progress *)(void *)&outs;
        tg_progress_create(&progress, outs[i]);
        ck_assert_ptr_null(progress);
        tg_progress_say(progress, 1, 2, "nothing");
        tg_progress_wipe(progress);
        tg_progress_destroy(progress);
    }
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    ck_assert_int_eq(ftell(file), 0);
    (void)fclose(file);
}
END_TEST

TG_SUITE("progress", progress_shows_long_work_and_wipes_it, progress_can_be_wiped_and_comes_back,
         progress_of_short_work_is_quiet, progress_needs_a_terminal)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The end at Ctrl-C. A signal's handler takes no context, and may write only what is there: its
 * texts lie here, each twice, so that one is whole while the other is written. It runs in any
 * thread, whatever the others do, and never waits long for whoever reads what it writes.
 */
#define _XOPEN_SOURCE 700 /* sigaction */
#include "cli/stop.h"

#include "cli/supervise.h"

#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Bytes of a line: some counts and a path. */
#define LINE_BYTES 1024

/* Seconds for which a handler may wait until what it says is read. */
#define MAX_SAY_SECONDS 1

/* Behind a progress line, whose rest is wiped. */
#define WIPE "\r\033[K"

typedef struct line {
    char text[LINE_BYTES];
    size_t nb_bytes; /* 0: none */
} line;

static line lines[TG_STOP_NB_PARTS][2];
/* What is to be said; NULL: a handler has it. Whoever takes a line out of here has it alone. */
static line *newest[TG_STOP_NB_PARTS] = {&lines[TG_STOP_OF_RUN][0], &lines[TG_STOP_OF_LIST][0]};
/* What is written next; NULL: the end has begun. */
static line *spare[TG_STOP_NB_PARTS] = {&lines[TG_STOP_OF_RUN][1], &lines[TG_STOP_OF_LIST][1]};
static volatile sig_atomic_t owner;
static volatile sig_atomic_t has_progress;
static volatile sig_atomic_t stopped_by;

void tg_stop_say(tg_stop_part part, const char *format, ...)
{
    line *of = spare[part];
    va_list arguments;
    if (of == NULL) return;
    of->nb_bytes = 0;
    if (format != NULL) {
        va_start(arguments, format);
        const int length = vsnprintf(of->text, sizeof of->text, format, arguments);
        va_end(arguments);
        if (length > 0)
            of->nb_bytes = (size_t)length < sizeof of->text ? (size_t)length : sizeof of->text - 1;
    }
    spare[part] = __atomic_exchange_n(&newest[part], of, __ATOMIC_ACQ_REL);
}

static void put(int file, const char *text, size_t nb_bytes)
{
    const ssize_t written = write(file, text, nb_bytes);
    (void)written;
}

_Noreturn static void leave(void)
{
    tg_supervise_tell(128 + stopped_by);
    _exit(128 + stopped_by);
}

static void give_up(__attribute__((unused)) int number) { leave(); }

/* A pipe that is full, or a terminal that is held, makes a write wait for ever. */
static void limit_writes(void)
{
    struct sigaction action;
    sigset_t let_in;
    memset(&action, 0, sizeof action);
    action.sa_handler = give_up;
    (void)sigaction(SIGALRM, &action, NULL);
    (void)sigemptyset(&let_in);
    (void)sigaddset(&let_in, SIGALRM);
    (void)sigprocmask(SIG_UNBLOCK, &let_in, NULL);
    (void)alarm(MAX_SAY_SECONDS);
}

static void handle(int number)
{
    // What was printed last need not have ended its line.
    static const char of_int[] = "\nSTOPPED by SIGINT: ";
    static const char of_term[] = "\nSTOPPED by SIGTERM: ";
    static int has_begun;
    if (getpid() != owner) {
        (void)signal(number, SIG_DFL);
        (void)raise(number);
        return;
    }
    // Another thread ends the process: whoever ends a group, as timeout does, signals twice.
    if (__atomic_exchange_n(&has_begun, 1, __ATOMIC_ACQ_REL) != 0) return;
    stopped_by = number;
    limit_writes();
    if (has_progress != 0) put(STDERR_FILENO, WIPE, sizeof WIPE - 1);
    for (int part = 0; part < TG_STOP_NB_PARTS; part++) {
        const line *of = __atomic_exchange_n(&newest[part], NULL, __ATOMIC_ACQ_REL);
        if (of->nb_bytes == 0) continue;
        if (number == SIGINT) {
            put(STDOUT_FILENO, of_int, sizeof of_int - 1);
        } else {
            put(STDOUT_FILENO, of_term, sizeof of_term - 1);
        }
        put(STDOUT_FILENO, of->text, of->nb_bytes);
        put(STDOUT_FILENO, "\n", 1);
    }
    leave();
}

void tg_stop_catch(void)
{
    static const int numbers[] = {SIGINT, SIGTERM};
    struct sigaction action;
    struct sigaction before;
    owner = (sig_atomic_t)getpid();
    has_progress = isatty(STDERR_FILENO) != 0;
    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    action.sa_flags = SA_RESTART;
    (void)sigaddset(&action.sa_mask, SIGINT);
    (void)sigaddset(&action.sa_mask, SIGTERM);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        // Who started it in the background, or under nohup, wants it to go on.
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_IGN) continue;
        (void)sigaction(numbers[i], &action, NULL);
    }
}

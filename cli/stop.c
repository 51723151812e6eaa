/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The end at Ctrl-C. A signal's handler takes no context, and may write only what is there: its
 * texts lie here, each twice, so that one is whole while the other is written.
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

/* Behind a progress line, whose rest is wiped. */
#define WIPE "\r\033[K"

typedef struct line {
    char text[LINE_BYTES];
    size_t nb_bytes; /* 0: none */
} line;

static line lines[TG_STOP_NB_PARTS][2];
static volatile sig_atomic_t newest[TG_STOP_NB_PARTS];
static volatile sig_atomic_t owner;
static volatile sig_atomic_t has_progress;

void tg_stop_say(tg_stop_part part, const char *format, ...)
{
    const int next = 1 - (int)newest[part];
    line *of = &lines[part][next];
    va_list arguments;
    of->nb_bytes = 0;
    if (format != NULL) {
        va_start(arguments, format);
        const int length = vsnprintf(of->text, sizeof of->text, format, arguments);
        va_end(arguments);
        if (length > 0)
            of->nb_bytes = (size_t)length < sizeof of->text ? (size_t)length : sizeof of->text - 1;
    }
    newest[part] = next;
}

static void put(int file, const char *text, size_t nb_bytes)
{
    const ssize_t written = write(file, text, nb_bytes);
    (void)written;
}

static void handle(int number)
{
    // What was printed last need not have ended its line.
    static const char of_int[] = "\nSTOPPED by SIGINT: ";
    static const char of_term[] = "\nSTOPPED by SIGTERM: ";
    if (getpid() != owner) {
        (void)signal(number, SIG_DFL);
        (void)raise(number);
        return;
    }
    if (has_progress != 0) put(STDERR_FILENO, WIPE, sizeof WIPE - 1);
    for (int part = 0; part < TG_STOP_NB_PARTS; part++) {
        const line *of = &lines[part][newest[part]];
        if (of->nb_bytes == 0) continue;
        if (number == SIGINT) {
            put(STDOUT_FILENO, of_int, sizeof of_int - 1);
        } else {
            put(STDOUT_FILENO, of_term, sizeof of_term - 1);
        }
        put(STDOUT_FILENO, of->text, of->nb_bytes);
        put(STDOUT_FILENO, "\n", 1);
    }
    tg_supervise_tell(128 + number);
    _exit(128 + number);
}

void tg_stop_catch(void)
{
    struct sigaction action;
    owner = (sig_atomic_t)getpid();
    has_progress = isatty(STDERR_FILENO) != 0;
    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    // A second one ends a process that cannot write.
    action.sa_flags = (int)SA_RESETHAND;
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

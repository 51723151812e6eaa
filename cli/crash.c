/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Crashes of kernels under test. Neither a signal handler nor one of exit takes a context, so what
 * it is to say lies in the one static buffer of the program, with the place where it is noted; it
 * is made before the run, since a signal's handler may only write what is there.
 */
#define _XOPEN_SOURCE 700 /* sigaltstack */
#include "cli/crash.h"

#include "cli/supervise.h"
#include "harness/command.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

/* Exit code of a finding. */
#define EXIT_FINDING 1

/* Stack of the handler: a crash by overflow of the stack leaves none. */
#define HANDLER_STACK_BYTES 65536

static char message[TG_COMMAND_BYTES + 256];
static volatile sig_atomic_t message_bytes;

void tg_crash_announce(__attribute__((unused)) void *context, const char *backend,
                       const char *again)
{
    message_bytes = 0;
    if (backend == NULL) return;
    const int length = snprintf(message, sizeof message,
                                " this process (%s): debug it in a build of preset verify\n"
                                "  again: %s\n",
                                backend, again);
    if (length > 0) {
        message_bytes = (size_t)length < sizeof message ? length : (int)sizeof message - 1;
    }
}

/* Say what the kernel of an announced run did, and end with it. */
_Noreturn static void tell(const char *what, size_t nb_bytes)
{
    ssize_t written = write(STDERR_FILENO, what, nb_bytes);
    written = write(STDERR_FILENO, message, (size_t)message_bytes);
    (void)written;
    tg_supervise_tell(EXIT_FINDING);
    _exit(EXIT_FINDING);
}

/* The program itself does not call exit during a run. */
static void leave(void)
{
    static const char what[] = "\ntracegate: the kernel ended";
    if (message_bytes != 0) tell(what, sizeof what - 1);
}

static void guard_exit(void)
{
    static bool is_guarded;
    if (!is_guarded) is_guarded = atexit(leave) == 0;
}

void tg_crash_use_stack(void)
{
    static unsigned char stack[HANDLER_STACK_BYTES];
    const stack_t place = {.ss_sp = stack, .ss_size = sizeof stack};
    // Without one a handler has the stack of what crashed.
    (void)sigaltstack(&place, NULL);
}

#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer)

static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP};

static void handle(int number)
{
    // Threads that run the same kernel crash together: the first one tells, the others wait for the
    // end.
    static int has_begun;
    static const char what[] = "\ntracegate: the kernel crashed";
    if (__atomic_exchange_n(&has_begun, 1, __ATOMIC_SEQ_CST) != 0) {
        for (;;) {
            (void)pause();
        }
    }
    if (message_bytes != 0) tell(what, sizeof what - 1);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

void tg_crash_catch(void)
{
    struct sigaction action;
    guard_exit();
    tg_crash_use_stack();
    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    action.sa_flags = (int)SA_ONSTACK;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        (void)sigaction(signals[i], &action, NULL);
    }
}

#else

void tg_crash_catch(void) { guard_exit(); }

#endif

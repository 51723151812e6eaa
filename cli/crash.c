/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Crashes of kernels under test. A signal handler takes no context, so what it is to say lies in
 * the one static buffer of the program; it is made before the run, since a handler may only write
 * what is there.
 */
#define _XOPEN_SOURCE 700 /* sigaltstack */
#include "cli/crash.h"

#include "harness/command.h"

#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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
                                "\ntracegate: the kernel crashed this process (%s): debug it in a "
                                "build of preset verify\n  again: %s\n",
                                backend, again);
    if (length > 0) {
        message_bytes = (size_t)length < sizeof message ? length : (int)sizeof message - 1;
    }
}

#ifndef __SANITIZE_ADDRESS__

static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};

static void handle(int number)
{
    // Threads that run the same kernel crash together: the first one tells, the others wait for the
    // end.
    static int has_begun;
    if (__atomic_exchange_n(&has_begun, 1, __ATOMIC_SEQ_CST) != 0) {
        for (;;) {
            (void)pause();
        }
    }
    if (message_bytes != 0) {
        const ssize_t written = write(STDERR_FILENO, message, (size_t)message_bytes);
        (void)written;
        _exit(1);
    }
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

void tg_crash_catch(void)
{
    static unsigned char stack[HANDLER_STACK_BYTES];
    const stack_t place = {.ss_sp = stack, .ss_size = sizeof stack};
    if (sigaltstack(&place, NULL) != 0) return;
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handle;
    action.sa_flags = (int)SA_ONSTACK;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        (void)sigaction(signals[i], &action, NULL);
    }
}

#else

void tg_crash_catch(void) {}

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Faults of users' kernels under a sanitizer. A worker has the system's own handlers of signals,
 * and not the sanitizer's, which the program may have replaced: the stack is printed from here. */
#define _GNU_SOURCE /* REG_RSP */
#include "harness/worker_internal.h"

#include "kernels/host_user.h"

#include <signal.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

/* How far from the stack's pointer a fault is one of the stack itself: a frame with large arrays.
 */
#define NEAR_BYTES ((uintptr_t)64 << 10)

/* Where the stack of who faulted ends; the fault's own address where that is not known. */
static uintptr_t stack_pointer(const void *context, uintptr_t otherwise)
{
#if defined(__x86_64__)
    const ucontext_t *of = context;
    (void)otherwise;
    return (uintptr_t)of->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
    const ucontext_t *of = context;
    (void)otherwise;
    return (uintptr_t)of->uc_mcontext.sp;
#else
    (void)context;
    return otherwise + 2 * NEAR_BYTES;
#endif
}

static void handle(int number, siginfo_t *info, void *context)
{
    static const char memory[] = WORKER_FAULT "\n";
    static const char stack[] = WORKER_FAULT_STACK "\n";
    const uintptr_t address = (uintptr_t)info->si_addr;
    const uintptr_t pointer = stack_pointer(context, address);
    const uintptr_t distance = address < pointer ? pointer - address : address - pointer;
    const bool is_stack = distance < NEAR_BYTES;
    const ssize_t written = write(STDERR_FILENO, is_stack ? stack : memory,
                                  (is_stack ? sizeof stack : sizeof memory) - 1);
    (void)written;
    // What goes wrong while the stack is printed ends the worker at once.
    (void)signal(number, SIG_DFL);
    tg_host_user_print_stack();
    (void)raise(number);
}

void worker_catch_faults(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handle;
    // The sanitizer gives each thread a stack for handlers.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    (void)sigaction(SIGSEGV, &action, NULL);
    (void)sigaction(SIGBUS, &action, NULL);
}

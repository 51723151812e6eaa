/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Faults of users' kernels on the CPU. Under a sanitizer a worker has the system's own handlers of
 * signals, and not the sanitizer's, which the program may have replaced: the stack is printed from
 * here. */
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

/* x86's number of a fault of a page, and the bit of its code that a write sets. */
#define PAGE_FAULT 14
#define PAGE_FAULT_WRITES 2

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

/* What was done, as far as it is known: the words of a fault. */
static const char *words_of(const siginfo_t *info, const void *context)
{
    const uintptr_t address = (uintptr_t)info->si_addr;
    const uintptr_t pointer = stack_pointer(context, address);
    const uintptr_t distance = address < pointer ? pointer - address : address - pointer;
    if (tg_host_user_is_no_shared(info->si_addr)) return WORKER_FAULT_SHARED "\n";
    if (!tg_host_user_is_sanitized()) return "";
    if (distance < NEAR_BYTES) return WORKER_FAULT_STACK "\n";
#if defined(__x86_64__)
    // Of a fault of a page; others, as of an address that cannot be one, have no such number.
    const ucontext_t *of = context;
    const bool is_page = of->uc_mcontext.gregs[REG_TRAPNO] == PAGE_FAULT;
    if (is_page && (of->uc_mcontext.gregs[REG_ERR] & PAGE_FAULT_WRITES) != 0)
        return WORKER_FAULT_WRITE "\n";
    if (is_page) return WORKER_FAULT_READ "\n";
#endif
    return WORKER_FAULT "\n";
}

static void handle(int number, siginfo_t *info, void *context)
{
    const char *words = words_of(info, context);
    const ssize_t written = write(STDERR_FILENO, words, strlen(words));
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
    // The sanitizer, if there is one, gives each thread a stack for handlers.
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    (void)sigaction(SIGSEGV, &action, NULL);
    (void)sigaction(SIGBUS, &action, NULL);
}

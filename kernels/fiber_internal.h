/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Fibers: functions that run on stacks of their own and hand over to each other. Only the host grid
 * uses them.
 *
 * A fiber never moves to another thread of the operating system: compilers keep addresses of
 * thread-local variables over calls.
 */
#ifndef TRACEGATE_KERNELS_FIBER_INTERNAL_H
#define TRACEGATE_KERNELS_FIBER_INTERNAL_H

#include "model/status.h"

#include <stddef.h>

#if !defined(__x86_64__) && !defined(TG_FIBERS_UCONTEXT)
#define TG_FIBERS_UCONTEXT
#endif

#ifdef TG_FIBERS_UCONTEXT
#include <ucontext.h>
#endif

typedef struct tg_fiber {
#ifdef TG_FIBERS_UCONTEXT
    ucontext_t context;
#else
    void *stack_pointer; /* while it does not run */
#endif
    void (*entry)(struct tg_fiber *self, void *argument);
    void *argument;
    struct tg_fiber *came_from; /* who handed over to it last */
    const void *stack; /* lowest byte; of a thread's own stack only what a sanitizer tells */
    size_t stack_bytes;
    void *fake_stack;       /* AddressSanitizer's, while it does not run */
    void *thread_sanitizer; /* ThreadSanitizer's handle */
} tg_fiber;

/* Stacks of many fibers: one range of memory, each stack with a page below it that faults. Pages
 * are taken as they are touched. */
typedef struct tg_fiber_stacks {
    unsigned char *base; /* NULL: none */
    size_t nb;
    size_t nb_guarded;  /* so many of them, from the first, have their guard */
    size_t guard_bytes; /* a page */
} tg_fiber_stacks;

/* The stacks of the calling thread, nb at the least. They belong to the thread and are kept
 * until it ends: guards and touched pages cost more than most launches. One user a thread at a
 * time.
 * Errors  TG_ERR_MEMORY, TG_ERR_SIZE. */
TG_NODISCARD tg_status tg_fiber_stacks_of_thread(tg_fiber_stacks **stacks, size_t nb,
                                                 tg_error *error);

/* Give the stacks of the calling thread back now. Fibers on them must not run again. */
void tg_fiber_stacks_drop(void);

/* Make a fiber on stack number index, the stacks before which have been used; it will begin with
 * entry(fiber, argument). entry must not return: it ends in tg_fiber_leave.
 * Errors  TG_ERR_MEMORY if the system refuses the guard page. */
TG_NODISCARD tg_status tg_fiber_create(tg_fiber *fiber, tg_fiber_stacks *stacks, size_t index,
                                       void (*entry)(tg_fiber *self, void *argument),
                                       void *argument, tg_error *error);

/* Make a fiber of the calling thread, on its own stack, so that it can be switched from and to. */
void tg_fiber_adopt(tg_fiber *fiber);

/* Give back what a fiber holds besides its stack. It must not run again. */
void tg_fiber_destroy(tg_fiber *fiber);

/* Stop here, in `from`, and go on in `to`; returns when something switches back to `from`. */
void tg_fiber_switch(tg_fiber *from, tg_fiber *to);

/* As tg_fiber_switch, but `from` never runs again. */
_Noreturn void tg_fiber_leave(tg_fiber *from, tg_fiber *to);

#endif

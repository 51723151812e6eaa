/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Fibers: a switch in assembler for x86-64, ucontext elsewhere (or with TG_FIBERS_UCONTEXT). The
 * sanitizers are told of each.
 *
 * ucontext saves the signal mask with two system calls a switch, which is why the assembler is
 * worth its lines.
 */
// MAP_ANONYMOUS and MAP_NORESERVE are not in POSIX.
#define _DEFAULT_SOURCE
#include "kernels/fiber_internal.h"

#include "kernels/sanitizer_internal.h"
#include "model/memory.h"

#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_THREAD__) || __has_feature(thread_sanitizer)
#define THREAD_SANITIZER 1
#include <sanitizer/tsan_interface.h>
#else
#define THREAD_SANITIZER 0
#endif

/* Bytes of a stack: far more than a kernel's frames need, in sanitized builds too; untouched
 * pages cost nothing. A multiple of every page size in use. */
#define STACK_BYTES ((size_t)128 << 10)

/* Stacks begin at different lines of a page, or their tops would all compete for one set of the
 * first-level cache. The step is odd in lines, so that 64 neighbours use all 64 lines. */
#define CACHE_LINE 64u
#define COLOURS 64u
#define COLOUR_STEP 5u

/* Where each thread keeps its stacks; made once, and a thread's own value is freed when the thread
 * ends. Process-wide, because a key is: OpenMP threads outlive the launch that had them made, so no
 * context of a launch's could hold it, and only a key has a destructor for each thread. */
static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static int key_error;

/* Set with the key. AddressSanitizer may be there though nothing of the program was built with it:
 * kernels of users are. */
static tg_sanitizer sanitizer;

static void unmap(tg_fiber_stacks *stacks)
{
    if (stacks->base != NULL)
        (void)munmap(stacks->base, stacks->nb * (STACK_BYTES + stacks->guard_bytes));
    *stacks = (tg_fiber_stacks){.base = NULL};
}

static void destroy_stacks(void *stacks)
{
    unmap(stacks);
    tg_buffer_destroy(stacks);
}

static void create_key(void)
{
    sanitizer = tg_sanitizer_find();
    key_error = pthread_key_create(&key, destroy_stacks);
}

/* Map nb stacks in place of those there are. */
static tg_status map(tg_fiber_stacks *stacks, size_t nb, tg_error *error)
{
    const size_t guard_bytes = (size_t)sysconf(_SC_PAGESIZE);
    size_t bytes = 0;
    const tg_status status = tg_size_multiply(&bytes, nb, STACK_BYTES + guard_bytes, error);
    if (status != TG_OK) return status;
    unmap(stacks);
    void *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (base == MAP_FAILED) {
        tg_error_set(error, TG_ERR_MEMORY,
                     "no memory for %zu stacks of threads of a block, %zu bytes", nb, bytes);
        tg_error_how(error, "use smaller blocks or fewer OpenMP threads (OMP_NUM_THREADS), or "
                            "raise the limit of address space");
        return TG_ERR_MEMORY;
    }
    *stacks = (tg_fiber_stacks){.base = base, .nb = nb, .guard_bytes = guard_bytes};
    return TG_OK;
}

static tg_status no_key_error(tg_error *error)
{
    tg_error_set(error, TG_ERR_MEMORY, "no thread-specific data left for the stacks of a block");
    tg_error_how(error, "use fewer libraries that take thread-specific keys in the same process");
    return TG_ERR_MEMORY;
}

tg_status tg_fiber_stacks_of_thread(tg_fiber_stacks **stacks, size_t nb, tg_error *error)
{
    (void)pthread_once(&key_once, create_key);
    if (key_error != 0) return no_key_error(error);
    tg_fiber_stacks *own = pthread_getspecific(key);
    if (own == NULL) {
        void *buffer = NULL;
        const tg_status status = tg_buffer_create(&buffer, 1, sizeof *own, error);
        if (status != TG_OK) return status;
        own = buffer;
        *own = (tg_fiber_stacks){.base = NULL};
        if (pthread_setspecific(key, own) != 0) {
            tg_buffer_destroy(buffer);
            return no_key_error(error);
        }
    }
    *stacks = own;
    return own->nb >= nb ? TG_OK : map(own, nb, error);
}

void tg_fiber_stacks_drop(void)
{
    (void)pthread_once(&key_once, create_key);
    tg_fiber_stacks *own = key_error == 0 ? pthread_getspecific(key) : NULL;
    if (own == NULL) return;
    destroy_stacks(own);
    (void)pthread_setspecific(key, NULL);
}

/* Tell AddressSanitizer that `from` stops and `to` goes on. fake_stack NULL: from never runs
 * again. */
static inline void sanitizers_before_switch(tg_fiber *to, void **fake_stack)
{
    if (sanitizer.start_switch != NULL)
        sanitizer.start_switch(fake_stack, to->stack, to->stack_bytes);
#if THREAD_SANITIZER
    __tsan_switch_to_fiber(to->thread_sanitizer, 0);
#endif
}

/* Tell it that `fiber` runs now; it tells where the stack of the fiber before lies, which for a
 * thread's own nobody else knows. */
static inline void sanitizers_after_switch(tg_fiber *fiber)
{
    if (sanitizer.finish_switch != NULL)
        sanitizer.finish_switch(fiber->fake_stack, &fiber->came_from->stack,
                                &fiber->came_from->stack_bytes);
}

/* The first function of every fiber. */
static _Noreturn void fiber_begin(tg_fiber *fiber)
{
    sanitizers_after_switch(fiber);
    fiber->entry(fiber, fiber->argument);
    // An entry that returns broke its contract, and there is nowhere to return to.
    __builtin_trap();
}

#ifdef TG_FIBERS_UCONTEXT

/* makecontext hands over integers only. */
static void context_begin(unsigned high, unsigned low)
{
    fiber_begin((tg_fiber *)((uintptr_t)high << 16 << 16 | (uintptr_t)low));
}

static void prepare(tg_fiber *fiber, unsigned char *top)
{
    (void)getcontext(&fiber->context);
    fiber->context.uc_stack.ss_sp = (void *)(uintptr_t)fiber->stack;
    fiber->context.uc_stack.ss_size = (size_t)(top - (const unsigned char *)fiber->stack);
    fiber->context.uc_link = NULL;
    makecontext(&fiber->context, (void (*)(void))context_begin, 2,
                (unsigned)((uintptr_t)fiber >> 16 >> 16), (unsigned)(uintptr_t)fiber);
}

static inline void hand_over(tg_fiber *from, tg_fiber *to)
{
    (void)swapcontext(&from->context, &to->context);
}

#else

/* Save the registers that a callee keeps and the stack pointer, take those of the other side,
 * and go where it stopped: by a jump through a register, for a return is predicted from the
 * calls of the stack that was left, and costs twice as much. Floating-point control words are
 * not saved: kernels do not change them. swap(where to save the stack pointer: rdi, the other's
 * stack pointer: rsi) */
__asm__(".text\n"
        ".p2align 4\n"
        ".type tg_fiber_swap, @function\n"
        "tg_fiber_swap:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    movq %rsp, (%rdi)\n"
        "    movq %rsi, %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    popq %rcx\n"
        "    jmpq *%rcx\n"
        ".size tg_fiber_swap, . - tg_fiber_swap\n"
        // A new fiber: its tg_fiber is in r12, fiber_begin in rbx; frames end here (rbp is 0).
        ".p2align 4\n"
        ".type tg_fiber_start, @function\n"
        "tg_fiber_start:\n"
        "    .cfi_startproc\n"
        "    .cfi_undefined %rip\n"
        "    movq %r12, %rdi\n"
        "    callq *%rbx\n"
        "    ud2\n"
        "    .cfi_endproc\n"
        ".size tg_fiber_start, . - tg_fiber_start\n");

void tg_fiber_swap(void **stack_pointer, void *other_stack_pointer) __asm__("tg_fiber_swap");
void tg_fiber_start(void) __asm__("tg_fiber_start");

/* Lay on the stack what tg_fiber_swap takes from it: r15, r14, r13, r12, rbx, rbp, address. Two
 * words more, so that the stack pointer is a multiple of 16 at tg_fiber_start, as before every
 * call. */
static void prepare(tg_fiber *fiber, unsigned char *top)
{
    void **frame = (void **)(void *)top - 9;
    frame[0] = NULL;
    frame[1] = NULL;
    frame[2] = NULL;
    frame[3] = fiber;
    frame[4] = (void *)(uintptr_t)fiber_begin;
    frame[5] = NULL;
    frame[6] = (void *)(uintptr_t)tg_fiber_start;
    frame[7] = NULL;
    frame[8] = NULL;
    fiber->stack_pointer = frame;
}

static inline void hand_over(tg_fiber *from, tg_fiber *to)
{
    tg_fiber_swap(&from->stack_pointer, to->stack_pointer);
}

#endif

tg_status tg_fiber_create(tg_fiber *fiber, tg_fiber_stacks *stacks, size_t index,
                          void (*entry)(tg_fiber *self, void *argument), void *argument,
                          tg_error *error)
{
    TG_VERIFY_CHECK(index < stacks->nb && index <= stacks->nb_guarded);
    unsigned char *guard = stacks->base + index * (STACK_BYTES + stacks->guard_bytes);
    if (index >= stacks->nb_guarded) {
        const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
        if (mmap(guard, stacks->guard_bytes, PROT_NONE, flags, -1, 0) == MAP_FAILED) {
            tg_error_set(error, TG_ERR_MEMORY,
                         "no guard page for the stack of thread %zu of a block", index);
            tg_error_how(error, "use smaller blocks or fewer OpenMP threads (OMP_NUM_THREADS), or "
                                "raise vm.max_map_count");
            return TG_ERR_MEMORY;
        }
        stacks->nb_guarded = index + 1;
    }
    *fiber = (tg_fiber){.entry = entry,
                        .argument = argument,
                        .stack = guard + stacks->guard_bytes,
                        .stack_bytes = STACK_BYTES};
#if THREAD_SANITIZER
    fiber->thread_sanitizer = __tsan_create_fiber(0);
#endif
    prepare(fiber,
            guard + stacks->guard_bytes + STACK_BYTES - index * COLOUR_STEP % COLOURS * CACHE_LINE);
    return TG_OK;
}

void tg_fiber_adopt(tg_fiber *fiber)
{
    *fiber = (tg_fiber){0};
#if THREAD_SANITIZER
    fiber->thread_sanitizer = __tsan_get_current_fiber();
#endif
}

void tg_fiber_destroy(tg_fiber *fiber)
{
    // Frames that were left for good are still poisoned, and their addresses will be mapped again.
    if (sanitizer.unpoison != NULL) sanitizer.unpoison(fiber->stack, fiber->stack_bytes);
#if THREAD_SANITIZER
    __tsan_destroy_fiber(fiber->thread_sanitizer);
#endif
}

void tg_fiber_switch(tg_fiber *from, tg_fiber *to)
{
    to->came_from = from;
    sanitizers_before_switch(to, &from->fake_stack);
    hand_over(from, to);
    sanitizers_after_switch(from);
}

_Noreturn void tg_fiber_leave(tg_fiber *from, tg_fiber *to)
{
    to->came_from = from;
    sanitizers_before_switch(to, NULL);
    hand_over(from, to);
    __builtin_unreachable();
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* AddressSanitizer's calls, by their addresses where the program was built with it, else by name:
 * a program that was not is still to be told which of them are there at run time. */
#define _GNU_SOURCE /* RTLD_DEFAULT */
#include "kernels/sanitizer_internal.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#else
#define ADDRESS_SANITIZER 0
#endif

#if ADDRESS_SANITIZER

tg_sanitizer tg_sanitizer_find(void)
{
    return (tg_sanitizer){.start_switch = __sanitizer_start_switch_fiber,
                          .finish_switch = __sanitizer_finish_switch_fiber,
                          .poison = __asan_poison_memory_region,
                          .unpoison = __asan_unpoison_memory_region,
                          .print_stack = __sanitizer_print_stack_trace};
}

#else

tg_sanitizer tg_sanitizer_find(void)
{
    static const char *const names[] = {
        "__sanitizer_start_switch_fiber", "__sanitizer_finish_switch_fiber",
        "__asan_poison_memory_region", "__asan_unpoison_memory_region",
        "__sanitizer_print_stack_trace"};
    uintptr_t addresses[5];
    for (size_t i = 0; i < 5; i++) {
        // POSIX has dlsym give functions too; C alone has no conversion from an object's address.
        addresses[i] = (uintptr_t)dlsym(RTLD_DEFAULT, names[i]);
        // Other sanitizers have the first two alone, and mean other things by them.
        if (addresses[i] == 0) return (tg_sanitizer){.start_switch = NULL};
    }
    return (tg_sanitizer){
        .start_switch = (void (*)(void **, const void *, size_t))addresses[0],
        .finish_switch = (void (*)(void *, const void **, size_t *))addresses[1],
        .poison = (void (*)(const volatile void *, size_t))addresses[2],
        .unpoison = (void (*)(const volatile void *, size_t))addresses[3],
        .print_stack = (void (*)(void))addresses[4],
    };
}

#endif

/* Process-wide, because a runtime is: set once and only read then. */
static pthread_once_t found_once = PTHREAD_ONCE_INIT;
static tg_sanitizer found;

static void look(void) { found = tg_sanitizer_find(); }

const tg_sanitizer *tg_sanitizer_now(void)
{
    (void)pthread_once(&found_once, look);
    return &found;
}

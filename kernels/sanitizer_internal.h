/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* AddressSanitizer, if its runtime is loaded: with the program, which was built with it, or before
 * the program (LD_PRELOAD), for users' kernels that were. */
#ifndef TRACEGATE_KERNELS_SANITIZER_INTERNAL_H
#define TRACEGATE_KERNELS_SANITIZER_INTERNAL_H

#include <stddef.h>

/* All NULL without a runtime. */
typedef struct tg_sanitizer {
    void (*start_switch)(void **fake_stack, const void *stack, size_t stack_bytes);
    void (*finish_switch)(void *fake_stack, const void **stack, size_t *stack_bytes);
    void (*poison)(const volatile void *bytes, size_t nb_bytes);
    void (*unpoison)(const volatile void *bytes, size_t nb_bytes);
    void (*print_stack)(void);
} tg_sanitizer;

/* Look for it. */
tg_sanitizer tg_sanitizer_find(void);

/* The same, looked for once. */
const tg_sanitizer *tg_sanitizer_now(void);

#endif

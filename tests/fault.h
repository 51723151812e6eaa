/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Injected failures: the nth call that takes memory, or that does input and output, fails.
 *
 *   for (long nth = 1;; nth++) {
 *       tg_fault_arm(TG_FAULT_MEMORY, nth);
 *       status = ...;
 *       if (!tg_fault_disarm()) break;   // no call number nth: all failures are seen
 *       assert that status is the expected error
 *   }
 */
#ifndef TRACEGATE_TESTS_FAULT_H
#define TRACEGATE_TESTS_FAULT_H

#include <stdbool.h>

typedef enum tg_fault_kind {
    TG_FAULT_NONE,
    TG_FAULT_MEMORY, /* malloc, calloc, realloc, aligned_alloc, mmap */
    TG_FAULT_IO,     /* what opens, reads, writes, closes, renames and looks up files and folders;
                        fault.c lists the calls */
} tg_fault_kind;

void tg_fault_arm(tg_fault_kind kind, long nth);

/* Stop failing; true if the armed call came and failed. */
bool tg_fault_disarm(void);

#endif

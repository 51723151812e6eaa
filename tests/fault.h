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
    TG_FAULT_MEMORY,  /* malloc, calloc, realloc, aligned_alloc, mmap; not those of libgomp, which
                         ends the process then */
    TG_FAULT_IO,      /* what opens, reads, writes, closes, renames and looks up files and folders;
                         fault.c lists the calls */
    TG_FAULT_PROCESS, /* fork, clone, pthread_create, socketpair, memfd_create, ftruncate, send,
                         recv, sendmsg, recvmsg, poll; a process that is forked has a count of
                         its own, which begins at the one's that it is a copy of */
} tg_fault_kind;

void tg_fault_arm(tg_fault_kind kind, long nth);

/* Stop failing; true if the armed call came and failed. */
bool tg_fault_disarm(void);

/* What a system may lack, beside calls that fail. */
typedef enum tg_fault_lack {
    TG_FAULT_LACK_NOTHING,
    TG_FAULT_LACK_UNNAMED_FILES, /* open refuses O_TMPFILE, as some file systems do */
    TG_FAULT_LACK_PROC,          /* nothing is to be found below /proc */
    TG_FAULT_LACK_LIBRARIES,     /* dlopen finds none, and has no words for it */
} tg_fault_lack;

/* From now on the system lacks this and nothing else. */
void tg_fault_take_away(tg_fault_lack lack);

/* From now on the system refuses syscall(SYS_clone) with this errno; 0: it does not. */
void tg_fault_refuse_clone(int error_number);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A device some of whose calls fail: a table of ops in front of another one.
 *
 *   const tg_runtime_ops *ops = tg_test_faulty_ops(&tg_runtime_host);
 *   for (long nth = 1;; nth++) {
 *       tg_test_fail_call(TG_TEST_FAIL_NOW, nth);
 *       status = ... on ops ...;
 *       if (!tg_test_stop_failing()) break;   // no call number nth: all failures are seen
 *       assert that status is an error that says what it is of
 *   }
 *
 * One such device a process. Calls that cannot fail (those that destroy) are not counted.
 */
#ifndef TRACEGATE_TESTS_RUNTIME_FAULTS_H
#define TRACEGATE_TESTS_RUNTIME_FAULTS_H

#include "gpu/runtime_ops.h"

typedef enum tg_test_failure {
    TG_TEST_FAIL_NOW,  /* the call does nothing and returns an error */
    TG_TEST_FAIL_LATE, /* only work that is queued counts, copies of pageable memory not: it is
                          done, so that other streams find no rubbish, and who waits for the stream
                          or for an event behind it is told that it failed */
    TG_TEST_FAIL_LOST, /* from this call on all calls fail, and everything is lost */
} tg_test_failure;

/* Words that every message of a failure has. */
#define TG_TEST_FAULT_TEXT "made to fail"

/* The table; the last call's `inner` holds. */
const tg_runtime_ops *tg_test_faulty_ops(const tg_runtime_ops *inner);

/* Let the nth call from now on fail. */
void tg_test_fail_call(tg_test_failure failure, long nth);

/* Let nothing fail that has not failed yet; true if the call came and failed. What was lost stays
 * lost until the device is closed. */
bool tg_test_stop_failing(void);

/* What the code of the call that failed means: TG_ERR_MEMORY for one that takes memory,
 * TG_ERR_KERNEL for a late one, else TG_ERR_DEVICE. */
tg_status tg_test_failed_status(void);

#endif

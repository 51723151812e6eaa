/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The two backends of verbs that compare: the trusted one, and the one under test.
 */
#ifndef TRACEGATE_CLI_BOTH_SIDES_H
#define TRACEGATE_CLI_BOTH_SIDES_H

#include "cli/options.h"
#include "harness/worker.h"

typedef struct tg_both_sides {
    tg_backend expected;
    tg_backend actual;
} tg_both_sides;

/* The backends as choices for the side under test: where nothing is said, the kernels on the CPU,
 * which are everywhere. */
extern const tg_names tg_actual_names;

/* Open both, isolated as it says; to be closed after success. close takes what is all zero.
 * Errors  TG_ERR_USAGE for one that makes no traces, and for one on both sides; those of opening */
TG_NODISCARD tg_status tg_both_sides_open(tg_both_sides *both, const char *expected,
                                          const char *actual, const tg_isolation *isolation,
                                          tg_error *error);
void tg_both_sides_close(tg_both_sides *both);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Work that is left to a child process: what crashes or hangs there takes nothing with it, and what
 * it opens is gone with it. */
#ifndef TRACEGATE_MODULES_CHILD_INTERNAL_H
#define TRACEGATE_MODULES_CHILD_INTERNAL_H

#include "model/status.h"

#include <stddef.h>

/* The work. answer is the child's own, of zeros at first; its bytes go back. */
typedef tg_status child_work(void *answer, void *context, tg_error *error);

typedef struct child_terms {
    const char *name; /* of what works: "NVRTC" */
    unsigned max_s;
    tg_status died; /* status of a crash, and how to mend it */
    const char *died_how;
    tg_status hung;
    const char *hung_how;
} child_terms;

/* Run it, and wait for its end.
 * answer  written after TG_OK only
 * Errors  those of the work, with their words; those of the terms; TG_ERR_MEMORY, and TG_ERR_IO if
 *         no process can be started */
TG_NODISCARD tg_status child_run(void *answer, size_t nb_bytes, child_work *work, void *context,
                                 const child_terms *terms, tg_error *error);

#endif

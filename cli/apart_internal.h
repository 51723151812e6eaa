/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For the files apart*.c only: how a process ended. */
#ifndef TRACEGATE_CLI_APART_INTERNAL_H
#define TRACEGATE_CLI_APART_INTERNAL_H

#include "cli/apart.h"

typedef struct apart_end {
    bool has_begun;
    bool is_hung;      /* it did not end in time, and was killed */
    bool is_abandoned; /* and does not end: a driver holds it */
    long pid;
    int wait_status; /* -1: not known */
    double limit_s;
    tg_launches_found launches;
} apart_end;

/* Tell how the work ended whose process did, or did not. */
void apart_tell_end(tg_apart_told *told, const apart_end *end);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The one clock of progress and measurements. */
#ifndef TRACEGATE_HARNESS_CLOCK_H
#define TRACEGATE_HARNESS_CLOCK_H

#include <time.h>

/* Seconds of a steady clock, from an unknown start. */
static inline double tg_now_s(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

#endif

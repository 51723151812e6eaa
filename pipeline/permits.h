/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Permits: a counting semaphore for the device, first come first served. Used by all threads.
 *
 * Source: SP1 v6.2.0, sp1-gpu/crates/utils: the prover's permits.
 */
#ifndef TRACEGATE_PIPELINE_PERMITS_H
#define TRACEGATE_PIPELINE_PERMITS_H

#include "model/status.h"

#include <stddef.h>

typedef struct tg_permits tg_permits;

/* What was acquired. All zero: nothing, and releasing it does nothing. */
typedef struct tg_permit {
    tg_permits *permits;
    size_t nb;
    double acquired_at; /* seconds of the monotonic clock */
} tg_permit;

/* Errors  TG_ERR_USAGE for no permits at all; TG_ERR_MEMORY, TG_ERR_IO (threads) */
TG_NODISCARD tg_status tg_permits_create(tg_permits **permits, size_t nb, tg_error *error);
/* All permits must have been released and nobody wait; NULL is taken. */
void tg_permits_destroy(tg_permits *permits);

/* Wait for nb permits at once, in the order of the calls: a caller that asks for many is not passed
 * by those who ask for fewer.
 * Errors  TG_ERR_USAGE for none or for more than there are; TG_ERR_DEVICE if closed, also while
 *         waiting. *permit is then all zero. */
TG_NODISCARD tg_status tg_permits_acquire(tg_permit *permit, tg_permits *permits, size_t nb,
                                          tg_error *error);

/* Give back and say how long it was held, in seconds; *permit becomes all zero. */
double tg_permit_release(tg_permit *permit);

/* From now on nobody gets a permit; those who wait fail. */
void tg_permits_close(tg_permits *permits);

size_t tg_permits_nb_free(tg_permits *permits);

#endif

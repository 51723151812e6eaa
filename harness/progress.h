/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Progress of long work on a terminal: one line, once a second, and none before two seconds have
 * passed, so that short work stays quiet. A thread of its own shows it, so that a single long step
 * does not look dead.
 */
#ifndef TRACEGATE_HARNESS_PROGRESS_H
#define TRACEGATE_HARNESS_PROGRESS_H

#include "model/status.h"

#include <stdio.h>

typedef struct tg_progress tg_progress;

/* Start.
 * progress  to be given back by tg_progress_destroy; NULL where there is nothing to show: every
 *           function here takes that
 * out       where lines go; NULL or no terminal: nowhere
 * Never fails: without memory or a thread there is no progress, and the work goes on. */
void tg_progress_create(tg_progress **progress, FILE *out);

/* Say what is being done, and how much of it is: nb_done of nb_all, both 0 where nobody knows.
 * Any thread. */
void tg_progress_say(tg_progress *progress, size_t nb_done, size_t nb_all, const char *format, ...)
    TG_PRINTF(4, 5);

/* Wipe the line, so that something else can be printed; the next second shows it again. */
void tg_progress_wipe(tg_progress *progress);

/* Wipe the line and stop. */
void tg_progress_destroy(tg_progress *progress);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Ctrl-C, and SIGTERM: a verb that is stopped says what was done until then, and ends at once with
 * 130 or 143, whatever it waits for; with it go the processes that run kernels. What was printed
 * stays, and nothing that is said looks like a verdict. Where nobody reads standard output, so that
 * a write waits, it ends a second later, with what could be said.
 */
#ifndef TRACEGATE_CLI_STOP_H
#define TRACEGATE_CLI_STOP_H

#include "model/status.h"

/* Who says it: what runs, and the list that it is taken from, which may call another verb for each
 * of its parts. */
typedef enum tg_stop_part { TG_STOP_OF_RUN, TG_STOP_OF_LIST, TG_STOP_NB_PARTS } tg_stop_part;

/* Say this on standard output, in a line behind "STOPPED by SIGINT: ", from now on. It is to be
 * said anew whenever it changes, right behind the flush of what it counts, by one thread at a time.
 * format  NULL: nothing */
void tg_stop_say(tg_stop_part part, const char *format, ...) TG_PRINTF(2, 3);

/* End so at these signals, in this process and in none that it forks; a verb that has handlers of
 * its own installs them later. One that is ignored, as SIGINT is in a script's background job,
 * stays ignored. */
void tg_stop_catch(void);

#endif

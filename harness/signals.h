/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Signals that end processes, in words. */
#ifndef TRACEGATE_HARNESS_SIGNALS_H
#define TRACEGATE_HARNESS_SIGNALS_H

#include <stdbool.h>

/* A signal's name in POSIX, with a ", " in front of it; "" for rare ones. */
const char *tg_signal_name(int number);

/* Whether a signal is one that a process is ended by from outside, not by what it does. */
bool tg_signal_is_from_outside(int number);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What to say when a kernel that runs in this process crashes it: which backend, and the line that
 * makes the run again.
 */
#ifndef TRACEGATE_CLI_CRASH_H
#define TRACEGATE_CLI_CRASH_H

/* Catch SIGSEGV, SIGBUS, SIGFPE and SIGILL from now on, on a stack of its own: the crash of a run
 * that was announced is said in two lines on standard error and ends the process with 1, for it is
 * a finding; any other crash is left to the system. Does nothing under AddressSanitizer, which says
 * more. */
void tg_crash_catch(void);

/* Announce a run, for tg_gate_options.on_run; backend NULL: it is over. Not for several threads. */
void tg_crash_announce(void *context, const char *backend, const char *again);

#endif

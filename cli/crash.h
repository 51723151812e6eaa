/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What to say when a kernel that runs in this process crashes it: which backend, and the line that
 * makes the run again.
 */
#ifndef TRACEGATE_CLI_CRASH_H
#define TRACEGATE_CLI_CRASH_H

/* Catch SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP and calls of exit from now on: the crash
 * of a run that was announced, or its exit, is said in two lines on standard error and ends the
 * process with 1, for it is a finding; any other is left to the system. Under AddressSanitizer,
 * which says more of a crash, it is exit only. Not for several threads. */
void tg_crash_catch(void);

/* Give handlers with SA_ONSTACK on this thread a stack of their own: a crash by overflow leaves
 * them none. One thread of the process has it, the last that called this. */
void tg_crash_use_stack(void);

/* Announce a run, for tg_gate_options.on_run; backend NULL: it is over. Not for several threads. */
void tg_crash_announce(void *context, const char *backend, const char *again);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* For the files kernels*.c only: the program's start under sanitizers, and the trace of a kernel.
 */
#ifndef TRACEGATE_CLI_KERNELS_INTERNAL_H
#define TRACEGATE_CLI_KERNELS_INTERNAL_H

#include "cli/options.h"

/* Whether this program was started anew with the sanitizers' runtime. */
bool kernels_are_sanitized(void);

/* Start it so, unless it is: the call then does not return.
 * Errors  TG_ERR_IO, TG_ERR_MEMORY; TG_ERR_UNAVAILABLE: there is no runtime, or no start */
TG_NODISCARD tg_status kernels_start_sanitized(tg_error *error);

/* The one trace that a --kernel makes; as tg_user_trace_find, and says which line has it.
 * kernel  FILE:SYMBOL */
TG_NODISCARD tg_status kernels_find_trace(size_t *trace, const char *kernel,
                                          const tg_words *operands, tg_error *error);

#endif

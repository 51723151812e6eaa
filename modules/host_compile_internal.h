/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Running a compiler of this machine. */
#ifndef TRACEGATE_MODULES_HOST_COMPILE_INTERNAL_H
#define TRACEGATE_MODULES_HOST_COMPILE_INTERNAL_H

#include "files/input.h"
#include "modules/text_internal.h"

#include <stdbool.h>

/* Words of a command; each ends with a zero in `words`. */
typedef struct command {
    text words;
    size_t nb;
} command;

void command_clear(command *of);
void command_add(command *of, const char *format, ...) TG_PRINTF(2, 3);

/* Begin with the compiler: $CXX, or $CC for C, whose words are divided at spaces, else the first of
 * the usual ones.
 * Errors  TG_ERR_UNAVAILABLE if there is none: what installs it; TG_ERR_MEMORY */
TG_NODISCARD tg_status command_begin(command *of, bool is_cpp, tg_error *error);

/* Run it. What it prints to both streams goes behind what is in the file `log`.
 * exit_code  128 + signal if a signal ended it
 * Errors     TG_ERR_UNAVAILABLE if it cannot be started; TG_ERR_KERNEL if it does not come to an
 *            end; TG_ERR_IO, TG_ERR_MEMORY */
TG_NODISCARD tg_status command_run(int *exit_code, const command *of, const char *log,
                                   tg_error *error);

#endif

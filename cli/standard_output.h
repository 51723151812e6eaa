/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Standard output, taken for one document by an option that is given "-": what the verb prints for
 * people goes to standard error as long as it is taken.
 */
#ifndef TRACEGATE_CLI_STANDARD_OUTPUT_H
#define TRACEGATE_CLI_STANDARD_OUTPUT_H

#include "model/status.h"

#include <stdbool.h>
#include <stdio.h>

/* Whether the value of an option for a file means standard output; NULL does not. */
bool tg_is_standard_output(const char *path);

/* Take standard output. Not twice at a time, and not while other threads print.
 * taken   the stream that has it; to be given back after success
 * Errors  TG_ERR_IO */
TG_NODISCARD tg_status tg_standard_output_take(FILE **taken, tg_error *error);

/* Write out what was printed to it, and let standard output be as it was. NULL: nothing is done.
 * Returns TG_ERR_IO where not all could be written, which is of no interest where nothing was; it
 *         is given back none the less */
tg_status tg_standard_output_give_back(FILE *taken, tg_error *error);

#endif

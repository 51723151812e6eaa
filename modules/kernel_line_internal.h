/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Where a kernel stands in its source. */
#ifndef TRACEGATE_MODULES_KERNEL_LINE_INTERNAL_H
#define TRACEGATE_MODULES_KERNEL_LINE_INTERNAL_H

#include "model/status.h"

#include <stddef.h>

/* Find the line of a kernel's name behind its __global__.
 * line    from 1; 0: the file itself does not show it, as where a header or a macro does
 * kernel  name, or name expression
 * Errors  TG_ERR_IO, TG_ERR_MEMORY */
TG_NODISCARD tg_status kernel_line(size_t *line, const char *source, const char *kernel,
                                   tg_error *error);

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Standard headers for NVRTC, which brings none: modules/device/, which the program holds, laid out
 * in the cache under all names that sources include. They come last in the search. */
#ifndef TRACEGATE_MODULES_DEVICE_HEADERS_INTERNAL_H
#define TRACEGATE_MODULES_DEVICE_HEADERS_INTERNAL_H

#include "files/input.h"

/* Their texts. */
extern const char device_integers[];
extern const char device_builtin[];
extern const char device_limits[];
extern const char device_traits[];

/* The folder with all of them, whose name tells their content; they are written if they are not
 * there.
 * Errors  TG_ERR_IO, TG_ERR_MEMORY */
TG_NODISCARD tg_status device_headers_folder(char path[TG_PATH_BYTES], tg_error *error);

#endif

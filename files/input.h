/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Files that are read, paths, and errors of the system's calls; what all readers and writers of
 * this folder share.
 */
#ifndef TRACEGATE_FILES_INPUT_H
#define TRACEGATE_FILES_INPUT_H

#include "model/status.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Bytes of a path with its end, at the most: Linux's PATH_MAX. */
#define TG_PATH_BYTES 4096

/* Open a regular file for reading. Anything else, a FIFO too, is refused without waiting for its
 * other end.
 * stream      caller's; to be closed by fclose after success only
 * size_bytes  length of the file
 * Errors      TG_ERR_IO; nothing is left open then
 */
TG_NODISCARD tg_status tg_input_open(FILE **stream, uint64_t *size_bytes, const char *path,
                                     tg_error *error);

/* Read exactly size_bytes from a stream.
 * path    for the error only
 * Errors  TG_ERR_IO, also if the file ends before; bytes are then undefined
 */
TG_NODISCARD tg_status tg_input_read(void *bytes, size_t size_bytes, FILE *stream, const char *path,
                                     tg_error *error);

/* Put a path together as printf does. path: TG_PATH_BYTES bytes, caller's.
 * Errors  TG_ERR_IO if it is too long; path is then undefined */
TG_NODISCARD tg_status tg_path_format(char *path, tg_error *error, const char *format, ...)
    TG_PRINTF(3, 4);

/* Set TG_ERR_IO after a call of the system failed, and return it.
 * action  what could not be done: "open", "write"
 * number  errno of the failure: it says how to mend it
 */
tg_status tg_io_error(tg_error *error, const char *action, const char *path, int number);

#endif

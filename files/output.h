/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Files that are written: whole or not at all. The bytes go to a temporary file in the target's
 * folder, which takes the target's name once it is complete and on the disk; until then the target
 * is as it was. The temporary file has no name where the file system can do that, and is then gone
 * however the process ends.
 */
#ifndef TRACEGATE_FILES_OUTPUT_H
#define TRACEGATE_FILES_OUTPUT_H

#include "files/input.h"

/* A file that is being written. */
typedef struct tg_output {
    FILE *stream;                  /* may also be written to directly; commit sees its failures */
    char path[TG_PATH_BYTES];      /* the target, symbolic links followed */
    char temporary[TG_PATH_BYTES]; /* "": the file has no name yet */
} tg_output;

/* Start to write a file.
 * output  caller's; after success to be ended by exactly one of tg_output_commit and
 *         tg_output_discard
 * path    a regular file that may be written, or nothing yet; pipes and devices are refused, since
 *         they can't be replaced
 * Errors  TG_ERR_IO; nothing is left behind then
 */
TG_NODISCARD tg_status tg_output_open(tg_output *output, const char *path, tg_error *error);

/* Append bytes. Errors  TG_ERR_IO; the output is still to be discarded. */
TG_NODISCARD tg_status tg_output_write(tg_output *output, const void *bytes, size_t size_bytes,
                                       tg_error *error);

/* Bring the file onto the disk and under its name. The output is ended, also on failure.
 * Errors  TG_ERR_IO; the target is then as it was, and the temporary file is gone
 */
TG_NODISCARD tg_status tg_output_commit(tg_output *output, tg_error *error);

/* Give up: the target is as it was, and the temporary file is gone. */
void tg_output_discard(tg_output *output);

#endif

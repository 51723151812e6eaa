/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Files that are written: whole or not at all. The bytes go to a temporary file in the target's
 * folder, which takes the target's name once it is complete and on the disk; until then the target
 * is as it was. The temporary file has no name where the file system can do that, and is then gone
 * however the process ends.
 */
#ifndef TRACEGATE_FILES_OUTPUT_H
#define TRACEGATE_FILES_OUTPUT_H

#include "files/input.h"

#include <stdbool.h>

/* A file that is being written. */
typedef struct tg_output {
    FILE *stream;                  /* may also be written to directly; commit sees its failures.
                                      NULL once the file is finished */
    char path[TG_PATH_BYTES];      /* the target, symbolic links followed */
    char temporary[TG_PATH_BYTES]; /* "": the file has no name yet */
} tg_output;

/* Start to write a file.
 * output  caller's; after success to be ended by exactly one of tg_output_commit and
 *         tg_output_discard
 * path    a regular file that may be written, or nothing yet; pipes and devices are refused, since
 *         they can't be replaced, and so is the file that standard output or standard error goes to
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

/* The two halves of tg_output_commit, for files that are to appear together: finish all of them,
 * then publish all of them. All that can fail for want of room is in the first half.
 *   finish   bring the file onto the disk, beside the target. The output is still to be published
 *            or discarded, and only to be discarded after a failure
 *   publish  give it the target's name. The output is ended, also on failure
 * Errors  TG_ERR_IO; the target is then as it was */
TG_NODISCARD tg_status tg_output_finish(tg_output *output, tg_error *error);
TG_NODISCARD tg_status tg_output_publish(tg_output *output, tg_error *error);

/* As tg_output_publish, for a target that must not be there: one that has appeared since the output
 * was opened stays. Errors  TG_ERR_IO */
TG_NODISCARD tg_status tg_output_publish_new(tg_output *output, tg_error *error);

/* Give up: the target is as it was, and the temporary file is gone. */
void tg_output_discard(tg_output *output);

/* Whether two outputs have one target, however their paths are written. */
bool tg_output_has_same_target(const tg_output *one, const tg_output *other);

/* Whether the target is the file at path: publishing would replace it. */
bool tg_output_replaces(const tg_output *output, const char *path);

#endif

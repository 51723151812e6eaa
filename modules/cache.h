/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The folder of what was built: $TRACEGATE_CACHE, else $XDG_CACHE_HOME/tracegate, else
 * ~/.cache/tracegate; where these two cannot be used, a folder of this user's own in $TMPDIR,
 * else /tmp. It must be this user's, and nobody else may write to it: what lies there is run. Files
 * in it are named by their content's digest and appear whole; the folder may be removed at any
 * time.
 */
#ifndef TRACEGATE_MODULES_CACHE_H
#define TRACEGATE_MODULES_CACHE_H

#include "files/input.h"

#include <stdbool.h>
#include <stdint.h>

/* What the folder may hold: some thousands of sanitized objects. */
#define TG_CACHE_MAX_BYTES (UINT64_C(2) << 30)

/* What has not been used for so long is dropped. */
#define TG_CACHE_MAX_DAYS 30

/* Its absolute path; the folder is made if it is not there.
 * Errors  TG_ERR_IO if the one that TRACEGATE_CACHE names cannot be made, trusted or written, or
 *         none of the others */
TG_NODISCARD tg_status tg_cache_folder(char path[TG_PATH_BYTES], tg_error *error);

/* Whether the folder for temporary files stands in for the usual one. why: what is wrong with that
 * one and, as the way to mend it, where things are kept; written if it is. */
bool tg_cache_is_replaced(tg_error *why);

/* Make a folder in it for the files of one build, which nobody else has; trims the cache first.
 * Errors  TG_ERR_IO */
TG_NODISCARD tg_status tg_cache_work_folder(char path[TG_PATH_BYTES], tg_error *error);

/* Remove such a folder with its files. */
void tg_cache_remove_work(const char *path);

/* Remove all such folders of a process that was ended. */
void tg_cache_remove_work_of(long pid);

/* Drop what was made here and not used for TG_CACHE_MAX_DAYS days, work folders that processes left
 * that are gone, then what was used the longest ago until no more than max_bytes stay. What was
 * used within the hour stays, since it may be in use; so does what bears no name of the cache. */
void tg_cache_trim(const char *folder, uint64_t max_bytes);

/* Say that a file or a folder of headers has been used. */
void tg_cache_used(const char *path);

/* Make a folder, and those above it. Errors  TG_ERR_IO */
TG_NODISCARD tg_status tg_cache_make_folder(const char *path, tg_error *error);

#endif

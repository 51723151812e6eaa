/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The folder of what was built: $TRACEGATE_CACHE, else $XDG_CACHE_HOME/tracegate, else
 * ~/.cache/tracegate. Files in it are named by their content's digest and appear whole; the folder
 * may be removed at any time.
 */
#ifndef TRACEGATE_MODULES_CACHE_H
#define TRACEGATE_MODULES_CACHE_H

#include "files/input.h"

/* Its absolute path; the folder is made if it is not there.
 * Errors  TG_ERR_IO if it cannot be made, or none of the variables is set */
TG_NODISCARD tg_status tg_cache_folder(char path[TG_PATH_BYTES], tg_error *error);

/* Make a folder in it for the files of one build, which nobody else has.
 * Errors  TG_ERR_IO */
TG_NODISCARD tg_status tg_cache_work_folder(char path[TG_PATH_BYTES], tg_error *error);

/* Remove such a folder with its files. */
void tg_cache_remove_work(const char *path);

/* Make a folder, and those above it. Errors  TG_ERR_IO */
TG_NODISCARD tg_status tg_cache_make_folder(const char *path, tg_error *error);

#endif

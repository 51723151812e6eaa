/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A temporary folder for targets whose readers take paths: where TMPDIR says, else in memory, where
 * the system has such a place.
 */
#ifndef TRACEGATE_FUZZ_FOLDER_H
#define TRACEGATE_FUZZ_FOLDER_H

#include "files/input.h"

typedef struct tg_fuzz_folder {
    char path[256]; /* "": none */
} tg_fuzz_folder;

/* Make a folder; remove it with all that is in it. clear takes one that is all zero. Errors
 * TG_ERR_IO */
TG_NODISCARD tg_status tg_fuzz_folder_make(tg_fuzz_folder *folder, tg_error *error);
void tg_fuzz_folder_clear(tg_fuzz_folder *folder);

/* Write a file of the folder, in place of what was there. Errors  TG_ERR_IO */
TG_NODISCARD tg_status tg_fuzz_folder_write(const tg_fuzz_folder *folder, const char *name,
                                            const void *bytes, size_t nb_bytes, tg_error *error);

/* Remove a folder with all that is in it; nothing there is no error. */
void tg_fuzz_remove(const char *path);

#endif

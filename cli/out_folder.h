/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A folder of results: written beside its target and renamed, so that it is there whole or not at
 * all. A folder that holds anything but such results is never replaced.
 *
 * A process of its own, its keeper, waits until the folder is ended, or all processes that could
 * write it are gone: then it removes what was written, and puts results back that were about to be
 * replaced. So nothing is left by Ctrl-C, by a crash, or by whatever else ends a program, but for
 * an empty folder by SIGKILL in the moment before the keeper lives.
 */
#ifndef TRACEGATE_CLI_OUT_FOLDER_H
#define TRACEGATE_CLI_OUT_FOLDER_H

#include "files/input.h"

#include <stdbool.h>

typedef struct tg_out_folder {
    char target[TG_PATH_BYTES];
    char temporary[TG_PATH_BYTES]; /* begins with a dot */
    bool replaces;                 /* there are results at the target */
    long keeper;                   /* a process; 0: there could be none */
    int to_keeper;                 /* socket, which processes that write here have open, too */
} tg_out_folder;

/* Start to write a folder: beforehand, so that what cannot be written is found early. It forks:
 * this process should have no threads yet.
 * folder  caller's; after success to be ended by commit or discard
 * path    nothing yet, an empty folder, or, with force, a folder of results: one with a file of the
 *         marker's name and with .npy and .json files only
 * Errors  TG_ERR_USAGE if something is there that is not to be replaced, TG_ERR_IO */
TG_NODISCARD tg_status tg_out_folder_open(tg_out_folder *folder, const char *path,
                                          const char *marker, bool force, tg_error *error);

/* Path of a file in the folder that is being written; path: TG_PATH_BYTES bytes, caller's. */
TG_NODISCARD tg_status tg_out_folder_path(char *path, const tg_out_folder *folder, tg_error *error,
                                          const char *name);

/* Give the folder its name, or remove it. The folder is ended, also on failure. A folder that
 * cannot be removed, temporary or replaced, is named on standard error.
 * Errors  TG_ERR_USAGE if another run wrote the target meanwhile, TG_ERR_IO; the target is then as
 *         that run left it, as it was, or its new name is said on standard error */
TG_NODISCARD tg_status tg_out_folder_commit(tg_out_folder *folder, tg_error *error);
void tg_out_folder_discard(tg_out_folder *folder);

#endif

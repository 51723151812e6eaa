/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Waiting until one of some files is saved (inotify). Editors write in place, or write another file
 * and give it the name: so the folders are watched, and names are compared.
 */
#ifndef TRACEGATE_CLI_WATCH_FILES_H
#define TRACEGATE_CLI_WATCH_FILES_H

#include "modules/user_files.h"

#define TG_WATCH_MAX_FOLDERS 256

typedef struct tg_watch_folder {
    char path[TG_PATH_BYTES]; /* without links */
    int number;               /* inotify's; -1: it is not watched */
    bool is_wanted;           /* some file that is waited for is in it, or may come to be */
} tg_watch_folder;

typedef struct tg_watch_files {
    int inotify;
    size_t nb_folders;
    tg_watch_folder *folders; /* [TG_WATCH_MAX_FOLDERS] */
    char *paths;              /* of the files, each ended by a zero */
    size_t nb_bytes, nb_taken;
    size_t nb_files;
    bool has_failed;  /* a list was too short, or there was no memory for it */
    int refused_by;   /* number of the error that a folder could not be watched for; 0: none */
    bool is_missing;  /* a folder is not there, or not any more */
    bool is_complete; /* false: every source in the folders may matter */
} tg_watch_files;

/* To be closed, also after an error.
 * Errors  TG_ERR_UNAVAILABLE if the system has no inotify for this user; TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_watch_files_open(tg_watch_files *files, tg_error *error);
void tg_watch_files_close(tg_watch_files *files);

/* Wait for the files that kernels are made from now. What was saved before and not read yet is
 * still to be read. Errors  those of tg_user_files_visit; TG_ERR_UNAVAILABLE for more files or
 * folders than can be watched */
TG_NODISCARD tg_status tg_watch_files_update(tg_watch_files *files, const tg_user_options *kernels,
                                             const char *const *more, size_t nb_more,
                                             tg_error *error);

/* Read, without waiting, what has happened. inotify is readable when something has.
 * saved     [TG_PATH_BYTES] the last file that was saved; untouched if none was
 * is_loose  take every source in the folders for one of the files: one that was missing may be
 *           there now
 * Returns whether a file was saved */
bool tg_watch_files_read(tg_watch_files *files, char saved[TG_PATH_BYTES], bool is_loose);

#endif

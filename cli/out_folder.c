/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Folders of results. */
#include "cli/out_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Temporary names tried: more than the runs that write beside one another. */
#define NB_TEMPORARY_NAMES 1000

static bool ends_with(const char *name, const char *end)
{
    const size_t length = strlen(name);
    return length > strlen(end) && strcmp(name + length - strlen(end), end) == 0;
}

/* What a folder holds. */
typedef struct content {
    size_t nb;        /* entries */
    size_t nb_others; /* that are no files of results */
    bool has_marker;
} content;

/* Look at the entries of a folder, or remove its files of results. */
static tg_status walk(content *found, const char *path, const char *marker, bool removes,
                      tg_error *error)
{
    *found = (content){.nb = 0};
    DIR *folder = opendir(path);
    if (folder == NULL) return tg_io_error(error, "look into", path, errno);
    const struct dirent *entry = NULL;
    for (errno = 0; (entry = readdir(folder)) != NULL; errno = 0) {
        struct stat info;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        const bool is_file =
            fstatat(dirfd(folder), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(info.st_mode);
        const bool is_result =
            is_file && (ends_with(entry->d_name, ".npy") || ends_with(entry->d_name, ".json"));
        found->nb++;
        found->nb_others += !is_result;
        if (marker != NULL && strcmp(entry->d_name, marker) == 0) found->has_marker = true;
        if (removes && is_result) (void)unlinkat(dirfd(folder), entry->d_name, 0);
    }
    const int number = errno;
    (void)closedir(folder);
    return number == 0 ? TG_OK : tg_io_error(error, "look into", path, number);
}

/* Remove a folder with its files of results. What stays behind is said: nobody else knows of it. */
static void remove_folder(const char *path)
{
    content found;
    tg_error error = {.status = TG_OK};
    tg_status status = walk(&found, path, NULL, true, &error);
    if (status == TG_OK && rmdir(path) != 0) status = tg_io_error(&error, "remove", path, errno);
    if (status == TG_OK) return;
    char line[sizeof error + 16];
    (void)fprintf(stderr, "tracegate: a folder that is of no use is left: %s\n",
                  tg_error_line(line, sizeof line, &error));
}

static tg_status refuse(const char *what, const char *how, const char *path, tg_error *error)
{
    tg_error_set(error, TG_ERR_USAGE, "%s", what);
    tg_error_where(error, "%s", path);
    tg_error_how(error, "%s", how);
    return TG_ERR_USAGE;
}

/* Whether there is something at the target, and whether it may be replaced. */
static tg_status check_target(tg_out_folder *folder, const char *marker, bool force,
                              tg_error *error)
{
    struct stat info;
    content found;
    folder->replaces = false;
    if (lstat(folder->target, &info) != 0) {
        return errno == ENOENT ? TG_OK : tg_io_error(error, "look up", folder->target, errno);
    }
    if (!S_ISDIR(info.st_mode))
        return refuse("the output is to be a folder, and something else is there",
                      "name another folder", folder->target, error);
    const tg_status status = walk(&found, folder->target, marker, false, error);
    if (status != TG_OK || found.nb == 0) return status;
    if (found.nb_others > 0 || !found.has_marker)
        return refuse("the output folder holds other files than results",
                      "name another folder: these are not replaced", folder->target, error);
    if (!force)
        return refuse("the output folder holds results",
                      "replace them with --force, or name "
                      "another folder",
                      folder->target, error);
    folder->replaces = true;
    return TG_OK;
}

tg_status tg_out_folder_open(tg_out_folder *folder, const char *path, const char *marker,
                             bool force, tg_error *error)
{
    size_t length = strlen(path);
    while (length > 1 && path[length - 1] == '/') length--;
    tg_status status = tg_path_format(folder->target, error, "%.*s", (int)length, path);
    if (status == TG_OK) status = check_target(folder, marker, force, error);
    if (status != TG_OK) return status;
    const char *slash = strrchr(folder->target, '/');
    const int parent = slash != NULL ? (int)(slash + 1 - folder->target) : 0;
    for (int number = 0; number < NB_TEMPORARY_NAMES; number++) {
        status = tg_path_format(folder->temporary, error, "%.*s.%s.%ld-%d", parent, folder->target,
                                folder->target + parent, (long)getpid(), number);
        if (status != TG_OK) return status;
        if (mkdir(folder->temporary, 0777) == 0) return TG_OK;
        if (errno != EEXIST) break;
    }
    return tg_io_error(error, "make a folder for", folder->target, errno);
}

tg_status tg_out_folder_path(char *path, const tg_out_folder *folder, tg_error *error,
                             const char *name)
{
    return tg_path_format(path, error, "%s/%s", folder->temporary, name);
}

/* Put the folder in the place of results. For the moment between two renames they stand at a
 * temporary name. */
static int replace(const tg_out_folder *folder)
{
    char old[TG_PATH_BYTES];
    if (tg_path_format(old, NULL, "%s.old", folder->temporary) != TG_OK) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (rename(folder->target, old) != 0) return -1;
    if (rename(folder->temporary, folder->target) != 0) {
        const int number = errno;
        if (rename(old, folder->target) != 0)
            (void)fprintf(stderr, "tracegate: the results that were at %s are now at %s\n",
                          folder->target, old);
        errno = number;
        return -1;
    }
    remove_folder(old);
    return 0;
}

tg_status tg_out_folder_commit(tg_out_folder *folder, tg_error *error)
{
    const int failed =
        folder->replaces ? replace(folder) : rename(folder->temporary, folder->target);
    if (failed == 0) return TG_OK;
    const tg_status status = tg_io_error(error, "give its name to", folder->target, errno);
    tg_out_folder_discard(folder);
    return status;
}

void tg_out_folder_discard(tg_out_folder *folder) { remove_folder(folder->temporary); }

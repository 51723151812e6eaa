/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Folders of the cache. */
#define _GNU_SOURCE /* realpath, mkdtemp */
#include "modules/cache.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Only the user's own: what lies there is run. */
#define FOLDER_MODE 0700

tg_status tg_cache_make_folder(const char *path, tg_error *error)
{
    char part[TG_PATH_BYTES];
    const tg_status status = tg_path_format(part, error, "%s", path);
    if (status != TG_OK) return status;
    for (char *slash = strchr(part + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash != NULL) *slash = '\0';
        if (mkdir(part, FOLDER_MODE) != 0 && errno != EEXIST)
            return tg_io_error(error, "make the folder", part, errno);
        if (slash == NULL) break;
        *slash = '/';
    }
    struct stat info;
    if (stat(path, &info) != 0) return tg_io_error(error, "look up", path, errno);
    return S_ISDIR(info.st_mode) ? TG_OK : tg_io_error(error, "use the folder", path, ENOTDIR);
}

static const char *variable(const char *name)
{
    const char *value = getenv(name);
    return value != NULL && value[0] != '\0' ? value : NULL;
}

/* Refuse a folder that is another user's, or that others may do to what `others` says: what lies
 * there is run. */
static tg_status check_trust(const char *path, const struct stat *info, mode_t others,
                             tg_error *error)
{
    if (S_ISDIR(info->st_mode) && info->st_uid == geteuid() && (info->st_mode & others) == 0)
        return TG_OK;
    return tg_io_error(error, "trust the folder", path, EPERM);
}

/* Whether what is made there can be kept, and is safe from others. */
static tg_status use_folder(char path[TG_PATH_BYTES], const char *asked, tg_error *error)
{
    struct stat info;
    tg_status status = tg_cache_make_folder(asked, error);
    if (status != TG_OK) return status;
    if (realpath(asked, path) == NULL || stat(path, &info) != 0)
        return tg_io_error(error, "look up", asked, errno);
    status = check_trust(path, &info, S_IWGRP | S_IWOTH, error);
    if (status != TG_OK) return status;
    return access(path, R_OK | W_OK | X_OK) == 0
               ? TG_OK
               : tg_io_error(error, "write to the folder", path, errno);
}

/* A folder for where the usual one cannot be used, beside those of other users. */
static tg_status use_temporary(char path[TG_PATH_BYTES], tg_error *error)
{
    char asked[TG_PATH_BYTES];
    struct stat info;
    const char *root = variable("TMPDIR");
    tg_status status = tg_path_format(asked, error, "%s/tracegate-%lu",
                                      root != NULL ? root : "/tmp", (unsigned long)geteuid());
    if (status != TG_OK) return status;
    if (mkdir(asked, FOLDER_MODE) != 0 && errno != EEXIST)
        return tg_io_error(error, "make the folder", asked, errno);
    // Others may have put a link there.
    if (lstat(asked, &info) != 0) return tg_io_error(error, "look up", asked, errno);
    status = check_trust(asked, &info, S_IRWXG | S_IRWXO, error);
    return status == TG_OK ? use_folder(path, asked, error) : status;
}

/* The folder of the variables that are for all programs. */
static tg_status use_usual(char path[TG_PATH_BYTES], tg_error *error)
{
    char asked[TG_PATH_BYTES];
    const char *general = variable("XDG_CACHE_HOME");
    const char *home = variable("HOME");
    // A relative one is to be ignored: it would be another folder wherever the program is started.
    if (general != NULL && general[0] != '/') general = NULL;
    if (general == NULL && home == NULL)
        return tg_error_set(error, TG_ERR_IO, "neither HOME nor XDG_CACHE_HOME is set");
    const tg_status status = general != NULL
                                 ? tg_path_format(asked, error, "%s/tracegate", general)
                                 : tg_path_format(asked, error, "%s/.cache/tracegate", home);
    return status == TG_OK ? use_folder(path, asked, error) : status;
}

tg_status tg_cache_folder(char path[TG_PATH_BYTES], tg_error *error)
{
    char asked[TG_PATH_BYTES];
    tg_error ignored;
    const char *own = variable("TRACEGATE_CACHE");
    tg_status status = TG_OK;
    if (own == NULL) {
        if (use_usual(path, &ignored) == TG_OK) return TG_OK;
        status = use_temporary(path, error);
    } else {
        status = tg_path_format(asked, error, "%s", own);
        if (status == TG_OK) status = use_folder(path, asked, error);
    }
    if (status != TG_OK)
        tg_error_how(error,
                     "set TRACEGATE_CACHE to a folder of your own that can be written, and by "
                     "nobody else");
    return status;
}

bool tg_cache_is_replaced(tg_error *why)
{
    char path[TG_PATH_BYTES];
    char usual[TG_PATH_BYTES];
    tg_error ignored;
    if (variable("TRACEGATE_CACHE") != NULL || use_usual(usual, why) == TG_OK) return false;
    if (tg_cache_folder(path, &ignored) != TG_OK) return false;
    tg_error_how(why, "what is built is kept in %s; set TRACEGATE_CACHE to choose a folder", path);
    return true;
}

tg_status tg_cache_work_folder(char path[TG_PATH_BYTES], tg_error *error)
{
    char folder[TG_PATH_BYTES];
    tg_status status = tg_cache_folder(folder, error);
    if (status == TG_OK) tg_cache_trim(folder, TG_CACHE_MAX_BYTES);
    if (status == TG_OK)
        status = tg_path_format(path, error, "%s/work-%ld-XXXXXX", folder, (long)getpid());
    if (status == TG_OK && mkdtemp(path) == NULL)
        status = tg_io_error(error, "make a folder in", folder, errno);
    return status;
}

void tg_cache_remove_work(const char *path)
{
    DIR *folder = opendir(path);
    if (folder == NULL) return;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char file[TG_PATH_BYTES];
        if (entry->d_name[0] != '.' &&
            tg_path_format(file, NULL, "%s/%s", path, entry->d_name) == TG_OK)
            (void)unlink(file);
    }
    (void)closedir(folder);
    (void)rmdir(path);
}

void tg_cache_remove_work_of(long pid)
{
    char folder[TG_PATH_BYTES];
    char prefix[32];
    if (tg_cache_folder(folder, NULL) != TG_OK) return;
    (void)snprintf(prefix, sizeof prefix, "work-%ld-", pid);
    DIR *all = opendir(folder);
    if (all == NULL) return;
    for (const struct dirent *entry = readdir(all); entry != NULL; entry = readdir(all)) {
        char path[TG_PATH_BYTES];
        if (strncmp(entry->d_name, prefix, strlen(prefix)) == 0 &&
            tg_path_format(path, NULL, "%s/%s", folder, entry->d_name) == TG_OK)
            tg_cache_remove_work(path);
    }
    (void)closedir(all);
}

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

tg_status tg_cache_folder(char path[TG_PATH_BYTES], tg_error *error)
{
    char asked[TG_PATH_BYTES];
    tg_status status = TG_OK;
    const char *own = variable("TRACEGATE_CACHE");
    const char *general = variable("XDG_CACHE_HOME");
    const char *home = variable("HOME");
    if (own != NULL) {
        status = tg_path_format(asked, error, "%s", own);
    } else if (general != NULL) {
        status = tg_path_format(asked, error, "%s/tracegate", general);
    } else if (home != NULL) {
        status = tg_path_format(asked, error, "%s/.cache/tracegate", home);
    } else {
        tg_error_set(error, TG_ERR_IO, "there is no folder for what is built");
        tg_error_how(error, "set TRACEGATE_CACHE to a folder, or HOME");
        return TG_ERR_IO;
    }
    if (status == TG_OK) status = tg_cache_make_folder(asked, error);
    if (status != TG_OK) {
        tg_error_how(error, "set TRACEGATE_CACHE to a folder that can be written");
        return status;
    }
    if (realpath(asked, path) == NULL) return tg_io_error(error, "look up", asked, errno);
    return TG_OK;
}

tg_status tg_cache_work_folder(char path[TG_PATH_BYTES], tg_error *error)
{
    char folder[TG_PATH_BYTES];
    tg_status status = tg_cache_folder(folder, error);
    if (status == TG_OK) status = tg_path_format(path, error, "%s/work-XXXXXX", folder);
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

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Temporary folders. */
#include "fuzz/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

tg_status tg_fuzz_folder_make(tg_fuzz_folder *folder, tg_error *error)
{
    const char *wanted = getenv("TMPDIR");
    const char *const places[] = {wanted != NULL ? wanted : "/dev/shm", "/dev/shm", "/tmp"};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        char path[sizeof folder->path];
        const int length = snprintf(path, sizeof path, "%s/tracegate-fuzz-XXXXXX", places[i]);
        if (length < 0 || (size_t)length >= sizeof path || mkdtemp(path) == NULL) continue;
        memcpy(folder->path, path, sizeof path);
        return TG_OK;
    }
    const int reason = errno;
    folder->path[0] = '\0';
    return tg_io_error(error, "make a temporary folder in", "TMPDIR, /dev/shm or /tmp", reason);
}

/* Remove what is in a folder, at most two folders deep: nothing here is deeper. */
static void empty(const char *path, int depth)
{
    DIR *entries = opendir(path);
    if (entries == NULL) return;
    for (struct dirent *entry = readdir(entries); entry != NULL; entry = readdir(entries)) {
        char name[TG_PATH_BYTES];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        if (tg_path_format(name, NULL, "%s/%s", path, entry->d_name) != TG_OK) continue;
        if (unlink(name) != 0 && depth > 0) {
            empty(name, depth - 1);
            (void)rmdir(name);
        }
    }
    (void)closedir(entries);
}

void tg_fuzz_remove(const char *path)
{
    empty(path, 2);
    (void)rmdir(path);
}

void tg_fuzz_folder_clear(tg_fuzz_folder *folder)
{
    if (folder->path[0] != '\0') tg_fuzz_remove(folder->path);
    folder->path[0] = '\0';
}

tg_status tg_fuzz_folder_write(const tg_fuzz_folder *folder, const char *name, const void *bytes,
                               size_t nb_bytes, tg_error *error)
{
    char path[TG_PATH_BYTES];
    const tg_status status = tg_path_format(path, error, "%s/%s", folder->path, name);
    if (status != TG_OK) return status;
    // No stream: its buffer would be taken and given back at every execution.
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) return tg_io_error(error, "create", path, errno);
    const ssize_t nb_written = nb_bytes != 0 ? write(file, bytes, nb_bytes) : 0;
    const int reason = nb_written < 0 ? errno : ENOSPC;
    (void)close(file);
    if (nb_written >= 0 && (size_t)nb_written == nb_bytes) return TG_OK;
    return tg_io_error(error, "write", path, reason);
}

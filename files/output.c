/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Writing beside the target, then renaming. rename replaces a file of the same file system at once,
 * so that whoever reads the target meets the old file or the new one.
 */
#define _XOPEN_SOURCE 700 /* realpath */
#include "files/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Temporary names tried: more than the threads of one process that write into one folder at
 * once. */
#define NB_TEMPORARY_NAMES 1000

static tg_status refuse_target(const char *path, const char *what, const char *how, tg_error *error)
{
    tg_error_set(error, TG_ERR_IO, "cannot write: %s", what);
    tg_error_where(error, "%s", path);
    tg_error_how(error, "%s", how);
    return TG_ERR_IO;
}

/* Check what is at the target; mode: permissions of the file to be, before the umask. */
static tg_status check_target(mode_t *mode, const char *path, tg_error *error)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    if (name[0] == '\0') return refuse_target(path, "this names no file", "name a file", error);
    struct stat info;
    if (stat(path, &info) != 0) {
        if (errno != ENOENT) return tg_io_error(error, "look up", path, errno);
        *mode = 0666;
        return TG_OK;
    }
    if (!S_ISREG(info.st_mode)) {
        // rename would put a file in the place of /dev/null.
        return refuse_target(path,
                             S_ISDIR(info.st_mode) ? "this is a folder"
                                                   : "this is a pipe or device, not a regular file",
                             "name a new file or a regular one", error);
    }
    // rename asks for the folder's permissions only; a file that is protected from writing is to
    // stay.
    if (access(path, W_OK) != 0) return tg_io_error(error, "write", path, errno);
    *mode = info.st_mode & 0777;
    return TG_OK;
}

/* Follow a symbolic link at the target, so that the link stays and the file behind it is
 * replaced. */
static tg_status follow_link(char *target, const char *path, tg_error *error)
{
    struct stat info = {.st_mode = 0};
    if (lstat(path, &info) != 0 && errno != ENOENT)
        return tg_io_error(error, "look up", path, errno);
    if (!S_ISLNK(info.st_mode)) return tg_path_format(target, error, "%s", path);
    char resolved[TG_PATH_BYTES];
    if (realpath(path, resolved) == NULL)
        return tg_io_error(error, "follow the symbolic link", path, errno);
    return tg_path_format(target, error, "%s", resolved);
}

/* Create a temporary file beside the target; its descriptor, or -1 with errno. The name is short
 * whatever the target's is, since the target's may be as long as the file system allows. */
static int create_temporary(tg_output *output, mode_t mode, tg_status *status, tg_error *error)
{
    const char *slash = strrchr(output->path, '/');
    const int folder_length = slash != NULL ? (int)(slash + 1 - output->path) : 0;
    for (unsigned i = 0; i < NB_TEMPORARY_NAMES; i++) {
        *status = tg_path_format(output->temporary, error, "%.*s.tracegate-%ld-%u.part",
                                 folder_length, output->path, (long)getpid(), i);
        if (*status != TG_OK) return -1;
        const int file = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (file >= 0) return file;
        if (errno != EEXIST) break;
    }
    *status = tg_io_error(error, "create a file beside the output", output->path, errno);
    return -1;
}

tg_status tg_output_open(tg_output *output, const char *path, tg_error *error)
{
    mode_t mode = 0;
    tg_status status = follow_link(output->path, path, error);
    if (status == TG_OK) status = check_target(&mode, output->path, error);
    if (status != TG_OK) return status;
    const int file = create_temporary(output, mode, &status, error);
    if (file < 0) return status;
    output->stream = fdopen(file, "wb");
    if (output->stream != NULL) return TG_OK;
    status = tg_io_error(error, "open", output->path, errno);
    (void)close(file);
    (void)unlink(output->temporary);
    return status;
}

tg_status tg_output_write(tg_output *output, const void *bytes, size_t size_bytes, tg_error *error)
{
    if (size_bytes == 0 || fwrite(bytes, 1, size_bytes, output->stream) == size_bytes) return TG_OK;
    return tg_io_error(error, "write", output->path, errno);
}

tg_status tg_output_commit(tg_output *output, tg_error *error)
{
    tg_status status = TG_OK;
    // A write that failed earlier shows in ferror only: its bytes are lost, and fflush succeeds
    // without them.
    if (ferror(output->stream) != 0) {
        status = tg_io_error(error, "write", output->path, EIO);
    } else if (fflush(output->stream) != 0) {
        status = tg_io_error(error, "write", output->path, errno);
    } else if (fsync(fileno(output->stream)) != 0) {
        // Some file systems tell of a full disk only here.
        status = tg_io_error(error, "bring onto the disk", output->path, errno);
    }
    if (fclose(output->stream) != 0 && status == TG_OK)
        status = tg_io_error(error, "close", output->path, errno);
    output->stream = NULL;
    if (status == TG_OK && rename(output->temporary, output->path) != 0) {
        status = tg_io_error(error, "rename the finished file to", output->path, errno);
    }
    if (status != TG_OK) (void)unlink(output->temporary);
    return status;
}

void tg_output_discard(tg_output *output)
{
    (void)fclose(output->stream);
    output->stream = NULL;
    (void)unlink(output->temporary);
}

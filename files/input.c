/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Opening and reading of files, paths, errors of the system's calls.
 */
#include "files/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *way_to_mend(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return "check the path: a file or folder that it names does not exist";
    case EACCES:
    case EPERM:
    case EROFS:
        return "choose a place where you have the right to do this, or change its permissions";
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return "free space there, raise the limit, or choose another disk";
    case ENAMETOOLONG:
        return "use a shorter path";
    case ELOOP:
        return "remove the symbolic link that leads back to itself";
    case EMFILE:
    case ENFILE:
        return "raise the limit of open files (ulimit -n)";
    default:
        return "check that the disk is in order, then try again";
    }
}

tg_status tg_io_error(tg_error *error, const char *action, const char *path, int number)
{
    char reason[128];
    if (strerror_r(number, reason, sizeof reason) != 0) {
        (void)snprintf(reason, sizeof reason, "error %d", number);
    }
    tg_error_set(error, TG_ERR_IO, "cannot %s: %s", action, reason);
    tg_error_where(error, "%s", path);
    tg_error_how(error, "%s", way_to_mend(number));
    return TG_ERR_IO;
}

tg_status tg_path_format(char *path, tg_error *error, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(path, TG_PATH_BYTES, format, arguments);
    va_end(arguments);
    if (length >= 0 && length < TG_PATH_BYTES) return TG_OK;
    path[TG_PATH_BYTES - 1] = '\0';
    return tg_io_error(error, "use the path", path, ENAMETOOLONG);
}

static tg_status check_regular(const struct stat *info, const char *path, tg_error *error)
{
    if (S_ISREG(info->st_mode)) return TG_OK;
    tg_error_set(error, TG_ERR_IO, "cannot read: this is %s, not a regular file",
                 S_ISDIR(info->st_mode) ? "a folder" : "a pipe or device");
    tg_error_where(error, "%s", path);
    tg_error_how(error, S_ISDIR(info->st_mode) ? "name a file in it"
                                               : "write its content to a file and name that");
    return TG_ERR_IO;
}

tg_status tg_input_open(FILE **stream, uint64_t *size_bytes, const char *path, tg_error *error)
{
    // Without O_NONBLOCK, open would wait for the other end of a FIFO.
    const int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) return tg_io_error(error, "open", path, errno);
    struct stat info;
    tg_status status = TG_OK;
    if (fstat(file, &info) != 0) {
        status = tg_io_error(error, "look up", path, errno);
    } else {
        status = check_regular(&info, path, error);
    }
    if (status == TG_OK) {
        *size_bytes = (uint64_t)info.st_size;
        *stream = fdopen(file, "rb");
        if (*stream != NULL) return TG_OK;
        status = tg_io_error(error, "open", path, errno);
    }
    (void)close(file);
    return status;
}

tg_status tg_input_read(void *bytes, size_t size_bytes, FILE *stream, const char *path,
                        tg_error *error)
{
    if (size_bytes == 0 || fread(bytes, 1, size_bytes, stream) == size_bytes) return TG_OK;
    const int number = errno;
    if (feof(stream) == 0) return tg_io_error(error, "read", path, number);
    tg_error_set(error, TG_ERR_IO, "cannot read: the file became shorter while it was read");
    tg_error_where(error, "%s", path);
    tg_error_how(error, "wait until nothing writes to it, then try again");
    return TG_ERR_IO;
}

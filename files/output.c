/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Writing beside the target, then renaming. rename replaces a file of the same file system at once,
 * so that whoever reads the target meets the old file or the new one.
 *
 * Where the file system can, the bytes go to a file without a name, which the system frees however
 * the process ends; it gets a name for the moment between the last byte and rename. Elsewhere the
 * file has its temporary name from the start, and a process that is killed leaves it.
 */
#define _GNU_SOURCE /* O_TMPFILE; realpath */
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

/* Bytes of the target's name in the temporary one: enough to know it by, and with the rest below
 * the 143 bytes that file systems which encrypt names allow. */
#define NB_KEPT_BYTES 64

/* "/proc/self/fd/" and a number. */
#define DESCRIPTOR_PATH_BYTES 32

static tg_status refuse_target(const char *path, const char *what, const char *how, tg_error *error)
{
    tg_error_set(error, TG_ERR_IO, "cannot write: %s", what);
    tg_error_where(error, "%s", path);
    tg_error_how(error, "%s", how);
    return TG_ERR_IO;
}

/* Refuse what is no regular file: rename would put a file in the place of /dev/null. */
static tg_status refuse_kind(const char *path, const struct stat *info, tg_error *error)
{
    return refuse_target(path,
                         S_ISDIR(info->st_mode)
                             ? "this is a folder"
                             : "this is a pipe or device, which can't be replaced by a file",
                         "name a new file or a regular one", error);
}

/* Refuse the file that standard output or standard error goes to, such as behind /dev/stdout: what
 * is printed would be lost with the file that is replaced. */
static tg_status refuse_streams(const char *path, const struct stat *target, tg_error *error)
{
    for (int file = STDOUT_FILENO; file <= STDERR_FILENO; file++) {
        struct stat info;
        if (fstat(file, &info) != 0) {
            if (errno == EBADF) continue;
            return tg_io_error(error, "look up what is printed to beside", path, errno);
        }
        if (info.st_dev == target->st_dev && info.st_ino == target->st_ino) {
            return refuse_target(path,
                                 file == STDOUT_FILENO ? "standard output goes to this file"
                                                       : "standard error goes to this file",
                                 "name another file", error);
        }
    }
    return TG_OK;
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
    if (!S_ISREG(info.st_mode)) return refuse_kind(path, &info, error);
    // rename asks for the folder's permissions only; a file that is protected from writing is to
    // stay.
    if (access(path, W_OK) != 0) return tg_io_error(error, "write", path, errno);
    *mode = info.st_mode & 0777;
    return refuse_streams(path, &info, error);
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
    if (realpath(path, resolved) != NULL) return tg_path_format(target, error, "%s", resolved);
    const int reason = errno;
    // /dev/stdout leads to a name such as "pipe:[7]", which can't be looked up; stat follows it.
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) return refuse_kind(path, &info, error);
    return tg_io_error(error, "follow the symbolic link", path, reason);
}

/* The bytes of the target's path up to its name. */
static int folder_length(const tg_output *output)
{
    const char *slash = strrchr(output->path, '/');
    return slash != NULL ? (int)(slash + 1 - output->path) : 0;
}

/* Set the temporary name number index. It begins with the target's, which may be as long as the
 * file system allows: so with the first bytes of it, whole letters of UTF-8. */
static tg_status set_temporary_name(tg_output *output, unsigned index, tg_error *error)
{
    const int folder = folder_length(output);
    const char *name = output->path + folder;
    int length = (int)strnlen(name, NB_KEPT_BYTES);
    while (length > 0 && ((unsigned char)name[length] & 0xC0) == 0x80) {
        length--;
    }
    return tg_path_format(output->temporary, error, "%.*s.%.*s.tracegate-%ld-%u.part", folder,
                          output->path, length, name, (long)getpid(), index);
}

/* The path by which a descriptor's file can be given a name. */
static void set_descriptor_path(char path[DESCRIPTOR_PATH_BYTES], int file)
{
    (void)snprintf(path, DESCRIPTOR_PATH_BYTES, "/proc/self/fd/%d", file);
}

/* Create a file without a name in the target's folder; its descriptor, or -1 with errno: ENOENT
 * also where no name could be given to it later. */
static int open_unnamed(tg_output *output, mode_t mode)
{
    // The temporary name is not needed yet: its place holds the folder.
    const int length = folder_length(output);
    (void)snprintf(output->temporary, sizeof output->temporary, "%.*s", length > 0 ? length : 1,
                   length > 0 ? output->path : ".");
    const int file = open(output->temporary, O_WRONLY | O_TMPFILE | O_CLOEXEC, mode);
    output->temporary[0] = '\0';
    if (file < 0) return -1;
    char descriptor[DESCRIPTOR_PATH_BYTES];
    set_descriptor_path(descriptor, file);
    if (faccessat(AT_FDCWD, descriptor, F_OK, 0) == 0) return file;
    (void)close(file);
    errno = ENOENT;
    return -1;
}

/* Create a file under a temporary name beside the target; its descriptor, or -1 with errno or a
 * status. */
static int open_named(tg_output *output, mode_t mode, tg_status *status, tg_error *error)
{
    for (unsigned i = 0; i < NB_TEMPORARY_NAMES; i++) {
        *status = set_temporary_name(output, i, error);
        if (*status != TG_OK) return -1;
        const int file = open(output->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
        if (file >= 0 || errno != EEXIST) return file;
    }
    return -1;
}

static int create_temporary(tg_output *output, mode_t mode, tg_status *status, tg_error *error)
{
    int file = open_unnamed(output, mode);
    // What file systems without unnamed files answer, and systems that do not know the flag.
    if (file < 0 &&
        (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT || errno == EINVAL)) {
        file = open_named(output, mode, status, error);
        if (*status != TG_OK) return -1;
    }
    if (file < 0)
        *status = tg_io_error(error, "create a file beside the output", output->path, errno);
    return file;
}

/* Give the file its temporary name, if it has none. */
static tg_status give_name(tg_output *output, tg_error *error)
{
    if (output->temporary[0] != '\0') return TG_OK;
    char descriptor[DESCRIPTOR_PATH_BYTES];
    set_descriptor_path(descriptor, fileno(output->stream));
    for (unsigned i = 0; i < NB_TEMPORARY_NAMES; i++) {
        const tg_status status = set_temporary_name(output, i, error);
        if (status != TG_OK) return status;
        if (linkat(AT_FDCWD, descriptor, AT_FDCWD, output->temporary, AT_SYMLINK_FOLLOW) == 0)
            return TG_OK;
        if (errno != EEXIST) break;
    }
    output->temporary[0] = '\0';
    return tg_io_error(error, "name the finished file beside", output->path, errno);
}

static void remove_temporary(const tg_output *output)
{
    if (output->temporary[0] != '\0') (void)unlink(output->temporary);
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
    remove_temporary(output);
    return status;
}

tg_status tg_output_write(tg_output *output, const void *bytes, size_t size_bytes, tg_error *error)
{
    if (size_bytes == 0 || fwrite(bytes, 1, size_bytes, output->stream) == size_bytes) return TG_OK;
    return tg_io_error(error, "write", output->path, errno);
}

tg_status tg_output_finish(tg_output *output, tg_error *error)
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
    if (status == TG_OK) status = give_name(output, error);
    if (fclose(output->stream) != 0 && status == TG_OK)
        status = tg_io_error(error, "close", output->path, errno);
    output->stream = NULL;
    return status;
}

tg_status tg_output_publish(tg_output *output, tg_error *error)
{
    if (rename(output->temporary, output->path) == 0) return TG_OK;
    const tg_status status = tg_io_error(error, "rename the finished file to", output->path, errno);
    remove_temporary(output);
    return status;
}

tg_status tg_output_publish_new(tg_output *output, tg_error *error)
{
    tg_status status = TG_OK;
    // rename would replace; file systems without links have the way that fails instead.
    int failed = linkat(AT_FDCWD, output->temporary, AT_FDCWD, output->path, 0);
    if (failed == 0) {
        remove_temporary(output);
        return TG_OK;
    }
    if (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS)
        failed = renameat2(AT_FDCWD, output->temporary, AT_FDCWD, output->path, RENAME_NOREPLACE);
    if (failed == 0) return TG_OK;
    status = tg_io_error(error, "give its name to the finished file", output->path, errno);
    remove_temporary(output);
    return status;
}

tg_status tg_output_commit(tg_output *output, tg_error *error)
{
    const tg_status status = tg_output_finish(output, error);
    if (status == TG_OK) return tg_output_publish(output, error);
    remove_temporary(output);
    return status;
}

void tg_output_discard(tg_output *output)
{
    if (output->stream != NULL) (void)fclose(output->stream);
    output->stream = NULL;
    remove_temporary(output);
}

static bool is_same_file(const char *one, const char *other)
{
    struct stat first;
    struct stat second;
    return stat(one, &first) == 0 && stat(other, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

/* The path of the target's folder, with the slash at its end. */
static void set_folder(char folder[TG_PATH_BYTES], const tg_output *output)
{
    const int length = folder_length(output);
    (void)snprintf(folder, TG_PATH_BYTES, "%.*s", length != 0 ? length : 2,
                   length != 0 ? output->path : "./");
}

bool tg_output_has_same_target(const tg_output *one, const tg_output *other)
{
    char folders[2][TG_PATH_BYTES];
    set_folder(folders[0], one);
    set_folder(folders[1], other);
    return strcmp(one->path + folder_length(one), other->path + folder_length(other)) == 0 &&
           is_same_file(folders[0], folders[1]);
}

bool tg_output_replaces(const tg_output *output, const char *path)
{
    return is_same_file(output->path, path);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Folders of results. */
#include "cli/out_folder.h"

#include "model/names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Temporary names tried: more than the runs that write beside one another. */
#define NB_TEMPORARY_NAMES 1000

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
            is_file && entry->d_name[0] != '.' &&
            (tg_ends_with(entry->d_name, ".npy") || tg_ends_with(entry->d_name, ".json"));
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

/* ---- the keeper ---- */

/* The name that replaced results have for a moment; false: it is too long. */
static bool old_path(char path[TG_PATH_BYTES], const tg_out_folder *folder)
{
    return tg_path_format(path, NULL, "%s.old", folder->temporary) == TG_OK;
}

static bool exists(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

/* Put results back that were about to be replaced. */
static void restore(const char *old, const char *target)
{
    if (rename(old, target) != 0)
        (void)fprintf(stderr, "tracegate: the results that were at %s are now at %s\n", target,
                      old);
}

/* Clean up behind a program that was ended at any point. */
static void clean_up(const tg_out_folder *folder)
{
    char old[TG_PATH_BYTES];
    if (old_path(old, folder) && exists(old)) {
        if (exists(folder->target)) {
            remove_folder(old);
        } else {
            restore(old, folder->target);
        }
    }
    if (exists(folder->temporary)) remove_folder(folder->temporary);
}

/* All signals are blocked, and stay so. */
_Noreturn static void live_as_keeper(const tg_out_folder *folder, int from)
{
    char byte = 0;
    ssize_t nb_bytes = 0;
    // What a terminal sends to the program is not for this one.
    (void)setsid();
    // Whoever reads the results waits for their end, not for this process's.
    if (from != STDIN_FILENO) (void)close(STDIN_FILENO);
    if (from != STDOUT_FILENO) (void)close(STDOUT_FILENO);
    do {
        nb_bytes = read(from, &byte, 1);
    } while (nb_bytes < 0 && errno == EINTR);
    if (nb_bytes == 0) clean_up(folder);
    _exit(0);
}

/* To be called with all signals blocked: the keeper would die of those that are for the program.
 * Without a keeper a program that is killed leaves what it wrote, and all else is the same. */
static void start_keeper(tg_out_folder *folder)
{
    int ends[2];
    folder->keeper = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return;
    const pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[1]);
        live_as_keeper(folder, ends[0]);
    }
    (void)close(ends[0]);
    if (pid < 0) {
        (void)close(ends[1]);
        return;
    }
    folder->keeper = pid;
    folder->to_keeper = ends[1];
}

/* There is nothing to keep any more. */
static void end_keeper(tg_out_folder *folder)
{
    static const char byte = 0;
    if (folder->keeper == 0) return;
    // A keeper that was killed is no reason to die of SIGPIPE.
    while (send(folder->to_keeper, &byte, 1, MSG_NOSIGNAL) < 0 && errno == EINTR) {
    }
    (void)close(folder->to_keeper);
    while (waitpid((pid_t)folder->keeper, NULL, 0) < 0 && errno == EINTR) {
    }
    folder->keeper = 0;
}

/* ---- a folder ---- */

/* Make the temporary folder, with its keeper: no signal that can be blocked comes between them.
 * false: errno says why not */
static bool make_folder(tg_out_folder *folder)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, &before);
    const bool is_made = mkdir(folder->temporary, 0777) == 0;
    const int number = errno;
    if (is_made) start_keeper(folder);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    errno = number;
    return is_made;
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
        if (make_folder(folder)) return TG_OK;
        if (errno != EEXIST) break;
    }
    return tg_io_error(error, "make the output folder", folder->target, errno);
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
    if (!old_path(old, folder)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    // Another run that replaces them has moved them, too.
    if (rename(folder->target, old) != 0)
        return errno == ENOENT ? rename(folder->temporary, folder->target) : -1;
    if (rename(folder->temporary, folder->target) != 0) {
        const int number = errno;
        restore(old, folder->target);
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
    if (failed == 0) {
        end_keeper(folder);
        return TG_OK;
    }
    const int number = errno;
    const tg_status status =
        number == ENOTEMPTY || number == EEXIST
            ? refuse("another run wrote the output folder meanwhile",
                     "replace it with --force, or name another folder", folder->target, error)
            : tg_io_error(error, "give the output folder its name", folder->target, number);
    tg_out_folder_discard(folder);
    return status;
}

void tg_out_folder_discard(tg_out_folder *folder)
{
    remove_folder(folder->temporary);
    end_keeper(folder);
}

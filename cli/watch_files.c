/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Watching folders. */
#define _GNU_SOURCE /* realpath, IN_ONLYDIR */
#include "cli/watch_files.h"

#include "model/memory.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of all paths, at the most: thousands of headers. */
#define MAX_PATH_BYTES ((size_t)16 << 20)

#define FIRST_BYTES ((size_t)4096)

static const uint32_t wanted_events = (uint32_t)IN_CLOSE_WRITE | (uint32_t)IN_MOVED_TO |
                                      (uint32_t)IN_CREATE | (uint32_t)IN_DELETE_SELF |
                                      (uint32_t)IN_MOVE_SELF | (uint32_t)IN_ONLYDIR;

static tg_status cannot(tg_error *error, const char *what, int number)
{
    tg_error_set(error, TG_ERR_UNAVAILABLE, "files cannot be watched: %s: %s", what,
                 strerror(number));
    tg_error_how(error, number == EMFILE || number == ENOSPC
                            ? "raise fs.inotify.max_user_instances and fs.inotify.max_user_watches"
                            : "run 'tracegate gate' after each change");
    return TG_ERR_UNAVAILABLE;
}

tg_status tg_watch_files_open(tg_watch_files *files, tg_error *error)
{
    void *folders = NULL;
    *files = (tg_watch_files){.inotify = -1};
    const tg_status status =
        tg_buffer_create(&folders, TG_WATCH_MAX_FOLDERS, sizeof *files->folders, error);
    if (status != TG_OK) return status;
    files->folders = folders;
    files->inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    return files->inotify >= 0 ? TG_OK : cannot(error, "inotify", errno);
}

void tg_watch_files_close(tg_watch_files *files)
{
    if (files->inotify >= 0) (void)close(files->inotify);
    tg_buffer_destroy(files->folders);
    free(files->paths);
    *files = (tg_watch_files){.inotify = -1};
}

/* ---- lists ---- */

static bool has_file(const tg_watch_files *files, const char *path)
{
    const char *at = files->paths;
    for (size_t i = 0; i < files->nb_files; i++) {
        if (strcmp(at, path) == 0) return true;
        at += strlen(at) + 1;
    }
    return false;
}

static void list_file(tg_watch_files *files, const char *path)
{
    const size_t nb = strlen(path) + 1;
    if (has_file(files, path)) return;
    if (files->nb_bytes + nb > files->nb_taken) {
        const size_t taken = 2 * (files->nb_taken + nb) + FIRST_BYTES;
        char *bytes = taken <= MAX_PATH_BYTES ? realloc(files->paths, taken) : NULL;
        files->has_failed = files->has_failed || bytes == NULL;
        if (bytes == NULL) return;
        files->paths = bytes;
        files->nb_taken = taken;
    }
    memcpy(files->paths + files->nb_bytes, path, nb);
    files->nb_bytes += nb;
    files->nb_files++;
}

/* A folder, by its path without links. One that is gone keeps its place in the list: it may come
 * back. */
static void list_folder(tg_watch_files *files, const char *path)
{
    size_t i = 0;
    while (i < files->nb_folders && strcmp(files->folders[i].path, path) != 0) i++;
    if (i == TG_WATCH_MAX_FOLDERS) {
        files->has_failed = true;
        return;
    }
    tg_watch_folder *folder = &files->folders[i];
    if (i == files->nb_folders) {
        (void)snprintf(folder->path, sizeof folder->path, "%s", path);
        folder->number = -1;
        files->nb_folders++;
    }
    folder->is_wanted = true;
    if (folder->number < 0) folder->number = inotify_add_watch(files->inotify, path, wanted_events);
    if (folder->number >= 0) return;
    files->is_missing = true;
    if (errno != ENOENT && errno != ENOTDIR) files->refused_by = errno;
}

/* The path of a folder without links; as it is, where there is none. */
static void plain_folder(char plain[TG_PATH_BYTES], const char *path)
{
    char real[TG_PATH_BYTES];
    const bool is_there = realpath(path, real) != NULL;
    (void)snprintf(plain, TG_PATH_BYTES, "%s", is_there ? real : path);
}

static void add_folder(void *context, const char *path)
{
    char plain[TG_PATH_BYTES];
    plain_folder(plain, path);
    list_folder(context, plain);
}

/* A file by the name that it has in its folder. */
static void add_name(tg_watch_files *files, const char *path)
{
    char folder[TG_PATH_BYTES];
    char plain[TG_PATH_BYTES];
    char file[TG_PATH_BYTES];
    const char *slash = strrchr(path, '/');
    const int length = slash == NULL ? 1 : slash == path ? 1 : (int)(slash - path);
    (void)snprintf(folder, sizeof folder, "%.*s", length, slash == NULL ? "." : path);
    plain_folder(plain, folder);
    if (tg_path_format(file, NULL, "%s/%s", strcmp(plain, "/") == 0 ? "" : plain,
                       slash == NULL ? path : slash + 1) != TG_OK) {
        files->has_failed = true;
        return;
    }
    list_file(files, file);
    list_folder(files, plain);
}

/* A file may be a link: what it leads to is written through it. */
static void add_file(void *context, const char *path)
{
    char real[TG_PATH_BYTES];
    add_name(context, path);
    if (realpath(path, real) != NULL) add_name(context, real);
}

tg_status tg_watch_files_update(tg_watch_files *files, const tg_user_options *kernels,
                                const char *const *more, size_t nb_more, tg_error *error)
{
    const tg_user_files_visitor visitor = {.file = add_file,
                                           .folder = add_folder,
                                           .context = files};
    files->nb_bytes = 0;
    files->nb_files = 0;
    files->has_failed = false;
    files->refused_by = 0;
    files->is_missing = false;
    for (size_t i = 0; i < files->nb_folders; i++) files->folders[i].is_wanted = false;
    for (size_t i = 0; i < nb_more; i++) add_file(files, more[i]);
    const tg_status status = tg_user_files_visit(&files->is_complete, kernels, &visitor, error);
    if (status != TG_OK) return status;
    if (files->refused_by != 0) return cannot(error, "a folder", files->refused_by);
    if (!files->has_failed) return TG_OK;
    tg_error_set(error, TG_ERR_UNAVAILABLE, "these are more files or folders than can be watched");
    tg_error_how(error, "include fewer");
    return TG_ERR_UNAVAILABLE;
}

/* ---- events ---- */

/* Whether a name is one of sources or modules, and not what an editor keeps beside them. */
static bool is_source_name(const char *name)
{
    static const char *const endings[] = {
        ".cu",  ".cuh", ".h",   ".hh",  ".hpp", ".inl", ".inc", ".c",     ".cc",     ".cpp",
        ".cxx", ".hxx", ".def", ".ptx", ".so",  ".tpp", ".ipp", ".cubin", ".fatbin", ".json"};
    const char *ending = strrchr(name, '.');
    if (ending == NULL || ispunct((unsigned char)name[0]) != 0) return false;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        if (strcmp(ending, endings[i]) == 0) return true;
    }
    return false;
}

/* Whether an event of a file says that it is written. A new one is being written, unless it is
 * another name of what is there already. */
static bool is_written(const struct inotify_event *event, const char *path)
{
    struct stat info;
    if ((event->mask & (uint32_t)(IN_CLOSE_WRITE | IN_MOVED_TO)) != 0) return true;
    return (event->mask & (uint32_t)IN_CREATE) != 0 && lstat(path, &info) == 0 &&
           (S_ISLNK(info.st_mode) || (S_ISREG(info.st_mode) && info.st_nlink > 1));
}

static bool is_saved(tg_watch_files *files, char saved[TG_PATH_BYTES],
                     const struct inotify_event *event, bool is_loose)
{
    bool is = false;
    for (size_t i = 0; i < files->nb_folders; i++) {
        char path[TG_PATH_BYTES];
        tg_watch_folder *folder = &files->folders[i];
        if (folder->number != event->wd) continue;
        if ((event->mask & (uint32_t)(IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF)) != 0) {
            // One that was renamed is still watched, under a name that means another folder now.
            if ((event->mask & (uint32_t)IN_MOVE_SELF) != 0)
                (void)inotify_rm_watch(files->inotify, folder->number);
            folder->number = -1;
            files->is_missing = files->is_missing || folder->is_wanted;
        }
        if (event->len == 0 || !folder->is_wanted ||
            tg_path_format(path, NULL, "%s/%s", strcmp(folder->path, "/") == 0 ? "" : folder->path,
                           event->name) != TG_OK)
            continue;
        const bool is_named = has_file(files, path) ||
                              ((is_loose || !files->is_complete) && is_source_name(event->name));
        if (!is_named || !is_written(event, path)) continue;
        memcpy(saved, path, sizeof path);
        is = true;
    }
    return is;
}

bool tg_watch_files_read(tg_watch_files *files, char saved[TG_PATH_BYTES], bool is_loose)
{
    _Alignas(struct inotify_event) char bytes[16384];
    bool has_saved = false;
    for (;;) {
        const ssize_t nb = read(files->inotify, bytes, sizeof bytes);
        if (nb <= 0) return has_saved;
        for (size_t at = 0; at + sizeof(struct inotify_event) <= (size_t)nb;) {
            const struct inotify_event *event = (const void *)(bytes + at);
            // Events were lost: whatever they were of may have been saved.
            if ((event->mask & (uint32_t)IN_Q_OVERFLOW) != 0) {
                (void)snprintf(saved, TG_PATH_BYTES, "some file");
                has_saved = true;
            }
            if (is_saved(files, saved, event, is_loose)) has_saved = true;
            at += sizeof *event + event->len;
        }
    }
}

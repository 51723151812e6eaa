/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Finding the records below a folder.
 */
#include "files/record.h"

#include "model/memory.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Paths that are found, in memory that grows by doubling. */
typedef struct path_list {
    char **paths;
    size_t nb_paths;
    size_t max_paths;
} path_list;

static tg_status list_grow(path_list *list, tg_error *error)
{
    if (list->nb_paths < list->max_paths) return TG_OK;
    const size_t max_paths = list->max_paths != 0 ? 2 * list->max_paths : 16;
    void *buffer = NULL;
    const tg_status status = tg_buffer_create(&buffer, max_paths, sizeof(char *), error);
    if (status != TG_OK) return status;
    if (list->nb_paths != 0) memcpy(buffer, list->paths, list->nb_paths * sizeof(char *));
    tg_buffer_destroy(list->paths);
    list->paths = buffer;
    list->max_paths = max_paths;
    return TG_OK;
}

static tg_status list_append(path_list *list, const char *path, tg_error *error)
{
    void *copy = NULL;
    tg_status status = list_grow(list, error);
    if (status == TG_OK) status = tg_buffer_create(&copy, strlen(path) + 1, 1, error);
    if (status != TG_OK) return status;
    memcpy(copy, path, strlen(path) + 1);
    list->paths[list->nb_paths++] = copy;
    return TG_OK;
}

/* Look up a path; *mode is 0 if nothing is there, as behind a broken link or one to itself. */
static tg_status look_up(mode_t *mode, const char *path, bool through_links, tg_error *error)
{
    struct stat info;
    *mode = 0;
    if ((through_links ? stat(path, &info) : lstat(path, &info)) == 0) {
        *mode = info.st_mode;
    } else if (errno != ENOENT && errno != ELOOP) {
        return tg_io_error(error, "look up", path, errno);
    }
    return TG_OK;
}

/* Append a folder to the list if it is a record. */
static tg_status take_record(path_list *list, const char *folder, tg_error *error)
{
    char path[TG_PATH_BYTES];
    mode_t mode = 0;
    tg_status status = tg_path_format(path, error, "%s/record.json", folder);
    if (status == TG_OK) status = look_up(&mode, path, true, error);
    return status == TG_OK && S_ISREG(mode) ? list_append(list, folder, error) : status;
}

static tg_status refuse_depth(const char *folder, tg_error *error)
{
    tg_error_set(error, TG_ERR_IO, "folders lie more than %d levels deep", TG_RECORD_DEPTH);
    tg_error_where(error, "%s", folder);
    tg_error_how(error, "name a folder nearer to the records");
    return TG_ERR_IO;
}

static tg_status search(path_list *list, const char *folder, int depth, tg_error *error);

/* Search one entry of a folder if it is a folder itself; hidden ones belong to other programs. */
static tg_status search_entry(path_list *list, const char *folder, const char *name, int depth,
                              tg_error *error)
{
    if (name[0] == '.') return TG_OK;
    char path[TG_PATH_BYTES];
    mode_t mode = 0;
    tg_status status = tg_path_format(path, error, "%s/%s", folder, name);
    if (status == TG_OK) status = look_up(&mode, path, false, error);
    const bool is_link = S_ISLNK(mode);
    if (status == TG_OK && is_link) status = look_up(&mode, path, true, error);
    if (status != TG_OK || !S_ISDIR(mode)) return status;
    if (is_link) return take_record(list, path, error);
    return depth < TG_RECORD_DEPTH ? search(list, path, depth + 1, error)
                                   : refuse_depth(path, error);
}

static tg_status search_entries(path_list *list, const char *folder, int depth, tg_error *error)
{
    DIR *entries = opendir(folder);
    if (entries == NULL) return tg_io_error(error, "open the folder", folder, errno);
    tg_status status = TG_OK;
    while (status == TG_OK) {
        // readdir tells its end from a failure by errno alone.
        errno = 0;
        const struct dirent *entry = readdir(entries);
        if (entry == NULL) {
            if (errno != 0) status = tg_io_error(error, "read the folder", folder, errno);
            break;
        }
        status = search_entry(list, folder, entry->d_name, depth, error);
    }
    (void)closedir(entries);
    return status;
}

/* Recursion ends at TG_RECORD_DEPTH. */
static tg_status search(path_list *list, const char *folder, int depth, tg_error *error)
{
    const tg_status status = take_record(list, folder, error);
    return status == TG_OK ? search_entries(list, folder, depth, error) : status;
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

tg_status tg_record_list(char ***paths, size_t *nb_paths, const char *folder, tg_error *error)
{
    path_list list = {.paths = NULL, .nb_paths = 0, .max_paths = 0};
    const tg_status status = search(&list, folder, 0, error);
    if (status != TG_OK) {
        tg_record_list_clear(list.paths, list.nb_paths);
        return status;
    }
    // strcmp compares bytes as unsigned char whatever the locale is.
    if (list.nb_paths != 0) qsort(list.paths, list.nb_paths, sizeof list.paths[0], compare_paths);
    *paths = list.paths;
    *nb_paths = list.nb_paths;
    return TG_OK;
}

void tg_record_list_clear(char **paths, size_t nb_paths)
{
    for (size_t i = 0; i < nb_paths; i++) {
        tg_buffer_destroy(paths[i]);
    }
    tg_buffer_destroy(paths);
}

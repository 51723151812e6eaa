/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Dropping what the cache no longer needs. What is used says so in its time of change. */
#define _GNU_SOURCE /* nftw */
#include "modules/cache.h"

#include "modules/text_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Seconds for which what was used may still be in use: longer than any build takes. */
#define IN_USE_S ((time_t)3600)

/* Seconds after which the work folder of a process that is not seen here is nobody's: caches may be
 * shared with machines whose processes are not seen, and builds end in half of it. */
#define WORK_S ((time_t)600)

/* Hex digits of a digest. */
#define NB_DIGITS ((size_t)32)

/* Folders of headers, and files in them, that are open while they are removed. */
#define MAX_OPEN 8

/* A file or a folder of headers. */
typedef struct kept {
    char name[64];
    time_t used;
    uint64_t nb_bytes;
} kept;

void tg_cache_used(const char *path) { (void)utimensat(AT_FDCWD, path, NULL, 0); }

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    (void)remove(path);
    return 0;
}

static void drop(const char *folder, const char *name)
{
    char path[TG_PATH_BYTES];
    if (tg_path_format(path, NULL, "%s/%s", folder, name) == TG_OK)
        (void)nftw(path, remove_one, MAX_OPEN, FTW_DEPTH | FTW_PHYS);
}

/* Whether a name is one that builds give: a digest, with what may stand before and behind it. */
static bool is_of_cache(const char *name)
{
    static const char *const before[] = {"failed-device-", "failed-", "refused-",
                                         "layout-",        "port-",   "device-"};
    static const char *const behind[] = {"", ".so", ".log", ".cubin", ".symbols", ".cu", ".c"};
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++) {
        if (strncmp(name, before[i], strlen(before[i])) != 0) continue;
        name += strlen(before[i]);
        break;
    }
    if (strspn(name, "0123456789abcdef") != NB_DIGITS) return false;
    for (size_t i = 0; i < sizeof behind / sizeof behind[0]; i++) {
        if (strcmp(name + NB_DIGITS, behind[i]) == 0) return true;
    }
    return false;
}

/* Whether a work folder's process is gone. */
static bool is_left(const char *name, time_t age_s)
{
    char *end = NULL;
    if (strncmp(name, "work-", 5) != 0) return false;
    const long pid = strtol(name + 5, &end, 10);
    return pid > 0 && *end == '-' && age_s > WORK_S && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

/* Drop an entry of the folder if it is old, or list it. */
static void drop_old(text *list, const char *folder, const char *name, time_t now)
{
    char path[TG_PATH_BYTES];
    struct stat info;
    kept of = {.nb_bytes = 0};
    if (tg_path_format(path, NULL, "%s/%s", folder, name) != TG_OK ||
        fstatat(AT_FDCWD, path, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return;
    const time_t age_s = now - info.st_mtime;
    if (is_left(name, age_s) ||
        (is_of_cache(name) && age_s > (time_t)TG_CACHE_MAX_DAYS * 24 * 3600)) {
        drop(folder, name);
    } else if (is_of_cache(name) && S_ISREG(info.st_mode)) {
        (void)snprintf(of.name, sizeof of.name, "%.63s", name);
        of.used = info.st_mtime;
        of.nb_bytes = (uint64_t)info.st_size;
        text_append(list, &of, sizeof of);
    }
}

static int compare_used(const void *left, const void *right)
{
    const kept *a = left;
    const kept *b = right;
    if (a->used != b->used) return a->used < b->used ? -1 : 1;
    return strcmp(a->name, b->name);
}

void tg_cache_trim(const char *folder, uint64_t max_bytes)
{
    text list = {.bytes = NULL};
    uint64_t nb_bytes = 0;
    const time_t now = time(NULL);
    struct dirent **all = NULL;
    const int nb_all = scandir(folder, &all, NULL, NULL);
    for (int i = 0; i < nb_all; i++) {
        drop_old(&list, folder, all[i]->d_name, now);
        free(all[i]);
    }
    free(all);
    kept *files = (kept *)(void *)list.bytes;
    const size_t nb = list.length / sizeof *files;
    for (size_t i = 0; i < nb; i++) nb_bytes += files[i].nb_bytes;
    if (nb_bytes > max_bytes) qsort(files, nb, sizeof *files, compare_used);
    for (size_t i = 0; i < nb && nb_bytes > max_bytes && now - files[i].used > IN_USE_S; i++) {
        drop(folder, files[i].name);
        nb_bytes -= files[i].nb_bytes;
    }
    text_clear(&list);
}

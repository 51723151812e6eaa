/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Data of the program, from where it lies. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "cli/data_folders.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder of an installed program's data, seen from the program; "": it is never installed. */
#ifndef TG_DATA_FROM_PROGRAM
#define TG_DATA_FROM_PROGRAM ""
#endif

/* Path of the folder that the program was installed with; false if it was not. */
static bool find_installed(char path[TG_PATH_BYTES], const char *name)
{
    static const char data[] = TG_DATA_FROM_PROGRAM;
    char program[TG_PATH_BYTES];
    char raw[TG_PATH_BYTES];
    struct stat info;
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0 || data[0] == '\0') return false;
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (slash == NULL) return false;
    *slash = '\0';
    const char *from = data[0] == '/' ? "" : program;
    if (tg_path_format(raw, NULL, "%s/%s/corpus/%s", from, data, name) != TG_OK) return false;
    // Without "..": reports name it.
    char *real = realpath(raw, NULL);
    if (real == NULL) return false;
    const bool fits = tg_path_format(path, NULL, "%s", real) == TG_OK;
    free(real);
    return fits && stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

void tg_data_folders_find(tg_data_folders *folders)
{
    _Static_assert(sizeof TG_CORPUS_DIR <= TG_PATH_BYTES && sizeof TG_CASES_DIR <= TG_PATH_BYTES,
                   "the tree's folders have room");
    if (!find_installed(folders->records, "records"))
        memcpy(folders->records, TG_CORPUS_DIR, sizeof TG_CORPUS_DIR);
    if (!find_installed(folders->cases, "cases"))
        memcpy(folders->cases, TG_CASES_DIR, sizeof TG_CASES_DIR);
}

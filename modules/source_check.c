/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Sources that are none, and folders of headers that are not there. */
#include "modules/source_check_internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* How compiled files begin: those of the system's compiler and of nvcc -cubin, and those of nvcc
 * -fatbin, whose number is 0xba55ed50. */
static const struct {
    const char *bytes;
    const char *what;
    const char *how;
} beginnings[] = {
    {"\177ELF", "an ELF file", "name it .cubin if nvcc made it for a GPU, .so if it is a library"},
    {"\x50\xed\x55\xba", "a fat binary", "name it .fatbin"},
};

/* Bytes that are looked at: of text, none is 0. */
#define LOOKED_AT 512

static tg_status check_text(const char *source, tg_error *error)
{
    char bytes[LOOKED_AT];
    FILE *file = fopen(source, "rb");
    if (file == NULL) return TG_OK;
    const size_t nb = fread(bytes, 1, sizeof bytes, file);
    (void)fclose(file);
    if (nb == 0 || memchr(bytes, '\0', nb) == NULL) return TG_OK;
    const char *what = "a binary file";
    const char *how = "give the file that the compiler takes";
    for (size_t i = 0; i < sizeof beginnings / sizeof beginnings[0]; i++) {
        const size_t length = strlen(beginnings[i].bytes);
        if (nb < length || memcmp(bytes, beginnings[i].bytes, length) != 0) continue;
        what = beginnings[i].what;
        how = beginnings[i].how;
    }
    tg_error_set(error, TG_ERR_FORMAT, "this is %s, and no source", what);
    tg_error_where(error, "%s", source);
    tg_error_how(error, "%s; or name the source", how);
    return TG_ERR_FORMAT;
}

/* Compilers pass over a folder that is not there. */
static tg_status check_folder(const char *folder, tg_error *error)
{
    struct stat info;
    if (stat(folder, &info) == 0 && S_ISDIR(info.st_mode)) return TG_OK;
    const int why = errno;
    tg_error_set(error, TG_ERR_USAGE, "the folder of headers '%.150s' %s", folder,
                 stat(folder, &info) == 0          ? "is no folder"
                 : why == ENOENT || why == ENOTDIR ? "is not there"
                                                   : strerror(why));
    tg_error_how(error, "mend its name (-I DIR, \"includes\" of a manifest), or leave it out");
    return TG_ERR_USAGE;
}

tg_status source_check(const char *source, const tg_build_options *options, tg_error *error)
{
    tg_status status = check_text(source, error);
    for (size_t i = 0; options != NULL && i < options->nb_includes && status == TG_OK; i++)
        status = check_folder(options->includes[i], error);
    return status;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The files of a new chip: all of them are finished before the first one appears, and none takes
 * the place of another. */
#include "cli/new_chip_internal.h"

#include "files/output.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const new_file new_files[] = {
    {"%.h", new_chip_header},
    {"description.c", new_chip_description},
    {"reference.c", new_chip_reference},
    {"%.cu", new_chip_kernel},
    {"kernels.json", new_chip_manifest},
    {"CMakeLists.txt", new_chip_cmake},
    {"README.md", new_chip_readme},
    {"corpus/README.md", new_chip_corpus},
};
#define NB_FILES (sizeof new_files / sizeof new_files[0])

size_t new_nb_files(void) { return NB_FILES; }

/* Files that are being written. */
typedef struct writer {
    const new_chip *chip;
    const char *folder;
    size_t nb_open;
    tg_output outputs[NB_FILES];
} writer;

static tg_status path_of(char *path, const writer *state, const char *name, tg_error *error)
{
    const char *id = strchr(name, '%');
    if (id == NULL) return tg_path_format(path, error, "%s/%s", state->folder, name);
    return tg_path_format(path, error, "%s/%.*s%s%s", state->folder, (int)(id - name), name,
                          state->chip->id, id + 1);
}

static tg_status check_absent(const writer *state, tg_error *error)
{
    char path[TG_PATH_BYTES];
    struct stat info;
    for (size_t i = 0; i < NB_FILES; i++) {
        tg_status status = path_of(path, state, new_files[i].name, error);
        if (status != TG_OK) return status;
        const bool is_there = lstat(path, &info) == 0;
        const int why = errno;
        if (!is_there && (why == ENOENT || why == ENOTDIR)) continue;
        status = is_there ? tg_error_set(error, TG_ERR_USAGE,
                                         "there is a file already, and nothing is replaced")
                          : tg_error_set(error, TG_ERR_IO, "whether there is a file is unknown: %s",
                                         strerror(why));
        tg_error_where(error, "%s", path);
        tg_error_how(error, "name another folder with -o");
        return status;
    }
    return TG_OK;
}

static tg_status make_folder(const char *path, tg_error *error)
{
    struct stat info;
    if (mkdir(path, 0777) == 0) return TG_OK;
    const int why = errno;
    if (why == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode)) return TG_OK;
    tg_error_set(error, TG_ERR_IO, "the folder cannot be made: %s", strerror(why));
    tg_error_where(error, "%s", path);
    tg_error_how(error, "name another one with -o; the folder around it must be there");
    return TG_ERR_IO;
}

static tg_status make_folders(const writer *state, tg_error *error)
{
    char corpus[TG_PATH_BYTES];
    tg_status status = tg_path_format(corpus, error, "%s/corpus", state->folder);
    if (status == TG_OK) status = make_folder(state->folder, error);
    return status == TG_OK ? make_folder(corpus, error) : status;
}

static tg_status write_one(writer *state, const new_file *file, tg_error *error)
{
    char path[TG_PATH_BYTES];
    tg_output *output = &state->outputs[state->nb_open];
    const tg_scope scope = new_chip_scope(state->chip);
    tg_status status = path_of(path, state, file->name, error);
    if (status == TG_OK) status = tg_output_open(output, path, error);
    if (status != TG_OK) return status;
    state->nb_open++;
    status = tg_template_print(output->stream, file->name, file->text, &scope, error);
    return status == TG_OK ? tg_output_finish(output, error) : status;
}

/* Take back what is there already: nothing was, before. */
static void take_back(writer *state, size_t nb_published)
{
    char path[TG_PATH_BYTES];
    for (size_t i = 0; i < nb_published; i++) {
        if (path_of(path, state, new_files[i].name, NULL) == TG_OK) (void)unlink(path);
    }
    for (size_t i = nb_published; i < state->nb_open; i++) tg_output_discard(&state->outputs[i]);
}

tg_status new_chip_write(const new_chip *chip, const char *folder, tg_error *error)
{
    writer state = {.chip = chip, .folder = folder};
    size_t nb_published = 0;
    tg_status status = check_absent(&state, error);
    if (status == TG_OK) status = make_folders(&state, error);
    for (size_t i = 0; i < NB_FILES && status == TG_OK; i++)
        status = write_one(&state, &new_files[i], error);
    while (nb_published < state.nb_open && status == TG_OK) {
        // One that has appeared meanwhile is another's: neither replaced nor taken back.
        status = tg_output_publish_new(&state.outputs[nb_published], error);
        if (status == TG_OK) nb_published++;
    }
    if (status != TG_OK) take_back(&state, nb_published);
    return status;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Triage: the smallest case as a folder. */
#include "harness/triage.h"

#include <ctype.h>
#include <errno.h>
#include <sys/stat.h>

/* Write a trace's name as files have it: "Select.main" is "select-main". */
static const char *file_name(char name[TG_NAME_BYTES], const tg_trace *trace)
{
    (void)snprintf(name, TG_NAME_BYTES, "%s", trace->name);
    for (char *at = name; *at != '\0'; at++) {
        *at = (char)(isalnum((unsigned char)*at) ? tolower((unsigned char)*at) : '-');
    }
    return name;
}

/* Make the folder of cases if it is not there. */
static tg_status make_folder(const char *dir, tg_error *error)
{
    if (mkdir(dir, 0777) == 0 || errno == EEXIST) return TG_OK;
    const tg_status status = tg_io_error(error, "make the folder of cases", dir, errno);
    tg_error_how(error, "name another folder: one that can be made or written");
    return status;
}

/* Whether a folder holds this very case. */
static bool holds(const char *folder, const tg_case *work)
{
    tg_case there;
    if (tg_case_load(&there, folder, NULL) != TG_OK) return false;
    const bool is_same = tg_case_is_same(&there, work);
    tg_case_clear(&there);
    return is_same;
}

static tg_status folder_of(char *folder, const tg_triage *triage, const char *dir, tg_error *error)
{
    char name[TG_NAME_BYTES];
    return tg_path_format(folder, error, "%s/%s-%s", dir,
                          file_name(name, triage->smallest.subject.trace), triage->key.id);
}

bool tg_triage_is_saved(const tg_triage *triage, const char *dir)
{
    char folder[TG_PATH_BYTES];
    return folder_of(folder, triage, dir, NULL) == TG_OK && holds(folder, &triage->smallest);
}

const char *tg_triage_saved_label(bool was_there)
{
    return was_there ? "saved before" : "saved       ";
}

tg_status tg_triage_save(char *folder, const tg_triage *triage, const char *dir, bool force,
                         tg_error *error)
{
    struct stat info;
    tg_status status = make_folder(dir, error);
    if (status == TG_OK) status = folder_of(folder, triage, dir, error);
    if (status != TG_OK) return status;
    if (!force && lstat(folder, &info) == 0) {
        if (holds(folder, &triage->smallest)) return TG_OK;
        tg_error_set(error, TG_ERR_IO, "there is another case of this failure already");
        tg_error_where(error, "%s", folder);
        tg_error_how(error, "replace it with --force, or name another folder with --save");
        return TG_ERR_IO;
    }
    const tg_case_cells cells = {.expected = triage->expected.cells,
                                 .actual = triage->actual.cells};
    return tg_case_save_with(&triage->smallest, &cells, folder, force, error);
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Cases as folders: a record and case.json, written beside the target and renamed, so that the
 * folder is there whole or not at all.
 *
 * rename puts a folder in the place of nothing or of an empty folder, and of nothing else: whatever
 * came to be at the target in the meantime, nothing is lost. Where a case is to be replaced, both
 * folders change places in one step; file systems that cannot do that leave the old case, whole, at
 * the temporary name for the moment between two renames.
 */
#define _GNU_SOURCE /* renameat2 */
#include "harness/case.h"

#include "files/npy.h"
#include "files/output.h"
#include "gpu/user_plan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Temporary names tried: more than the threads of one process that save at once. */
#define NB_TEMPORARY_NAMES 1000

/* Bytes of either JSON file: two texts whose every byte is escaped, and more than as much again. */
#define JSON_BYTES ((size_t)4096)

/* Files of a case; events.npy is the end of a name. Keep in step with docs/file-formats.md. */
#define RECORD_FILE "record.json"
#define CASE_FILE "case.json"
#define EVENTS_FILE ".events.npy"
#define EXPECTED_FILE "expected.trace.npy"
#define ACTUAL_FILE "actual.trace.npy"

/* A folder that is being written. */
typedef struct case_folder {
    const tg_case *work;
    const tg_case_cells *cells;
    bool replaces; /* there is a case at the target */
    size_t height;
    char target[TG_PATH_BYTES];
    char temporary[TG_PATH_BYTES]; /* begins with a dot, so that no one takes it for a record */
} case_folder;

/* Bytes of a path up to its name. */
static int parent_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? (int)(slash + 1 - path) : 0;
}

static bool is_case_file(const char *name)
{
    static const char *const names[] = {RECORD_FILE, CASE_FILE, EXPECTED_FILE, ACTUAL_FILE};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) return true;
    }
    const size_t length = strlen(name);
    const size_t end = strlen(EVENTS_FILE);
    return length > end && strcmp(name + length - end, EVENTS_FILE) == 0;
}

static tg_status refuse(const char *what, const char *how, const char *path, tg_error *error)
{
    tg_error_set(error, TG_ERR_IO, "cannot save a case: %s", what);
    tg_error_where(error, "%s", path);
    tg_error_how(error, "%s", how);
    return TG_ERR_IO;
}

/* Go through a folder: look whether it holds files of a case and nothing else, or remove them. */
static tg_status walk(const char *path, bool removes, tg_error *error)
{
    DIR *folder = opendir(path);
    if (folder == NULL) return tg_io_error(error, "look into", path, errno);
    bool is_case = true;
    bool has_case_file = false;
    const struct dirent *entry = NULL;
    for (errno = 0; (entry = readdir(folder)) != NULL; errno = 0) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        is_case = is_case && is_case_file(entry->d_name);
        has_case_file = has_case_file || strcmp(entry->d_name, CASE_FILE) == 0;
        if (removes && is_case) (void)unlinkat(dirfd(folder), entry->d_name, 0);
    }
    const int reason = errno;
    (void)closedir(folder);
    if (reason != 0) return tg_io_error(error, "look into", path, reason);
    if (removes || (is_case && has_case_file)) return TG_OK;
    return refuse("what is to be replaced is no case, or holds more than a case",
                  "name another folder, or remove this one yourself", path, error);
}

static tg_status set_target(case_folder *folder, const char *path, bool force, tg_error *error)
{
    const tg_status status = tg_path_format(folder->target, error, "%s", path);
    if (status != TG_OK) return status;
    for (size_t end = strlen(folder->target); end > 1 && folder->target[end - 1] == '/'; end--) {
        folder->target[end - 1] = '\0';
    }
    struct stat info;
    const bool is_there = lstat(folder->target, &info) == 0;
    if (!is_there && errno == ENOENT && folder->target[0] != '\0') return TG_OK;
    if (!is_there) return tg_io_error(error, "look up", path, errno);
    if (!force)
        return refuse("there is something of this name", "name a folder that is not there yet",
                      path, error);
    if (!S_ISDIR(info.st_mode))
        return refuse("what is to be replaced is no folder", "name another folder", path, error);
    folder->replaces = true;
    return walk(folder->target, false, error);
}

static tg_status make_temporary(case_folder *folder, tg_error *error)
{
    const int parent = parent_length(folder->target);
    for (unsigned i = 0; i < NB_TEMPORARY_NAMES; i++) {
        const tg_status status =
            tg_path_format(folder->temporary, error, "%.*s.%s.tracegate-%ld-%u.part", parent,
                           folder->target, folder->target + parent, (long)getpid(), i);
        if (status != TG_OK) return status;
        if (mkdir(folder->temporary, 0777) == 0) return TG_OK;
        if (errno != EEXIST) break;
    }
    return tg_io_error(error, "make a folder beside", folder->target, errno);
}

/* Write text as what stands in the quotes of a JSON string, printable ASCII; returns quoted. */
static const char *quote(char quoted[2 * TG_CASE_TEXT_BYTES], const char *text)
{
    size_t nb_used = 0;
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') quoted[nb_used++] = '\\';
        quoted[nb_used++] = (char)(*text >= ' ' && *text <= '~' ? *text : '?');
    }
    quoted[nb_used] = '\0';
    return quoted;
}

static void format_record(char text[JSON_BYTES], const case_folder *folder)
{
    const tg_case *work = folder->work;
    char quoted[2 * TG_CASE_TEXT_BYTES];
    char height[64] = "";
    if (work->fixed_height != 0)
        (void)snprintf(height, sizeof height, "    \"fixed_height\": %zu,\n", work->fixed_height);
    (void)snprintf(text, JSON_BYTES,
                   "{\n    \"source\": \"%s\",\n%s    \"traces\": [\n"
                   "        {\"trace\": \"%s\", \"events\": %zu, \"height\": %zu, \"width\": %zu}\n"
                   "    ]\n}\n",
                   quote(quoted, work->source), height, work->subject.trace->name, work->nb_events,
                   folder->height, tg_trace_width(work->subject.trace));
}

/* The kernel that a user gave for the case, "FILE:SYMBOL": the first one of several. */
static void format_kernel(char text[TG_CASE_TEXT_BYTES], const tg_case *work)
{
    const tg_plan *plan = work->subject.plan;
    if (plan == NULL || plan->user == NULL) {
        (void)snprintf(text, TG_CASE_TEXT_BYTES, "%s", work->kernel);
        return;
    }
    const tg_user_kernel *kernel = plan->user->groups[0].steps[0].kernel;
    // What does not fit is for people: that there is a kernel counts.
    (void)snprintf(text, TG_CASE_TEXT_BYTES, "%.*s:%s", TG_CASE_TEXT_BYTES - 2,
                   kernel->module->source, kernel->name);
}

static void format_case(char text[JSON_BYTES], const case_folder *folder)
{
    const tg_case *work = folder->work;
    char kernel[TG_CASE_TEXT_BYTES];
    char quoted[2 * TG_CASE_TEXT_BYTES];
    char member[2 * TG_CASE_TEXT_BYTES + 32] = "";
    format_kernel(kernel, work);
    if (kernel[0] != '\0')
        (void)snprintf(member, sizeof member, "    \"kernel\": \"%s\",\n", quote(quoted, kernel));
    (void)snprintf(text, JSON_BYTES,
                   "{\n    \"version\": %d,\n    \"trace\": \"%s\",\n%s    \"grid\": %lu,\n"
                   "    \"block\": %lu,\n    \"max_candidates\": %lu,\n    \"why\": \"%s\"\n}\n",
                   TG_CASE_VERSION, work->subject.trace->name, member,
                   (unsigned long)work->launch.grid, (unsigned long)work->launch.block,
                   (unsigned long)work->max_candidates, quote(quoted, work->why));
}

static tg_status write_json(const case_folder *folder, const char *name,
                            void (*format)(char text[JSON_BYTES], const case_folder *folder),
                            tg_error *error)
{
    char path[TG_PATH_BYTES];
    char text[JSON_BYTES];
    tg_output output;
    format(text, folder);
    tg_status status = tg_path_format(path, error, "%s/%s", folder->temporary, name);
    if (status == TG_OK) status = tg_output_open(&output, path, error);
    if (status != TG_OK) return status;
    status = tg_output_write(&output, text, strlen(text), error);
    if (status == TG_OK) return tg_output_commit(&output, error);
    tg_output_discard(&output);
    return status;
}

/* Path of a file of the folder; the events' where name is EVENTS_FILE. */
static tg_status file_path(char *path, const case_folder *folder, const char *name, tg_error *error)
{
    const bool is_events = strcmp(name, EVENTS_FILE) == 0;
    return tg_path_format(path, error, "%s/%s%s", folder->temporary,
                          is_events ? folder->work->subject.trace->name : "", name);
}

static tg_status write_events(const case_folder *folder, tg_error *error)
{
    char path[TG_PATH_BYTES];
    const tg_trace *trace = folder->work->subject.trace;
    if (trace->event == NULL) return TG_OK;
    const tg_status status = file_path(path, folder, EVENTS_FILE, error);
    if (status != TG_OK) return status;
    return tg_npy_write_events(path, folder->work->events, folder->work->nb_events,
                               tg_trace_event_size(trace), error);
}

static tg_status write_cells(const case_folder *folder, const char *name, const uint32_t *cells,
                             tg_error *error)
{
    char path[TG_PATH_BYTES];
    if (cells == NULL) return TG_OK;
    const tg_status status = file_path(path, folder, name, error);
    if (status != TG_OK) return status;
    return tg_npy_write_cells(path, cells, folder->height,
                              tg_trace_width(folder->work->subject.trace), error);
}

static tg_status write_files(const case_folder *folder, tg_error *error)
{
    tg_status status = write_json(folder, RECORD_FILE, format_record, error);
    if (status == TG_OK) status = write_json(folder, CASE_FILE, format_case, error);
    if (status == TG_OK) status = write_events(folder, error);
    if (status == TG_OK && folder->cells != NULL)
        status = write_cells(folder, EXPECTED_FILE, folder->cells->expected, error);
    if (status == TG_OK && folder->cells != NULL)
        status = write_cells(folder, ACTUAL_FILE, folder->cells->actual, error);
    return status;
}

/* Remove a folder with the files of a case, as far as it goes: those of this case by their names,
 * which takes no look into the folder, and then those of any other. */
static void remove_folder(const case_folder *folder, const char *path)
{
    static const char *const names[] = {RECORD_FILE, CASE_FILE, EVENTS_FILE, EXPECTED_FILE,
                                        ACTUAL_FILE};
    char file[TG_PATH_BYTES];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const bool is_events = strcmp(names[i], EVENTS_FILE) == 0;
        if (tg_path_format(file, NULL, "%s/%s%s", path,
                           is_events ? folder->work->subject.trace->name : "", names[i]) == TG_OK)
            (void)unlink(file);
    }
    if (rmdir(path) == 0) return;
    (void)walk(path, true, NULL);
    (void)rmdir(path);
}

/* Put the new folder in the place of the old one, which then has the temporary name. */
static int replace(const case_folder *folder)
{
    if (renameat2(AT_FDCWD, folder->temporary, AT_FDCWD, folder->target, RENAME_EXCHANGE) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS) return -1;
    char old[TG_PATH_BYTES];
    if (tg_path_format(old, NULL, "%s.old", folder->temporary) != TG_OK) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (rename(folder->target, old) != 0) return -1;
    if (rename(folder->temporary, folder->target) != 0) {
        const int reason = errno;
        (void)rename(old, folder->target);
        errno = reason;
        return -1;
    }
    remove_folder(folder, old);
    return 0;
}

tg_status tg_case_save_with(const tg_case *work, const tg_case_cells *cells, const char *path,
                            bool force, tg_error *error)
{
    case_folder folder = {.work = work, .cells = cells};
    tg_status status = tg_trace_height(work->subject.trace, work->nb_events, work->fixed_height,
                                       &folder.height, error);
    if (status == TG_OK) status = set_target(&folder, path, force, error);
    if (status == TG_OK) status = make_temporary(&folder, error);
    if (status != TG_OK) return status;
    status = write_files(&folder, error);
    if (status == TG_OK &&
        (folder.replaces ? replace(&folder) : rename(folder.temporary, folder.target)) != 0)
        status = tg_io_error(error, "rename the finished folder to", folder.target, errno);
    // What lies at the temporary name now is a folder that failed, or the one that was replaced.
    if (status != TG_OK || folder.replaces) remove_folder(&folder, folder.temporary);
    return status;
}

tg_status tg_case_save(const tg_case *work, const char *path, tg_error *error)
{
    return tg_case_save_with(work, NULL, path, false, error);
}

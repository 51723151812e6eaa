/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Files of a trace and its side outputs. */
#include "cli/trace_files.h"

#include "files/lookups.h"
#include "files/npy.h"

#include <errno.h>
#include <sys/stat.h>

tg_status tg_trace_files_side_path(char path[TG_PATH_BYTES], const tg_trace_files *files,
                                   const tg_side *side, tg_error *error)
{
    return tg_path_format(path, error, "%s/%s.%s.npy", files->folder, files->trace->name,
                          side->name);
}

static tg_status check_folder(const char *path, tg_error *error)
{
    struct stat info;
    if (stat(path, &info) != 0) return tg_io_error(error, "find the folder", path, errno);
    return S_ISDIR(info.st_mode) ? TG_OK : tg_io_error(error, "write into", path, ENOTDIR);
}

/* Open one more output, which has to have a target of its own. */
static tg_status open_output(tg_trace_files *files, const char *path, tg_error *error)
{
    tg_output *output = &files->outputs[files->nb];
    const tg_status status = tg_output_open(output, path, error);
    if (status != TG_OK) return status;
    files->nb++;
    for (size_t i = 0; i + 1 < files->nb; i++) {
        if (!tg_output_has_same_target(&files->outputs[i], output)) continue;
        tg_error_set(error, TG_ERR_USAGE, "two outputs have one path");
        tg_error_where(error, "%s", path);
        tg_error_how(error, "give --output another name than that of a side output");
        return TG_ERR_USAGE;
    }
    return TG_OK;
}

tg_status tg_trace_files_keep(const tg_trace_files *files, const char *path, tg_error *error)
{
    for (size_t i = 0; i < files->nb; i++) {
        if (!tg_output_replaces(&files->outputs[i], path)) continue;
        tg_error_set(error, TG_ERR_USAGE, "the output would replace what the trace is made from");
        tg_error_where(error, "%s", path);
        tg_error_how(error, "name another file or folder");
        return TG_ERR_USAGE;
    }
    return TG_OK;
}

/* Keep a record's file of this trace. */
static tg_status keep_recorded(const tg_trace_files *files, const tg_record *record,
                               const char *suffix, tg_error *error)
{
    char path[TG_PATH_BYTES];
    const tg_status status =
        tg_path_format(path, error, "%s/%s.%s", record->path, files->trace->name, suffix);
    return status == TG_OK ? tg_trace_files_keep(files, path, error) : status;
}

static tg_status keep_record(const tg_trace_files *files, const tg_record *record, tg_error *error)
{
    char path[TG_PATH_BYTES];
    tg_status status = tg_path_format(path, error, "%s/record.json", record->path);
    if (status == TG_OK) status = tg_trace_files_keep(files, path, error);
    if (status == TG_OK) status = keep_recorded(files, record, "events.npy", error);
    if (status == TG_OK) status = keep_recorded(files, record, "trace.npy", error);
    for (size_t i = 0; i < files->trace->nb_sides && status == TG_OK; i++) {
        char suffix[TG_NAME_BYTES];
        (void)snprintf(suffix, sizeof suffix, "%s.npy", files->trace->sides[i].name);
        status = keep_recorded(files, record, suffix, error);
    }
    return status;
}

tg_status tg_trace_files_open(tg_trace_files *files, const tg_trace *trace, const char *path,
                              const char *folder, const tg_event_list *list,
                              const tg_source *source, tg_error *error)
{
    files->trace = trace;
    files->folder = folder;
    files->nb = 0;
    tg_status status = folder != NULL ? check_folder(folder, error) : TG_OK;
    if (status == TG_OK) status = open_output(files, path, error);
    for (size_t i = 0; i < trace->nb_sides && folder != NULL && status == TG_OK; i++) {
        char side_path[TG_PATH_BYTES];
        status = tg_trace_files_side_path(side_path, files, &trace->sides[i], error);
        if (status == TG_OK) status = open_output(files, side_path, error);
    }
    if (status == TG_OK && source->events != NULL)
        status = tg_trace_files_keep(files, source->events, error);
    if (status == TG_OK && list->has_record) status = keep_record(files, &list->record, error);
    if (status != TG_OK) tg_trace_files_discard(files);
    return status;
}

void tg_trace_files_discard(tg_trace_files *files)
{
    for (size_t i = 0; i < files->nb; i++) {
        tg_output_discard(&files->outputs[i]);
    }
    files->nb = 0;
}

static tg_status put_side(tg_output *output, const tg_side *side, const uint32_t *words,
                          tg_error *error)
{
    return side->form == TG_SIDE_BYTE_LOOKUPS
               ? tg_lookups_put(output, words, error)
               : tg_npy_put_cells(output, words, 1, tg_side_nb_words(side), error);
}

/* Leave out the files of side outputs that are not there. */
static void drop_missing(tg_trace_files *files, const bool has_side[TG_MAX_SIDES],
                         const tg_side *sides[TG_MAX_SIDES], const uint32_t *words[TG_MAX_SIDES],
                         const tg_product *product)
{
    size_t nb = 1;
    for (size_t i = 0; i + 1 < files->nb; i++) {
        if (!has_side[i]) {
            tg_output_discard(&files->outputs[1 + i]);
            continue;
        }
        sides[nb - 1] = &files->trace->sides[i];
        words[nb - 1] = product->sides[i];
        if (nb != 1 + i) files->outputs[nb] = files->outputs[1 + i];
        nb++;
    }
    files->nb = nb;
}

/* Give all files their names. Those behind one that fails are given up. */
static tg_status publish(tg_trace_files *files, tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i < files->nb; i++) {
        if (status == TG_OK) {
            status = tg_output_publish(&files->outputs[i], error);
        } else {
            tg_output_discard(&files->outputs[i]);
        }
    }
    files->nb = 0;
    return status;
}

tg_status tg_trace_files_write(tg_trace_files *files, const tg_product *product, size_t height,
                               const bool has_side[TG_MAX_SIDES], tg_error *error)
{
    const tg_side *sides[TG_MAX_SIDES];
    const uint32_t *words[TG_MAX_SIDES];
    drop_missing(files, has_side, sides, words, product);
    tg_status status = tg_npy_put_cells(&files->outputs[0], product->cells, height,
                                        tg_trace_width(files->trace), error);
    for (size_t i = 1; i < files->nb && status == TG_OK; i++) {
        status = put_side(&files->outputs[i], sides[i - 1], words[i - 1], error);
    }
    for (size_t i = 0; i < files->nb && status == TG_OK; i++) {
        status = tg_output_finish(&files->outputs[i], error);
    }
    if (status == TG_OK) return publish(files, error);
    tg_trace_files_discard(files);
    return status;
}

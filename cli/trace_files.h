/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The files that `tracegate trace` writes: the trace and its side outputs, all of them or none.
 */
#ifndef TRACEGATE_CLI_TRACE_FILES_H
#define TRACEGATE_CLI_TRACE_FILES_H

#include "cli/source.h"
#include "files/output.h"

typedef struct tg_trace_files {
    const tg_trace *trace;
    const char *folder; /* of the side outputs; NULL: they are not written */
    size_t nb;          /* open outputs: the trace, then its side outputs in their order */
    tg_output outputs[1 + TG_MAX_SIDES];
} tg_trace_files;

/* Open all files, before the work is done whose results they take.
 * files   caller's; after success to be ended by one of the two below
 * path    of the trace
 * folder  of the side outputs, one that is there; NULL: they are not written
 * list, source  what the trace is made from: its files are not to be replaced
 * Errors  TG_ERR_IO if one of them cannot be written, TG_ERR_USAGE if two are one or one is the
 *         trace's own input; nothing is left behind then */
TG_NODISCARD tg_status tg_trace_files_open(tg_trace_files *files, const tg_trace *trace,
                                           const char *path, const char *folder,
                                           const tg_event_list *list, const tg_source *source,
                                           tg_error *error);

/* Refuse a file as the target of any output: the trace is made from it.
 * Errors  TG_ERR_USAGE; files are still to be discarded */
TG_NODISCARD tg_status tg_trace_files_keep(const tg_trace_files *files, const char *path,
                                           tg_error *error);

/* Write all files, and give them their names once all are on the disk.
 * has_side  false: this side output is not there, and its file stays as it was
 * Errors    TG_ERR_IO, TG_ERR_MEMORY, TG_ERR_FORMAT; all files are then as they were, unless a
 *           folder is changed by others between two names */
TG_NODISCARD tg_status tg_trace_files_write(tg_trace_files *files, const tg_product *product,
                                            size_t height, const bool has_side[TG_MAX_SIDES],
                                            tg_error *error);

void tg_trace_files_discard(tg_trace_files *files);

/* Path of a side output's file as it was asked for. */
TG_NODISCARD tg_status tg_trace_files_side_path(char path[TG_PATH_BYTES],
                                                const tg_trace_files *files, const tg_side *side,
                                                tg_error *error);

#endif

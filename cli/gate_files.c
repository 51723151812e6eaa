/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The files that a gate writes. */
#include "cli/gate_files.h"

#include "cli/verbs.h"
#include "files/record.h"

#include <stdio.h>

void tg_gate_files_discard(tg_gate_files *files)
{
    tg_document_files_discard(&files->documents);
    if (files->has_coverage) tg_coverage_file_discard(&files->coverage);
}

/* Refuse a file that is read as the target of any output. path NULL: none. */
static tg_status keep_input(const tg_gate_files *files, const char *path, tg_error *error)
{
    if (path == NULL) return TG_OK;
    if (files->has_coverage && tg_output_replaces(&files->coverage.output, path)) {
        tg_error_set(error, TG_ERR_USAGE, "--coverage would replace what is read");
        tg_error_where(error, "%s", path);
        tg_error_how(error, "give it a file of its own");
        return TG_ERR_USAGE;
    }
    return tg_document_files_keep(&files->documents, path, error);
}

/* Refuse to write over the files of a record. */
static tg_status keep_record(const tg_gate_files *files, const char *folder, tg_error *error)
{
    tg_record record;
    char path[TG_PATH_BYTES];
    tg_status status = tg_path_format(path, error, "%s/record.json", folder);
    if (status == TG_OK) status = keep_input(files, path, error);
    if (status == TG_OK) status = tg_path_format(path, error, "%s/case.json", folder);
    if (status == TG_OK) status = keep_input(files, path, error);
    // What is wrong with a record, the gate says.
    if (status != TG_OK || tg_record_open(&record, folder, NULL) != TG_OK) return status;
    static const char *const suffixes[] = {"events", "trace"};
    for (size_t i = 0; i < record.nb_traces * TG_NB_ELEMENTS(suffixes) && status == TG_OK; i++) {
        status = tg_path_format(path, error, "%s/%s.%s.npy", folder, record.traces[i / 2].name,
                                suffixes[i % 2]);
        if (status == TG_OK) status = keep_input(files, path, error);
    }
    tg_record_clear(&record);
    return status;
}

static tg_status keep_kernels(void *context, const char *path, tg_error *error)
{
    return keep_input(context, path, error);
}

tg_status tg_gate_files_open(tg_gate_files *files, const tg_gate_files_wanted *wanted,
                             tg_error *error)
{
    files->has_coverage = false;
    tg_status status = tg_document_files_open(&files->documents, wanted->documents, error);
    if (status != TG_OK) return status;
    if (wanted->coverage != NULL) {
        status = tg_document_files_keep(&files->documents, wanted->coverage, error);
        if (status == TG_OK)
            status = tg_coverage_file_open(&files->coverage, wanted->coverage, error);
        files->has_coverage = status == TG_OK;
    }
    if (status == TG_OK) status = keep_input(files, wanted->ledger, error);
    for (size_t i = 0; i < wanted->records->nb_words && status == TG_OK; i++) {
        status = keep_record(files, wanted->records->words[i], error);
    }
    if (status == TG_OK) status = tg_kernel_set_keep(wanted->kernels, keep_kernels, files, error);
    if (status != TG_OK) tg_gate_files_discard(files);
    return status;
}

tg_status tg_gate_files_write(tg_gate_files *files, const tg_document *document, tg_error *error)
{
    tg_status status = TG_OK;
    if (document != NULL) {
        status = tg_document_files_write(&files->documents, document, stdout, error);
    } else {
        tg_document_files_discard(&files->documents);
    }
    if (!files->has_coverage) return status;
    if (status == TG_OK) return tg_coverage_file_commit(&files->coverage, error);
    tg_coverage_file_discard(&files->coverage);
    return status;
}

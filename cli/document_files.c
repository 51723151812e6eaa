/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Files of a report as a document. */
#include "cli/document_files.h"

#include <string.h>

bool tg_document_files_wanted(const tg_document_values *values)
{
    for (size_t i = 0; i < TG_NB_DOCUMENT_FORMS; i++) {
        if (values->paths[i] != NULL) return true;
    }
    return values->github;
}

/* Give a form standard output, if nothing else is to have it. */
static tg_status take_standard(tg_document_files *files, tg_document_form form, tg_error *error)
{
    if (files->standard != NULL || files->github) {
        const tg_document_form other = files->github ? TG_DOCUMENT_GITHUB : files->standard_form;
        tg_error_set(error, TG_ERR_USAGE, "--%s and --%s would both be on standard output",
                     tg_document_form_name(other), tg_document_form_name(form));
        tg_error_how(error, "give --%s the path of a file", tg_document_form_name(form));
        return TG_ERR_USAGE;
    }
    files->standard_form = form;
    return tg_standard_output_take(&files->standard, error);
}

/* Open one more file, which has to have a target of its own. */
static tg_status open_file(tg_document_files *files, tg_document_form form, const char *path,
                           tg_error *error)
{
    const char *option = tg_document_form_name(form);
    if (tg_is_standard_output(path)) return take_standard(files, form, error);
    tg_output *output = &files->outputs[files->nb];
    const tg_status status = tg_output_open(output, path, error);
    if (status != TG_OK) {
        tg_error_where(error, "--%s", option);
        return status;
    }
    files->forms[files->nb] = form;
    files->nb++;
    for (size_t i = 0; i + 1 < files->nb; i++) {
        if (!tg_output_has_same_target(&files->outputs[i], output)) continue;
        tg_error_set(error, TG_ERR_USAGE, "--%s and --%s have one path",
                     tg_document_form_name(files->forms[i]), option);
        tg_error_where(error, "%s", path);
        tg_error_how(error, "give each of them a file of its own");
        return TG_ERR_USAGE;
    }
    return TG_OK;
}

tg_status tg_document_files_open(tg_document_files *files, const tg_document_values *values,
                                 tg_error *error)
{
    files->nb = 0;
    files->standard = NULL;
    files->github = values->github;
    tg_status status = TG_OK;
    for (size_t i = 0; i < TG_NB_DOCUMENT_FORMS && status == TG_OK; i++) {
        if (values->paths[i] != NULL)
            status = open_file(files, (tg_document_form)i, values->paths[i], error);
    }
    if (status == TG_OK && values->no_times && files->nb == 0 && files->standard == NULL) {
        status = tg_error_set(error, TG_ERR_USAGE,
                              "--no-times is for reports in files, and none is asked for");
        tg_error_how(error, "name one, with --json FILE for instance, or leave out --no-times");
    }
    if (status != TG_OK) tg_document_files_discard(files);
    return status;
}

tg_status tg_document_files_keep(const tg_document_files *files, const char *path, tg_error *error)
{
    for (size_t i = 0; i < files->nb && path != NULL; i++) {
        if (!tg_output_replaces(&files->outputs[i], path)) continue;
        tg_error_set(error, TG_ERR_USAGE, "--%s would replace what is read",
                     tg_document_form_name(files->forms[i]));
        tg_error_where(error, "%s", path);
        tg_error_how(error, "name another file");
        return TG_ERR_USAGE;
    }
    return TG_OK;
}

void tg_document_files_discard(tg_document_files *files)
{
    for (size_t i = 0; i < files->nb; i++) {
        tg_output_discard(&files->outputs[i]);
    }
    files->nb = 0;
    // Nothing was written to it that could be lost.
    (void)tg_standard_output_give_back(files->standard, NULL);
    files->standard = NULL;
}

/* Give all files their names. Those behind one that fails are given up. */
static tg_status publish(tg_document_files *files, tg_error *error)
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

/* Write the form that has standard output, and give it back. */
static tg_status write_standard(tg_document_files *files, const tg_document *document,
                                tg_error *error)
{
    FILE *standard = files->standard;
    files->standard = NULL;
    if (standard == NULL) return TG_OK;
    const tg_status status = tg_document_write(standard, document, files->standard_form, error);
    const tg_status given = tg_standard_output_give_back(standard, status == TG_OK ? error : NULL);
    return status == TG_OK ? given : status;
}

tg_status tg_document_files_write(tg_document_files *files, const tg_document *document, FILE *out,
                                  tg_error *error)
{
    tg_status status = TG_OK;
    for (size_t i = 0; i < files->nb && status == TG_OK; i++) {
        status = tg_document_write(files->outputs[i].stream, document, files->forms[i], error);
        if (status == TG_ERR_IO) tg_error_where(error, "%s", files->outputs[i].path);
    }
    for (size_t i = 0; i < files->nb && status == TG_OK; i++) {
        status = tg_output_finish(&files->outputs[i], error);
    }
    if (status != TG_OK) {
        tg_document_files_discard(files);
        return status;
    }
    status = publish(files, error);
    if (status == TG_OK) {
        status = write_standard(files, document, error);
    } else {
        tg_document_files_discard(files);
    }
    if (status == TG_OK && files->github)
        status = tg_document_write(out, document, TG_DOCUMENT_GITHUB, error);
    return status;
}

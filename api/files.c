/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Report files of a call: all of them, or none. */
#include "api/api_internal.h"

tg_status api_files_open(api_files *files, const tracegate_gate_options *options, tg_error *error)
{
    const char *const paths[TG_NB_DOCUMENT_FORMS] = {[TG_DOCUMENT_JSON] = options->json,
                                                     [TG_DOCUMENT_JUNIT] = options->junit,
                                                     [TG_DOCUMENT_SARIF] = options->sarif,
                                                     [TG_DOCUMENT_HTML] = options->html};
    tg_status status = TG_OK;
    files->nb = 0;
    for (tg_document_form form = 0; form < TG_NB_DOCUMENT_FORMS && status == TG_OK; form++) {
        if (paths[form] == NULL) continue;
        tg_output *output = &files->outputs[files->nb];
        status = tg_output_open(output, paths[form], error);
        if (status != TG_OK) break;
        files->forms[files->nb++] = form;
        for (size_t i = 0; i + 1 < files->nb && status == TG_OK; i++) {
            if (!tg_output_has_same_target(&files->outputs[i], output)) continue;
            status = tg_error_set(error, TG_ERR_USAGE, "two reports are one file");
            tg_error_where(error, "%s", paths[form]);
            tg_error_how(error, "give each a file of its own");
        }
    }
    if (status != TG_OK) api_files_discard(files);
    return status;
}

tg_status api_files_write(api_files *files, const tg_document *document, tg_error *error)
{
    tg_status status = TG_OK;
    size_t nb_published = 0;
    for (size_t i = 0; i < files->nb && status == TG_OK; i++)
        status = tg_document_write(files->outputs[i].stream, document, files->forms[i], error);
    for (size_t i = 0; i < files->nb && status == TG_OK; i++)
        status = tg_output_finish(&files->outputs[i], error);
    for (size_t i = 0; i < files->nb && status == TG_OK; i++) {
        status = tg_output_publish(&files->outputs[i], error);
        nb_published = i + 1;
    }
    for (size_t i = nb_published; i < files->nb; i++) tg_output_discard(&files->outputs[i]);
    files->nb = 0;
    return status;
}

void api_files_discard(api_files *files)
{
    for (size_t i = 0; i < files->nb; i++) tg_output_discard(&files->outputs[i]);
    files->nb = 0;
}

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The forms of a document. JSON is the tree as it is. */
#include "harness/document_internal.h"

#include <errno.h>
#include <string.h>

const char *tg_document_form_name(tg_document_form form)
{
    static const char *const names[] = {
#define FORM_NAME(constant, option, text) [constant] = (option),
        TG_FORM_OF_DOCUMENT_LIST(FORM_NAME)
#undef FORM_NAME
    };
    return names[form];
}

tg_json_value *document_trace_of(tg_json_value *root, tg_json_value *finding)
{
    tg_json_value *traces = tg_json_member(root, "traces");
    for (size_t i = 0; i < tg_json_length(traces); i++) {
        tg_json_value *trace = tg_json_element(traces, i);
        if (strcmp(document_text(trace, "trace"), document_text(finding, "trace")) == 0)
            return trace;
    }
    return NULL;
}

tg_status tg_document_write(FILE *out, const tg_document *document, tg_document_form form,
                            tg_error *error)
{
    tg_json_value *root = tg_document_root(document);
    TG_VERIFY_CHECK(tg_json_has(root, "verdict"));
    tg_status status = TG_OK;
    switch (form) {
    case TG_DOCUMENT_JSON:
        tg_json_print(out, root);
        break;
    case TG_DOCUMENT_JUNIT:
        document_write_junit(out, root);
        break;
    case TG_DOCUMENT_SARIF:
        status = document_write_sarif(out, root, error);
        break;
    case TG_DOCUMENT_HTML:
        status = document_write_html(out, root, error);
        break;
    case TG_DOCUMENT_GITHUB:
        document_write_github(out, root);
        break;
    case TG_NB_DOCUMENT_FORMS:
        break;
    }
    if (status != TG_OK) return status;
    errno = 0;
    if (fflush(out) == 0 && !ferror(out)) return TG_OK;
    return tg_io_error(error, "write", tg_document_form_name(form), errno != 0 ? errno : EIO);
}

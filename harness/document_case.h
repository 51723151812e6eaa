/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Cases as findings of a document: what triage and campaigns run.
 */
#ifndef TRACEGATE_HARNESS_DOCUMENT_CASE_H
#define TRACEGATE_HARNESS_DOCUMENT_CASE_H

#include "harness/document.h"

/* A case that shows something, and all that is known of it. */
typedef struct tg_case_finding {
    const tg_case *work;
    const tg_case_result *result; /* of the whole case */
    const tg_product *expected;   /* what both sides made of it; cells NULL: not at hand */
    const tg_product *actual;
    const char *expected_name; /* of the backends */
    const char *actual_name;
    const tg_causes *causes; /* of the whole case */
    const tg_key *key;
    const tg_triage *triage; /* NULL: it was not shrunk */
    const char *case_folder; /* NULL: the smallest case was not saved */
    const char *again;
    const char *text; /* the text report, whole */
} tg_case_finding;

/* Add it.  Errors  TG_ERR_MEMORY */
TG_NODISCARD tg_status tg_document_add_case(tg_document *document, const tg_case_finding *finding,
                                            tg_error *error);

#endif

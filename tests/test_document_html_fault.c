/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The page without memory: each allocation fails in turn. */
#include "document_made.h"
#include "fault.h"

#include <omp.h>

static void check_fault(const tg_document *document)
{
    long nth = 1;
    for (;; nth++) {
        tg_error error = {0};
        FILE *stream = tmpfile();
        ck_assert_ptr_nonnull(stream);
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = tg_document_write(stream, document, TG_DOCUMENT_HTML, &error);
        const bool has_failed = tg_fault_disarm();
        (void)fclose(stream);
        if (!has_failed) {
            ck_assert_int_eq(status, TG_OK);
            break;
        }
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert_int_ne(error.how[0], '\0');
    }
    ck_assert_int_gt(nth, 1);
}

START_TEST(document_html_fault_every_allocation)
{
    omp_set_num_threads(1);
    tg_document *document = made_document(false);
    check_fault(document);
    tg_document_destroy(document);
}
END_TEST

TG_SUITE("document_html_fault", document_html_fault_every_allocation)

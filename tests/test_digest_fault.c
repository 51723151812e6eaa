/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Digests without memory. */
#include "fault.h"
#include "files/record.h"
#include "test_files.h"

START_TEST(digest_fault_without_memory)
{
    static const uint32_t cells[600];
    long nth = 1;
    for (;; nth++) {
        tg_digest digest;
        tg_error error = {0};
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = tg_digest_cells(&digest, cells, 20, 30, &error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            break;
        }
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert(error.what[0] != '\0' && error.how[0] != '\0');
    }
    // State and tile.
    ck_assert_int_eq(nth - 1, 2);
}
END_TEST

TG_SUITE("digest_fault", digest_fault_without_memory)

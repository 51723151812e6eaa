/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Chip libraries where memory or processes run out. */
#include "harness/chip_library.h"

#include "fault.h"
#include "harness/subject.h"
#include "suite.h"

static const char *const paths[] = {TG_CHIP_FIXTURE_LIBRARY};

static void open_with(tg_fault_kind kind, tg_status expected)
{
    long nth = 1;
    for (;; nth++) {
        tg_chip_libraries *libraries = NULL;
        tg_error error = {.status = TG_OK};
        tg_fault_arm(kind, nth);
        const tg_status status = tg_chip_libraries_open(&libraries, paths, 1, &error);
        if (!tg_fault_disarm()) {
            ck_assert_int_eq(status, TG_OK);
            tg_chip_libraries_close(libraries);
            break;
        }
        ck_assert_int_eq(status, expected);
        ck_assert_int_eq(error.status, expected);
        ck_assert_ptr_null(libraries);
        ck_assert_uint_eq(tg_nb_traces(), tg_nb_listed_traces());
    }
    ck_assert_int_gt(nth, 1);
}

START_TEST(chip_library_fault_memory) { open_with(TG_FAULT_MEMORY, TG_ERR_MEMORY); }
END_TEST

START_TEST(chip_library_fault_process) { open_with(TG_FAULT_PROCESS, TG_ERR_MEMORY); }
END_TEST

/* Both references: row by row, and as a whole. */
START_TEST(chip_library_fault_references)
{
    static const uint32_t events[4 * 7] =
        {[6] = TG_WORD_ONE, [13] = TG_WORD_ONE, [20] = TG_WORD_ONE, [27] = TG_WORD_ONE};
    tg_chip_libraries *libraries = NULL;
    tg_assert_ok(tg_chip_libraries_open(&libraries, paths, 1, tg_suite_error));
    for (size_t i = tg_nb_listed_traces(); i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        const tg_request request = {.trace = subject.trace,
                                    .height = 32,
                                    .events = events,
                                    .nb_events = 4};
        tg_product out;
        long nth = 1;
        tg_assert_ok(tg_product_create(&out, subject.trace, 32, tg_suite_error));
        // OpenMP starts its threads here, and not where there is no memory for them.
        tg_assert_ok(tg_ref_make(&out, subject.reference, &request, tg_suite_error));
        for (;; nth++) {
            tg_fault_arm(TG_FAULT_MEMORY, nth);
            const tg_status status = tg_ref_make(&out, subject.reference, &request, NULL);
            if (!tg_fault_disarm()) {
                ck_assert_int_eq(status, TG_OK);
                break;
            }
            ck_assert_int_eq(status, TG_ERR_MEMORY);
        }
        ck_assert_int_gt(nth, 1);
        tg_product_destroy(&out);
    }
    tg_chip_libraries_close(libraries);
}
END_TEST

TG_SUITE("chip_library_fault", chip_library_fault_memory, chip_library_fault_process,
         chip_library_fault_references)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Triage with failing calls: each nth call fails once. */
#include "fault.h"
#include "test_files.h"
#include "triage_wrong.h"

#include <omp.h>

static char dir[256];
static wrong_sides sides;
static wrong_plan plan;
static tg_case work;

static void set_up(void)
{
    const tg_subject subject = wrong_subject(&plan, kernel_forgets);
    tg_suite_make_folder(dir);
    sides = wrong_open();
    work = wrong_drawn(&subject, TG_PROFILE_UNIFORM, 1, 2);
}

static void tear_down(void)
{
    tg_case_clear(&work);
    wrong_close(&sides);
    tg_suite_remove_folder(dir);
}

/* What is not told of a word that is stale, for want of memory, is no error; everything else is. */
START_TEST(triage_fault_memory)
{
    set_up();
    const tg_triage_options options = {.expected = &sides.expected, .actual = &sides.actual};
    long nb_errors = 0;
    // OpenMP ends the process where its own memory, for more threads than one, cannot be had.
    omp_set_num_threads(1);
    for (long nth = 1;; nth++) {
        tg_triage triage;
        tg_error error = {0};
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = tg_triage_run(&triage, &work, &options, &error);
        const bool has_failed = tg_fault_disarm();
        if (status == TG_OK) {
            ck_assert_str_eq(triage.key.text, "Select.main/padding/unwritten/vals.bit");
            tg_triage_clear(&triage);
            if (!has_failed) break;
            continue;
        }
        nb_errors++;
        ck_assert_int_eq(status, TG_ERR_MEMORY);
        ck_assert_int_eq(error.status, TG_ERR_MEMORY);
        ck_assert(error.how[0] != '\0');
        ck_assert_ptr_null(triage.smallest.events);
        ck_assert_ptr_null(triage.expected.cells);
    }
    ck_assert_int_ge(nb_errors, 30);
    tear_down();
}
END_TEST

static bool never_begins(__attribute__((unused)) void *context) { return true; }

/* Where there is no memory to run the whole again, what the caller knows of it is the result. */
START_TEST(triage_fault_keeps_the_whole)
{
    set_up();
    tg_case_result result;
    tg_product expected;
    tg_product actual;
    tg_mismatch whole;
    omp_set_num_threads(1);
    tg_assert_ok(tg_case_make(&result, &expected, &actual, &work, &sides.expected, &sides.actual,
                              tg_suite_error));
    tg_triage_mismatch(&whole, &work, &result, &expected, &actual, &sides.actual);
    const tg_triage_options options = {.expected = &sides.expected,
                                       .actual = &sides.actual,
                                       .whole = &whole,
                                       .stops = never_begins};
    long nb_known = 0;
    for (long nth = 1;; nth++) {
        tg_triage triage;
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = tg_triage_run(&triage, &work, &options, NULL);
        const bool has_failed = tg_fault_disarm();
        if (status == TG_OK) {
            ck_assert_str_eq(triage.key.text, "Select.main/padding/unwritten/vals.bit");
            ck_assert_str_eq(triage.smallest.why, triage.key.text);
            ck_assert_uint_eq(triage.smallest.nb_events, work.nb_events);
            ck_assert_uint_eq(triage.result.height, result.height);
            ck_assert(!triage.result.is_match);
            ck_assert_uint_eq(triage.result.diff.columns[0].padding, 1);
            ck_assert_uint_ge(triage.smallest_causes.nb, 1);
            nb_known += triage.expected.cells == NULL;
            tg_triage_clear(&triage);
        }
        if (!has_failed) break;
    }
    // The traces of both sides, and what compares them.
    ck_assert_int_ge(nb_known, 10);
    tg_product_destroy(&expected);
    tg_product_destroy(&actual);
    tg_case_result_clear(&result);
    tear_down();
}
END_TEST

/* The old case or the new one, whole, and nothing beside it. */
START_TEST(triage_fault_replace)
{
    set_up();
    tg_triage triage;
    const tg_triage_options options = {.expected = &sides.expected, .actual = &sides.actual};
    char folder[TG_PATH_BYTES];
    tg_assert_ok(tg_triage_run(&triage, &work, &options, tg_suite_error));
    tg_assert_ok(tg_triage_save(folder, &triage, dir, false, tg_suite_error));
    for (long nth = 1;; nth++) {
        tg_case there;
        tg_error error = {0};
        tg_fault_arm(TG_FAULT_IO, nth);
        const tg_status status = tg_triage_save(folder, &triage, dir, true, &error);
        const bool has_failed = tg_fault_disarm();
        ck_assert(status == TG_OK || (status == TG_ERR_IO && error.how[0] != '\0'));
        ck_assert_uint_eq(nb_entries(dir), 1);
        (void)snprintf(folder, sizeof folder, "%s/select-main-%s", dir, triage.key.id);
        tg_assert_ok(tg_case_load(&there, folder, tg_suite_error));
        tg_case_clear(&there);
        if (!has_failed) break;
    }
    tg_triage_clear(&triage);
    tear_down();
}
END_TEST

TG_SUITE("triage_fault", triage_fault_memory, triage_fault_keeps_the_whole, triage_fault_replace)

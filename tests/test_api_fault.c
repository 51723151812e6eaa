/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A call of the library when memory, or input and output, fail: each call in turn. */
#include "api_made.h"
#include "fault.h"

#include <omp.h>

/* A gate whose kernel is compiled, with a report; returns how many calls of the kind there were. */
static long fail_each(tg_fault_kind kind)
{
    char folder[256];
    char report[300];
    struct stat info;
    tg_suite_make_folder(folder);
    (void)snprintf(report, sizeof report, "%s/report.json", folder);
    tracegate_gate_options options = api_options(folder);
    options.nb_events = 1;
    options.is_in_process = 1;
    options.json = report;
    tracegate_verdict verdict = {.struct_size = sizeof verdict};
    // libgomp ends the process when it has no memory for its own; it takes that at the first
    // parallel region.
    omp_set_num_threads(1);
    ck_assert_int_eq(tracegate_gate(&verdict, &options), TRACEGATE_MATCH);
    const size_t nb_cells = verdict.nb_cells;
    tracegate_verdict_clear(&verdict);
    long nth = 1;
    for (;; nth++) {
        ck_assert_int_eq(remove(report), 0);
        tg_fault_arm(kind, nth);
        const tracegate_status status = tracegate_gate(&verdict, &options);
        const bool has_failed = tg_fault_disarm();
        const bool has_report = stat(report, &info) == 0;
        ck_assert_msg(status == TRACEGATE_MATCH || status >= TRACEGATE_BAD_INPUT,
                      "call %ld: %s\n%s", nth, verdict.what, verdict.text);
        if (status == TRACEGATE_MATCH) {
            ck_assert_uint_eq(verdict.nb_cells, nb_cells);
            ck_assert_msg(has_report, "call %ld: a match without its report", nth);
        } else {
            ck_assert_msg(has_failed, "%s", verdict.what);
            ck_assert_msg(verdict.how[0] != '\0' || strstr(verdict.text, "NOT RUN") != NULL,
                          "call %ld: no word on it\n%s", nth, verdict.text);
        }
        tracegate_verdict_clear(&verdict);
        if (!has_failed) break;
        if (!has_report) ck_assert_int_eq(fclose(fopen(report, "w")), 0);
    }
    tg_suite_remove_folder(folder);
    return nth - 1;
}

START_TEST(api_fault_every_allocation) { ck_assert_int_ge(fail_each(TG_FAULT_MEMORY), 40); }
END_TEST

START_TEST(api_fault_every_input_and_output) { ck_assert_int_ge(fail_each(TG_FAULT_IO), 10); }
END_TEST

/* Chips of a library: no process for their code, or no files to hear from it. */
START_TEST(api_fault_every_process)
{
    static const char *const libraries[] = {TG_CHIP_FIXTURE_LIBRARY};
    char folder[256];
    tg_suite_make_folder(folder);
    tracegate_gate_options options = api_options(folder);
    options.chip_libraries = libraries;
    options.nb_chip_libraries = 1;
    tracegate_verdict verdict = {.struct_size = sizeof verdict};
    long nth = 1;
    for (bool has_failed = true; has_failed; nth++) {
        tg_fault_arm(TG_FAULT_PROCESS, nth);
        const tracegate_status status = tracegate_gate(&verdict, &options);
        has_failed = tg_fault_disarm();
        // What fails in the other process is not seen here.
        if (has_failed) ck_assert_int_ne(status, TRACEGATE_MATCH);
        if (has_failed) ck_assert_ptr_nonnull(strstr(verdict.what, "no process to gate in"));
        if (status != TRACEGATE_MATCH)
            ck_assert_msg(verdict.how[0] != '\0' || strstr(verdict.text, "NOT RUN") != NULL,
                          "call %ld: no word on it\n%s", nth, verdict.text);
        tracegate_verdict_clear(&verdict);
    }
    // memfd_create twice, fork.
    ck_assert_int_eq(nth - 1, 4);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("api_fault", api_fault_every_allocation, api_fault_every_input_and_output,
         api_fault_every_process)

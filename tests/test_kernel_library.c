/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Kernels from shared objects: which steps they stand in for, and what is refused. */
#include "case_wrong.h"
#include "harness/kernel_library.h"
#include "test_files.h"

#include <unistd.h>

START_TEST(kernel_library_stands_in)
{
    const tg_plan *like = wrong_subject_of(WRONG_TRACE).plan;
    tg_kernel_library library;
    tg_assert_ok(tg_kernel_library_open(&library, like, TEST_WRONG_KERNEL, tg_suite_error));
    ck_assert_uint_eq(library.nb_steps, 1);
    ck_assert_uint_eq(library.plan.nb_steps, like->nb_steps);
    ck_assert_ptr_eq(library.plan.steps, library.steps);
    ck_assert(library.steps[0].host != like->steps[0].host);
    ck_assert_ptr_ne(library.steps[0].rows_per_block, like->steps[0].rows_per_block);
    // It is the same kernel otherwise.
    ck_assert_uint_eq(*library.steps[0].rows_per_block, *like->steps[0].rows_per_block);
    ck_assert_str_eq(library.steps[0].name, like->steps[0].name);
    ck_assert_ptr_eq(library.steps[0].device, like->steps[0].device);
    tg_kernel_library_close(&library);
    ck_assert_ptr_null(library.handle);
    tg_kernel_library_close(&library);
}
END_TEST

/* Make the trace of one event with the library's plan; out1 of it. */
static uint32_t out1_of(const tg_plan *plan, uint32_t in1)
{
    const tg_subject subject = wrong_subject_of(WRONG_TRACE);
    const uint32_t event[WRONG_WIDTH] = {1, 2, 3, in1, 5};
    uint32_t cells[WRONG_WIDTH * 32];
    const tg_product out = {.cells = cells};
    const tg_request request = {.trace = subject.trace,
                                .height = 32,
                                .events = event,
                                .nb_events = 1};
    tg_assert_ok(tg_plan_run_host(plan, NULL, &out, &request, tg_suite_error));
    return cells[32];
}

START_TEST(kernel_library_runs)
{
    const tg_plan *like = wrong_subject_of(WRONG_TRACE).plan;
    tg_kernel_library library;
    tg_assert_ok(tg_kernel_library_open(&library, like, TEST_WRONG_KERNEL, tg_suite_error));
    ck_assert_uint_eq(out1_of(&library.plan, 4), 2);
    ck_assert_uint_eq(out1_of(&library.plan, TG_P - 1), 0);
    // The built-in one stays as it is.
    ck_assert_uint_eq(out1_of(like, TG_P - 1), 2);
    tg_kernel_library_close(&library);
}
END_TEST

START_TEST(kernel_library_refuses)
{
    char folder[256];
    char path[512];
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/text.so", folder);
    write_file(path, "no shared object", 16);
    const tg_plan *like = wrong_subject_of(WRONG_TRACE).plan;
    tg_kernel_library library;
    tg_assert_fails(TG_ERR_IO, "text.so",
                    tg_kernel_library_open(&library, like, path, tg_suite_error));
    tg_assert_fails(TG_ERR_IO, "nowhere.so",
                    tg_kernel_library_open(&library, like, "nowhere.so", tg_suite_error));
    const tg_plan *other = wrong_subject_of("Global.main").plan;
    tg_assert_fails(TG_ERR_FORMAT, "no kernel of this trace",
                    tg_kernel_library_open(&library, other, TEST_WRONG_KERNEL, tg_suite_error));
    ck_assert_ptr_null(library.handle);
    tg_suite_remove_folder(folder);
}
END_TEST

/* A name without a slash is a file of the current folder, not of the loader's. */
START_TEST(kernel_library_looks_here)
{
    char folder[256];
    char path[512];
    tg_suite_make_folder(folder);
    (void)snprintf(path, sizeof path, "%s/here.so", folder);
    ck_assert_int_eq(symlink(TEST_WRONG_KERNEL, path), 0);
    ck_assert_int_eq(chdir(folder), 0);
    const tg_plan *like = wrong_subject_of(WRONG_TRACE).plan;
    tg_kernel_library library;
    tg_assert_ok(tg_kernel_library_open(&library, like, "here.so", tg_suite_error));
    tg_kernel_library_close(&library);
    ck_assert_int_eq(chdir("/"), 0);
    tg_suite_remove_folder(folder);
}
END_TEST

TG_SUITE("kernel_library", kernel_library_stands_in, kernel_library_runs, kernel_library_refuses,
         kernel_library_looks_here)

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The runtime on a device that is there: the cases of the host grid, injected failures, a kernel
 * that faults. Exits 3 where there is no device. */
#define RUNTIME_OPS (&tg_runtime_cuda)
#include "runtime_cases.h"
#include "runtime_scenario.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

START_TEST(runtime_here_fault_of_every_call)
{
    ck_assert_int_gt(scenario_fail_all(&tg_runtime_cuda, TG_TEST_FAIL_NOW), 50);
}
END_TEST

START_TEST(runtime_here_fault_that_shows_late)
{
    ck_assert_int_gt(scenario_fail_all(&tg_runtime_cuda, TG_TEST_FAIL_LATE), 10);
}
END_TEST

START_TEST(runtime_here_fault_that_loses_everything)
{
    ck_assert_int_gt(scenario_fail_all(&tg_runtime_cuda, TG_TEST_FAIL_LOST), 50);
}
END_TEST

/* Run a plan whose trace is to lie where nothing is. */
static tg_status run_nowhere(tg_scope *scope, tg_error *error)
{
    static const tg_trace trace = {.name = "Nowhere.main"};
    const tg_request request = {.trace = &trace, .height = 32};
    tg_plan plan = *tg_plan_at(0);
    plan.nb_steps = 1;
    return tg_scope_run(scope, &plan, NULL, &(tg_product){.cells = (uint32_t *)(uintptr_t)256},
                        &request, NULL, error);
}

START_TEST(runtime_here_names_the_kernel_that_faults)
{
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *scope = begin(runtime), *other = begin(runtime);
    tg_error error = {0};
    tg_mark *mark = NULL;
    tg_assert_ok(tg_mark_create(&mark, runtime, tg_suite_error));
    uint32_t *d_word = take_words(scope, 1);
    tg_status status = run_nowhere(scope, &error);
    if (status == TG_OK) status = tg_scope_wait(scope, &error);
    ck_assert_int_eq(status, TG_ERR_KERNEL);
    ck_assert_int_eq(error.status, TG_ERR_KERNEL);
    // cudaErrorIllegalAddress; under compute-sanitizer cudaErrorLaunchFailure.
    ck_assert_int_ne(error.cuda_code, 0);
    ck_assert_ptr_nonnull(strstr(error.what, "Nowhere.main in "));
    ck_assert_ptr_nonnull(strstr(error.what, "cudaError"));
    // The first error stays the scope's; for all others the context is lost.
    tg_assert_fails(TG_ERR_KERNEL, "Nowhere.main",
                    tg_scope_clear(scope, d_word, 4, tg_suite_error));
    tg_assert_fails(TG_ERR_DEVICE, "lost", tg_scope_wait(other, tg_suite_error));
    tg_assert_fails(TG_ERR_DEVICE, "lost", tg_mark_wait(mark, tg_suite_error));
    tg_assert_fails(TG_ERR_KERNEL, "Nowhere.main", tg_scope_end(scope, tg_suite_error));
    tg_assert_fails(TG_ERR_DEVICE, "lost", tg_scope_end(other, tg_suite_error));
    tg_assert_fails(TG_ERR_DEVICE, "lost", tg_scope_begin(&other, runtime, true, tg_suite_error));
    tg_mark_destroy(mark);
    tg_runtime_close(runtime);
}
END_TEST

/* Memory that one scope gave back serves another, and is not lost to the device. */
START_TEST(runtime_here_memory_comes_back)
{
    tg_runtime *runtime = open_runtime(NULL);
    tg_runtime_memory before, after;
    tg_assert_ok(tg_runtime_get_memory(&before, runtime, tg_suite_error));
    const size_t most = before.free_bytes / 8 * 5;
    for (size_t i = 0; i < 3; i++) {
        tg_scope *scope = begin(runtime);
        void *d_bytes = NULL;
        tg_assert_ok(tg_scope_take(scope, &d_bytes, most, tg_suite_error));
        tg_assert_ok(tg_scope_clear(scope, d_bytes, most, tg_suite_error));
        end(scope);
    }
    tg_assert_ok(tg_runtime_get_memory(&after, runtime, tg_suite_error));
    ck_assert_uint_gt(after.free_bytes, before.free_bytes - before.total_bytes / 64);
    ck_assert_uint_eq(after.peak_bytes, most);
    tg_runtime_close(runtime);
}
END_TEST

/* Asked in another process: nothing may fork behind CUDA's start, and each case is forked. */
static bool has_device(void)
{
    const pid_t child = fork();
    if (child == 0) {
        tg_runtime *runtime = NULL;
        tg_error error = {0};
        const tg_status status = tg_runtime_open(&runtime, &tg_runtime_cuda, NULL, &error);
        if (status != TG_OK) (void)fprintf(stderr, "skipped: %s\n", error.what);
        tg_runtime_close(runtime);
        _exit(status == TG_OK ? 0 : status == TG_ERR_UNAVAILABLE ? 1 : 2);
    }
    int how = 0;
    if (child < 0 || waitpid(child, &how, 0) != child || !WIFEXITED(how)) return true;
    // A device that is there and does not open is a failure, which the cases will show.
    return WEXITSTATUS(how) != 1;
}

int main(void)
{
    const TTest *const cases[] = {RUNTIME_CASES,
                                  runtime_here_fault_of_every_call,
                                  runtime_here_fault_that_shows_late,
                                  runtime_here_fault_that_loses_everything,
                                  runtime_here_names_the_kernel_that_faults,
                                  runtime_here_memory_comes_back};
    if (!has_device()) return 3;
    return tg_suite_run("runtime_here", cases, sizeof cases / sizeof cases[0]);
}

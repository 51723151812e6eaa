/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What a runtime does, on whatever it runs: cases of the suites of the host grid and of a device.
 * The suite defines RUNTIME_OPS before it includes this.
 */
#ifndef TRACEGATE_TESTS_RUNTIME_CASES_H
#define TRACEGATE_TESTS_RUNTIME_CASES_H

#include "runtime_plans.h"
#include "runtime_short.h"
#include "sample.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

/* Long enough that what does not wait for it is seen not to have waited. */
#define PAUSE_US 300000u

/* A launch that everything refuses: its block has too many threads. */
static inline tg_status run_refused(tg_scope *scope, uint32_t *d_words, tg_error *error)
{
    const tg_launch shape = {.grid = 3, .block = 4096};
    static const tg_trace trace = {.name = "Refused.main"};
    const tg_request request = {.trace = &trace, .height = 32};
    tg_plan plan = *tg_plan_at(0);
    tg_step step = plan.steps[0];
    step.max_block = 0;
    plan.nb_steps = 1;
    plan.steps = &step;
    return tg_scope_run(scope, &plan, &shape, &(tg_product){.cells = d_words}, &request, NULL,
                        error);
}

START_TEST(runtime_work_of_a_scope_is_in_order)
{
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *scope = begin(runtime);
    uint32_t *d_words = take_words(scope, 2);
    uint32_t *pinned = pinned_word(runtime, 7);
    uint32_t *result = pinned_word(runtime, 0);
    tg_assert_ok(tg_scope_sleep(scope, PAUSE_US / 4, tg_suite_error));
    tg_assert_ok(tg_scope_clear(scope, d_words, 8, tg_suite_error));
    tg_assert_ok(tg_scope_upload_pinned(scope, d_words, pinned, 4, tg_suite_error));
    tg_assert_ok(tg_scope_copy(scope, d_words + 1, d_words, 4, tg_suite_error));
    tg_assert_ok(tg_scope_clear(scope, d_words, 4, tg_suite_error));
    tg_assert_ok(tg_scope_download_pinned(scope, result, d_words + 1, 4, tg_suite_error));
    ck_assert_uint_eq(get_word(scope, d_words), 0);
    ck_assert_uint_eq(*result, 7);
    end(scope);
    tg_runtime_give_pinned(runtime, pinned);
    tg_runtime_give_pinned(runtime, result);
    tg_runtime_close(runtime);
}
END_TEST

START_TEST(runtime_pinned_copies_do_not_wait)
{
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *scope = begin(runtime);
    uint32_t *d_word = take_words(scope, 1);
    uint32_t *pinned = pinned_word(runtime, 1);
    volatile uint32_t *result = pinned_word(runtime, 2);
    bool is_done = true;
    tg_assert_ok(tg_scope_wait(scope, tg_suite_error));
    tg_assert_ok(tg_scope_sleep(scope, PAUSE_US, tg_suite_error));
    tg_assert_ok(tg_scope_upload_pinned(scope, d_word, pinned, 4, tg_suite_error));
    tg_assert_ok(
        tg_scope_download_pinned(scope, (void *)(uintptr_t)result, d_word, 4, tg_suite_error));
    ck_assert_uint_eq(*result, 2);
    tg_assert_ok(tg_scope_is_done(&is_done, scope, tg_suite_error));
    ck_assert(!is_done);
    // The device reads it behind the pause.
    *pinned = 3;
    tg_assert_ok(tg_scope_wait(scope, tg_suite_error));
    ck_assert_uint_eq(*result, 3);
    tg_assert_ok(tg_scope_is_done(&is_done, scope, tg_suite_error));
    ck_assert(is_done);
    end(scope);
    tg_runtime_give_pinned(runtime, pinned);
    tg_runtime_give_pinned(runtime, (void *)(uintptr_t)result);
    tg_runtime_close(runtime);
}
END_TEST

START_TEST(runtime_child_sees_the_parent_and_the_parent_waits)
{
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *parent = begin(runtime), *child = NULL;
    uint32_t *d_words = take_words(parent, 2);
    uint32_t *pinned = pinned_word(runtime, 11);
    tg_assert_ok(tg_scope_sleep(parent, PAUSE_US / 2, tg_suite_error));
    tg_assert_ok(tg_scope_upload_pinned(parent, d_words, pinned, 4, tg_suite_error));
    tg_assert_ok(tg_scope_begin_child(&child, parent, tg_suite_error));
    // Behind the child's beginning: not for it to see.
    uint32_t *d_own = take_words(child, 1);
    tg_assert_ok(tg_scope_copy(child, d_own, d_words, 4, tg_suite_error));
    tg_assert_ok(tg_scope_sleep(child, PAUSE_US / 2, tg_suite_error));
    tg_assert_ok(tg_scope_copy(child, d_words + 1, d_own, 4, tg_suite_error));
    tg_assert_ok(tg_scope_end_child(child, tg_suite_error));
    bool is_done = true;
    tg_assert_ok(tg_scope_is_done(&is_done, parent, tg_suite_error));
    ck_assert(!is_done);
    ck_assert_uint_eq(get_word(parent, d_words + 1), 11);
    // What the child left is the parent's.
    ck_assert_uint_eq(get_word(parent, d_own), 11);
    tg_scope_give(parent, d_own);
    end(parent);
    ck_assert_uint_eq(taken_bytes(runtime), 0);
    tg_runtime_give_pinned(runtime, pinned);
    tg_runtime_close(runtime);
}
END_TEST

START_TEST(runtime_errors_of_a_child_are_its_own)
{
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *parent = begin(runtime), *child = NULL;
    tg_assert_ok(tg_scope_begin_child(&child, parent, tg_suite_error));
    uint32_t *d_words = take_words(child, 32);
    tg_assert_fails(TG_ERR_KERNEL, "Refused.main in 3 blocks of 4096 threads",
                    run_refused(child, d_words, tg_suite_error));
    put_word(parent, take_words(parent, 1), 5);
    tg_assert_fails(TG_ERR_KERNEL, "Refused.main", tg_scope_end_child(child, tg_suite_error));
    tg_assert_ok(tg_scope_wait(parent, tg_suite_error));
    tg_assert_ok(tg_scope_begin_child(&child, parent, tg_suite_error));
    tg_assert_ok(tg_scope_end_child(child, tg_suite_error));
    end(parent);
    ck_assert_uint_eq(taken_bytes(runtime), 0);
    tg_runtime_close(runtime);
}
END_TEST

START_TEST(runtime_first_error_of_a_scope_stays)
{
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *scope = begin(runtime);
    uint32_t *d_words = take_words(scope, 32);
    uint32_t word = 9;
    put_word(scope, d_words, 8);
    tg_assert_fails(TG_ERR_KERNEL, "Refused.main", run_refused(scope, d_words, tg_suite_error));
    tg_assert_fails(TG_ERR_KERNEL, "Refused.main",
                    tg_scope_download(scope, &word, d_words, 4, tg_suite_error));
    ck_assert_uint_eq(word, 9);
    void *d_more = &word;
    tg_assert_fails(TG_ERR_KERNEL, "Refused.main",
                    tg_scope_take(scope, &d_more, 1, tg_suite_error));
    ck_assert_ptr_null(d_more);
    tg_assert_fails(TG_ERR_KERNEL, "Refused.main", tg_scope_wait(scope, tg_suite_error));
    tg_assert_fails(TG_ERR_KERNEL, "Refused.main", tg_scope_end(scope, tg_suite_error));
    scope = begin(runtime);
    put_word(scope, take_words(scope, 1), 5);
    end(scope);
    ck_assert_uint_eq(taken_bytes(runtime), 0);
    tg_runtime_close(runtime);
}
END_TEST

START_TEST(runtime_marks_order_scopes)
{
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *first = begin(runtime), *second = begin(runtime);
    tg_mark *mark = NULL;
    bool is_done = false;
    uint32_t *d_words = take_words(first, 2);
    uint32_t *pinned = pinned_word(runtime, 21);
    tg_assert_ok(tg_mark_create(&mark, runtime, tg_suite_error));
    // One never recorded is passed.
    tg_assert_ok(tg_mark_wait(mark, tg_suite_error));
    tg_assert_ok(tg_mark_is_done(&is_done, mark, tg_suite_error));
    ck_assert(is_done);
    tg_assert_ok(tg_scope_wait_mark(second, mark, tg_suite_error));
    tg_assert_ok(tg_scope_wait(first, tg_suite_error));
    tg_assert_ok(tg_scope_sleep(first, PAUSE_US, tg_suite_error));
    tg_assert_ok(tg_scope_upload_pinned(first, d_words, pinned, 4, tg_suite_error));
    tg_assert_ok(tg_scope_record(first, mark, tg_suite_error));
    tg_assert_ok(tg_scope_wait_mark(second, mark, tg_suite_error));
    tg_assert_ok(tg_scope_copy(second, d_words + 1, d_words, 4, tg_suite_error));
    tg_assert_ok(tg_mark_is_done(&is_done, mark, tg_suite_error));
    ck_assert(!is_done);
    ck_assert_uint_eq(get_word(second, d_words + 1), 21);
    tg_assert_ok(tg_mark_wait(mark, tg_suite_error));
    tg_assert_ok(tg_mark_is_done(&is_done, mark, tg_suite_error));
    ck_assert(is_done);
    end(second);
    end(first);
    tg_mark_destroy(mark);
    tg_mark_destroy(NULL);
    tg_runtime_give_pinned(runtime, pinned);
    tg_runtime_close(runtime);
}
END_TEST

START_TEST(runtime_memory_changes_its_scope)
{
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *from = begin(runtime), *to = begin(runtime);
    uint32_t *d_kept = take_words(from, 10), *d_left = take_words(from, 10);
    put_word(from, d_kept, 31);
    put_word(from, d_left, 32);
    tg_scope_adopt(to, from, d_kept);
    tg_scope_adopt(to, from, NULL);
    ck_assert_uint_eq(taken_bytes(runtime), 80);
    end(from);
    ck_assert_uint_eq(taken_bytes(runtime), 40);
    ck_assert_uint_eq(get_word(to, d_kept), 31);
    end(to);
    ck_assert_uint_eq(taken_bytes(runtime), 0);
    tg_runtime_close(runtime);
}
END_TEST

START_TEST(runtime_counts_memory)
{
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *scope = begin(runtime);
    tg_runtime_memory memory;
    void *d_none = &memory;
    tg_assert_ok(tg_scope_take(scope, &d_none, 0, tg_suite_error));
    ck_assert_ptr_null(d_none);
    tg_scope_give(scope, NULL);
    uint32_t *d_first = take_words(scope, 1000), *d_second = take_words(scope, 1);
    ck_assert_uint_eq((uintptr_t)d_first % 256, 0);
    ck_assert_uint_eq((uintptr_t)d_second % 256, 0);
    tg_scope_give(scope, d_first);
    tg_assert_ok(tg_runtime_get_memory(&memory, runtime, tg_suite_error));
    ck_assert_uint_eq(memory.taken_bytes, 4);
    ck_assert_uint_eq(memory.peak_bytes, 4004);
    ck_assert_uint_gt(memory.total_bytes, (size_t)1 << 20);
    ck_assert_uint_le(memory.free_bytes, memory.total_bytes);
    tg_assert_fails(TG_ERR_MEMORY, "taking 1152921504606846976 bytes",
                    tg_scope_take(scope, &d_none, (size_t)1 << 60, tg_suite_error));
    tg_assert_fails(TG_ERR_MEMORY, "are free", tg_scope_end(scope, tg_suite_error));
    ck_assert_uint_eq(taken_bytes(runtime), 0);
    tg_runtime_close(runtime);
}
END_TEST

START_TEST(runtime_stages_more_than_its_buffers_hold)
{
    static const size_t sizes[] = {1, 4095, 4096, 4097, 8192, 1000003};
    tg_runtime *runtime =
        open_runtime(&(tg_runtime_options){.nb_staging = 3, .staging_bytes = 4096});
    tg_scope *scope = begin(runtime);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        void *d_bytes = NULL;
        unsigned char *src = (unsigned char *)sample_cells(sizes[i] / 4 + 1, i);
        unsigned char *expected = malloc(sizes[i]), *got = malloc(sizes[i]);
        ck_assert(expected != NULL && got != NULL);
        memcpy(expected, src, sizes[i]);
        tg_assert_ok(tg_scope_take(scope, &d_bytes, sizes[i], tg_suite_error));
        tg_assert_ok(tg_scope_upload_staged(scope, d_bytes, src, sizes[i], tg_suite_error));
        memset(src, 0xee, sizes[i]);
        tg_assert_ok(tg_scope_download(scope, got, d_bytes, sizes[i], tg_suite_error));
        ck_assert_int_eq(memcmp(got, expected, sizes[i]), 0);
        free(src);
        free(expected);
        free(got);
    }
    end(scope);
    tg_runtime_close(runtime);
}
END_TEST

/* Pieces so large that several threads fill one, and a last one that is not. */
START_TEST(runtime_stages_large_pieces)
{
    enum { NB = (5 << 20) / 4 * 3 + 1 };
    uint32_t *words = sample_cells(NB, 1), *got = malloc(NB * sizeof *got);
    ck_assert_ptr_nonnull(got);
    tg_runtime *runtime =
        open_runtime(&(tg_runtime_options){.nb_staging = 2, .staging_bytes = (5 << 20) - 4});
    tg_scope *scope = begin(runtime);
    uint32_t *d_words = take_words(scope, NB);
    tg_assert_ok(tg_scope_upload_staged(scope, d_words, words, NB * 4, tg_suite_error));
    tg_assert_ok(tg_scope_download(scope, got, d_words, NB * 4, tg_suite_error));
    ck_assert_int_eq(memcmp(got, words, NB * 4), 0);
    end(scope);
    tg_runtime_close(runtime);
    free(words);
    free(got);
}
END_TEST

/* Row-major words to the device, turned there, fetched, looked at, turned back. */
static inline void check_transpose(tg_scope *scope, size_t nb_rows, size_t nb_columns)
{
    const size_t nb = nb_rows * nb_columns;
    uint32_t *words = sample_cells(nb, nb_rows), *got = malloc(nb * sizeof *got);
    uint32_t *d_rows = take_words(scope, nb), *d_columns = take_words(scope, nb);
    size_t nb_wrong = 0;
    ck_assert(words != NULL && got != NULL);
    tg_assert_ok(tg_scope_upload_staged(scope, d_rows, words, nb * 4, tg_suite_error));
    tg_assert_ok(tg_scope_transpose(scope, d_columns, d_rows, nb_rows, nb_columns, tg_suite_error));
    tg_assert_ok(tg_scope_download(scope, got, d_columns, nb * 4, tg_suite_error));
    for (size_t row = 0; row < nb_rows; row++) {
        for (size_t column = 0; column < nb_columns; column++)
            nb_wrong += got[column * nb_rows + row] != words[row * nb_columns + column];
    }
    ck_assert_uint_eq(nb_wrong, 0);
    tg_assert_ok(tg_scope_clear(scope, d_rows, nb * 4, tg_suite_error));
    tg_assert_ok(tg_scope_transpose(scope, d_rows, d_columns, nb_columns, nb_rows, tg_suite_error));
    tg_assert_ok(tg_scope_download(scope, got, d_rows, nb * 4, tg_suite_error));
    ck_assert_int_eq(memcmp(got, words, nb * 4), 0);
    tg_scope_give(scope, d_rows);
    tg_scope_give(scope, d_columns);
    free(words);
    free(got);
}

START_TEST(runtime_round_trip_is_the_identity)
{
    static const size_t sizes[] = {1, 16, 32, 33, 1000};
    static const size_t large[][2] = {{1, 65537}, {65537, 1}, {40000, 179}, {6, 2200000}};
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *scope = begin(runtime);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        for (size_t k = 0; k < sizeof sizes / sizeof sizes[0]; k++)
            check_transpose(scope, sizes[i], sizes[k]);
    }
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++)
        check_transpose(scope, large[i][0], large[i][1]);
    tg_assert_ok(tg_scope_transpose(scope, NULL, NULL, 0, 5, tg_suite_error));
    end(scope);
    tg_runtime_close(runtime);
}
END_TEST

/* Nothing is too little to be asked for. */
START_TEST(runtime_takes_nothing_for_an_answer)
{
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *scope = begin(runtime);
    void *bytes = &runtime;
    tg_assert_ok(tg_scope_upload(scope, NULL, NULL, 0, tg_suite_error));
    tg_assert_ok(tg_scope_download(scope, NULL, NULL, 0, tg_suite_error));
    tg_assert_ok(tg_scope_copy(scope, NULL, NULL, 0, tg_suite_error));
    tg_assert_ok(tg_scope_clear(scope, NULL, 0, tg_suite_error));
    tg_assert_ok(tg_scope_upload_staged(scope, NULL, NULL, 0, tg_suite_error));
    tg_assert_ok(tg_runtime_take_pinned(runtime, &bytes, 0, tg_suite_error));
    ck_assert_ptr_null(bytes);
    tg_runtime_give_pinned(runtime, NULL);
    ck_assert_ptr_eq(tg_scope_runtime(scope), runtime);
    ck_assert_str_eq(tg_runtime_name(runtime), RUNTIME_OPS->name);
    end(scope);
    tg_assert_ok(tg_scope_end(NULL, tg_suite_error));
    tg_runtime_close(runtime);
    tg_runtime_close(NULL);
}
END_TEST

static inline void add_one(void *argument) { ++*(uint32_t *)argument; }

START_TEST(runtime_calls_the_host_in_order)
{
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *scope = begin(runtime);
    uint32_t *d_word = take_words(scope, 1);
    uint32_t *pinned = pinned_word(runtime, 40);
    tg_assert_ok(tg_scope_sleep(scope, PAUSE_US / 4, tg_suite_error));
    tg_assert_ok(tg_scope_call(scope, add_one, pinned, tg_suite_error));
    tg_assert_ok(tg_scope_upload_pinned(scope, d_word, pinned, 4, tg_suite_error));
    tg_assert_ok(tg_scope_call(scope, add_one, pinned, tg_suite_error));
    ck_assert_uint_eq(get_word(scope, d_word), 41);
    ck_assert_uint_eq(*pinned, 42);
    end(scope);
    tg_runtime_give_pinned(runtime, pinned);
    tg_runtime_close(runtime);
}
END_TEST

START_TEST(runtime_tasks_run_out)
{
    tg_runtime *runtime = open_runtime(&(tg_runtime_options){.nb_tasks = 2});
    tg_scope *first = begin(runtime), *second = begin(runtime), *third = first;
    tg_assert_fails(TG_ERR_DEVICE, "all 2 tasks",
                    tg_scope_begin(&third, runtime, false, tg_suite_error));
    ck_assert_ptr_null(third);
    tg_assert_fails(TG_ERR_DEVICE, "all 2 tasks",
                    tg_scope_begin_child(&third, first, tg_suite_error));
    ck_assert_ptr_null(third);
    // Which is no error of the parent's.
    tg_assert_ok(tg_scope_wait(first, tg_suite_error));
    end(second);
    // The task of a child that has ended can be taken again, behind its work.
    for (uint32_t i = 0; i < 5; i++) {
        tg_assert_ok(tg_scope_begin_child(&third, first, tg_suite_error));
        uint32_t *d_word = take_words(third, 1);
        if (i % 2 == 0) tg_assert_ok(tg_scope_sleep(third, 1000, tg_suite_error));
        put_word(third, d_word, i);
        if (i % 2 == 1) tg_assert_ok(tg_scope_sleep(third, 1000, tg_suite_error));
        tg_assert_ok(tg_scope_end_child(third, tg_suite_error));
        if (i == 2) ck_assert_uint_eq(get_word(first, d_word), i);
        if (i == 3) tg_assert_ok(tg_scope_wait(first, tg_suite_error));
    }
    end(first);
    tg_runtime_close(runtime);
}
END_TEST

#define RUNTIME_CASES                                                                              \
    runtime_work_of_a_scope_is_in_order, runtime_pinned_copies_do_not_wait,                        \
        runtime_child_sees_the_parent_and_the_parent_waits, runtime_errors_of_a_child_are_its_own, \
        runtime_first_error_of_a_scope_stays, runtime_marks_order_scopes,                          \
        runtime_memory_changes_its_scope, runtime_counts_memory,                                   \
        runtime_stages_more_than_its_buffers_hold, runtime_stages_large_pieces,                    \
        runtime_round_trip_is_the_identity, runtime_takes_nothing_for_an_answer,                   \
        runtime_calls_the_host_in_order, runtime_tasks_run_out,                                    \
        runtime_runs_the_plan_of_every_trace, runtime_tells_the_first_event_that_cannot_be_made

#endif

/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Jagged traces when something fails: each call of the runtime now, late and for good, each
 * allocation. Always one clear error, nothing left on the device, no permit and no place lost. */
#include "fault.h"
#include "pipeline/jagged.h"
#include "pipeline/record_inputs.h"
#include "runtime_faults.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

#define LOG_ROWS 5

static const tg_jagged_shape shape = {8, LOG_ROWS, 32768};

/* What is tried: a program, then two records on it. */
typedef struct trial {
    const tg_machine *machine;
    tg_pipeline *pipeline;
    tg_permits *permits;
} trial;

static void open_trial(trial *of, const tg_runtime_ops *ops)
{
    const tg_pipeline_options options = {.nb_threads = 1, .nb_streams = 1};
    tg_assert_ok(tg_machine_find(&of->machine, "compress", tg_suite_error));
    tg_assert_ok(tg_permits_create(&of->permits, 1, tg_suite_error));
    tg_assert_ok(tg_pipeline_create(&of->pipeline, of->machine, ops, &options, tg_suite_error));
}

static void close_trial(trial *of)
{
    tg_pipeline_destroy(of->pipeline);
    tg_permits_destroy(of->permits);
}

static size_t taken_bytes(const trial *of)
{
    tg_runtime_memory memory;
    tg_assert_ok(tg_runtime_get_memory(&memory, tg_pipeline_runtime(of->pipeline), tg_suite_error));
    return memory.taken_bytes;
}

/* One main part, whose dense buffer comes back. */
static tg_status try_main(trial *of, tg_jagged *jagged, tg_inputs *record, uint32_t *dense,
                          tg_error *error)
{
    tg_pipeline_result result;
    tg_status status = tg_jagged_generate_main(&result, jagged, record, of->permits, error);
    if (status == TG_OK) {
        const size_t len_bytes = tg_jagged_get_layout(jagged)->main.end * sizeof *dense;
        status = tg_scope_download(result.scope, dense, tg_jagged_dense(jagged), len_bytes, error);
    } else {
        ck_assert_ptr_null(result.scope);
    }
    (void)tg_pipeline_result_clear(&result);
    return status;
}

static tg_status try_all(trial *of, tg_inputs *inputs[3], uint32_t *dense, tg_error *error)
{
    tg_jagged *jagged = NULL;
    tg_status status =
        tg_jagged_create(&jagged, of->pipeline, &shape, inputs[0], of->permits, error);
    if (status != TG_OK) {
        ck_assert_ptr_null(jagged);
        inputs[1]->destroy(inputs[1]);
    } else {
        status = try_main(of, jagged, inputs[1], dense, error);
    }
    if (status == TG_OK) {
        status = try_main(of, jagged, inputs[2], dense, error);
    } else {
        inputs[2]->destroy(inputs[2]);
    }
    tg_jagged_destroy(jagged);
    return status;
}

static void make_inputs(const trial *of, tg_inputs *inputs[3])
{
    for (size_t i = 0; i < 3; i++) {
        tg_assert_ok(tg_inputs_create(
            &inputs[i], of->machine, i == 0 ? TG_KIND_preprocessed : TG_KIND_main, tg_suite_error));
    }
}

/* What comes out if nothing fails; [shape.capacity]. */
static uint32_t *right_dense(void)
{
    trial of;
    tg_inputs *inputs[3];
    uint32_t *dense = calloc(shape.capacity, sizeof *dense);
    ck_assert_ptr_nonnull(dense);
    open_trial(&of, &tg_runtime_host);
    make_inputs(&of, inputs);
    tg_assert_ok(try_all(&of, inputs, dense, tg_suite_error));
    close_trial(&of);
    return dense;
}

static void assert_said(tg_status status, const tg_error *error)
{
    ck_assert_int_eq(error->status, status);
    ck_assert_str_ne(error->what, "");
    ck_assert_str_ne(error->how, "");
}

static bool fail_call(tg_test_failure failure, long nth, const uint32_t *right)
{
    trial of;
    tg_inputs *inputs[3];
    tg_error error = {.status = TG_OK};
    uint32_t *dense = calloc(shape.capacity, sizeof *dense);
    ck_assert_ptr_nonnull(dense);
    open_trial(&of, tg_test_faulty_ops(&tg_runtime_host));
    make_inputs(&of, inputs);
    tg_test_fail_call(failure, nth);
    const tg_status status = try_all(&of, inputs, dense, &error);
    const bool has_failed = tg_test_stop_failing();
    if (status == TG_OK) {
        ck_assert_mem_eq(dense, right, shape.capacity * sizeof *dense);
    } else {
        ck_assert(has_failed);
        assert_said(status, &error);
    }
    ck_assert_uint_eq(tg_permits_nb_free(of.permits), 1);
    if (failure != TG_TEST_FAIL_LOST) {
        ck_assert_uint_eq(taken_bytes(&of), 0);
        make_inputs(&of, inputs);
        tg_assert_ok(try_all(&of, inputs, dense, tg_suite_error));
        ck_assert_mem_eq(dense, right, shape.capacity * sizeof *dense);
    }
    close_trial(&of);
    free(dense);
    return has_failed;
}

START_TEST(jagged_device_fault_of_each_call_of_the_runtime)
{
    static const tg_test_failure failures[] = {TG_TEST_FAIL_NOW, TG_TEST_FAIL_LATE,
                                               TG_TEST_FAIL_LOST};
    uint32_t *right = right_dense();
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++) {
        long nth = 1;
        while (fail_call(failures[i], nth, right)) nth++;
        ck_assert_int_gt(nth, 40);
    }
    free(right);
}
END_TEST

/* OpenMP takes memory of its own at a thread's first parallel region, and ends the process where
 * there is none: let every thread of the device have had its first. */
static void warm(trial *of, uint32_t *dense)
{
    enum { NB = 8 };
    tg_scope *scopes[NB];
    tg_inputs *inputs[3];
    const tg_subject first = tg_subject_at(0);
    const tg_request request = {.trace = first.trace, .height = 16};
    for (size_t i = 0; i < NB; i++) {
        void *d_cells = NULL;
        tg_assert_ok(
            tg_scope_begin(&scopes[i], tg_pipeline_runtime(of->pipeline), true, tg_suite_error));
        tg_assert_ok(tg_scope_take(scopes[i], &d_cells,
                                   request.height * sizeof(uint32_t) * tg_trace_width(first.trace),
                                   tg_suite_error));
        tg_assert_ok(tg_scope_run(scopes[i], first.plan, NULL, &(tg_product){.cells = d_cells},
                                  &request, NULL, tg_suite_error));
    }
    for (size_t i = 0; i < NB; i++) tg_assert_ok(tg_scope_end(scopes[i], tg_suite_error));
    make_inputs(of, inputs);
    tg_assert_ok(try_all(of, inputs, dense, tg_suite_error));
}

START_TEST(jagged_device_fault_of_memory)
{
    trial of;
    uint32_t *right = right_dense();
    uint32_t *dense = calloc(shape.capacity, sizeof *dense);
    ck_assert_ptr_nonnull(dense);
    open_trial(&of, &tg_runtime_host);
    long nth = 1;
    for (bool has_failed = true; has_failed; nth++) {
        tg_inputs *inputs[3];
        tg_error error = {.status = TG_OK};
        warm(&of, dense);
        make_inputs(&of, inputs);
        tg_fault_arm(TG_FAULT_MEMORY, nth);
        const tg_status status = try_all(&of, inputs, dense, &error);
        has_failed = tg_fault_disarm();
        ck_assert_uint_eq(tg_permits_nb_free(of.permits), 1);
        ck_assert_uint_eq(taken_bytes(&of), 0);
        ck_assert_int_eq(status, has_failed ? TG_ERR_MEMORY : TG_OK);
        if (has_failed) {
            assert_said(status, &error);
        } else {
            ck_assert_mem_eq(dense, right, shape.capacity * sizeof *dense);
        }
    }
    ck_assert_int_gt(nth, 40);
    close_trial(&of);
    free(right);
    free(dense);
}
END_TEST

TG_SUITE("jagged_device_fault", jagged_device_fault_of_each_call_of_the_runtime,
         jagged_device_fault_of_memory)

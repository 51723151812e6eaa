/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A bit of everything that a runtime does, so that suites can let any part of it fail.
 */
#ifndef TRACEGATE_TESTS_RUNTIME_SCENARIO_H
#define TRACEGATE_TESTS_RUNTIME_SCENARIO_H

#include "generated.h"
#include "gpu/runtime_internal.h"
#include "runtime_faults.h"
#include "suite.h"

#include <stdlib.h>
#include <string.h>

enum { SCENARIO_NB_EVENTS = 40, SCENARIO_NB_TASKS = 3 };

static const tg_runtime_options scenario_options = {.nb_tasks = SCENARIO_NB_TASKS,
                                                    .nb_staging = 2,
                                                    .staging_bytes = 512};

/* What is made, and what it should be. */
typedef struct scenario {
    tg_subject subject;
    tg_request request; /* with events on the host */
    tg_product expected;
    size_t width;
    bool launches; /* false: only memory, copies and order */

    /* One run. */
    tg_runtime *runtime;
    tg_scope *scope, *child, *other;
    tg_mark *mark;
    uint32_t *bad_event; /* pinned */
    uint32_t *got;       /* [height][width] */
    void *d_events;
    uint32_t *d_cells, *d_turned, *d_bad_event;
    uint32_t nb_calls;
    size_t nb_wrong; /* of a run that succeeded */
    size_t nb_left;  /* bytes and scopes that were not given back */
} scenario;

/* A trace whose plan has scratch and several steps, if there is one. */
static inline void scenario_init(scenario *of)
{
    size_t index = 0;
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (tg_plan_at(i)->nb_scratch > tg_plan_at(index)->nb_scratch) index = i;
    }
    *of = (scenario){.subject = tg_subject_at(index), .launches = true};
    const tg_trace *trace = of->subject.trace;
    of->width = tg_trace_width(trace);
    of->request = (tg_request){.trace = trace, .nb_events = SCENARIO_NB_EVENTS};
    tg_assert_ok(
        tg_trace_height(trace, SCENARIO_NB_EVENTS, 0, &of->request.height, tg_suite_error));
    of->request.events = generated_events(&of->subject, TG_PROFILE_UNIFORM, TG_VALID_CONSTRAINTS,
                                          SCENARIO_NB_EVENTS);
    tg_assert_ok(tg_product_create(&of->expected, trace, of->request.height, tg_suite_error));
    tg_assert_ok(
        tg_plan_run_host(of->subject.plan, NULL, &of->expected, &of->request, tg_suite_error));
    of->got = malloc(of->width * of->request.height * sizeof *of->got);
    ck_assert_ptr_nonnull(of->got);
}

static inline void scenario_clear(scenario *of)
{
    tg_buffer_destroy((void *)(uintptr_t)of->request.events);
    tg_product_destroy(&of->expected);
    free(of->got);
}

static inline size_t scenario_bytes(const scenario *of)
{
    return of->width * of->request.height * sizeof(uint32_t);
}

static inline void scenario_count(void *nb_calls) { ++*(uint32_t *)nb_calls; }

static inline tg_status scenario_take(tg_scope *scope, uint32_t **d_words, size_t len_bytes,
                                      tg_error *error)
{
    void *d_bytes = NULL;
    const tg_status status = tg_scope_take(scope, &d_bytes, len_bytes, error);
    *d_words = d_bytes;
    return status;
}

/* Make the trace on a scope, into memory of its own. */
static inline tg_status scenario_make(scenario *of, tg_scope *scope, tg_error *error)
{
    const tg_trace *trace = of->request.trace;
    tg_product d_out = {.cells = NULL};
    tg_request request = of->request;
    request.events = of->d_events;
    tg_status status = scenario_take(scope, &of->d_cells, scenario_bytes(of), error);
    if (status == TG_OK) status = scenario_take(scope, &of->d_bad_event, 4, error);
    for (size_t i = 0; i < trace->nb_sides && status == TG_OK; i++) {
        status =
            scenario_take(scope, &d_out.sides[i], tg_side_nb_words(&trace->sides[i]) * 4, error);
    }
    d_out.cells = of->d_cells;
    if (status != TG_OK) return status;
    if (of->launches)
        return tg_scope_run(scope, of->subject.plan, NULL, &d_out, &request, of->d_bad_event,
                            error);
    status = tg_scope_clear(scope, of->d_bad_event, 4, error);
    return status != TG_OK
               ? status
               : tg_scope_upload(scope, of->d_cells, of->expected.cells, scenario_bytes(of), error);
}

/* The first scope brings the events, its child makes the trace. */
static inline tg_status scenario_first(scenario *of, tg_error *error)
{
    const size_t len_bytes = of->request.nb_events * tg_trace_event_size(of->request.trace);
    void *pinned = NULL;
    tg_status status = tg_scope_begin(&of->scope, of->runtime, true, error);
    if (status == TG_OK) status = tg_mark_create(&of->mark, of->runtime, error);
    if (status == TG_OK) status = tg_runtime_take_pinned(of->runtime, &pinned, 4, error);
    of->bad_event = pinned;
    if (status == TG_OK) status = tg_scope_take(of->scope, &of->d_events, len_bytes, error);
    if (status == TG_OK)
        status =
            tg_scope_upload_staged(of->scope, of->d_events, of->request.events, len_bytes, error);
    if (status == TG_OK) status = tg_scope_begin_child(&of->child, of->scope, error);
    if (status == TG_OK) status = scenario_make(of, of->child, error);
    if (status == TG_OK)
        status = tg_scope_download_pinned(of->child, of->bad_event, of->d_bad_event, 4, error);
    if (status == TG_OK) status = tg_scope_call(of->child, scenario_count, &of->nb_calls, error);
    const tg_status child_status = tg_scope_end_child(of->child, status == TG_OK ? error : NULL);
    of->child = NULL;
    if (status == TG_OK) status = child_status;
    return status == TG_OK ? tg_scope_record(of->scope, of->mark, error) : status;
}

/* Another scope turns it and fetches it. */
static inline tg_status scenario_second(scenario *of, tg_error *error)
{
    bool is_done = false;
    uint32_t *d_copy = NULL;
    const size_t bytes = scenario_bytes(of);
    tg_status status = tg_scope_begin(&of->other, of->runtime, false, error);
    if (status == TG_OK) status = tg_scope_wait_mark(of->other, of->mark, error);
    if (status != TG_OK) return status;
    tg_scope_adopt(of->other, of->scope, of->d_cells);
    status = scenario_take(of->other, &d_copy, bytes, error);
    if (status == TG_OK) status = scenario_take(of->other, &of->d_turned, bytes, error);
    if (status == TG_OK) status = tg_scope_clear(of->other, d_copy, bytes, error);
    if (status == TG_OK) status = tg_scope_sleep(of->other, 1, error);
    if (status == TG_OK) status = tg_scope_copy(of->other, d_copy, of->d_cells, bytes, error);
    tg_scope_give(of->other, of->d_cells);
    if (status == TG_OK)
        status = tg_scope_transpose(of->other, of->d_turned, d_copy, of->width, of->request.height,
                                    error);
    if (status == TG_OK) status = tg_scope_is_done(&is_done, of->other, error);
    if (status == TG_OK) status = tg_scope_download(of->other, of->got, of->d_turned, bytes, error);
    if (status == TG_OK) status = tg_mark_is_done(&is_done, of->mark, error);
    if (status == TG_OK) status = tg_mark_wait(of->mark, error);
    if (status == TG_OK) status = tg_scope_wait(of->scope, error);
    return status;
}

/* How many things are wrong after a success. Nothing here may assert: Check takes memory, which may
 * be what fails. */
static inline size_t scenario_nb_wrong(const scenario *of)
{
    size_t nb_wrong = 0;
    for (size_t row = 0; row < of->request.height; row++) {
        for (size_t column = 0; column < of->width; column++)
            nb_wrong += of->got[row * of->width + column] !=
                        of->expected.cells[column * of->request.height + row];
    }
    nb_wrong += *of->bad_event != (of->launches ? TG_NO_BAD_EVENT : 0);
    return nb_wrong + (of->nb_calls != 1);
}

/* One run, and the end of all that it began, whatever came of it. */
static inline tg_status scenario_use(scenario *of, tg_runtime *runtime, tg_error *error)
{
    of->runtime = runtime;
    of->scope = of->child = of->other = NULL;
    of->mark = NULL;
    of->bad_event = NULL;
    of->nb_calls = 0;
    memset(of->got, 0xee, scenario_bytes(of));
    tg_status status = scenario_first(of, error);
    if (status == TG_OK) status = scenario_second(of, error);
    const tg_status other_status = tg_scope_end(of->other, status == TG_OK ? error : NULL);
    if (status == TG_OK) status = other_status;
    const tg_status scope_status = tg_scope_end(of->scope, status == TG_OK ? error : NULL);
    if (status == TG_OK) status = scope_status;
    of->nb_wrong = status == TG_OK ? scenario_nb_wrong(of) : 0;
    of->nb_left = runtime->taken_bytes + runtime->nb_open;
    tg_mark_destroy(of->mark);
    tg_runtime_give_pinned(runtime, of->bad_event);
    return status;
}

static inline tg_status scenario_run(scenario *of, const tg_runtime_ops *ops, tg_error *error)
{
    tg_runtime *runtime = NULL;
    tg_runtime_memory memory;
    tg_status status = tg_runtime_open(&runtime, ops, &scenario_options, error);
    if (status != TG_OK) return status;
    status = scenario_use(of, runtime, error);
    if (status == TG_OK) status = tg_runtime_get_memory(&memory, runtime, error);
    tg_runtime_close(runtime);
    return status;
}

/* What must hold after every run. */
static inline void scenario_check(const scenario *of)
{
    ck_assert_uint_eq(of->nb_wrong, 0);
    ck_assert_uint_eq(of->nb_left, 0);
}

/* Let every call of the ops fail, one in each run. Some failures are made good, and then nothing
 * may be wrong. Returns how many calls there are. */
static inline long scenario_fail_all(const tg_runtime_ops *inner, tg_test_failure failure)
{
    scenario of;
    scenario_init(&of);
    const tg_runtime_ops *ops = tg_test_faulty_ops(inner);
    long nth = 1;
    for (;; nth++) {
        tg_error error = {0};
        tg_test_fail_call(failure, nth);
        const tg_status status = scenario_run(&of, ops, &error);
        const bool has_failed = tg_test_stop_failing();
        scenario_check(&of);
        if (!has_failed || status == TG_OK) ck_assert_int_eq(error.status, TG_OK);
        if (!has_failed) {
            ck_assert_int_eq(status, TG_OK);
            break;
        }
        ck_assert_msg(status != TG_OK || failure == TG_TEST_FAIL_NOW, "call %ld", nth);
        if (status == TG_OK) continue;
        ck_assert_int_eq(error.status, status);
        ck_assert_msg(strstr(error.what, TG_TEST_FAULT_TEXT) != NULL, "call %ld: %s", nth,
                      error.what);
        ck_assert_str_ne(error.how, "");
    }
    scenario_clear(&of);
    return nth - 1;
}

#endif

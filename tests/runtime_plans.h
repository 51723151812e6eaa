/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Launch plans by the runtime: cases of the suites of the host grid and of a device.
 */
#ifndef TRACEGATE_TESTS_RUNTIME_PLANS_H
#define TRACEGATE_TESTS_RUNTIME_PLANS_H

#include "generated.h"
#include "runtime_short.h"

#include <stdlib.h>
#include <string.h>

static inline size_t words_of(const tg_request *request, size_t output)
{
    return output == 0 ? request->height * tg_trace_width(request->trace)
                       : tg_side_nb_words(&request->trace->sides[output - 1]);
}

static inline uint32_t *output_of(const tg_product *product, size_t output)
{
    return output == 0 ? product->cells : product->sides[output - 1];
}

/* Make a trace by a scope and look that it is what the host's plan makes. */
static inline void check_plan(tg_scope *scope, const tg_subject *subject, const tg_request *request)
{
    const tg_trace *trace = request->trace;
    tg_product expected, d_out = {.cells = NULL};
    tg_request d_request = *request;
    void *d_events = NULL;
    const size_t event_bytes = request->nb_events * tg_trace_event_size(trace);
    tg_assert_ok(tg_product_create(&expected, trace, request->height, tg_suite_error));
    tg_assert_ok(tg_plan_run_host(subject->plan, NULL, &expected, request, tg_suite_error));
    uint32_t *d_bad_event = take_words(scope, 1);
    tg_assert_ok(tg_scope_take(scope, &d_events, event_bytes, tg_suite_error));
    tg_assert_ok(
        tg_scope_upload_staged(scope, d_events, request->events, event_bytes, tg_suite_error));
    d_request.events = d_events;
    d_out.cells = take_words(scope, words_of(request, 0));
    for (size_t i = 0; i < trace->nb_sides; i++)
        d_out.sides[i] = take_words(scope, words_of(request, i + 1));
    tg_assert_ok(
        tg_scope_run(scope, subject->plan, NULL, &d_out, &d_request, d_bad_event, tg_suite_error));
    ck_assert_uint_eq(get_word(scope, d_bad_event), TG_NO_BAD_EVENT);
    for (size_t i = 0; i <= trace->nb_sides; i++) {
        const size_t len_bytes = words_of(request, i) * sizeof(uint32_t);
        uint32_t *got = malloc(len_bytes + 1);
        tg_assert_ok(
            tg_scope_download(scope, got, output_of(&d_out, i), len_bytes, tg_suite_error));
        ck_assert_msg(memcmp(got, output_of(&expected, i), len_bytes) == 0, "output %zu of %s", i,
                      trace->name);
        free(got);
        tg_scope_give(scope, output_of(&d_out, i));
    }
    tg_scope_give(scope, d_events);
    tg_scope_give(scope, d_bad_event);
    tg_product_destroy(&expected);
}

START_TEST(runtime_runs_the_plan_of_every_trace)
{
    static const size_t counts[] = {0, 1, 33, 1000};
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *scope = begin(runtime);
    ck_assert_uint_gt(tg_nb_traces(), 0);
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        const tg_subject subject = tg_subject_at(i);
        for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
            tg_request request = {.trace = subject.trace, .nb_events = counts[k]};
            void *events = NULL;
            tg_assert_ok(
                tg_trace_height(subject.trace, counts[k], 0, &request.height, tg_suite_error));
            if (subject.trace->event != NULL && counts[k] != 0)
                events =
                    generated_events(&subject, TG_PROFILE_UNIFORM, TG_VALID_CONSTRAINTS, counts[k]);
            request.events = events;
            check_plan(scope, &subject, &request);
            tg_buffer_destroy(events);
        }
    }
    end(scope);
    ck_assert_uint_eq(taken_bytes(runtime), 0);
    tg_runtime_close(runtime);
}
END_TEST

/* The first trace that searches candidates for its events. */
static inline tg_subject searching_subject(void)
{
    for (size_t i = 0; i < tg_nb_traces(); i++) {
        if (tg_trace_at(i)->max_candidates != 0) return tg_subject_at(i);
    }
    ck_abort_msg("no trace searches");
    return tg_subject_at(0);
}

START_TEST(runtime_tells_the_first_event_that_cannot_be_made)
{
    const size_t nb_events = 200;
    const tg_subject subject = searching_subject();
    tg_runtime *runtime = open_runtime(NULL);
    tg_scope *scope = begin(runtime);
    void *events = generated_events(&subject, TG_PROFILE_UNIFORM, TG_VALID_CONSTRAINTS, nb_events);
    tg_request request = {.trace = subject.trace,
                          .events = events,
                          .nb_events = nb_events,
                          .max_candidates = 1};
    tg_product out, d_out;
    tg_error error = {0};
    tg_assert_ok(tg_trace_height(subject.trace, nb_events, 0, &request.height, tg_suite_error));
    tg_assert_ok(tg_product_create(&out, subject.trace, request.height, tg_suite_error));
    ck_assert_int_eq(tg_plan_run_host(subject.plan, NULL, &out, &request, &error), TG_ERR_EVENT);
    d_out.cells = take_words(scope, words_of(&request, 0));
    for (size_t i = 0; i < subject.trace->nb_sides; i++)
        d_out.sides[i] = take_words(scope, words_of(&request, i + 1));
    uint32_t *d_bad_event = take_words(scope, 1);
    const size_t len_bytes = nb_events * tg_trace_event_size(subject.trace);
    uint32_t *d_events = take_words(scope, len_bytes / 4 + 1);
    tg_assert_ok(tg_scope_upload(scope, d_events, events, len_bytes, tg_suite_error));
    request.events = d_events;
    tg_assert_ok(
        tg_scope_run(scope, subject.plan, NULL, &d_out, &request, d_bad_event, tg_suite_error));
    tg_error own = {0};
    ck_assert_int_eq(tg_plan_bad_event(&request, get_word(scope, d_bad_event), &own), TG_ERR_EVENT);
    ck_assert_str_eq(own.what, error.what);
    ck_assert_str_eq(own.where, error.where);
    // Nothing is launched for no rows, and nothing is bad.
    put_word(scope, d_bad_event, 5);
    request.height = 0;
    tg_assert_ok(tg_scope_run(scope, subject.plan, NULL, &(tg_product){.cells = NULL}, &request,
                              d_bad_event, tg_suite_error));
    ck_assert_uint_eq(get_word(scope, d_bad_event), TG_NO_BAD_EVENT);
    tg_assert_fails(
        TG_ERR_USAGE, subject.trace->name,
        tg_scope_run(scope, subject.plan, NULL, &d_out, &request, NULL, tg_suite_error));
    tg_assert_fails(TG_ERR_USAGE, subject.trace->name, tg_scope_end(scope, tg_suite_error));
    tg_product_destroy(&out);
    tg_buffer_destroy(events);
    tg_runtime_close(runtime);
}
END_TEST

#endif
